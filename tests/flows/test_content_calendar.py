"""The content calendar: each entry once, late, twice, on two machines at once, and after a crash."""

import datetime as dt
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName
from prefect.client.schemas.objects import State
from prefect.states import Failed, Paused

from flows import calendar_taking, submission
from flows.calendar_entries import claims_folder, taken_entries
from flows.calendar_taking import take_due
from flows.cli import main
from flows.content_calendar import content_calendar
from tasks.domain.errors import TryAgain
from tasks.runtime.library import Library
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
NOW = dt.datetime.now(dt.UTC)


def clock(hours: float) -> str:
    """A time so many hours from now, as a calendar writes it."""
    return f"{NOW + dt.timedelta(hours=hours):%Y-%m-%d %H:%M}"


def write(library: Path, *entries: dict[str, Any], name: str = "calendar.yaml") -> None:
    """A calendar with these entries (JSON is YAML)."""
    (library / name).write_text(json.dumps({"schema": 1, "time_zone": "UTC", "entries": entries}))


def entry(name: str, hours: float = -1, **fields: Any) -> dict[str, Any]:
    """An entry of a short text."""
    return {"id": name, "at": clock(hours), "text": "Hello there."} | fields


@pytest.fixture
def library(deployed: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with one avatar."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    monkeypatch.setattr("flows.connection.connect", lambda _: None)
    current_settings.cache_clear()
    return root


def fire(file: str = "calendar.yaml") -> State[Any]:
    """The schedule fires."""
    return content_calendar(file, return_state=True)


def take(store: Store, file: str = "calendar.yaml") -> tuple[calendar_taking.Taking, ...]:
    """What a firing does, without its run and page."""
    calendar = Library(current_settings().library_path).calendar(file)
    return take_due(file, calendar, now=NOW, store=store, settings=current_settings())


def keys_of(title: str) -> list[str]:
    """The keys of all runs that the server has of reels whose titles hold these words."""
    wanted = FlowRunFilter(name=FlowRunFilterName(like_=title))
    return [str(run.idempotency_key) for run in get_client(sync_client=True).read_flow_runs(flow_run_filter=wanted)]


def page() -> str:
    """The newest page of a calendar."""
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
    from prefect.client.schemas.sorting import ArtifactSort

    found = get_client(sync_client=True).read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["calendar"])), sort=ArtifactSort.CREATED_DESC, limit=1)
    return str(found[0].data)


class TestContentCalendar:
    def test_takes_what_is_due_and_tells_what_comes(self, library: Path, store: Store) -> None:
        """Due is taken, wrong is told, later waits, too late is left; a wrong entry stops no other."""
        write(library, entry("early-bird", style="pop"), entry("bad-avatar", avatar="eve"), entry("tomorrow", hours=24),
              entry("in-three-weeks", hours=21 * 24), entry("last-week", hours=-7 * 24))
        state = fire()
        assert state.type.value == "FAILED"
        assert str(state.message).startswith("taken: early-bird; not taken: 'bad-avatar': no avatar 'eve'")
        taken = taken_entries("calendar.yaml", store)
        assert list(taken) == ["early-bird"]
        run = get_client(sync_client=True).read_flow_run(taken["early-bird"].run_id)  # type: ignore[arg-type]
        assert (run.name, run.parameters["style"], run.state_name) == ("reel: Early bird", "pop", "Scheduled")
        assert taken["early-bird"].parameters is None, "what is started need not be kept twice"
        shown = page()
        for words in ("| early\\-bird | Early bird | [page](", "| bad\\-avatar |  | not taken | no avatar",
                      "| tomorrow | Tomorrow |", "## Missed", "| last\\-week |"):
            assert words in shown
        assert "in\\-three\\-weeks" not in shown

    def test_firing_again_makes_nothing_again(self, library: Path, store: Store) -> None:
        """Nor does a change of the entry or of its script after it was taken."""
        write(library, entry("a"))
        assert fire().message == "taken: a"
        before = taken_entries("calendar.yaml", store)
        write(library, entry("a", text="Something else."))
        again = fire()
        assert (again.type.value, again.name) == ("COMPLETED", "Nothing due")
        assert taken_entries("calendar.yaml", store) == before

    def test_two_machines_at_once(self, library: Path, store: Store) -> None:
        """Four firings at the same moment: every entry has one run."""
        write(library, *(entry(f"twice-{number}") for number in range(3)))
        found: list[calendar_taking.Taking] = []
        together = threading.Barrier(4)

        def machine() -> None:
            together.wait()
            found.extend(take(store))

        threads = [threading.Thread(target=machine) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert {taking.reason for taking in found} == {""}
        made = {taking.id: {one.run_id for one in found if one.id == taking.id} for taking in found}
        assert {name: len(ids) for name, ids in made.items()} == {"twice-0": 1, "twice-1": 1, "twice-2": 1}
        keys = keys_of("Twice")
        assert len(keys) == len(set(keys)) == 3

    @pytest.mark.parametrize("moment", ["before the run", "after the run"])
    def test_crash_between_claim_and_run_is_healed(
        self, library: Path, store: Store, monkeypatch: pytest.MonkeyPatch, moment: str,
    ) -> None:
        """The next firing starts what was claimed, with the script as it was then; one run comes of it."""
        name = f"crash-{moment.replace(' ', '-')}"
        write(library, entry(name, text="As it was."))
        original: Callable[..., str] = calendar_taking.submit_parameters
        started = []

        def killed(*args: Any, **options: Any) -> str:
            if moment == "after the run":
                started.append(original(*args, **options))
            raise KeyboardInterrupt

        monkeypatch.setattr(calendar_taking, "submit_parameters", killed)
        with pytest.raises(KeyboardInterrupt):
            take(store)
        monkeypatch.setattr(calendar_taking, "submit_parameters", original)
        write(library, entry(name, text="As it is now."))
        taking, = take(store)
        assert not started or started == [taking.run_id]
        run = get_client(sync_client=True).read_flow_run(taking.run_id)  # type: ignore[arg-type]
        assert run.parameters["script"]["beats"][0]["say"] == "As it was."
        assert take(store) == ()

    def test_server_away_leaves_the_claim_for_the_next_firing(
        self, library: Path, store: Store, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Told, and made later."""
        write(library, entry("a"))

        def away(*_: object, **__: object) -> None:
            raise submission.httpx.ConnectError("refused")

        original = submission.run_deployment
        monkeypatch.setattr(submission, "run_deployment", away)
        taking, = take(store)
        assert "does not answer" in taking.reason
        monkeypatch.setattr(submission, "run_deployment", original)
        taking, = take(store)
        assert (taking.id, taking.reason) == ("a", "")

    def test_wrong_entry_is_taken_once_it_is_right(self, library: Path, store: Store) -> None:
        """A refusal claims nothing: correct the file, and the next firing takes it."""
        write(library, entry("a", script="scripts/a.txt", text=None))
        taking, = take(store)
        assert "there is no file 'scripts/a.txt'" in taking.reason
        (library / "scripts").mkdir()
        (library / "scripts" / "a.txt").write_text("Hello.")
        taking, = take(store)
        assert (taking.id, taking.title) == ("a", "A")

    def test_two_calendars_do_not_meet(self, library: Path, store: Store) -> None:
        """The same id in two files stands for two reels, even where their names read alike."""
        (library / "plans").mkdir()
        write(library, entry("a"), name="plans/may.yaml")
        write(library, entry("a"), name="plans-may.yaml")
        assert take(store, "plans/may.yaml")[0].run_id != take(store, "plans-may.yaml")[0].run_id
        assert claims_folder("plans/may.yaml").count("/") == 1

    @pytest.mark.parametrize(("file", "state", "sentence"), [
        ("calendar.yaml", "COMPLETED", "there is no calendar.yaml in the library: nothing is planned"),
        ("may.yaml", "FAILED", "there is no file 'may.yaml'"), ("../may.yaml", "FAILED", "is no file of the library")])
    def test_missing_calendar(self, library: Path, file: str, state: str, sentence: str) -> None:
        """The usual one may be missing; one that is named may not."""
        fired = fire(file)
        assert fired.type.value == state
        assert sentence in str(fired.message)

    def test_misspelt_calendar_is_told_with_its_line(self, library: Path) -> None:
        """As every file that people write."""
        (library / "calendar.yaml").write_text("schema: 1\ntime_zone: UTC\nentries:\n  - id: a\n    att: 2026-05-04 06:00\n")
        fired = fire()
        assert fired.type.value == "FAILED"
        assert "'calendar.yaml', line 5, 'att' in item 1 of 'entries': there is no such field; did you mean 'at'?" in str(
            fired.message)


class TestCalendarCommand:
    def test_every_entry_with_its_state(self, library: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        """Due, taken, waiting, failed, later, refused, missed; and what changed since."""
        names = ("planned", "waiting", "failed", "changed")
        write(library, *map(entry, names))
        take(store)
        taken = taken_entries("calendar.yaml", store)
        client = get_client(sync_client=True)
        for name, state in (("waiting", Paused(name="Suspended", message="waits for approval")),
                            ("failed", Failed(message="Flow run encountered an exception: QualityRefused: too loud"))):
            client.set_flow_run_state(taken[name].run_id, state, force=True)  # type: ignore[arg-type]
        write(library, *(entry(name) for name in names[:3]), entry("changed", text="Changed."), entry("late", hours=-48),
              entry("due"), entry("soon", hours=5), entry("wrong", hours=6, brand="none"))
        capsys.readouterr()
        assert main(["calendar", "--json"]) == 2, "one entry cannot be made"
        rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)["entries"]}
        assert {name: row["state"] for name, row in rows.items()} == {
            "planned": "planned", "waiting": "waiting", "failed": "failed", "changed": "planned", "late": "missed",
            "due": "due", "soon": "later", "wrong": "refused"}
        assert rows["waiting"]["note"] == "waits for approval"
        assert rows["failed"]["note"] == "QualityRefused: too loud"
        assert "give it a new id" in rows["changed"]["note"]
        assert "no brand 'none'" in rows["wrong"]["note"]
        assert main(["calendar"]) == 2
        assert "soon" in capsys.readouterr().out

    def test_nothing_taken_needs_no_server(
        self, library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Checking a file is quick."""

        def started(_: object) -> None:
            raise TryAgain("a server was started")

        monkeypatch.setattr("flows.connection.connect", started)
        write(library, entry("a", hours=2))
        assert main(["calendar"]) == 0
        assert main(["calendar", "none.yaml"]) == 2
        assert "there is no file 'none.yaml'" in capsys.readouterr().err
