"""`reels pending`, `approve`, `edit` and `reject`: answers from a terminal to runs that wait for a person."""

import argparse
import datetime as dt
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows.connection import connect
from flows.make import user_name
from tasks.domain.answer import Question
from tasks.domain.errors import FixMachine, FixRequest
from tasks.domain.text import one_line, unprintable_at
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import store_of
from tasks.script.parse import read_script
from tasks.script.yaml_text import script_yaml

ID_SHOWN = 8
"""Characters of a run's id in a list; the beginning is enough for every command."""


def pending(arguments: argparse.Namespace) -> int:
    """Lists the runs that wait for an answer."""
    settings = current_settings()
    with _connected(settings) as store:
        from flows.waiting import waiting_questions

        rows = [_row(run.name, question, settings) for run, question in waiting_questions(store)]
    if arguments.json:
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
        return 0
    for row in rows:
        sys.stdout.write(_line(row))
    sys.stdout.write("" if rows else "no run waits for an answer\n")
    return 0


def approve(arguments: argparse.Namespace) -> int:
    """Approves what a run waits with."""
    given: dict[str, Any] = {"decision": "approve"}
    if arguments.at_most is not None:
        given["cost_at_most_usd"] = float(arguments.at_most)
    return _answer(arguments.run, given, told="is approved and goes on")


def edit(arguments: argparse.Namespace) -> int:
    """Sends a changed script; the run asks again with it."""
    return _answer(arguments.run, {"decision": "edit"}, told="is asked about again with the edited script: `reels pending`",
                   edited=arguments.script or True)


def reject(arguments: argparse.Namespace) -> int:
    """Says no; the run ends."""
    return _answer(arguments.run, {"decision": "reject", "reason": arguments.reason or ""}, told="is rejected; the run ends")


def _answer(wanted: str, given: dict[str, Any], *, told: str, edited: Path | bool = False) -> int:
    """Finds the run, checks the answer as the run will, and sends it; 0 only where the run really goes on."""
    settings = current_settings()
    with _connected(settings) as store:
        from prefect.client.orchestration import get_client

        from flows.gate import terminal_key
        from flows.runs import find_run
        from flows.waiting import question_of, resume

        with get_client(sync_client=True) as client:
            run = find_run(wanted, client, waiting_first=True)
        question, user = question_of(run, store), user_name()
        given["your_name"] = user
        if edited:
            given["script"] = _edited(question, None if edited is True else edited)
        _check(given, question, run.parameters, store, settings)
        key = terminal_key(str(run.id), question.key, given)
        store.claim(key, {"who": user})
        refused = resume(run.id, given)
        if refused:
            store.release(key)
            raise FixRequest(f"the answer was not taken: {refused}; look again with `reels pending`")
    sys.stdout.write(f"{question.title!r} ({str(run.id)[:ID_SHOWN]}) {told}\n")
    return 0


def _check(given: dict[str, Any], question: Question, parameters: dict[str, Any], store: Store, settings: Settings) -> None:
    """Refuses here what the run would ask about again.

    Raises:
        FixRequest: the answer cannot be followed.
    """
    from flows.gate import read_edited
    from flows.planning import overrides_of, plan_reel
    from tasks.approval.answers import judge

    answer = judge(given, question, read=read_edited, check=lambda script: plan_reel(
        script, overrides=overrides_of(parameters), store=store, settings=settings))
    if answer.problem:
        raise FixRequest(answer.problem)


def _edited(question: Question, file: Path | None) -> str:
    """The changed script, from a file or from the user's editor.

    Raises:
        FixRequest: nobody is there to edit, or the question has no script to edit.
        FixMachine: the editor cannot be started.
        ScriptError: the file is no script.
    """
    if question.gate == "publish":
        raise FixRequest("the reel is finished, and its script cannot be edited any more: approve or reject it")
    if file is not None:
        return script_yaml(read_script(file))
    if not sys.stdin.isatty():
        raise FixRequest("nobody is here to edit: run this in a terminal, or give the changed script with --script FILE")
    with tempfile.TemporaryDirectory(prefix="reels-") as folder:
        path = Path(folder, "script.yaml")
        path.write_text(question.script, "utf-8")
        _open_editor(path)
        return path.read_text("utf-8", "replace")


def _open_editor(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        raise FixMachine(f"the editor {editor!r} cannot be started ({error}): set EDITOR, or use --script FILE") from error
    if code:
        raise FixRequest(f"the editor {editor!r} ended with code {code}: nothing was changed")


def _row(name: str, question: Question, settings: Settings) -> dict[str, Any]:
    from flows.gate import due_at, is_overdue

    due = due_at(question, settings)
    return {"id": question.run, "run": name, "gate": question.gate, "title": question.title, "avatar": question.avatar,
            "length_s": question.length_s, "cost_usd": question.cost_usd, "since": question.since.isoformat(),
            "deadline": due.isoformat() if due else None, "overdue": is_overdue(question, settings)}


def _line(row: dict[str, Any]) -> str:
    since = dt.datetime.fromisoformat(row["since"])
    due = f", {'OVERDUE since' if row['overdue'] else 'until'} {row['deadline'][:16].replace('T', ' ')} UTC" if (
        row["deadline"]) else ""
    what = "may it be made?" if row["gate"] == "script" else "may it be published?"
    return (f"{row['id'][:ID_SHOWN]}  {_shown(row['title'])}\n"
            f"{'':{ID_SHOWN}}  {what} {row['avatar']}, {row['length_s']:.0f} s, {row['cost_usd']:.2f} USD,"
            f" since {since:%Y-%m-%d %H:%M} UTC{due}\n")


def _shown(title: str) -> str:
    """A title fit for a terminal."""
    return one_line(title) if unprintable_at(title) is None else repr(title)


@contextmanager
def _connected(settings: Settings) -> Iterator[Store]:
    """The store, with an answering server."""
    connect(settings)
    from flows.answering import answering_server

    with answering_server(advice="nothing was changed by this command"):
        yield store_of(settings)
