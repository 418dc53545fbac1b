"""What dies when, and whether anything is lost, repeated or published twice.

Each point is one reel, started through a worker. While something given happens to it, something is ended with kill -9 or
goes away; a keeper starts again what it would on a real site. Then the run has to finish by itself. Counted are finished
stages that ran again, publications, and runs that did not come to their end.

    python -m benchmarks.faults [deaths] [waiting] [machine] [store] [--sqlite] [--only STAGE:VICTIM ...]

deaths (thirty points): flow process, worker, server or database die in each of seven stages, and flow process or worker as
a run begins. waiting (six more): something dies while a run waits for a person, as it begins to wait, or right after the
answer. machine (four more): the machine that does the stage for a graphics card dies and comes back, or it stays away and
another takes over; or the process of the stage dies there, or the one that waits for it here. store (seven more): the bucket
refuses connections, hangs or says that it is busy for longer than a lease lasts, alone or while something else dies.

Drawing, captions, sound, render and quality are the real stages; the others are the stand-ins that ship.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.fault_runs import FINISH_S, Outcome, Reel
from benchmarks.site import Site, has_namespaces, has_postgres, running_site, wait_until
from tasks.runtime.lease import LIFE_S, newest

STAGES = ("speech", "animation", "captions", "picture", "render", "quality", "publish")
"""Stages in which something dies."""
VICTIMS = ("flow", "worker", "server", "database")
"""What dies."""
GROUPS: dict[str, list[tuple[str, str]]] = {
    "deaths": [*((stage, victim) for victim in VICTIMS for stage in STAGES), ("start", "flow"), ("start", "worker")],
    "waiting": [("waiting", "worker"), ("waiting", "server"), ("waiting", "database"), ("pausing", "flow"),
                ("answered", "flow"), ("answered", "server")],
    "machine": [("animation", "machine"), ("animation", "machine-for-good"), ("animation", "stage"), ("animation", "story")],
    "store": [("captions", "blinking"), ("picture", "refusing"), ("render", "hanging"), ("quality", "busy"),
              ("publish", "refusing"), ("picture", "refusing+flow"), ("picture", "refusing+server")],
}
"""All points; at 'start' no process has begun the run yet."""
LONG = {"picture": 1.5, "render": 0.5, "quality": 1.0}
"""Seconds into which the moment of a kill is spread, for stages that take that long."""
AWAY_S, BLINK_S = 75.0, 10.0
"""How long the store is away: longer than a lease lasts after its last renewal, with the margin of clocks; and for less."""
MODES = {"blinking": "refusing", "refusing": "refusing", "hanging": "hanging", "busy": "busy"}


def main() -> int:
    """Runs all points, prints a table, and fails where something was lost or done twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; default: all")
    parser.add_argument("--sqlite", action="store_true", help="SQLite even where PostgreSQL is installed")
    parser.add_argument("--only", nargs="*", metavar="STAGE:VICTIM", help="these points alone")
    arguments = parser.parse_args()
    if unknown := set(arguments.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}")
    only = {tuple(point.split(":")) for point in arguments.only or ()}
    wanted = {group: [point for point in points if not only or point in only]
              for group, points in GROUPS.items() if not arguments.groups or group in arguments.groups}
    begun_s, outcomes = time.monotonic(), list[Outcome]()
    sys.stdout.write(f"{sum(map(len, wanted.values()))} points\n\n{HEAD}\n")
    for bucket in (False, True):
        chosen = {group: points for group, points in wanted.items() if points and (group == "store") == bucket}
        if chosen:
            with running_site(postgres=has_postgres() and not arguments.sqlite, bucket=bucket) as site:
                for group, points in chosen.items():
                    outcomes += try_group(site, group, points)
    sys.stdout.write(summary(outcomes) + f"\ntook {(time.monotonic() - begun_s) / 60:.1f} minutes\n")
    return 0 if all(outcome.well for outcome in outcomes) else 1


def try_group(site: Site, group: str, points: Sequence[tuple[str, str]]) -> list[Outcome]:
    """Tries some points of one group and prints a line for each."""
    act = {"deaths": try_fault, "waiting": try_waiting, "machine": try_machine, "store": try_outage}[group]
    if group == "machine" and not has_namespaces():
        sys.stdout.write("machine: this system gives no program processes of its own to see; left out\n")
        return []
    if group == "waiting":
        site.change(REELS_APPROVAL="required")
    if group == "machine":
        site.change(REELS_APPROVAL="never", REELS_QUEUES="cpu,publish")
    outcomes = []
    for stage, victim in points:
        outcomes.append(act(site, stage, victim, GROUPS[group].index((stage, victim)) + 30 * list(GROUPS).index(group)))
        sys.stdout.write(row(outcomes[-1]) + "\n")
        sys.stdout.flush()
    return outcomes


def try_fault(site: Site, stage: str, victim: str, number: int) -> Outcome:
    """Starts a reel, kills `victim` while `stage` runs, and waits until the run has come to its end."""
    reel = Reel(site, stage, victim, number)
    reel.wait_for_stage()
    time.sleep(random.Random(number).uniform(0, LONG.get(stage, 0)))  # noqa: S311  spreads moments, the same each time
    reel.note_finished()
    site.kill(victim, reel.id)
    return reel.outcome(time.time())


def try_waiting(site: Site, stage: str, victim: str, number: int) -> Outcome:
    """Starts a reel that needs an answer, kills `victim` before or after the answer, and waits for the end."""
    reel = Reel(site, stage, victim, number)
    if stage == "pausing":
        question = f"waiting/{reel.id}"
        wait_until(lambda: site.store.claimed(question) is not None, FINISH_S, "the run never asked", every_s=0.004)
        site.kill(victim, reel.id)
    else:
        wait_until(lambda: is_waiting(site, reel.id) and not site.flow_processes(reel.id), FINISH_S, "the run never waited")
    if stage == "waiting":
        site.kill(victim, reel.id)
    tries: list[str] = []
    wait_until(lambda: is_answered(site, reel.id, tries), FINISH_S, "no answer was taken", every_s=1.0)
    answered = time.time()
    if stage == "answered":
        if victim == "flow":
            wait_until(lambda: bool(site.flow_processes(reel.id)), FINISH_S, "the run never went on", every_s=0.01)
        site.kill(victim, reel.id)
    outcome = reel.outcome(answered, note=f"asked {{}}, answered after {len(tries)} tries")
    questions = len(site.store.claims(f"answers/{reel.id}"))
    return replaced(outcome, note=outcome.note.format(f"{questions} x"), as_meant=questions == 1)


def try_machine(site: Site, stage: str, victim: str, number: int) -> Outcome:
    """Starts a reel whose animation another machine does, kills something while it does it, and waits for the end."""
    with ExitStack() as machines:
        first, second = f"card-{number}", f"spare-{number}"
        site.add_machine(first, "gpu")
        machines.callback(lambda: site.remove_machine(first) if victim != "machine-for-good" else None)
        reel = Reel(site, stage, victim, number, {"animation": "sway"})
        reel.wait_for_stage()
        reel.note_finished()
        (child,) = children(site, reel)
        if victim == "machine-for-good":
            site.remove_machine(first)
        else:
            site.kill({"machine": first, "stage": "flow", "story": "flow"}[victim], reel.id if victim == "story" else child)
        killed = time.time()
        if victim == "machine-for-good":
            site.add_machine(second, "gpu")
            machines.callback(lambda: site.remove_machine(second))
        outcome = reel.outcome(killed, went_on=None if victim == "story" else lambda: taken(site, children(site, reel)))
        begun = len(children(site, reel))
    meant = 2 if victim == "stage" else 1
    return replaced(outcome, note=f"{begun} run{'s' if begun > 1 else ''} of the stage", as_meant=begun == meant)


def try_outage(site: Site, stage: str, victim: str, number: int) -> Outcome:
    """Starts a reel, shuts the store away from everybody while `stage` runs, opens it again, and waits for the end."""
    assert site.door
    mode, _, other = victim.partition("+")
    reel = Reel(site, stage, victim, number)
    reel.wait_for_stage()
    reel.note_finished()
    with ExitStack() as away:
        site.door.set(MODES[mode])
        away.callback(site.door.set, "open")
        if other == "server":
            away.enter_context(site.away("server"))
        elif other:
            site.kill(other, reel.id)
        time.sleep(BLINK_S if mode == "blinking" else AWAY_S)
    opened = time.time()
    wait_until(lambda: renewed(site, reel.id, opened) > opened, FINISH_S, "nobody works on it")
    again = time.time()
    outcome = reel.outcome(opened, went_on=lambda: again)
    return replaced(outcome, as_meant=outcome.processes == (2 if other else 1))


def is_waiting(site: Site, run_id: str) -> bool:
    """True where the run waits for a person."""
    run = site.run(run_id)
    return bool(run and run["state_type"] == "PAUSED")


def is_answered(site: Site, run_id: str, tries: list[str]) -> bool:
    """Sends the answer of a person who tries until it is taken."""
    told = site.answer(run_id, {"decision": "approve", "your_name": "benchmark"})
    tries.append(told)
    return told == "ACCEPT"


def children(site: Site, reel: Reel) -> list[str]:
    """The runs of produce-stage that were begun for a reel."""
    return site.find_runs(f"{reel.stage}: {reel.title}")


def taken(site: Site, runs: Sequence[str]) -> float:
    """When the lease of one of some runs was last taken, Unix seconds."""
    return max((found[1].taken for run in runs if (found := newest(site.store, run))), default=0.0)


def renewed(site: Site, run_id: str, opened: float) -> float:
    """When the lease of a run was last renewed or given back; later than `opened` where it has ended."""
    found = newest(site.store, run_id)
    if not found:
        return 0.0
    return opened + 1 if found[1].released else found[1].until - LIFE_S


def replaced(outcome: Outcome, **changes: object) -> Outcome:
    """The outcome with more that was counted."""
    return Outcome(**{**vars(outcome), **changes})  # type: ignore[arg-type]


HEAD = (f"{'while':<10} {'dies':<17} {'goes on':>8} {'finished':>9} {'kept':>5} {'again':>6} {'published':>10}"
        f" {'processes':>10}  state")


def row(outcome: Outcome) -> str:
    """One line of the table."""
    return (f"{outcome.stage:<10} {outcome.victim:<17} {outcome.goes_on_s:>6.1f} s {outcome.finished_s:>7.1f} s"
            f" {outcome.finished_stages:>5} {outcome.repeated:>6} {outcome.publications:>10} {outcome.processes:>10}"
            f"  {outcome.state}{outcome.note and f'; {outcome.note}'}{'' if outcome.well else '  <-- WRONG'}")


def summary(outcomes: Sequence[Outcome]) -> str:
    """The totals."""
    waits = sorted(outcome.goes_on_s for outcome in outcomes)
    return (f"\n{sum(outcome.state == 'COMPLETED' for outcome in outcomes)} of {len(outcomes)} runs completed;"
            f" finished stages that ran again: {sum(outcome.repeated for outcome in outcomes)} of"
            f" {sum(outcome.finished_stages for outcome in outcomes)};"
            f" publications: {sum(outcome.publications for outcome in outcomes)};"
            f" worked on again after {waits[len(waits) // 2]:.0f} s (median), {waits[-1]:.0f} s at most")


if __name__ == "__main__":
    sys.exit(main())
