"""Tests of what is laid over the picture: colours, places, opacity and fades."""

from typing import Any

import numpy as np
import pytest

from tasks.domain.captions import Box
from tasks.domain.errors import StoreDamaged
from tasks.domain.performance import Scrim, Sticker
from tasks.media.drawing.planes import to_image, to_planes, view_planes

ROUNDING = 2
"""Levels of 255."""


@pytest.fixture
def below(room: Any) -> Any:
    """A grey shot of a second."""
    return room.still(room.picture("grey.png", np.full((192, 108, 3), 120, np.uint8)), 30)


def disc(side: int) -> np.ndarray:
    """A red disc on nothing."""
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    opaque = np.clip(side / 2 - 1 - np.hypot(x, y), 0, 1) * 255
    return np.dstack([0 * x, 0 * x, 0 * x + 255, opaque]).astype(np.uint8)


class TestScrim:
    @pytest.mark.parametrize(("opacity", "share"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
    def test_picture_goes_towards_the_colour(self, room: Any, below: Any, opacity: float, share: float) -> None:
        """Each plane goes as far towards the colour as the opacity says."""
        veil = Scrim(start_s=0, end_s=1, colour="#204080", opacity=opacity, fade_s=0)
        drawn = view_planes(room.draw(room.perform((below,), scrims=(veil,)), [10])[0])
        bare = view_planes(room.draw(room.perform((below,)), [10])[0])
        colour = to_planes(np.full((2, 2, 3), (0x80, 0x40, 0x20), np.uint8))
        for plane, was, wanted in zip(drawn, bare, colour, strict=True):
            assert np.abs(plane - (was + (wanted[0, 0] - was.astype(float)) * share)).max() <= ROUNDING

    def test_it_fades_and_stays_at_the_end(self, room: Any, below: Any) -> None:
        """A veil in the middle comes and goes; one that lasts to the end does not go."""
        passing = Scrim(start_s=0.2, end_s=0.8, colour="#000000", opacity=1, fade_s=0.2)
        staying = passing.model_copy(update={"end_s": 1.0})
        lumas = [[view_planes(frame).y.mean() for frame in room.draw(room.perform((below,), scrims=(scrim,)))]
                 for scrim in (passing, staying)]
        assert lumas[0][5] == lumas[0][25] > 100
        assert lumas[0][15] == pytest.approx(16, abs=ROUNDING)
        assert lumas[0][6] > lumas[0][9] > lumas[0][12]
        assert lumas[1][-1] == pytest.approx(16, abs=ROUNDING)


class TestSticker:
    @pytest.mark.parametrize("box", [(100, 200, 500, 600), (101.5, 203.25, 501.5, 603.25)])
    def test_it_stands_in_its_box(self, room: Any, below: Any, box: tuple[float, float, float, float]) -> None:
        """The weight of what changed lies in the middle of the box, given in pixels of a finished reel."""
        sticker = Sticker(picture=room.picture("disc.png", disc(400)), box=Box(x0=box[0], y0=box[1], x1=box[2], y1=box[3]),
                          start_s=0, end_s=1)
        bare, drawn = (to_image(room.draw(room.perform((below,), stickers=over), [3], size=(540, 960))[0]).astype(float)
                       for over in ((), (sticker,)))
        changed = np.abs(drawn - bare).sum(axis=2)
        y, x = np.mgrid[:960, :540]
        middle = [(axis * changed).sum() / changed.sum() for axis in (x, y)]
        assert middle == pytest.approx([(box[0] + box[2]) / 4 - 0.5, (box[1] + box[3]) / 4 - 0.5], abs=0.1)
        assert changed.max(axis=0).nonzero()[0][0] >= int(box[0] / 2) - 1

    def test_its_rim_keeps_its_colour(self, room: Any, below: Any) -> None:
        """Towards transparency the disc goes over into the background without a dark or grey rim."""
        sticker = Sticker(picture=room.picture("disc.png", disc(100)), box=Box(x0=200, y0=200, x1=600, y1=600), start_s=0,
                          end_s=1)
        luma = view_planes(room.draw(room.perform((below,), stickers=(sticker,)), [3], size=(540, 960))[0]).y
        inside, outside = sorted((int(luma[200, 200]), int(luma[20, 20])))
        assert inside - ROUNDING <= luma.min()
        assert luma.max() <= outside + ROUNDING

    def test_opacity_and_fade_multiply(self, room: Any, below: Any) -> None:
        """Half opaque, it changes half as much; half way through its fade, half of that."""
        def change(frame: int, **how: float) -> float:
            sticker = Sticker(picture=room.picture("disc.png", disc(100)), box=Box(x0=200, y0=200, x1=600, y1=600),
                              start_s=0, end_s=1, **how)
            bare, drawn = (view_planes(room.draw(room.perform((below,), stickers=over), [frame])[0]).v.astype(float)
                           for over in ((), (sticker,)))
            return float((drawn - bare).max())

        assert change(10, opacity=0.5) == pytest.approx(change(10) / 2, abs=ROUNDING)
        assert 0 < change(0, fade_s=0.2) < change(2, fade_s=0.2) < change(10, fade_s=0.2)

    def test_what_is_no_picture_is_damage(self, room: Any, below: Any) -> None:
        """A file that is no picture is named, with what to do."""
        broken = room.curves("broken", {"zoom": [0.0]})
        sticker = Sticker(picture=broken, box=Box(x0=0, y0=0, x1=9, y1=9), start_s=0, end_s=1)
        with pytest.raises(StoreDamaged, match=r"broken\.json.*made again"):
            room.draw(room.perform((below,), stickers=(sticker,)))


class TestNothingOver:
    def test_empty_overlays_change_no_byte(self, room: Any, below: Any) -> None:
        """What is over but not there yet leaves every byte as it was."""
        later = Scrim(start_s=0.5, end_s=1, colour="#ffffff", opacity=1)
        bare, veiled = (room.draw(room.perform((below,), scrims=scrims), [3])[0] for scrims in ((), (later,)))
        assert (bare == veiled).all()
