"""A run that starts from its top knows everything that was answered before."""

import pytest

from tasks.approval.dialogue import answer_key, changed_lines, doubted, kept_answers, question_key, standing
from tasks.domain.answer import Answer
from tasks.domain.script import Beat, Script
from tasks.runtime.store import Store
from tasks.script.parse import parse_script
from tasks.script.yaml_text import script_yaml

FIRST, SECOND = (Script(title=title, beats=(Beat(say="Hello."),)) for title in ("One", "Two"))
EDIT = Answer(decision="edit", sha256="1", script=script_yaml(SECOND))
FAULT = Answer(decision="none", sha256="1", problem="no script", script="title: [")
YES = Answer(decision="approve", sha256="2", who="Jo")


def keep(store: Store, *answers: Answer) -> None:
    """Puts answers on record, as a run does."""
    for number, answer in enumerate(answers, start=1):
        assert store.claim(answer_key("run", question_key("script", number)), answer.model_dump(mode="json"))


class TestStanding:
    def test_nothing_was_answered(self, store: Store) -> None:
        """The first question is about the script as it came."""
        now = standing(FIRST, kept_answers("run", "script", store), parse_script)
        assert (now.number, now.script, now.before, now.verdict, now.problem) == (1, FIRST, None, None, None)

    def test_edit_is_never_forgotten(self, store: Store) -> None:
        """Whatever comes after it, until another edit."""
        keep(store, EDIT, FAULT)
        now = standing(FIRST, kept_answers("run", "script", store), parse_script)
        assert (now.number, now.script, now.before) == (3, SECOND, FIRST)
        assert (now.problem, now.draft) == ("no script", "title: [")

    def test_last_word_counts(self, store: Store) -> None:
        """An approval after an edit is one of the edited script."""
        keep(store, FAULT, EDIT, YES)
        now = standing(FIRST, kept_answers("run", "script", store), parse_script)
        assert (now.number, now.script, now.verdict, now.problem) == (4, SECOND, YES, None)
        asked_again = doubted(now, "the avatar changed")
        assert (asked_again.verdict, asked_again.problem, asked_again.number) == (None, "the avatar changed", 4)

    def test_gates_are_apart(self, store: Store) -> None:
        """A yes to the script is none to publishing."""
        keep(store, YES)
        assert list(kept_answers("run", "publish", store)) == []
        assert list(kept_answers("other", "script", store)) == []


class TestChangedLines:
    def test_old_and_new_are_told(self) -> None:
        """What stayed is left out."""
        assert changed_lines(script_yaml(FIRST), script_yaml(SECOND)) == [("-", "title: One"), ("+", "title: Two")]


@pytest.mark.parametrize("text", ["yes", "12:30", "a: b", "# no comment", "'quoted' \"twice\"", "- dash", "{{ x }}", "~",
                                  "2026-01-01", "ünïcödé 漢字 😀", "&anchor *alias", "!tag", "x" * 300, "[a](b) | > %",
                                  "word " * 60])
def test_script_survives_being_written_as_yaml(text: str) -> None:
    """What the form shows is what was written, whatever it is made of."""
    script = Script(title=text[:200], beats=(Beat(say=f"{text} a", direct=text), Beat(say="b 1")))
    assert parse_script(script_yaml(script), name="script.yaml") == script
