"""One reel on a site while something dies: how it is started, watched to its end, and what is counted then."""

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.site import Site, wait_until
from tasks.runtime.lease import newest

FAKES = {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}
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
    """From the kill, the answer or the end of an outage until a process worked on it again; 0 where it never stopped."""
    finished_s: float
    """From that moment until it was completed."""
    finished_stages: int
    """Stages that were finished at the kill."""
    repeated: int
    """Of these, stages that ran again."""
    publications: int
    processes: int
    """How many processes have worked on it, one after another."""
    state: str
    note: str = ""
    """What else was counted."""
    as_meant: bool = True
    """That was as it should be."""

    @property
    def well(self) -> bool:
        """Nothing lost, repeated or late."""
        return (self.state == "COMPLETED" and self.repeated == 0 and self.publications == 1 and self.goes_on_s <= LIMIT_S
                and self.as_meant)


class Reel:
    """One reel of a fault, from its start.

    Args:
        site: where it is made.
        stage: what is meant to be disturbed.
        victim: by what.
        number: no other reel of the site has it.
        engines: stand-ins besides the usual ones.
    """

    def __init__(self, site: Site, stage: str, victim: str, number: int, engines: dict[str, str] | None = None) -> None:
        self.site, self.stage, self.victim, self.title = site, stage, victim, f"Fault {number} {stage} {victim}"
        site.wait_for_server()
        self._results, self._published, self._seen = results(site), published(site), marks(site, stage)
        script = {"title": self.title, "beats": [{"say": f"On it goes, {rhythm(number)}."}]}
        self.id = site.submit({"script": json.dumps(script), "engines": FAKES | (engines or {}), "publish": ["folder"]})
        self.finished: set[str] = set()

    def wait_for_stage(self) -> None:
        """Waits until the stage is under way, told by what it claims in the store."""

        def begun() -> bool:
            if self.stage == "start":
                return bool(self.site.flow_processes(self.id))
            return bool(marks(self.site, self.stage) - self._seen)

        wait_until(begun, FINISH_S, f"{self.stage} never began", every_s=0.05 if self.site.door else 0.004)

    def note_finished(self) -> None:
        """Takes down which stages are finished now: none of them may run again."""
        self.finished = results(self.site) - self._results

    def outcome(self, since: float, *, went_on: Callable[[], float] | None = None, note: str = "", as_meant: bool = True,
                ) -> Outcome:
        """Waits for the end and counts.

        Args:
            since: when it was disturbed, Unix seconds.
            went_on: gives the moment when it was worked on again; default: when the lease was last taken.
            note: what else was counted.
            as_meant: that was as it should be.
        """
        state = wait_for_end(self.site, self.id)
        ended, found = time.time(), newest(self.site.store, self.id)
        generations, taken = (found[0], found[1].taken) if found else (0, since)
        again = went_on() if went_on else taken
        return Outcome(self.stage, self.victim, goes_on_s=max(0.0, again - since), finished_s=ended - since,
                       finished_stages=len(self.finished), repeated=repeated(self.site, self.id, self.finished, since),
                       publications=len(published(self.site) - self._published), processes=generations, state=state,
                       note=note, as_meant=as_meant)


def rhythm(number: int) -> str:
    """Words whose lengths no other number has: the stand-in for a voice speaks in lengths alone, and reels that sound alike
    would share stages.
    """
    return " ".join(("on", "and", "then", "again")[number // power % 4] for power in (1, 4, 16))


def marks(site: Site, stage: str) -> set[str]:
    """What stands in the store's claims because `stage` was begun."""
    if stage == "publish":
        return set(site.store.claims("publish/folder"))
    return {key for key in site.store.claims("leases") if key.startswith(f"leases/{stage}-")}


def results(site: Site) -> set[str]:
    """The names of all results of stages."""
    return {entry.name for entry in site.store.results() if "-" in entry.name}


def published(site: Site) -> set[str]:
    """The places of all publications."""
    return {entry.name.split("/")[1] for entry in site.store.place.entries("published")}


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


def repeated(site: Site, run_id: str, finished: set[str], since: float) -> int:
    """How many stages that were finished at the kill ran again: a later task run of them made a result instead of taking it
    from the store. Where the server was killed it may not have heard of every task run.
    """
    made = {run["name"] for run in site.task_runs(run_id)
            if run["state_name"] == "Completed" and run["start_time"] and moment(run["start_time"]) > since}
    return sum(name.rpartition("-")[0] in made for name in finished)


def moment(text: str) -> float:
    """Unix seconds of a time in the server's form."""
    return dt.datetime.fromisoformat(text).timestamp()
