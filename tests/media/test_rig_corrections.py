"""Points corrected by hand stay when a rig is made anew."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.domain.errors import AvatarError
from tasks.media.landmarks import Landmarks
from tasks.media.rig.build import build_rig, nearest
from tasks.media.rig.corrections import corrections, keep_corrections, with_record
from tasks.media.rig.model import Rig

MEI = Path(__file__).parents[2] / "avatars" / "mei"
MOUTH_CORNER = 61
"""The left corner of the mouth: the traced line of the lips begins there."""


class Known:
    """Finds the face where Mei's is, without a model; every picture of it shows the same, larger or not."""

    def find(self, image: NDArray[np.uint8]) -> list[Landmarks]:
        """Mei's landmarks, where the whole portrait is searched; in a crop the face is lost."""
        rig = Rig.read(MEI / "rig.json")
        return [rig.points()] if image.shape[1::-1] == (rig.width_px, rig.height_px) else []


@pytest.fixture(scope="module")
def fresh() -> Rig:
    """Mei's rig as the analysis makes it."""
    return build_rig(MEI / "portrait.png", finder=Known())


def edited(rig: Rig, *changes: tuple[tuple[str | int, ...], object]) -> Rig:
    """A rig after somebody changed values in its file."""
    fields = json.loads(rig.to_json())
    for place, value in changes:
        inside = fields
        for part in place[:-1]:
            inside = inside[part]
        inside[place[-1]] = value
    return Rig.model_validate_json(json.dumps(fields))


class TestCorrections:
    def test_fresh_rig_has_none(self, fresh: Rig) -> None:
        """What was found is what is there."""
        assert corrections(fresh) == ()

    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_rigs_of_the_project_keep_a_record_and_have_none(self, name: str) -> None:
        """Nobody corrected them."""
        rig = Rig.read(MEI.parent / name / "rig.json")
        assert rig.found is not None
        assert corrections(rig) == ()

    def test_each_is_named_with_its_size(self, fresh: Rig) -> None:
        """A landmark, a point of a lid, a flag: as people call them."""
        x, y, z = fresh.landmarks[13]
        u, v = fresh.eyes[1].upper[12]
        told = list(map(str, corrections(edited(
            fresh, (("landmarks", 13), [x + 3, y - 4, z]), (("eyes", 1, "upper", 12), [u, v + 2]),
            (("eyes", 0, "moves"), False), (("lip",), [200, 100, 90])))))
        assert told[0] == "landmark 13: moved by 5.0 px"
        assert told[1] == "left eye moves: false instead of true"
        assert told[2] == "right eye upper point 12: moved by 2.0 px"
        assert told[3].startswith("lip: [200, 100, 90] instead of [")

    def test_line_of_other_length_counts_as_a_whole(self, fresh: Rig) -> None:
        """Somebody drew it anew."""
        line = [[x, y - 1] for x, y in fresh.mouth.upper[::8]]
        found = corrections(edited(fresh, (("mouth", "upper"), line)))
        assert [str(each) for each in found] == [f"mouth upper: {len(line)} points instead of"
                                                 f" {len(fresh.mouth.upper)} points"]

    def test_rig_without_a_record_has_none(self, fresh: Rig) -> None:
        """A file of an earlier version: what is there counts as found."""
        assert corrections(fresh.model_copy(update={"found": None})) == ()

    @pytest.mark.parametrize("record", ["no base64!", "aGVsbG8="])
    def test_damaged_record_is_told(self, fresh: Rig, record: str) -> None:
        """One sentence with the way out."""
        with pytest.raises(AvatarError, match="record of what was found is damaged .*: remove the field 'found'"):
            corrections(fresh.model_copy(update={"found": record}))


class TestMakingAnew:
    def test_corrected_point_stays_and_everything_else_is_as_found(self, fresh: Rig) -> None:
        """Exactly that point; and once more, from what came out."""
        u, v = fresh.mouth.lower[16]
        mine = edited(fresh, (("mouth", "lower", 16), [u, v + 3.5]))
        again = build_rig(MEI / "portrait.png", finder=Known(), before=mine)
        assert again.to_json() == mine.to_json()
        assert build_rig(MEI / "portrait.png", finder=Known(), before=again).to_json() == again.to_json()

    def test_lines_follow_a_corrected_landmark(self, fresh: Rig) -> None:
        """The line of the lips begins at the corner of the mouth, wherever a person puts that."""
        x, y, z = fresh.landmarks[MOUTH_CORNER]
        moved = [round(x - 12, 2), round(y + 5, 2), z]
        again = build_rig(MEI / "portrait.png", finder=Known(), before=edited(fresh, (("landmarks", MOUTH_CORNER), moved)))
        assert list(again.landmarks[MOUTH_CORNER]) == moved
        assert np.hypot(*np.subtract(again.mouth.upper[0], moved[:2])) < 1
        assert np.hypot(*np.subtract(fresh.mouth.upper[0], moved[:2])) > 10
        assert [each.place for each in corrections(again)] == [("landmarks", MOUTH_CORNER)]

    def test_corrections_of_another_portrait_count_for_nothing(self, fresh: Rig) -> None:
        """Points are places of one picture."""
        x, y = fresh.mouth.lower[16]
        other = edited(fresh, (("mouth", "lower", 16), [x + 1, y + 2]), (("portrait_sha256",), "0" * 64))
        assert build_rig(MEI / "portrait.png", finder=Known(), before=other).to_json() == fresh.to_json()

    def test_correction_without_a_place_becomes_a_warning(self, fresh: Rig) -> None:
        """A newer analysis traces a line in fewer points: the person is told, nothing lands on the wrong point."""
        u, v = fresh.mouth.lower[16]
        mine = edited(fresh, (("mouth", "lower", 16), [u, v + 3]))
        newer = with_record(edited(fresh, (("mouth", "lower"), fresh.mouth.lower[::2])))
        kept = keep_corrections(newer, mine)
        assert kept.mouth == newer.mouth
        assert kept.warnings == ("a correction by hand could not be kept, correct it again: mouth lower point 16: moved by"
                                 " 3.0 px",)


class TestNearest:
    def test_face_at_the_place_is_taken(self) -> None:
        """Not the first, not the largest: the one that lies there."""
        face = Rig.read(MEI / "rig.json").points()
        left, right = face - [300, 0, 0], 1.5 * face + [200, 0, 0]
        assert nearest([right, left], face - [280, 5, 0]) is left


class TestPlaces:
    @pytest.mark.parametrize(("place", "value"), [
        (("landmarks", 13, 0), 1e7), (("landmarks", 13, 1), float("nan")), (("eyes", 0, "iris"), [5.0, -1e5]),
        (("scale_px",), float("inf")), (("depth_px",), 1e6), (("eyes", 1, "iris_radius_px"), 1e6), (("yaw_rad",), 3.0),
        (("skin",), [999, 0, 0]),
    ])
    def test_slip_of_the_hand_is_told(
        self, fresh: Rig, tmp_path: Path, place: tuple[str | int, ...], value: object,
    ) -> None:
        """A value that cannot be meant is named when the file is read, before anything is drawn with it."""
        fields = json.loads(fresh.to_json())
        inside = fields
        for part in place[:-1]:
            inside = inside[part]
        inside[place[-1]] = value
        (tmp_path / "rig.json").write_text(json.dumps(fields), "utf-8")
        with pytest.raises(AvatarError, match=r"damaged at .*(far outside of the portrait|finite|has room for|less than)"):
            Rig.read(tmp_path / "rig.json")

    @pytest.mark.parametrize(("part", "name"), [(("mouth",), "mouth"), (("eyes", 1), "right eye")])
    def test_points_in_the_wrong_order_are_told(self, fresh: Rig, tmp_path: Path, part: tuple[str | int, ...], name: str
                                                ) -> None:
        """Two neighbours that were exchanged fold the skin: the sentence names them."""
        fields = json.loads(fresh.to_json())
        line = fields[part[0]][part[1]]["lower"] if len(part) > 1 else fields[part[0]]["lower"]
        line[7], line[8] = line[8], line[7]
        (tmp_path / "rig.json").write_text(json.dumps(fields), "utf-8")
        with pytest.raises(AvatarError, match=f"points 7 and 8 of the lower line of the {name} do not run from left"):
            Rig.read(tmp_path / "rig.json")

    def test_exchanged_lips_are_told(self, fresh: Rig, tmp_path: Path) -> None:
        """A lower lip above the upper one opens no mouth."""
        fields = json.loads(fresh.to_json())
        mouth = fields["mouth"]
        mouth["upper"], mouth["lower"] = mouth["lower"], [[x, y - 20] for x, y in mouth["upper"]]
        (tmp_path / "rig.json").write_text(json.dumps(fields), "utf-8")
        with pytest.raises(AvatarError, match="of the mouth lies above its upper line"):
            Rig.read(tmp_path / "rig.json")
