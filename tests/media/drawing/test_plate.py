"""Tests of the plate: what lies behind the person, and where the person is opaque."""

import numpy as np
import pytest

from tasks.media.drawing.plate import separate

SCALE = 60.0
CENTRE, RADIUS = (120, 100), 50


@pytest.fixture(scope="module")
def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A dark disc before a wall that gets brighter to the right: picture, wall alone, matte."""
    wall = np.repeat(np.tile(np.linspace(90, 190, 240), (200, 1))[..., None], 3, axis=2).round().astype(np.uint8)
    y, x = np.mgrid[:200, :240]
    away = np.hypot(x - CENTRE[0], y - CENTRE[1]) - RADIUS
    picture = np.where(away[..., None] < 0, 20, wall).astype(np.uint8)
    return picture, wall, np.clip(0.5 - away / 6, 0, 1).astype(np.float32)


class TestSeparate:
    def test_background_is_made_up_behind_the_person(self, scene: tuple[np.ndarray, ...]) -> None:
        """Behind the rim of the disc the plate shows the wall, though the picture never did."""
        picture, wall, matte = scene
        plate, _ = separate(picture, matte, SCALE)
        y, x = np.mgrid[:200, :240]
        rim = np.abs(np.hypot(x - CENTRE[0], y - CENTRE[1]) - RADIUS + 8) < 2
        assert np.abs(plate[rim].astype(int) - wall[rim]).mean() < 6

    def test_background_outside_is_untouched(self, scene: tuple[np.ndarray, ...]) -> None:
        """Away from the person the plate is the picture."""
        picture, _, matte = scene
        plate, opacity = separate(picture, matte, SCALE)
        assert (plate[:30] == picture[:30]).all()
        assert opacity[:30].max() == 0

    def test_person_is_opaque_to_its_edge(self, scene: tuple[np.ndarray, ...]) -> None:
        """Opacity is full where the disc is dark and none a few pixels outside."""
        picture, _, matte = scene
        _, opacity = separate(picture, matte, SCALE)
        assert opacity[CENTRE[1], CENTRE[0] - RADIUS + 2:CENTRE[0] + RADIUS - 2].min() > 0.99
        assert opacity[CENTRE[1], :CENTRE[0] - RADIUS - 6].max() < 0.05

    def test_what_hangs_on_the_person_is_the_person(self, scene: tuple[np.ndarray, ...]) -> None:
        """A lock below the disc of which the matte is half sure goes with it; an equal thing beside it stays behind."""
        picture, wall, matte = (each.copy() for each in scene)
        lock, thing = np.s_[145:185, 112:124], np.s_[60:100, 200:212]
        for part in (lock, thing):
            picture[part], matte[part] = 60, np.maximum(matte[part], 0.5)
        plate, opacity = separate(picture, matte, SCALE)
        assert opacity[lock].min() > 0.9
        assert np.abs(plate[165:183, 114:122].astype(int) - wall[165:183, 114:122]).mean() < 12
        assert opacity[thing].max() == 0
        assert (plate[thing] == 60).all()

    def test_all_person_needs_no_background(self) -> None:
        """A matte that claims the whole picture is not believed: everything is opaque."""
        picture = np.full((40, 40, 3), 99, np.uint8)
        plate, opacity = separate(picture, np.ones((40, 40), np.float32), SCALE)
        assert (plate == picture).all()
        assert (opacity == 1).all()

    def test_shelf_behind_the_person_stays_behind(self, scene: tuple[np.ndarray, ...]) -> None:
        """A dark shelf that ends at the disc, where the matte is already faint, is no part of the disc."""
        picture, _, matte = (each.copy() for each in scene)
        shelf = np.s_[94:106, CENTRE[0] + RADIUS + 2:]
        picture[shelf] = 110
        plate, opacity = separate(picture, matte, SCALE)
        assert opacity[94:106, CENTRE[0] + RADIUS + 3:].max() < 0.1
        assert np.abs(plate[97:103, CENTRE[0] + RADIUS + 4:].astype(int) - 110).mean() < 2

    def test_texture_goes_on_behind_the_person(self, scene: tuple[np.ndarray, ...]) -> None:
        """Before a grainy wall the made-up background is grainy too, so that no smooth halo appears beside a moving head."""
        picture, wall, matte = scene
        noise = np.random.default_rng(5).normal(0, 8, wall.shape[:2])[..., None]
        plate, _ = separate(np.clip(picture + noise, 0, 255).astype(np.uint8), matte, SCALE)
        y, x = np.mgrid[:200, :240]
        rim = np.abs(np.hypot(x - CENTRE[0], y - CENTRE[1]) - RADIUS + 6) < 4
        assert 4 < (plate.astype(int) - wall)[rim].std() < 12
