"""Where a dialogue about a script stands, told from the answers that are on record.

A run starts from its top each time it goes on, so what was asked and answered before is never remembered by a process: it
is folded anew from the answers in the store, `answers/<run>/<gate>-approval-<n>`.
"""

import difflib
from collections.abc import Callable, Iterator
from itertools import count

from pydantic import Field

from tasks.domain.answer import Answer, Gate
from tasks.domain.base import Record
from tasks.domain.script import Script
from tasks.runtime.store import Store

CHANGED = ("+ ", "- ")
"""How the lines begin that a comparison shows."""


class Standing(Record):
    """What a run knows after the answers so far."""

    number: int = Field(default=1, description="of the next question")
    script: Script | None = Field(description="what is asked about; None where no script is edited any more")
    before: Script | None = Field(default=None, description="the script before the last edit")
    verdict: Answer | None = Field(default=None, description="an answer that ends the dialogue, if it still holds")
    problem: str | None = Field(default=None, description="what the next form says of the last answer")
    draft: str | None = Field(default=None, description="text of a faulty answer, to be corrected in the next form")


def answer_key(run: str, key: str) -> str:
    """Where the answer to a question is kept."""
    return f"answers/{run}/{key}"


def question_key(gate: Gate, number: int) -> str:
    """How a question is called within its run."""
    return f"{gate}-approval-{number}"


def kept_answers(run: str, gate: Gate, store: Store) -> Iterator[Answer]:
    """The answers a run got at a gate, in order."""
    for number in count(1):
        answer = store.claimed_as(answer_key(run, question_key(gate, number)), Answer)
        if answer is None:
            return
        yield answer


def standing(script: Script | None, answers: Iterator[Answer], read: Callable[[str], Script]) -> Standing:
    """Folds the answers so far.

    Args:
        script: what the run began with.
        answers: in order.
        read: reads a script's text.
    """
    now = Standing(script=script)
    for answer in answers:
        now = _after(now, answer, read)
    return now


def doubted(now: Standing, problem: str) -> Standing:
    """The standing when its verdict does not hold any more."""
    return now.model_copy(update={"verdict": None, "problem": problem})


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that an edit took away and added: '-' or '+', and the line."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(line[0], line[2:]) for line in lines if line.startswith(CHANGED) and line[2:].strip()]


def _after(now: Standing, answer: Answer, read: Callable[[str], Script]) -> Standing:
    step: dict[str, object] = {"number": now.number + 1, "verdict": None, "problem": answer.problem, "draft": None}
    if answer.decision == "edit" and answer.script:
        step |= {"script": read(answer.script), "before": now.script}
    elif answer.decision == "none":
        step |= {"draft": answer.script}
    else:
        step |= {"verdict": answer}
    return now.model_copy(update=step)
