"""What people send is judged before it could fail a run."""

import datetime as dt

import pytest

from tasks.approval.answers import continued_by_program, holds_template, judge, program_answer
from tasks.domain.answer import Answer, Question
from tasks.domain.errors import FixRequest
from tasks.domain.script import Beat, Script
from tasks.script.parse import parse_script
from tasks.script.yaml_text import script_yaml

SCRIPT = Script(title="Tea", beats=(Beat(say="Boil the water."),))
EDITED = script_yaml(SCRIPT.model_copy(update={"title": "Coffee"}))
QUESTION = Question(run="r", key="script-approval-1", gate="script", sha256="a" * 64, script=script_yaml(SCRIPT),
                    title="Tea", avatar="ada", length_s=3, cost_usd=1.5, since=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def unplannable(script: Script) -> None:
    """A check that refuses one title."""
    if script.title == "Bad":
        raise FixRequest("there is no avatar 'nobody'")


def judged(question: Question = QUESTION, terminal_user: str | None = None, **given: object) -> Answer:
    """The answer made of what was sent."""
    return judge(given, question, read=lambda text: parse_script(text, name="script.yaml"), check=unplannable,
                 terminal_user=terminal_user)


class TestJudge:
    def test_approval_is_kept_with_name_and_way(self) -> None:
        """Named as claimed; a REST caller may say that it is one; our own command is known."""
        claimed = judged(decision="approve", your_name=" Jo ")
        assert claimed == Answer(decision="approve", sha256="a" * 64, who="Jo", how="form", cost_at_most_usd=1.5)
        assert judged(decision="approve", your_name="Jo", via="api").how == "api"
        known = judged(decision="approve", your_name="Jo", terminal_user="root")
        assert (known.who, known.how) == ("root", "terminal")

    @pytest.mark.parametrize("ending", ["\n", "\r\n"])
    def test_untouched_script_of_the_form_is_no_edit(self, ending: str) -> None:
        """The form sends the prefilled text back."""
        sent = QUESTION.script.replace("\n", ending)
        assert judged(decision="approve", your_name="Jo", script=sent).decision == "approve"

    def test_edit_keeps_the_text(self) -> None:
        """Read again at every start of the run."""
        answer = judged(decision="edit", your_name="Jo", script=EDITED)
        assert (answer.decision, answer.script, answer.problem) == ("edit", EDITED, None)

    @pytest.mark.parametrize(("given", "sentence"), [
        ({"decision": "perhaps"}, "'decision' cannot be used"),
        ({"decision": "approve", "your_name": " "}, "'your_name' cannot be used"),
        ({"decision": "approve", "your_name": "a\x00"}, "control character"),
        ({"decision": "approve", "cost_at_most_usd": 1.0}, "ceiling of 1.00 USD would stop it"),
        ({"decision": "approve", "cost_at_most_usd": -1}, "'cost_at_most_usd' cannot be used"),
        ({"decision": "approve", "script": EDITED}, "choose 'edit' to see"),
        ({"decision": "approve", "approved": True}, "'approved' cannot be used"),
        ({"decision": "edit"}, "there is no script"),
        ({"decision": "edit", "script": QUESTION.script}, "script is as it was"),
        ({"decision": "edit", "script": "title: Tea\n"}, "script.yaml"),
        ({"decision": "edit", "script": "title: Bad\nbeats: [{say: Hi}]\n"}, "there is no avatar 'nobody'"),
        ({"decision": "edit", "script": "x" * 200_000}, "'script' cannot be used"),
        ({"decision": "edit", "script": {"__prefect_kind": "jinja", "template": "x"}}, "__prefect_kind"),
    ])
    def test_what_cannot_be_followed_is_told(self, given: dict[str, object], sentence: str) -> None:
        """The run goes on to ask again, whatever came."""
        answer = judged(**{"your_name": "Jo", **given})
        assert answer.decision == "none"
        assert sentence in (answer.problem or "")

    def test_faulty_text_is_given_back(self) -> None:
        """Nobody writes it twice."""
        assert judged(decision="edit", your_name="Jo", script="title: [").script == "title: ["

    @pytest.mark.parametrize("given", [None, 3, "approve", ["approve"], {}])
    def test_anything_may_come(self, given: object) -> None:
        """No shape breaks it."""
        answer = judge(given, QUESTION, read=parse_script, check=unplannable)
        assert answer.decision == "none"
        assert answer.problem

    def test_higher_ceiling_is_kept(self) -> None:
        """More may be spent than was estimated, if a person says so."""
        assert judged(decision="approve", your_name="Jo", cost_at_most_usd=5).cost_at_most_usd == 5

    def test_finished_reel_cannot_be_edited(self) -> None:
        """The second gate knows yes and no."""
        question = QUESTION.model_copy(update={"gate": "publish", "script": ""})
        answer = judged(question, decision="edit", your_name="Jo", script=EDITED)
        assert "cannot be edited any more" in (answer.problem or "")


class TestProgram:
    def test_its_answer_is_told_from_a_persons(self) -> None:
        """Any form takes it, and it decides nothing by itself."""
        assert continued_by_program(program_answer("deadline")) == "deadline"
        assert continued_by_program({"decision": "reject", "via": "api"}) is None
        assert continued_by_program([]) is None


@pytest.mark.parametrize("given", [{"__prefect_kind": "json"}, {"a": [{"b": {"__prefect_kind": 1}}]}])
def test_templates_are_found_however_deep(given: object) -> None:
    """The server would fill them in."""
    assert holds_template(given)
    assert not holds_template({"a": ["__prefect_kind"]})
