"""Tests of films: each frame is found whatever is asked for before it, and only a few are kept."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.domain.errors import StoreDamaged
from tasks.media.drawing.clips import BEHIND, GROUP, FilmReader, copy_planes, cover
from tasks.media.drawing.performance import open_stage
from tasks.media.drawing.planes import Planes, new_frame, view_planes

SIZE = (108, 192)
CODED = 1
"""Luma by which coding may change a plain grey."""


def lumas(count: int) -> list[int]:
    """A grey of its own for each frame."""
    return [30 + 2 * index for index in range(count)]


class TestFilmReader:
    @pytest.mark.parametrize("order", [range(60), range(59, -1, -1), [50, 3, 4, 2, 59, 0, 17, 16, 18], [1, 0, 3, 2, 5, 4]],
                             ids=["forwards", "backwards", "anyhow", "pairs swapped"])
    def test_frames_are_found_in_any_order(self, room: Any, order: list[int]) -> None:
        """Frame i has the luma of frame i, whatever was read before."""
        reader = FilmReader(Path(room.film("a.mp4", lumas(60), (32, 32)).uri), 30)
        for index in order:
            assert abs(float(reader.frame(index).y.mean()) - lumas(60)[index]) <= CODED

    @pytest.mark.parametrize("before", [[], [59], [0]])
    def test_past_the_end_the_last_frame_stays(self, room: Any, before: list[int]) -> None:
        """A film that is too short holds its last frame."""
        reader = FilmReader(Path(room.film("a.mp4", lumas(60), (32, 32)).uri), 30)
        for index in [*before, 60, 500, 61]:
            assert abs(float(reader.frame(index).y.mean()) - lumas(60)[min(index, 59)]) <= CODED
        assert abs(float(reader.frame(5).y.mean()) - lumas(60)[5]) <= CODED

    def test_few_frames_are_kept(self, room: Any) -> None:
        """After a whole film no more frames are held than threads may ask for again."""
        reader = FilmReader(Path(room.film("a.mp4", lumas(60), (32, 32)).uri), 30)
        for index in range(60):
            reader.frame(index)
        assert len(reader._recent) <= BEHIND

    def test_walking_backwards_decodes_no_frame_twice(self, room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """But for those of the first step back; and hardly more frames are held."""
        copied: list[int] = []

        def counted(frame: Any) -> Planes:
            copied.append(1)
            return copy_planes(frame)

        monkeypatch.setattr("tasks.media.drawing.clips.copy_planes", counted)
        reader = FilmReader(Path(room.film("a.mp4", lumas(60), (32, 32)).uri), 30)
        reader.frame(59)
        copied.clear()
        for index in range(59, -1, -1):
            assert abs(float(reader.frame(index).y.mean()) - lumas(60)[index]) <= CODED
            assert len(reader._recent) <= BEHIND + GROUP
        assert len(copied) <= 60 + GROUP

    def test_what_is_no_film_is_damage(self, room: Any) -> None:
        """A file that is no film is named, with what to do."""
        broken = room.curves("broken", {"zoom": [0.0]})
        with pytest.raises(StoreDamaged, match=r"broken\.json.*made again"):
            FilmReader(Path(broken.uri), 30)


class TestClip:
    @pytest.mark.parametrize("size", [SIZE, (216, 384), (320, 180)])
    def test_film_fills_the_frame_from_its_first_frame(self, room: Any, size: tuple[int, int]) -> None:
        """A film of any shape fills the frame, and its first frame is the shot's."""
        shots = (room.clip(room.film("a.mp4", lumas(6), size), 6),
                 room.clip(room.film("b.mp4", lumas(6)[::-1], size), 6, start_s=0.2))
        drawn = [view_planes(frame).y for frame in room.draw(room.perform(shots))]
        for luma, expected in zip(drawn, lumas(6) + lumas(6)[::-1], strict=True):
            assert np.abs(luma.astype(int) - expected).max() <= CODED

    @pytest.mark.parametrize("have", [(1920, 1080), (1080, 1920), (1080, 1056), (641, 361)])
    def test_cover_takes_the_middle(self, have: tuple[int, int]) -> None:
        """The part taken has the frame's shape, lies inside, and leaves as much on either side."""
        left, top, right, bottom = cover(have, SIZE)
        assert 0 <= left < right <= have[0]
        assert 0 <= top < bottom <= have[1]
        assert (right - left) / (bottom - top) == pytest.approx(SIZE[0] / SIZE[1], rel=0.02)
        assert abs(left - (have[0] - right)) <= 3
        assert abs(top - (have[1] - bottom)) <= 3


class TestDissolve:
    def test_shot_before_goes_on_and_fades(self, room: Any) -> None:
        """Two greys mixed, more of the second every frame; the first film's own frames go on beyond its shot's end."""
        course = room.curves("course", {"frame": np.arange(12)})
        leaving = room.clip(room.film("a.mp4", lumas(12), SIZE), 6).model_copy(update={"course": course})
        coming = room.clip(room.film("b.mp4", [200] * 12, SIZE), 12, start_s=0.2).model_copy(update={"dissolve_s": 0.1})
        drawn = [float(view_planes(frame).y.mean()) for frame in room.draw(room.perform((leaving, coming)))]
        expected = [*lumas(12)[:6], *(share * 200 + (1 - share) * lumas(12)[6 + index]
                                      for index, share in enumerate((0.25, 0.5, 0.75))), *[200] * 9]
        assert drawn == pytest.approx(expected, abs=CODED)

    def test_upper_part_is_mixed_as_the_whole(self, room: Any) -> None:
        """Where a cutaway is shown below."""
        shots = (room.clip(room.film("a.mp4", [40] * 12, SIZE), 6),
                 room.clip(room.film("b.mp4", [200] * 12, SIZE), 6, start_s=0.2).model_copy(update={"dissolve_s": 0.2}))
        stage = open_stage(room.perform(shots), lambda file: Path(file.uri), SIZE)
        whole, upper = (view_planes(new_frame((SIZE[0], rows))) for rows in (SIZE[1], 64))
        for planes, lift in ((whole, 0.0), (upper, 20.0)):
            stage._scene(8).draw(planes, 8, lift=lift)
        assert np.array_equal(upper.y, whole.y[20:84])
