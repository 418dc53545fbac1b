"""The data files of looks."""

import shutil
from pathlib import Path

import pytest

from tasks.domain.errors import FixMachine
from tasks.overlays.look import FOLDER, TEXT_KINDS, BarLook, looks_sha256, read_look, text_look
from tasks.overlays.motion import steps
from tasks.overlays.placement import GAP_PX

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A library's templates that a test may change."""
    shutil.copytree(TEMPLATES / FOLDER, tmp_path / FOLDER)
    return tmp_path


class TestLooks:
    @pytest.mark.parametrize("kind", TEXT_KINDS)
    def test_of_the_project_are_right(self, kind: str) -> None:
        """Every kind of text has one, with its template, and its least size is no larger than its size."""
        look = text_look(TEMPLATES, kind)  # type: ignore[arg-type]
        assert (TEMPLATES / look.template).is_file()
        assert all(level.least_px <= level.size_px for level in look.levels)

    def test_slide_stays_within_the_gap(self) -> None:
        """What slides in beside captions does not slide over them: its first frame is nearer than the gap of 16 pixels."""
        for kind in set(TEXT_KINDS) - {"end-card"}:
            assert all(abs(step.y_px) <= GAP_PX for step in steps(30, 90, text_look(TEMPLATES, kind)))

    @pytest.mark.parametrize(("old", "new", "message"), [
        ("reach: 0.12", "reach: -1", "title.yaml.*reach"), ("schema: 1", "schema: 9", "title.yaml.*schema"),
        ("reach: 0.12", "reech: 0.12", "title.yaml.*reech|title.yaml.*reach"), ("levels:", "levels: [", "title.yaml"),
    ])
    def test_a_wrong_one_is_named(self, copied: Path, old: str, new: str, message: str) -> None:
        """File, field and what to do."""
        path = copied / FOLDER / "title.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        with pytest.raises(FixMachine, match=message):
            text_look(copied, "title")

    def test_a_missing_one_is_named(self, copied: Path) -> None:
        """The message says which file is gone."""
        (copied / FOLDER / "progress-bar.yaml").unlink()
        with pytest.raises(FixMachine, match="progress-bar.yaml"):
            read_look(copied, "progress-bar", BarLook)

    @pytest.mark.parametrize("name", ["title.yaml", "title.ass.j2", "marks.j2"])
    def test_digest_changes_with_every_file(self, copied: Path, name: str) -> None:
        """A look that was changed is drawn anew."""
        before = looks_sha256(copied)
        path = copied / FOLDER / name
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
        assert looks_sha256(copied) != before
