"""Variants of a script: planned together, made one after another, compared in a table."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import Field

from flows.delivery import REFUSED_FOLDER
from flows.planning import Overrides, plan_reel
from tasks.approval.request import told
from tasks.domain.base import Record
from tasks.domain.errors import FixRequest, ReelsError
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import FinishedSet, Manifest
from tasks.domain.script import MAIN, Script
from tasks.domain.variants import expand
from tasks.media.text.templates import render_template
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store, writable

PAGE, LIST = "variants.md", "variants.json"
"""Files with the table in the output folder: for people, for machines."""
LONGEST_DIFFERENCE = 44
"""Characters of what differs that the terminal's table shows."""


class Comparison(Record):
    """One reel of a script beside its siblings."""

    id: str = Field(description="id of the variant, 'main' for the script itself")
    differs: str = Field(description="what the variant changes, in words")
    exit_code: int = Field(description="0: made and passed")
    verdict: str = Field(description="'passed', or what went wrong")
    duration_s: float | None = None
    loudness_lufs: float | None = None
    stages: int = Field(default=0, description="stages of the reel")
    reused: int = Field(default=0, description="stages kept from an earlier reel or run")
    file: str | None = Field(default=None, description="the reel, from the output folder on")


def plan_variants(
    script: Script, wanted: Sequence[str], *, overrides: Overrides, store: Store, settings: Settings,
) -> tuple[ReelPlan, ...]:
    """Plans every reel of a script.

    Args:
        script: with variants or without.
        wanted: ids of the variants to be made; none: all of them, the script itself first.
        overrides: what holds for all of them.
        store: where avatars' and brands' files are kept.
        settings: the installation's.

    Returns:
        one plan for a script without variants, else one for each id.

    Raises:
        FixRequest: variants are wanted of a script that has none; or one cannot be made, with its id.
    """
    if not script.variants:
        if wanted:
            raise FixRequest(f"the script {script.title!r} has no variants, and --variant asks for {wanted[0]!r}: remove the"
                             " option, or add `variants:` to the script")
        return (plan_reel(script, overrides=overrides, store=store, settings=settings),)
    plans = []
    for name in dict.fromkeys(wanted) or [name for name, _ in expand(script)]:
        chosen = overrides.model_copy(update={"variant": name})
        try:
            plans.append(plan_reel(script, overrides=chosen, store=store, settings=settings))
        except ReelsError as error:
            if name == MAIN or name not in dict(expand(script)):
                raise
            raise type(error)(f"variant {name!r}: {error}") from error
    return tuple(plans)


def produce_variants(
    script: Script, plans: Sequence[ReelPlan], out: Path, *, produce: Callable[[ReelPlan, Path], FinishedSet], as_json: bool,
) -> int:
    """Makes one reel after another into OUT/<id>/ and compares them; one that fails does not stop the others.

    Args:
        script: with its variants.
        plans: what to make, each with the id of its variant.
        out: the output folder.
        produce: makes one plan into a folder.
        as_json: print the table for a machine.

    Returns:
        the worst exit code.
    """
    changes = {variant.id: told(variant.changes()) for variant in script.variants}
    rows = []
    for number, plan in enumerate(plans, start=1):
        name = plan.variant or MAIN
        sys.stderr.write(f"\n{name} ({number} of {len(plans)})\n")
        rows.append(_attempt(plan, changes.get(name, told({})), out / name, produce))
    _write_table(script, rows, out)
    page = json.dumps(_listed(script, rows), indent=2) if as_json else terminal_table(rows)
    sys.stdout.write(page + "\n")
    return max(row.exit_code for row in rows)


def terminal_table(rows: Sequence[Comparison]) -> str:
    """The comparison in columns of plain text."""
    head = ("id", "differs in", "length", "LUFS", "quality", "re-used", "file")
    lines = [head, *(
        (row.id, _shortened(row.differs), "-" if row.duration_s is None else f"{row.duration_s:.1f} s",
         "-" if row.loudness_lufs is None else f"{row.loudness_lufs:.1f}", row.verdict.partition(":")[0],
         f"{row.reused} of {row.stages}", row.file or "-") for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
                     for line in lines)


def _attempt(
    plan: ReelPlan, differs: str, folder: Path, produce: Callable[[ReelPlan, Path], FinishedSet],
) -> Comparison:
    """Makes one reel into its folder; an error of ours becomes its verdict."""
    name = plan.variant or MAIN
    try:
        produce(plan, folder)
    except ReelsError as error:
        sys.stderr.write(f"reels: {name}: {error}\n")
        row = Comparison(id=name, differs=differs, exit_code=error.exit_code, verdict=f"not made: {error}")
        return _measured(row, folder, REFUSED_FOLDER) if getattr(error, "finished", None) else row
    return _measured(Comparison(id=name, differs=differs, exit_code=0, verdict="passed"), folder, "")


def _measured(row: Comparison, folder: Path, inside: str) -> Comparison:
    """The row with what the manifest of the reel in `folder`/`inside` says."""
    place = folder / inside
    papers = Manifest.model_validate_json((place / "reel.json").read_bytes())
    failed = [name for name, measured in papers.quality.items() if not measured.passed]
    return row.model_copy(update={
        "verdict": f"refused: {', '.join(failed)}" if failed else row.verdict,
        "duration_s": papers.media.duration_s, "loudness_lufs": papers.media.loudness_lufs, "stages": len(papers.stages),
        "reused": sum(stage.cached for stage in papers.stages),
        "file": (place / "reel.mp4").relative_to(folder.parent).as_posix()})


def _write_table(script: Script, rows: Sequence[Comparison], out: Path) -> None:
    """Puts both forms of the table into the output folder, whole."""
    page = render_template(current_settings().templates_path, "artifacts/variants.md.j2", title=script.title,
                           rows=rows)
    with writable(out), tempfile.TemporaryDirectory(prefix=".draft-", dir=out) as folder:
        for name, text in ((PAGE, page), (LIST, json.dumps(_listed(script, rows), ensure_ascii=False, indent=2) + "\n")):
            draft = Path(folder, name)
            draft.write_text(text, "utf-8")
            os.replace(draft, out / name)


def _listed(script: Script, rows: Sequence[Comparison]) -> dict[str, object]:
    return {"schema": 1, "title": script.title, "reels": [row.model_dump(mode="json") for row in rows]}


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_DIFFERENCE else f"{text[:LONGEST_DIFFERENCE - 1]}…"
