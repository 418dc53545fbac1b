"""Single frames of a film: the right ones, whatever their order and wherever the keyframes are."""

from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import StoreDamaged
from tasks.media.ffmpeg import BT709, encoder, find_ffmpeg, local_file, raw_video
from tasks.media.film import cheapest, decode_frames

SIZE = (64, 96)
COUNT = 50
KEYFRAMES = (0, 20, 40)
TIMES_S = tuple(index / 30 for index in range(COUNT))
LEVEL_TOLERANCE = 4
"""Levels of 255 that encoding and two conversions move a flat grey by."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50 frames whose luma is 40 + 3 x index, a keyframe every 20, B-frames between."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    arguments = [*raw_video(SIZE, 30), "-c:v", "libx264", "-crf", "10", "-g", "20", "-sc_threshold", "0", *BT709,
                 local_file(path)]
    with encoder(find_ffmpeg(), arguments, place=path) as write:
        for index in range(COUNT):
            frame = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
            frame[: SIZE[1]] = 40 + 3 * index
            write(frame)
    return path


def level(index: int) -> float:
    """Grey of a frame after conversion from limited to full range."""
    return (40 + 3 * index - 16) * 255 / 219


class TestDecodeFrames:
    @pytest.mark.parametrize("wanted", [[0], [49], [0, 49], [19, 20, 21], [45, 3, 25, 26], list(range(50))])
    def test_each_frame_is_the_one_asked_for(self, wanted: list[int], film: Path) -> None:
        """Brightness tells which frame came."""
        found = dict(decode_frames(film, wanted, TIMES_S, keyframes=KEYFRAMES, size=(32, 48)))
        assert sorted(found) == sorted(wanted)
        assert all(picture.shape == (48, 32, 3) for picture in found.values())
        assert max(abs(picture.mean() - level(index)) for index, picture in found.items()) <= LEVEL_TOLERANCE

    def test_frames_past_the_end_are_left_out(self, film: Path) -> None:
        """Asking for too much is no error."""
        assert dict(decode_frames(film, [50, 99, -1], TIMES_S, keyframes=KEYFRAMES, size=SIZE)) == {}

    def test_a_damaged_file_is_refused_by_name(self, tmp_path: Path) -> None:
        """Bytes that are no film raise our own error."""
        (tmp_path / "bad.mp4").write_bytes(b"no film at all")
        with pytest.raises(StoreDamaged, match=r"bad\.mp4"):
            list(decode_frames(tmp_path / "bad.mp4", [0], TIMES_S, keyframes=KEYFRAMES, size=SIZE))


class TestCheapest:
    def test_frames_close_behind_keyframes_win(self) -> None:
        """Distances from the keyframe before are 18, 1, 19, 5, 2."""
        assert cheapest([18, 21, 39, 45, 42], KEYFRAMES, 3) == [21, 42, 45]

    def test_fewer_than_wanted_are_all_taken_once(self) -> None:
        """Repeated frames count once."""
        assert cheapest([7, 7, 3], KEYFRAMES, 4) == [3, 7]
