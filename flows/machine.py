"""Commands about this machine and what is on it: engines, doctor."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from tasks.domain.errors import FixMachine
from tasks.runtime.engines import ENGINES, EngineEntry
from tasks.runtime.settings import current_settings

NAME_WIDTH = max(len(entry.name) for entry in ENGINES)
"""Columns that the names of engines take."""


def engines(arguments: argparse.Namespace) -> int:
    """Lists what each stage can be done by."""
    if arguments.json:
        return _print_json([asdict(entry) for entry in ENGINES])
    stage = ""
    for entry in ENGINES:
        heading = "" if entry.stage == stage else f"\n{entry.stage}\n"
        stage = entry.stage
        sys.stdout.write(heading + _engine_line(entry))
    sys.stdout.write("\n* used unless something else is asked for with --engine STAGE=NAME\n")
    return 0


def doctor(arguments: argparse.Namespace) -> int:
    """Looks at everything a reel needs on this machine and says what to do about what is missing."""
    from flows.checkup import examine

    findings = examine(current_settings())
    if arguments.json:
        _print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            sys.stdout.write(f"{'ok' if finding.well else 'BAD':<4} {finding.name:<14} {finding.fact}\n")
            if not finding.well:
                sys.stdout.write(f"     {'':<14} -> {finding.remedy}\n")
    return 0 if all(finding.well for finding in findings) else FixMachine.exit_code


def _engine_line(entry: EngineEntry) -> str:
    mark = "*" if entry.default else " "
    facts = f"{entry.cost}; needs {entry.needs}; {entry.licence}"
    kind = " (stand-in for tests and drafts)" if entry.fake else ""
    sunset = f"; ends {entry.sunset}" if entry.sunset else ""
    return f" {mark} {entry.name:<{NAME_WIDTH}} {entry.summary}{kind}\n   {'':<{NAME_WIDTH}} {facts}{sunset}\n"


def _print_json(value: Any) -> int:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
    return 0
