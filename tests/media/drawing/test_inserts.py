"""Tests of cutaways: what is seen when, and that the avatar's face stays in view above a split."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.domain.performance import Insert, Performance, PuppetShot
from tasks.media.curves import MOTION
from tasks.media.drawing.inserts import lift_of, lower_part
from tasks.media.drawing.performance import PuppetScene, open_stage
from tasks.media.drawing.planes import view_planes

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (108, 192)
RESAMPLED = 3
"""Luma that drawing a plain grey may change."""


def grey(value: int) -> np.ndarray:
    """A plain picture."""
    return np.full((192, 108, 3), value, np.uint8)


@pytest.fixture
def cut(room: Any) -> Any:
    """A dark shot of a second, into which a bright one of a third cuts at a third, as the arguments say."""
    def perform(**how: Any) -> Performance:
        below = room.still(room.picture("dark.png", grey(40)), 30)
        above = room.still(room.picture("bright.png", grey(220)), 10, start_s=1 / 3)
        return room.perform((below,), inserts=(Insert(shot=above, **how),))
    return perform


def rows(frame: np.ndarray) -> np.ndarray:
    """Mean luma of each row."""
    return view_planes(frame).y.mean(axis=1)


class TestFull:
    def test_without_fades_it_is_there_at_once(self, room: Any, cut: Any) -> None:
        """From its first frame to its last only the insert is seen, before and after only what is below."""
        means = [rows(frame).mean() for frame in room.draw(cut(enter_s=0, leave_s=0))]
        dark, bright = means[0], means[15]
        assert bright > dark + 100
        assert means == pytest.approx([bright if 10 <= index < 20 else dark for index in range(30)], abs=RESAMPLED)

    def test_it_fades_in_and_out_alike(self, room: Any, cut: Any) -> None:
        """The insert comes evenly rising and goes as it came."""
        means = np.array([rows(frame).mean() for frame in room.draw(cut(enter_s=0.1, leave_s=0.1))])
        assert (np.diff(means[9:14]) > 0).all()
        assert means[10:20] == pytest.approx(means[10:20][::-1], abs=RESAMPLED)
        assert means[14] - means[0] > 100

    def test_frames_are_independent(self, room: Any, cut: Any) -> None:
        """A frame in the middle of a fade is the same asked for alone, and after others."""
        performance = cut(enter_s=0.2, leave_s=0.2)
        every = room.draw(performance)
        assert all((alone == every[index]).all() for index, alone in zip((18, 11), room.draw(performance, [18, 11]),
                                                                         strict=True))


class TestSplit:
    def test_seam_lies_at_45_percent(self, room: Any, cut: Any) -> None:
        """Fully entered, the shot fills the frame below the seam and nothing above it."""
        luma = rows(room.draw(cut(layout="split", enter_s=0.1, leave_s=0.1), [15])[0])
        seam = SIZE[1] - lower_part(SIZE)[1]
        assert seam == pytest.approx(0.45 * SIZE[1], abs=1)
        assert luma[seam:].min() > 150
        assert luma[:seam].max() < 100

    def test_it_slides_up_and_down_again(self, room: Any, cut: Any) -> None:
        """The seam rises from the lower border without a jump, and sinks as it rose."""
        frames = room.draw(cut(layout="split", enter_s=1 / 6, leave_s=1 / 6), list(range(10, 20)))
        seams = [int((rows(frame) < 150).sum()) for frame in frames]
        assert seams[:5] == sorted(seams[:5], reverse=True)
        assert seams == pytest.approx(seams[::-1], abs=2)
        assert seams[0] > 0.9 * SIZE[1]

    def test_shadow_lies_above_the_seam(self, room: Any, cut: Any) -> None:
        """The last rows above the seam are a little darker than those further up."""
        luma = rows(room.draw(cut(layout="split", enter_s=0.1, leave_s=0.1), [15])[0])
        seam = SIZE[1] - lower_part(SIZE)[1]
        assert luma[seam - 1] < luma[seam - 10] - 3

    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_face_stays_in_view(self, room: Any, name: str) -> None:
        """Above the seam eyes and chin of every avatar are seen, below where the disclosure stands."""
        folder = AVATARS / name
        motion = room.curves("motion", dict.fromkeys(MOTION, np.zeros(2)))
        shot = PuppetShot(start_s=0, end_s=2 / 30, portrait=room.media(folder / "portrait.png"),
                          rig=room.media(folder / "rig.json"), motion=motion)
        scene = open_stage(room.perform((shot,)), lambda file: Path(file.uri), (540, 960)).scenes[0]
        assert isinstance(scene, PuppetScene)
        face, lift = scene.puppet._face, lift_of(scene, 960)
        eyes, chin = min(eye.upper[:, 1].min() for eye in face.eyes), face.points[152, 1]
        assert eyes - lift > 265 / 2
        assert chin - lift < 864 / 2 - 20
