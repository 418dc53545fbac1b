"""`reels brand`: the kits there are, and a specimen sheet of one."""

import json
from pathlib import Path

import pytest
from PIL import Image

from flows.brands import contrasts
from flows.cli import main
from tasks.media.text.contrast import READABLE
from tasks.runtime.library import Library

CHECKOUT = Path(__file__).parents[2]


class TestList:
    def test_people_and_machines_read_the_same(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A line a kit."""
        assert main(["brand", "list"]) == 0
        page = capsys.readouterr().out.splitlines()
        assert main(["brand", "list", "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert [line.split()[0] for line in page] == [kit["name"] for kit in listed]
        assert {"default", "midnight"} <= {kit["name"] for kit in listed}
        assert all(ratio >= READABLE for kit in listed for ratio in kit["contrast"].values())


class TestShow:
    def test_sheet_is_drawn_and_nothing_else_is_left(
        self, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """One PNG, on the brand's panel; the installation's store is not touched."""
        sheet = tmp_path / "sheets" / "midnight.png"
        assert main(["brand", "show", "midnight", "--out", str(sheet), "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        kit = Library(CHECKOUT).brand("midnight")
        assert facts["contrast"] == contrasts(kit)
        assert facts["file"] == str(sheet)
        with Image.open(sheet) as picture:
            assert picture.size == (facts["width"], facts["height"])
            assert "#{:02x}{:02x}{:02x}".format(*picture.convert("RGB").getpixel((3, 3))) == kit.colours.panel  # type: ignore[misc]
        assert list(sheet.parent.iterdir()) == [sheet]
        assert not home.exists()

    @pytest.mark.parametrize(("arguments", "code", "sentence"), [
        (["midnigt"], 2, "no brand 'midnigt'; did you mean 'midnight'?"),
        (["../brands/midnight"], 2, "no brand '../brands/midnight'"),
        (["midnight", "--out", "/proc/sheet.png"], 3, "cannot write to '/proc"),
    ])
    def test_what_cannot_be_drawn_is_answered(
        self, home: Path, arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """One sentence."""
        assert main(["brand", "show", *arguments]) == code
        assert sentence in capsys.readouterr().err
