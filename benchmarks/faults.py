"""What dies when, and whether anything is lost, repeated or published twice.

Thirty reels are started through a worker. While a given stage of each runs, one of flow process, worker, server or database
is ended with kill -9; a keeper starts again what it would on a real site. Then each run has to finish by itself. Counted
are finished stages that ran again, publications, and runs that did not come to their end.

    python -m benchmarks.faults [--sqlite] [--only STAGE:VICTIM ...]

Drawing, captions, sound, render and quality are the real stages; the others are the stand-ins that ship.
"""

import argparse
import datetime as dt
import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.site import Site, has_postgres, running_site, wait_until
from tasks.runtime.lease import newest

STAGES = ("speech", "animation", "captions", "picture", "render", "quality", "publish")
"""Stages in which something dies."""
VICTIMS = ("flow", "worker", "server", "database")
"""What dies."""
POINTS = [*((stage, victim) for victim in VICTIMS for stage in STAGES), ("start", "flow"), ("start", "worker")]
"""Thirty points; at 'start' no process has begun the run yet."""
FAKES = {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}
LONG = {"picture": 1.5, "render": 0.5, "quality": 1.0}
"""Seconds into which the moment of a kill is spread, for stages that take that long."""
LIMIT_S = 180.0
"""A run has to be worked on again within this time."""
FINISH_S = 420.0
"""Past this a run counts as lost."""


@dataclass(frozen=True)
class Outcome:
    """What became of one run."""

    stage: str
    victim: str
    goes_on_s: float
    """From the kill until a process worked on it again; 0 where it never stopped."""
    finished_s: float
    """From the kill until it was completed."""
    finished_stages: int
    """Stages that were finished at the kill."""
    repeated: int
    """Of these, stages that ran again."""
    publications: int
    processes: int
    """How many processes have worked on it, one after another."""
    state: str

    @property
    def well(self) -> bool:
        """Nothing lost, repeated or late."""
        return (self.state == "COMPLETED" and self.repeated == 0 and self.publications == 1 and self.goes_on_s <= LIMIT_S)


def main() -> int:
    """Runs all points, prints a table, and fails where something was lost or done twice."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sqlite", action="store_true", help="SQLite even where PostgreSQL is installed")
    parser.add_argument("--only", nargs="*", metavar="STAGE:VICTIM", help="these points alone")
    arguments = parser.parse_args()
    points = [tuple(point.split(":")) for point in arguments.only] if arguments.only else POINTS
    begun_s = time.monotonic()
    with running_site(postgres=has_postgres() and not arguments.sqlite) as site:
        sys.stdout.write(f"{len(points)} points, {'PostgreSQL' if site.postgres else 'SQLite'}; site ready after"
                         f" {time.monotonic() - begun_s:.0f} s\n\n{HEAD}\n")
        outcomes = []
        for number, (stage, victim) in enumerate(points):
            outcomes.append(try_fault(site, stage, victim, number))
            sys.stdout.write(row(outcomes[-1]) + "\n")
            sys.stdout.flush()
    sys.stdout.write(summary(outcomes) + f"\ntook {(time.monotonic() - begun_s) / 60:.1f} minutes\n")
    return 0 if all(outcome.well for outcome in outcomes) else 1


def try_fault(site: Site, stage: str, victim: str, number: int) -> Outcome:
    """Starts a reel, kills `victim` while `stage` runs, and waits until the run has come to its end."""
    site.wait_for_server()
    before = {path.name for path in results(site)}
    places = set(published(site))
    seen = marks(site, stage)
    title = f"Fault {number} {stage} {victim}"
    run_id = site.submit({"script": json.dumps({"title": title, "beats": [{"say": f"On it goes, {rhythm(number)}."}]}),
                          "engines": FAKES, "publish": ["folder"]})
    wait_until(lambda: begun(site, stage, run_id, seen), FINISH_S, f"{stage} never began", every_s=0.004)
    time.sleep(random.Random(number).uniform(0, LONG.get(stage, 0)))  # noqa: S311  spreads moments, the same each time
    finished = {path.name for path in results(site) if path.name not in before}
    site.kill(victim, run_id)
    killed = time.time()
    state = wait_for_end(site, run_id)
    ended = time.time()
    found = newest(site.store, run_id)
    generations, taken = (found[0], found[1].taken) if found else (0, killed)
    new = [place for place in published(site) if place not in places]
    return Outcome(stage, victim, goes_on_s=max(0.0, taken - killed), finished_s=ended - killed,
                   finished_stages=len(finished), repeated=repeated(site, run_id, finished, killed),
                   publications=len(new), processes=generations, state=state)


def rhythm(number: int) -> str:
    """Words whose lengths no other number has: the stand-in for a voice speaks in lengths alone, and reels that sound alike
    would share stages.
    """
    return " ".join(("on", "and", "then", "again")[number // power % 4] for power in (1, 4, 16))


def begun(site: Site, stage: str, run_id: str, seen: set[str]) -> bool:
    """True once `stage` of the run is under way, told by what it claims in the store."""
    if stage == "start":
        return bool(site.flow_processes(run_id))
    return bool(marks(site, stage) - seen)


def marks(site: Site, stage: str) -> set[str]:
    """What stands in the store's claims because `stage` was begun."""
    folder, pattern = ("publish/folder", "*.json") if stage == "publish" else ("leases", f"{stage}-*/*.json")
    return {str(path) for path in (site.store.root / "claims" / folder).glob(pattern)}


def results(site: Site) -> list[Path]:
    """The results of stages."""
    return [path for path in (site.store.root / "results").glob("*-*") if path.is_file()]


def published(site: Site) -> list[Path]:
    """The folders of all publications."""
    return list((site.store.root / "published").glob("*"))


def wait_for_end(site: Site, run_id: str) -> str:
    """Waits until the run has a final state that nobody will change, and gives its type."""
    until_s, state = time.monotonic() + FINISH_S, "LOST"
    while time.monotonic() < until_s:
        run = site.run(run_id)
        state = run["state_type"] if run else state
        if state in ("COMPLETED", "FAILED", "CANCELLED"):
            return state
        time.sleep(0.5)
    return f"LOST in {state}"


def repeated(site: Site, run_id: str, finished: set[str], killed: float) -> int:
    """How many stages that were finished at the kill ran again: a later task run of them made a result instead of taking it
    from the store. Where the server was killed it may not have heard of every task run.
    """
    made = {run["name"] for run in site.task_runs(run_id)
            if run["state_name"] == "Completed" and run["start_time"] and moment(run["start_time"]) > killed}
    return sum(name.rpartition("-")[0] in made for name in finished)


def moment(text: str) -> float:
    """Unix seconds of a time in the server's form."""
    return dt.datetime.fromisoformat(text).timestamp()


HEAD = (f"{'while':<10} {'dies':<9} {'goes on':>8} {'finished':>9} {'kept':>5} {'again':>6} {'published':>10}"
        f" {'processes':>10}  state")


def row(outcome: Outcome) -> str:
    """One line of the table."""
    return (f"{outcome.stage:<10} {outcome.victim:<9} {outcome.goes_on_s:>6.1f} s {outcome.finished_s:>7.1f} s"
            f" {outcome.finished_stages:>5} {outcome.repeated:>6} {outcome.publications:>10} {outcome.processes:>10}"
            f"  {outcome.state}{'' if outcome.well else '  <-- WRONG'}")


def summary(outcomes: list[Outcome]) -> str:
    """The totals."""
    waits = sorted(outcome.goes_on_s for outcome in outcomes)
    return (f"\n{sum(outcome.state == 'COMPLETED' for outcome in outcomes)} of {len(outcomes)} runs completed;"
            f" finished stages that ran again: {sum(outcome.repeated for outcome in outcomes)} of"
            f" {sum(outcome.finished_stages for outcome in outcomes)};"
            f" publications: {sum(outcome.publications for outcome in outcomes)};"
            f" worked on again after {waits[len(waits) // 2]:.0f} s (median), {waits[-1]:.0f} s at most")


if __name__ == "__main__":
    sys.exit(main())
