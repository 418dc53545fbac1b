"""Judges what a person sent as an answer: what can be followed becomes an `Answer`, the rest a sentence for the next form.

Prefect checks an answer against the form's JSON schema alone, so everything a schema cannot say is checked here, before it
could fail the run.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tasks.domain.answer import Answer, Question
from tasks.domain.errors import ReelsError
from tasks.domain.script import Script
from tasks.domain.text import Line, Words

TEMPLATE_MARK = "__prefect_kind"
"""Key of an object that the Prefect server would fill in as a template instead of taking it as it is."""
ELSEWHERE, DEADLINE = "elsewhere", "deadline"
"""Why the program continues a waiting run: it was decided on elsewhere; nobody answered in time. The run checks it."""
LONGEST_SCRIPT = 100_000
"""Characters of an edited script."""
LONGEST_NAME, LONGEST_REASON = 100, 1000
"""Characters of a name and of a reason."""


class GivenAnswer(BaseModel):
    """The fields of the forms, as our own checks want them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Literal["approve", "edit", "reject"]
    your_name: Words = Field(max_length=LONGEST_NAME)
    script: str | None = Field(default=None, max_length=LONGEST_SCRIPT)
    reason: Line = Field(default="", max_length=LONGEST_REASON)
    cost_at_most_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    via: Literal["form", "api"] = "form"


def continued_by_program(given: object) -> str | None:
    """Why the program itself continued a run, `ELSEWHERE` or `DEADLINE`; None for a person's answer."""
    via = given.get("via") if isinstance(given, Mapping) else None
    return via if via in (ELSEWHERE, DEADLINE) else None


def program_answer(via: str) -> dict[str, str]:
    """What the program sends to continue a run, in the shape every form takes."""
    return {"decision": "reject", "your_name": "Avatar Reels", "via": via}


def judge(given: object, question: Question, *, read: Callable[[str], Script], check: Callable[[Script], object],
          terminal_user: str | None = None) -> Answer:
    """Turns what was sent into an answer that can be followed, or one that says what is wrong with it.

    Args:
        given: what came, of any shape.
        question: what was asked.
        read: reads a script; raises ReelsError for what is none.
        check: plans an edited script; raises ReelsError for what cannot be made.
        terminal_user: who sent it by our command line, None where it came another way.
    """
    try:
        if holds_template(given):
            raise ValueError(f"an answer holds plain values, no object with {TEMPLATE_MARK!r}")
        form = GivenAnswer.model_validate(given)
        script = _edited(form, question, read, check)
        _check_cost(form, question)
    except (ValueError, ReelsError) as error:
        return Answer(decision="none", sha256=question.sha256, problem=_sentence(error), script=_text(given))
    ceiling = question.cost_usd if form.cost_at_most_usd is None else form.cost_at_most_usd
    return Answer(decision=form.decision, sha256=question.sha256, who=terminal_user or form.your_name,
                  how="terminal" if terminal_user else form.via, reason=form.reason, script=script,
                  cost_at_most_usd=ceiling)


def holds_template(given: object) -> bool:
    """True where an object somewhere inside would be filled in as a template by the Prefect server."""
    if isinstance(given, Mapping):
        return TEMPLATE_MARK in given or any(holds_template(value) for value in given.values())
    return isinstance(given, list | tuple) and any(holds_template(value) for value in given)


def _edited(form: GivenAnswer, question: Question, read: Callable[[str], Script],
            check: Callable[[Script], object]) -> str | None:
    """The edited script's text, None where nothing is edited."""
    text = (form.script or "").replace("\r\n", "\n").replace("\r", "\n")
    if form.decision == "reject":
        return None
    if not text.strip():
        if form.decision == "edit":
            raise ValueError("the decision was 'edit', and there is no script: write it into the field 'script'")
        return None
    if question.gate == "publish":
        raise ValueError("the reel is finished, and its script cannot be edited any more: approve or reject it")
    if text.strip() == question.script.strip():
        script, same = None, True
    else:
        script = read(text)
        same = script == read(question.script)
    if form.decision == "edit" and same:
        raise ValueError("the decision was 'edit', and the script is as it was: change it, or approve it")
    if form.decision == "approve" and not same:
        raise ValueError("the decision was 'approve', and the script was changed: choose 'edit' to see the changed script"
                         " once more, or take the change back")
    if script is None or same:
        return None
    check(script)
    return text


def _check_cost(form: GivenAnswer, question: Question) -> None:
    ceiling = form.cost_at_most_usd
    if form.decision == "approve" and ceiling is not None and ceiling < question.cost_usd and question.gate == "script":
        raise ValueError(f"the reel will cost up to {question.cost_usd:.2f} USD, and a ceiling of {ceiling:.2f} USD would"
                         " stop it: raise the ceiling, edit the script, or reject it")


def _sentence(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the answer"
    return f"{field!r} cannot be used: {first['msg'].removeprefix('Value error, ')}"


def _text(given: Any) -> str | None:
    """The script text of a faulty answer, so that nobody has to write it twice."""
    text = given.get("script") if isinstance(given, Mapping) else None
    return text if isinstance(text, str) and text.strip() and len(text) <= LONGEST_SCRIPT else None
