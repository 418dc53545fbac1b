"""Where the face is on the finished picture."""

from pathlib import Path

import pytest

from tasks.media.face_place import face_on_picture, mouth_on_picture, mouth_room, on_picture
from tasks.media.rig.model import Rig

AVATARS = Path(__file__).parents[2] / "avatars"


class TestMouthRoom:
    def test_leaves_room_for_the_jaw(self) -> None:
        """An eye distance of 300 px: the jaw drops up to 0.3 of it, and the head sways a little."""
        room = mouth_room([(450, 960), (630, 960), (540, 940), (540, 1020)], 300)
        assert room.y1 >= 1020 + 0.3 * 300
        assert room.x0 < 450
        assert room.x1 > 630
        assert room.y0 < 940


class TestOnPicture:
    @pytest.mark.parametrize(("portrait", "point", "expected"), [
        ((1080, 1920), (540, 990), (540, 990)),
        ((540, 960), (270, 495), (540, 990)),
        ((1920, 1920), (960, 960), (540, 960)),
        ((1080, 3840), (540, 1920), (540, 960)),
    ])
    def test_fills_the_picture_from_the_middle(
        self, portrait: tuple[int, int], point: tuple[float, float], expected: tuple[float, float],
    ) -> None:
        """Same size, half size, too wide, too high: the middle stays the middle."""
        points, _ = on_picture([point], portrait, (1080, 1920))
        assert points == [pytest.approx(expected)]


class TestOfAnAvatar:
    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_face_holds_eyes_and_lips(self, name: str) -> None:
        """The default portraits fill the picture as they are: eyes near y = 752, lips near y = 1000, chin below 1090."""
        rig = Rig.read(AVATARS / name / "rig.json")
        face, mouth = face_on_picture(rig), mouth_on_picture(rig)
        assert face.y0 < 680
        assert face.x0 < 378
        assert face.x1 > 704
        assert 1090 < face.y1 < mouth.y1
        assert mouth.y0 < 970
