"""The avatar studio draws with Blender, which is not here; what it says about its people is checked without."""

import json
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.media.rig.model import Rig

CHECKOUT = Path(__file__).resolve().parents[2]
STUDIO = CHECKOUT / "examples/avatar_studio"
NAMES = ("ada", "kofi", "mei")
WIDTH_PX, HEIGHT_PX = 1080, 1920

MIRROR_TOLERANCE_PX = 0.03
"""The heads are symmetric and the files hold two decimals."""
FEATURE_TOLERANCE_PERCENT = 3.5
"""Of the face's width. Ada's outer eye corner, 3.1, is the worst: eyes larger than life are found narrower than drawn."""
MEAN_TOLERANCE_PERCENT = 1.1
"""Of the face's width. The studio's README reports at most 1.04 over all features."""

LANDMARKS = {
    "mouth_centre": (13, 14), "lip_top": (0,), "lip_bottom": (17,), "mouth_left": (61,), "mouth_right": (291,),
    "lid_up_left": (159,), "lid_low_left": (145,), "lid_up_right": (386,), "lid_low_right": (374,),
    "eye_outer_left": (33,), "eye_inner_left": (133,), "eye_outer_right": (263,), "eye_inner_right": (362,),
    "iris_left": (468,), "iris_right": (473,),
}
"""Feature -> landmarks of the face mesh whose mean it is."""
FACE_SIDES = (234, 454)
"""Landmarks between which the face's width is measured."""


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The studio's people, by name; their definitions need nothing but the standard library."""
    monkeypatch.syspath_prepend(str(STUDIO))
    from avatarkit.people import PEOPLE  # type: ignore[import-not-found]

    yield PEOPLE
    for name in [name for name in sys.modules if name.partition(".")[0] == "avatarkit"]:
        monkeypatch.delitem(sys.modules, name)


@pytest.fixture(params=NAMES)
def truth(request: pytest.FixtureRequest) -> dict[str, np.ndarray]:
    """Feature -> known points (n, 2) in one portrait, pixels."""
    return read_truth(request.param)


def read_truth(name: str) -> dict[str, np.ndarray]:
    """The known points of a person."""
    features = json.loads((STUDIO / "truth" / f"{name}.json").read_text("utf-8"))
    return {feature: np.array(points) for feature, points in features.items()}


def strings_in(model: Any) -> Iterator[tuple[str, str]]:
    """Every text in a definition with the name of its field."""
    for field in fields(model):
        value = getattr(model, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if is_dataclass(item):
                yield from strings_in(item)
            elif isinstance(item, str):
                yield field.name, item


class TestPeople:
    """The definitions of the default people."""

    def test_default_avatars_are_defined(self, people: dict[str, Any]) -> None:
        """Whoever presents reels can be drawn again."""
        assert set(people) == set(NAMES)
        assert all(person.name == name for name, person in people.items())

    def test_colours_are_hexadecimal(self, people: dict[str, Any]) -> None:
        """Every text that is no name of a person, garment or fabric is a colour."""
        for person in people.values():
            colours = [text for field, text in strings_in(person) if field not in ("name", "cut", "fabric")]
            assert len(colours) > 20
            assert [text for text in colours if not re.fullmatch("#[0-9a-f]{6}", text)] == []

    def test_faces_are_relaxed(self, people: dict[str, Any]) -> None:
        """The upper lid covers part of the iris, and the mouth is near rest: animation starts from there."""
        for person in people.values():
            assert person.face.lid_up < person.eye.iris
            assert 0.2 <= person.face.smile <= 0.4

    def test_proportions_are_floats(self, people: dict[str, Any]) -> None:
        """One whole number would compile the head anew for that person."""
        assert all(type(value) is float for person in people.values() for value in person.face)


class TestTruth:
    """The known positions of features."""

    def test_points_are_inside_the_picture(self, truth: dict[str, np.ndarray]) -> None:
        """Every point can be looked at."""
        points = np.concatenate(list(truth.values()))
        assert (points > 0).all()
        assert (points < (WIDTH_PX, HEIGHT_PX)).all()

    def test_sides_mirror_each_other(self, truth: dict[str, np.ndarray]) -> None:
        """Left is on the left of the picture, as far from the middle as right is on the right."""
        for left, right in [(name, name.replace("left", "right")) for name in truth if name.endswith("left")]:
            assert (truth[left][:, 0] < WIDTH_PX / 2).all()
            mirrored = truth[right] * (-1, 1) + (WIDTH_PX, 0)
            np.testing.assert_allclose(truth[left], mirrored, atol=MIRROR_TOLERANCE_PX)

    def test_features_are_in_order_from_top_to_bottom(self, truth: dict[str, np.ndarray]) -> None:
        """Brow, lid, iris, lid, lip, mouth, lip, and the chin as the lowest point of the jaw."""
        order = ["brow_left", "lid_up_left", "iris_left", "lid_low_left", "lip_top", "mouth_centre", "lip_bottom"]
        heights = [truth[name][:, 1].mean() for name in order] + [truth["jaw"][:, 1].max()]
        assert heights == sorted(heights)


@pytest.mark.parametrize("name", NAMES)
class TestPortraits:
    """The committed portraits."""

    def test_portrait_has_the_stated_size(self, name: str) -> None:
        """A portrait fills a reel without being scaled, and the truth's pixels are its pixels."""
        header = (CHECKOUT / "avatars" / name / "portrait.png").read_bytes()[:24]
        assert header[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", header[16:24]) == (WIDTH_PX, HEIGHT_PX)

    def test_rig_agrees_with_the_truth(self, name: str) -> None:
        """What was found in the portrait is where the model put it; lids and lips count by height."""
        found = Rig.read(CHECKOUT / "avatars" / name / "rig.json").points()[:, :2]
        face_width = np.linalg.norm(found[FACE_SIDES[0]] - found[FACE_SIDES[1]])
        errors = {}
        for feature, (point, *_) in read_truth(name).items():
            if feature in LANDMARKS:
                x, y = found[list(LANDMARKS[feature])].mean(axis=0) - point
                by_height = feature.startswith(("lid", "lip", "mouth_centre"))
                errors[feature] = 100 * (abs(y) if by_height else np.hypot(x, y)) / face_width
        assert set(errors) == set(LANDMARKS)
        assert {feature: error for feature, error in errors.items() if error > FEATURE_TOLERANCE_PERCENT} == {}
        assert np.mean(list(errors.values())) < MEAN_TOLERANCE_PERCENT
