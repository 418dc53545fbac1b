"""The page on directions is what the vocabulary says."""

from pathlib import Path
from types import ModuleType

import pytest

from file_modules import load_file
from tasks.animation.directions import parse_direction
from tasks.animation.vocabulary import ACTIONS, STRENGTHS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """docs/make_direction.py as a module."""
    return load_file(DOCS / "make_direction.py")


class TestPage:
    def test_page_is_what_the_vocabulary_says(self, program: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        """A word that changed without its page is found here."""
        monkeypatch.setattr("sys.argv", ["make_direction.py", "--check"])
        assert program.main() == 0

    def test_stale_page_is_told(self, program: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                capsys: pytest.CaptureFixture[str]) -> None:
        """With the command that mends it."""
        old = tmp_path / "direction.md"
        old.write_text(program.page().replace("| **smile** |", "| **simper** |"), "utf-8")
        monkeypatch.setattr(program, "PAGE", old)
        monkeypatch.setattr("sys.argv", ["make_direction.py", "--check"])
        assert program.main() == 1
        assert "make_direction.py" in capsys.readouterr().err

    def test_every_word_is_on_the_page(self) -> None:
        """Actions, their synonyms and strengths."""
        page = (DOCS / "direction.md").read_text("utf-8")
        words = [*STRENGTHS, *(word for action in ACTIONS for word in (action.name, *action.words))]
        assert [word for word in words if word not in page] == []

    def test_directions_of_the_page_are_understood(self) -> None:
        """The examples that people will copy."""
        lines = (DOCS / "direction.md").read_text("utf-8").splitlines()
        directions = [line.split("direct:")[1] for line in lines if "direct:" in line]
        assert len(directions) >= 3
        assert all(parse_direction(text).gestures and not parse_direction(text).unknown for text in directions)
