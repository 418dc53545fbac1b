"""Long sounds in pieces: nothing lost, nothing moved."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.audio.pieces import Spool, in_pieces


class TestInPieces:
    @pytest.mark.parametrize("lengths", [(10,), (3, 3, 4), (1, 0, 9), (9, 1), (4, 4, 2)])
    def test_pieces_come_in_the_size_asked_for(self, lengths: tuple[int, ...]) -> None:
        """Ten samples by four are four, four and two, however they arrive."""
        sound = np.arange(10)
        ends = np.cumsum(lengths)
        pieces = [sound[end - length:end] for end, length in zip(ends, lengths, strict=True)]
        assert [piece.tolist() for piece in in_pieces(pieces, 4)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]

    def test_nothing_gives_nothing(self) -> None:
        """No piece is empty."""
        assert list(in_pieces([np.zeros(0)], 4)) == []


class TestSpool:
    def test_what_goes_in_comes_out(self, tmp_path: Path) -> None:
        """Stereo and mono pieces follow each other; mono sounds from both sides."""
        spool = Spool(tmp_path / "sound").fill([np.array([[1, 2], [3, 4]], np.float32), np.array([5], np.float32)])
        assert len(spool) == 3
        assert spool[:].tolist() == [[1, 2], [3, 4], [5, 5]]

    @pytest.mark.parametrize("part", [slice(0, 2), slice(1, 99), slice(5, 9), slice(2, 1)])
    def test_any_part_is_read_like_an_array(self, part: slice, tmp_path: Path) -> None:
        """Parts past the end are as long as what is there."""
        sound = np.arange(6, dtype=np.float32).reshape(3, 2)
        assert np.array_equal(Spool(tmp_path / "sound").fill([sound])[part], sound[part])

    def test_pieces_follow_each_other(self, tmp_path: Path) -> None:
        """Two by two until the last."""
        sound = np.arange(10, dtype=np.float32).reshape(5, 2)
        pieces = list(Spool(tmp_path / "sound").fill([sound]).pieces(2))
        assert [len(piece) for piece in pieces] == [2, 2, 1]
        assert np.array_equal(np.concatenate(pieces), sound)
