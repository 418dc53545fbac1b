"""Voices that run as programs in processes of their own: JSON in, JSON out, and one sentence when something goes wrong."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.domain.errors import FixMachine

ELSE = "or choose another engine with --engine speech=NAME"
"""What can be done in any case."""


def run_child(called: str, program: Path, request: dict[str, Any], *, flags: Sequence[str], patience_s: float, voice: str,
              remedy: str) -> dict[str, Any]:
    """Runs a program with this interpreter and gives its answer.

    Args:
        called: what messages call it.
        program: its file, which imports nothing of ours.
        request: what it reads from its standard input.
        flags: of the interpreter.
        patience_s: after so long it is taken to hang.
        voice: for messages.
        remedy: what mends it where it stops, e.g. 'download the voice again'.

    Raises:
        FixMachine: it ended with an error, or hung.
    """
    try:
        done = subprocess.run([sys.executable, *flags, str(program)], input=json.dumps(request), capture_output=True,
                              text=True, encoding="utf-8", timeout=patience_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise FixMachine(f"{called} gave no answer within {patience_s:.0f} s: try again, {ELSE}") from error
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise FixMachine(f"{called} stopped ({reason!r}) on the voice {voice!r}: {remedy}, {ELSE}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
