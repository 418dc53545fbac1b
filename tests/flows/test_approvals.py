"""`reels pending`, `approve`, `edit`, `reject`: what needs no server. The rest is in tests/pipelines/test_approval.py."""

import datetime as dt
from pathlib import Path

import pytest

from flows.approvals import _edited, _line, _open_editor, _row
from flows.gate import due_at, is_expired, is_overdue
from flows.suspension import form_of
from tasks.domain.answer import Question
from tasks.domain.errors import FixMachine, FixRequest
from tasks.domain.script import Beat, Script
from tasks.runtime.settings import Settings
from tasks.script.parse import parse_script
from tasks.script.yaml_text import script_yaml

NOW = dt.datetime.now(dt.UTC)
SCRIPT = Script(title="Tea", beats=(Beat(say="Hello."),))
QUESTION = Question(run="0f" * 16, key="script-approval-1", gate="script", sha256="a" * 64, script=script_yaml(SCRIPT),
                    title="Tea", avatar="ada", length_s=3.2, cost_usd=1.5, since=NOW - dt.timedelta(hours=3))


class TestDeadline:
    def test_policy_decides_when_time_is_over(self) -> None:
        """None: never; 'keep': overdue, and the run waits on."""
        for hours, policy, overdue, expired in ((None, "reject", False, False), (99, "reject", False, False),
                                                (2, "reject", True, True), (2, "keep", True, False)):
            settings = Settings(approval_deadline_hours=hours, approval_after_deadline=policy)
            assert (is_overdue(QUESTION, settings), is_expired(QUESTION, settings)) == (overdue, expired)
        assert due_at(QUESTION, Settings(approval_deadline_hours=4)) == QUESTION.since + dt.timedelta(hours=4)


class TestPending:
    def test_line_says_what_waits(self) -> None:
        """Beginning of the id, title, avatar, length, cost, deadline."""
        line = _line(_row("reel: Tea", QUESTION, Settings(approval_deadline_hours=2)))
        for part in ("0f0f0f0f  Tea", "may it be made? ada, 3 s, 1.50 USD", "OVERDUE since "):
            assert part in line, line


class TestEdited:
    def test_file_of_any_form_is_sent_as_yaml(self, tmp_path: Path) -> None:
        """The form holds YAML."""
        file = tmp_path / "new.txt"
        file.write_text("Other words.\n", "utf-8")
        assert parse_script(_edited(QUESTION, file), name="script.yaml").beats == (Beat(say="Other words."),)

    def test_nobody_edits_without_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No editor is opened where nobody sees it."""
        monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115, PTH123
        with pytest.raises(FixRequest, match="--script FILE"):
            _edited(QUESTION, None)

    def test_finished_reel_is_not_edited(self) -> None:
        """The second gate knows yes and no."""
        with pytest.raises(FixRequest, match="approve or reject"):
            _edited(QUESTION.model_copy(update={"gate": "publish"}), None)

    @pytest.mark.parametrize(("editor", "error", "sentence"), [
        ("no-such-editor", FixMachine, "cannot be started"), ("'", FixMachine, "cannot be started"),
        ("false", FixRequest, "nothing was changed")])
    def test_editor_that_fails_is_told(self, editor: str, error: type[Exception], sentence: str, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
        """A sentence, and what to do."""
        monkeypatch.setenv("EDITOR", editor)
        monkeypatch.delenv("VISUAL", raising=False)
        with pytest.raises(error, match=sentence):
            _open_editor(tmp_path / "script.yaml")


class TestForm:
    def test_schema_says_what_the_server_shall_check(self) -> None:
        """Decisions are an enumeration, the name is needed, every field is described, the script is filled in."""
        schema = form_of(QUESTION, "page").model_json_schema()
        assert schema["required"] == ["decision", "your_name"]
        assert schema["properties"]["decision"]["enum"] == ["approve", "edit", "reject"]
        assert schema["properties"]["script"]["default"] == QUESTION.script
        assert schema["properties"]["cost_at_most_usd"]["minimum"] == 0
        assert all(field["description"] and field["title"] for field in schema["properties"].values())
        assert schema["additionalProperties"] is True

    def test_second_gate_has_no_script(self) -> None:
        """Nothing to edit, nothing to spend."""
        schema = form_of(QUESTION.model_copy(update={"gate": "publish"}), "page").model_json_schema()
        assert list(schema["properties"]) == ["decision", "your_name", "reason"]
        assert schema["properties"]["decision"]["enum"] == ["approve", "reject"]

    def test_faulty_text_is_filled_in_again(self) -> None:
        """Nobody writes it twice."""
        schema = form_of(QUESTION, "page", prefilled="title: [").model_json_schema()
        assert schema["properties"]["script"]["default"] == "title: ["
