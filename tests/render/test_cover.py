"""The cover: open eyes, a calm mouth, a sharp picture, the label and no caption."""

from typing import Any

import cv2
import numpy as np
import pytest

from tasks.domain.box import Box
from tasks.domain.captions import CaptionPage
from tasks.render.cover import SPACING_FRAMES, Sitting, quiet_moment_s, rank_moments, save_cover, sharpness

FPS = 30
JPEG_TOLERANCE = 6
"""Levels that JPEG at high quality and two colour conversions move a flat colour by."""
NOWHERE = Box(x0=0, y0=0, x1=0, y1=0)


def curves(count: int = 60, **bad: tuple[int, int, float]) -> dict[str, np.ndarray]:
    """Resting curves, each spoiled from one frame to another by a value."""
    values = {name: np.zeros(count, np.float32) for name in ("yaw", "pitch", "roll", "blink", "gaze_x", "gaze_y", "jaw")}
    for name, (start, end, value) in bad.items():
        values[name][start:end] = value
    return values


def page(start_s: float, end_s: float) -> CaptionPage:
    """A page on screen from one time to another."""
    return CaptionPage(start_s=start_s, end_s=end_s, words=(), box=NOWHERE)


class TestRankMoments:
    @pytest.mark.parametrize(("name", "value"), [
        ("blink", 1.0), ("jaw", 0.8), ("yaw", -0.09), ("pitch", 0.08), ("roll", 0.07), ("gaze_x", 0.8)])
    def test_a_bad_moment_is_not_first(self, name: str, value: float) -> None:
        """With all frames but 40 to 49 spoiled, the best is one of those."""
        spoiled = curves(**{name: (0, 60, value)})
        spoiled[name][40:50] = 0.0
        assert 40 <= rank_moments(spoiled, 60, fps=FPS)[0] < 50

    def test_an_early_moment_wins_among_equals(self) -> None:
        """Ten seconds of the same pose: the cover is from the first ones."""
        assert rank_moments(curves(300), 300, fps=FPS)[0] == 0

    def test_a_covered_avatar_is_no_cover(self) -> None:
        """Frames behind a cutaway are taken only where there is nothing else."""
        assert rank_moments(curves(), 60, fps=FPS, hidden=range(30))[0] == 30
        assert rank_moments(curves(), 60, fps=FPS, hidden=range(60))[0] == 0

    def test_a_reel_without_curves_has_a_cover(self) -> None:
        """Stills have no motion to choose by."""
        assert rank_moments({}, 60, fps=FPS)[0] == 0

    def test_candidates_differ(self) -> None:
        """Neighbouring frames are not compared with each other."""
        moments = sorted(rank_moments(curves(), 60, fps=FPS))
        assert min(np.diff(moments)) >= SPACING_FRAMES

    def test_a_reel_of_one_frame_has_a_cover(self) -> None:
        """The only frame is the best one."""
        assert rank_moments(curves(1), 1, fps=FPS) == [0]


class TestSitting:
    def test_frames_pass_on_unchanged_and_in_order(self, materials: Any) -> None:
        """Watching does not alter the film."""
        frames = [materials.grey(level) for level in (10, 20, 30)]
        assert all(seen is frame for seen, frame in zip(Sitting([1]).watch(frames), frames, strict=True))

    def test_a_blurred_favourite_loses_to_a_sharp_second(self, materials: Any) -> None:
        """Frame 0 is liked best but blurred; frame 2 is taken."""
        sharp = next(materials.moving_square(1))
        blurred = cv2.GaussianBlur(sharp, (0, 0), 3)
        assert sharpness(blurred) < sharpness(sharp)
        sitting = Sitting([0, 2])
        list(sitting.watch([blurred, blurred, sharp]))
        index, frame = sitting.choose()
        assert index == 2
        assert np.array_equal(frame, sharp)

    def test_among_equally_sharp_frames_the_favourite_wins(self, materials: Any) -> None:
        """Sharpness does not overrule the better expression."""
        sitting = Sitting([2, 0])
        list(sitting.watch([next(materials.moving_square(1))] * 3))
        assert sitting.choose()[0] == 2


class TestQuietMoment:
    def test_it_lies_in_the_longest_gap(self) -> None:
        """Pages at 0.3-1.0 and 3.0-3.8 s of 4 s leave 1.0-3.0 s, whose middle is 2.0 s."""
        assert quiet_moment_s([page(0.3, 1.0), page(3.0, 3.8)], 4.0, fps=FPS) == pytest.approx(2.0)

    def test_a_reel_without_captions_is_all_quiet(self) -> None:
        """No pages: the middle of the reel."""
        assert quiet_moment_s([], 4.0, fps=FPS) == pytest.approx(2.0)

    def test_there_may_be_none(self) -> None:
        """Captions from end to end leave no moment."""
        assert quiet_moment_s([page(0.0, 4.0)], 4.0, fps=FPS) is None


class TestSaveCover:
    def save(self, materials: Any, at_s: float | None, frame: np.ndarray) -> np.ndarray:
        """The cover as a viewer decodes it, BGR."""
        target = materials.folder / "cover.jpg"
        save_cover(frame, materials.size, at_s=at_s, subtitles=materials.subtitles(materials.rectangle(0.0, 1.0, "FF0000")),
                   fonts=materials.fonts, program=materials.program, target=target)
        return cv2.imread(str(target))

    def test_it_has_the_size_and_colours_of_the_reel(self, materials: Any) -> None:
        """Luma 126 of limited range is 128 of full range, in every channel."""
        picture = self.save(materials, None, materials.grey(126))
        assert picture.shape == (materials.size[1], materials.size[0], 3)
        assert np.abs(picture[150, 150].astype(int) - 128).max() <= JPEG_TOLERANCE

    def test_it_shows_what_the_subtitles_show_at_that_moment(self, materials: Any) -> None:
        """A red rectangle until 1.0 s is on the cover of 0.5 s, in red, and not on that of 2.0 s."""
        frame = materials.grey(126)
        assert np.abs(self.save(materials, 0.5, frame)[150, 40].astype(int) - (0, 0, 255)).max() <= 2 * JPEG_TOLERANCE
        assert np.abs(self.save(materials, 2.0, frame)[150, 40].astype(int) - 128).max() <= JPEG_TOLERANCE
