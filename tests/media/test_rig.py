"""Tests of rigs: what is found in the default portraits, and what a rig file promises."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.domain.errors import AvatarError
from tasks.media.rig.build import build_rig
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.tracing import trace_path

AVATARS = Path(__file__).parents[2] / "avatars"
IRISES = {"ada": ((427.8, 758.4), (652.2, 758.4))}
"""Where the program that drew the portrait put the irises."""
MEASURED = 3.0
"""Pixels a traced iris may be off in a face 430 pixels wide."""


class TestTracePath:
    def test_follows_the_cheapest_line(self) -> None:
        """A dark sine on a bright ground is found in every column."""
        columns = np.arange(60)
        line = np.round(10 + 4 * np.sin(columns / 9)).astype(int)
        cost = np.ones((21, 60))
        cost[line, columns] = 0
        assert (trace_path(cost, stiffness=0.01) == line).all()


@pytest.fixture(scope="module")
def ada() -> Rig:
    """Ada, analysed afresh."""
    return build_rig(AVATARS / "ada" / "portrait.png")


class TestBuildRig:
    def test_irises_are_where_they_were_drawn(self, ada: Rig) -> None:
        """The traced irises lie on the true ones."""
        for eye, truth in zip(ada.eyes, IRISES["ada"], strict=True):
            assert np.hypot(*np.subtract(eye.iris, truth)) < MEASURED

    def test_committed_rig_is_current(self, ada: Rig) -> None:
        """The rig in the repository is what the analysis finds today, within a pixel."""
        committed = Rig.read(AVATARS / "ada" / "rig.json")
        assert committed.tool == ada.tool
        assert committed.portrait_sha256 == ada.portrait_sha256
        assert np.abs(committed.points() - ada.points()).max() < 1

    def test_lips_are_closed_and_ordered(self, ada: Rig) -> None:
        """Ada's mouth is closed: the edges of the lips run close together, the upper above the lower."""
        gap = np.subtract(ada.mouth.lower, ada.mouth.upper)[:, 1]
        assert not ada.mouth.is_open
        assert gap.min() >= -0.01
        assert gap.max() < 0.05 * ada.scale_px

    def test_picture_without_a_face_is_refused(self, tmp_path: Path) -> None:
        """A grey picture has no face, and the message says so."""
        cv2.imwrite(str(tmp_path / "grey.png"), np.full((200, 200, 3), 127, np.uint8))
        with pytest.raises(AvatarError, match="the portrait 'grey.png' cannot be animated: no face is found"):
            build_rig(tmp_path / "grey.png")

    def test_text_is_no_picture(self, tmp_path: Path) -> None:
        """A file that is no picture is refused by name."""
        (tmp_path / "note.png").write_text("hello")
        with pytest.raises(AvatarError, match="'note.png' is no picture"):
            build_rig(tmp_path / "note.png")


class TestRig:
    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_file_round_trips(self, name: str) -> None:
        """A rig written is the rig read, byte for byte."""
        path = AVATARS / name / "rig.json"
        rig = Rig.read(path)
        assert rig.to_json() == path.read_text("utf-8")
        assert Rig.model_validate_json(rig.to_json()) == rig

    def test_matte_holds_the_face_and_not_the_corners(self) -> None:
        """The person is in the middle, the background in the upper corners."""
        matte = Rig.read(AVATARS / "kofi" / "rig.json").matte()
        assert matte[int(0.45 * len(matte)), matte.shape[1] // 2] > 0.95
        assert matte[:20, :20].max() < 0.05

    def test_nose_is_nearer_than_the_ears(self) -> None:
        """Depth grows towards the camera."""
        rig = Rig.read(AVATARS / "mei" / "rig.json")
        depth = rig.depth()

        def at(index: int) -> float:
            x, y, _ = rig.landmarks[index]
            return float(depth[int(y / rig.height_px * len(depth)), int(x / rig.width_px * depth.shape[1])])

        assert at(4) > 0.3 * rig.scale_px
        assert at(4) > 3 * max(at(234), at(454))

    def test_other_portrait_is_refused(self) -> None:
        """A rig fits one picture only, known by its digest."""
        rig = Rig.read(AVATARS / "ada" / "rig.json")
        with pytest.raises(AvatarError, match="another portrait"):
            read_portrait(AVATARS / "mei" / "portrait.png", rig)

    def test_damaged_file_is_named(self, tmp_path: Path) -> None:
        """A rig that is no rig is refused by name, with the way out."""
        (tmp_path / "rig.json").write_text('{"schema": 1}')
        with pytest.raises(AvatarError, match="'rig.json' is damaged"):
            Rig.read(tmp_path / "rig.json")
