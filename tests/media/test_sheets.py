"""The sheets about an avatar: its rig over its portrait, and all its visemes."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tasks.domain.box import Box
from tasks.domain.brand import FontFile
from tasks.domain.timeline import SIZE_PX
from tasks.media import rig_sheet, viseme_sheet
from tasks.media.drawing.face import frame_face
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import MOUTH_LEFT, MOUTH_RIGHT
from tasks.media.rig_sheet import COLOURS, RigFacts, draw_rig_sheet
from tasks.media.sheet import PAPER, Lettering, Sheet, cut
from tasks.media.text.font import find_font
from tasks.media.viseme_sheet import draw_viseme_sheet, viseme_section, window_of

MEI = Path(__file__).parents[2] / "avatars" / "mei"
FONT = find_font(FontFile(package="font_roboto", file="files/Roboto-Medium.ttf")).path
LETTERING = Lettering(heading=FONT, text=FONT)


@pytest.fixture(scope="module")
def rig() -> Rig:
    """What is known about Mei's face."""
    return Rig.read(MEI / "rig.json")


def pixels(path: Path) -> NDArray[np.uint8]:
    """A sheet as (height, width, 3), red green blue."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def holds(part: NDArray[np.uint8], colour: str) -> bool:
    """Whether a colour, or nearly that colour, is somewhere in a part of a sheet."""
    wanted = np.array(list(bytes.fromhex(colour.removeprefix("#"))), int)
    return bool((np.abs(part.astype(int) - wanted).max(axis=2) < 24).any())


class TestSheet:
    @pytest.mark.parametrize("words", ["short", "a line that is much too long for the room it has, whatever its size", "W"])
    def test_line_never_becomes_wider_than_its_room(self, words: str) -> None:
        """Smaller first, then shortened."""
        assert Sheet((400, 100), LETTERING).text((0, 0), words, 40, width_px=120) <= 121

    def test_part_of_a_picture_is_cut_where_it_is(self) -> None:
        """A white square in the middle of the window is in the middle of the result; beyond the border it goes on."""
        image = np.zeros((100, 100, 3), np.uint8)
        image[40:60, 40:60] = 255
        assert (cut(image, (30, 30, 70, 70), (40, 40))[10:30, 10:30] == 255).all()
        enlarged = cut(image, (30, 30, 70, 70), (80, 80))
        assert (enlarged[24:56, 24:56] == 255).all()
        assert not enlarged[:14].any()
        assert not cut(image, (-50, -50, 10, 10), (60, 60)).any()


@pytest.fixture(scope="module")
def sheet(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> NDArray[np.uint8]:
    """Mei's sheet."""
    target = tmp_path_factory.mktemp("sheet") / "rig.png"
    facts = RigFacts(title="Mei", facts=("synthetic",), notes=("a note",),
                     zones=(("captions", Box(x0=65, y0=1200, x1=888, y1=1440)),))
    size = draw_rig_sheet(MEI / "portrait.png", rig, facts, target, LETTERING)
    found = pixels(target)
    assert found.shape == (size[1], size[0], 3)
    return found


class TestRigSheet:
    def test_everything_of_the_legend_is_on_the_portrait(self, sheet: NDArray[np.uint8]) -> None:
        """Each kind of line in its colour."""
        top, left = rig_sheet.MARGIN_PX + rig_sheet.HEAD_PX, rig_sheet.MARGIN_PX
        portrait = sheet[top:top + SIZE_PX[1], left:left + SIZE_PX[0]]
        for name in ("lips", "lids", "iris", "outline", "axes", "zones"):
            assert holds(portrait, COLOURS[name]), name

    def test_lip_line_lies_on_the_lips(self, sheet: NDArray[np.uint8], rig: Rig) -> None:
        """Where the rig says that they meet."""
        x, y = np.round(rig.mouth.upper[len(rig.mouth.upper) // 2]).astype(int)
        top, left = rig_sheet.MARGIN_PX + rig_sheet.HEAD_PX, rig_sheet.MARGIN_PX
        assert holds(sheet[top + y - 2:top + y + 3, left + x - 2:left + x + 3], COLOURS["lips"])

    def test_swatches_have_the_colours_of_the_rig(self, sheet: NDArray[np.uint8], rig: Rig) -> None:
        """Skin, lip and white of the eye, beside the portrait."""
        side = sheet[:, rig_sheet.MARGIN_PX + SIZE_PX[0] + rig_sheet.GAP_PX:]
        for colour in (rig.skin, rig.lip, rig.eye_white):
            assert ((side == np.array(colour)).all(axis=2).sum(axis=1) > 200).sum() > 60

    def test_any_size_of_portrait_has_a_sheet(self, rig: Rig, tmp_path: Path) -> None:
        """JPEG by its name's end."""
        target = tmp_path / "rig.jpg"
        draw_rig_sheet(MEI / "portrait.png", rig, RigFacts("Mei", (), (), ()), target, LETTERING)
        with Image.open(target) as picture:
            assert picture.format == "JPEG"


class TestVisemeSheet:
    def test_each_picture_is_there_and_moves(self, rig: Rig, tmp_path: Path) -> None:
        """Two visemes side by side: the open mouth differs from the closed one, below them is their name."""
        section = viseme_section({"rest": {}, "ah": {"jaw": 0.64}}, {"ah": "father"})
        assert [shown.note for shown in section.pictures] == ["", "father"]
        target = tmp_path / "visemes.png"
        size = draw_viseme_sheet(MEI / "portrait.png", rig, [section], target, LETTERING, title="Mei", fact="synthetic")
        found = pixels(target)
        assert found.shape == (size[1], size[0], 3)
        width, height = viseme_sheet._cell_px(section)
        top = viseme_sheet._head_px() + viseme_sheet.HEADING_PX + 34
        left = viseme_sheet.MARGIN_PX
        rest, ah = (found[top:top + height, x:x + width].astype(int) for x in (left, left + width + viseme_sheet.GAP_PX))
        assert np.abs(rest - ah).mean() > 5
        assert not (found[top + height + 8:top + height + 40, left:left + 60] == list(bytes.fromhex(PAPER[1:]))).all()

    @pytest.mark.parametrize("part", ["mouth", "eyes", "face", "head"])
    def test_windows_hold_their_part(self, rig: Rig, part: viseme_sheet.Part) -> None:
        """The corners of the mouth, the lids, or all landmarks lie inside."""
        face = frame_face(read_portrait(MEI / "portrait.png", rig), rig, SIZE_PX)
        left, top, right, bottom = window_of(part, face, 0.8 if part == "mouth" else 0.5 if part == "eyes" else 1.2)
        inside = {"mouth": face.points[[MOUTH_LEFT, MOUTH_RIGHT]], "eyes": np.concatenate([eye.upper for eye in face.eyes]),
                  "face": face.points, "head": face.points}[part]
        assert (inside[:, 0] > left).all()
        assert (inside[:, 0] < right).all()
        assert (inside[:, 1] > top).all()
        assert (inside[:, 1] < bottom).all()

    def test_sections_fill_whole_rows(self) -> None:
        """No picture stands alone at the end of a part."""
        for section in (viseme_sheet.SMILES, viseme_sheet.EYES, viseme_sheet.HEADS):
            assert len(section.pictures) % section.columns == 0
