"""`reels make`: from the file on disk to the finished set in the output folder."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from flows.collector import uncollected
from flows.connection import connect, connected_api
from flows.delivery import REFUSED_FOLDER, check_writable, deliver
from flows.planning import Overrides
from flows.pricing import paid_providers, require_addresses, require_means
from flows.variants import plan_variants, produce_variants
from tasks.approval.gate import decide, recorded_approval
from tasks.approval.request import describe, describe_variants
from tasks.domain.errors import ApprovalMissing, FixRequest, QualityRefused
from tasks.domain.money import in_words, usd
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import FinishedSet
from tasks.domain.script import Script
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import store_of
from tasks.runtime.work_pool import set_up_limits
from tasks.script.parse import read_script


def make(arguments: argparse.Namespace) -> int:
    """Makes one reel as the command line says, or one for each variant of the script."""
    settings = current_settings()
    store = store_of(settings)
    script = read_script(arguments.script)
    overrides = Overrides(avatar=arguments.avatar, brand=arguments.brand, engines=parse_engines(arguments.engine),
                          style=arguments.style, seed=arguments.seed, strict=arguments.strict, export=arguments.export,
                          takes=arguments.takes)
    plans = plan_variants(script, arguments.variant, overrides=overrides, store=store, settings=settings)
    require_addresses(plans, settings)
    if arguments.dry_run:
        return show_plans(script, plans, as_json=arguments.json)
    prepare_to_pay(plans, settings)
    get_approved(script, allowing(plans, arguments.cost_at_most), store, settings, yes=arguments.yes)
    out = (arguments.out or Path("out") / arguments.script.stem).absolute()
    check_writable(out)
    connect(settings)
    if script.variants:
        return produce_variants(script, plans, out, produce=lambda plan, place: produce(script, plan, store, place),
                                as_json=arguments.json)
    finished = produce(script, plans[0], store, out)
    _say_where(finished, out, plans[0], as_json=arguments.json)
    return 0


def prepare_to_pay(plans: Sequence[ReelPlan], settings: Settings) -> None:
    """Makes sure, where the reels cost something, that they can be paid: keys, limits, and the server that guards them.

    Raises:
        OverLimit, MissingTool: a reel costs more than one may, or a service has no key.
    """
    if not paid_providers(plans):
        return
    connect(settings)
    from flows.answering import answering_server

    with answering_server():
        set_up_limits(connected_api(), settings)
        for plan in plans:
            require_means(plan, settings)


def allowing(plans: Sequence[ReelPlan], cost_at_most: Decimal | None) -> Sequence[ReelPlan]:
    """The plans as they are put to the approver: with the cost he is asked to allow.

    Raises:
        FixRequest: it is less than a reel costs.
    """
    if cost_at_most is None:
        return plans
    for plan in plans:
        if usd(plan.cost_usd) > cost_at_most:
            raise FixRequest(f"--cost-at-most {cost_at_most} is less than {plan.script.title!r} would cost,"
                             f" {in_words(plan.cost_usd)}: allow that much, or choose other engines")
    return [plan.model_copy(update={"cost_usd": float(cost_at_most)}) for plan in plans]


def parse_engines(choices: list[str]) -> dict[str, str]:
    """Reads STAGE=NAME choices; the plan checks whether such engines exist."""
    pairs = [choice.partition("=") for choice in choices]
    for choice, (stage, equals, name) in zip(choices, pairs, strict=True):
        if not (stage and equals and name):
            raise FixRequest(f"--engine {choice!r} is not of the form STAGE=NAME, e.g. --engine speech=espeak")
    return {stage: name for stage, _, name in pairs}


def show_plans(script: Script, plans: Sequence[ReelPlan], *, as_json: bool) -> int:
    """Prints what would be made and where each value came from."""
    if as_json:
        pages = [plan.model_dump_json(indent=2, by_alias=True, ensure_ascii=True) for plan in plans]
        sys.stdout.write((f"[{', '.join(pages)}]" if script.variants else pages[0]) + "\n")
        return 0
    sys.stdout.write(_described(script, plans) + "\n\nwhere the values come from\n")
    for field, source in sorted(plans[0].sources.items()):
        sys.stdout.write(f"  {field:<22} {source}\n")
    return 0


def get_approved(script: Script, plans: Sequence[ReelPlan], store: Store, settings: Settings, *, yes: bool) -> None:
    """Sees to it that a record of approval stands for each plan: an earlier one, --yes, or the answer of a person.

    Raises:
        ApprovalMissing: nobody is there to ask, or the answer is no.
    """
    waiting = [] if settings.approval == "never" else [plan for plan in plans if not recorded_approval(plan, store=store)]
    if not waiting:
        return
    if yes:
        for plan in waiting:
            decide(plan, "approved", who=user_name(), how="--yes", store=store)
        return
    if not sys.stdin.isatty():
        raise ApprovalMissing("the script waits for approval and nobody is here to ask: run this in a terminal, or add"
                              " --yes to approve it yourself (which is recorded)")
    question = "Make this reel?" if len(waiting) == 1 else f"Make these {len(waiting)} reels?"
    sys.stderr.write(f"{_described(script, waiting)}\n\n{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise ApprovalMissing("not approved: nothing was made. Edit the script and run the command again")
    for plan in waiting:
        decide(plan, "approved", who=user_name(), how="terminal", store=store)


def _described(script: Script, plans: Sequence[ReelPlan]) -> str:
    return describe_variants(script, plans) if script.variants else describe(plans[0])


def user_name() -> str:
    """Who runs this program; their number where the machine has no name for them, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def produce(script: Script, plan: ReelPlan, store: Store, out: Path) -> FinishedSet:
    """Runs the flow and delivers what it made.

    Raises:
        QualityRefused: the reel failed its checks; it lies in the folder `REFUSED_FOLDER` of `out`.
        ReelsError: whatever a stage says.
    """
    with uncollected():
        from flows.answering import answering_server
        from flows.produce_reel import produce_reel
        from flows.terminal import showing_progress

    try:
        with answering_server(), showing_progress(sys.stderr):
            finished = produce_reel(script, avatar=plan.avatar.name, engines=plan.engines, style=plan.captions.style,
                                    seed=plan.seed, publish=list(plan.publish), strict=plan.strict, brand=plan.brand_name,
                                    export=plan.export, variant=plan.variant, takes=plan.takes)
    except QualityRefused as error:
        if error.finished is not None:
            deliver(error.finished, store, out / REFUSED_FOLDER)
            sys.stderr.write(f"the refused reel lies in {out / REFUSED_FOLDER}\n")
        raise
    deliver(finished, store, out)
    return finished


def _say_where(finished: FinishedSet, out: Path, plan: ReelPlan, *, as_json: bool) -> None:
    manifest = json.loads((out / "reel.json").read_text("utf-8"))
    if as_json:
        sys.stdout.write(json.dumps({"id": finished.id, "out": str(out), "files": sorted(finished.files),
                                     "warnings": manifest["warnings"]}) + "\n")
        return
    for warning in manifest["warnings"]:
        sys.stderr.write(f"note: {warning}\n")
    sys.stdout.write(f"{plan.script.title!r} is ready: {out / 'reel.mp4'}\n")
