"""A batch: one run a reel, one failure stops no other, and its table stays true."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed, Paused

from flows import batches, produce_batch, submission
from flows.cli import main
from tasks.domain.batch import Batch
from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
GOOD = "title: Good one\nbeats: [{say: Hello there.}]\n"
MANY = """title: Many
beats: [{say: Hello there.}]
variants:
  - {id: why, opening: "Why?"}
  - {id: eve, avatar: eve}
"""


@pytest.fixture
def library(deployed: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with three scripts: one good, one with a variant of an avatar that is not there, one that is none."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    (root / "may").mkdir()
    for name, text in (("a-good.yaml", GOOD), ("b-many.yaml", MANY), ("c-bad.yaml", "beats: [")):
        (root / "may" / name).write_text(text)
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    monkeypatch.setattr("flows.connection.connect", lambda _: None)
    current_settings.cache_clear()
    return root


def run(**parameters: Any) -> tuple[State[Any], Batch]:
    """Runs the batch; gives its state and what it wrote down."""
    state = produce_batch.produce_batch(**parameters, return_state=True)
    return state, batches.recent(submission_store())[0]


def submission_store() -> Store:
    """The store of the installation under test."""
    return Store(current_settings().store_path)


def put(run_id: str | None, state: State[Any]) -> None:
    """Moves a run on as a worker would."""
    get_client(sync_client=True).set_flow_run_state(run_id, state, force=True)  # type: ignore[arg-type]


def page_of(batch: Batch) -> str:
    """The table on the batch's page."""
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey

    wanted = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[batch.id]),  # type: ignore[list-item]
                            key=ArtifactFilterKey(any_=["batch"]))
    page, = get_client(sync_client=True).read_artifacts(artifact_filter=wanted)
    return str(page.data)


class TestProduceBatch:
    def test_every_reel_is_a_run_and_a_refusal_stops_no_other(self, library: Path) -> None:
        """Four reels and one broken file: three runs, two refusals with their reasons, in a table on the run's page."""
        state, batch = run(folder="may")
        assert (state.type.value, state.message) == ("COMPLETED", "3 planned, 2 refused")
        assert [(reel.name, reel.start) for reel in batch.reels] == [
            ("Good one", "started"), ("Many (main)", "started"), ("Many (why)", "started"), ("Many (eve)", "refused"),
            ("may/c-bad.yaml", "refused")]
        assert "no avatar 'eve'" in batch.reels[3].reason
        assert "line 1" in batch.reels[4].reason
        client = get_client(sync_client=True)
        runs = [client.read_flow_run(run_id) for run_id in batch.run_ids]  # type: ignore[arg-type]
        assert [one.name for one in runs] == ["reel: Good one", "reel: Many (main)", "reel: Many (why)"]
        assert {one.parent_task_run_id for one in runs} == {None}, "a subflow could not suspend"
        page = page_of(batch)
        assert page.count("| planned | [page](") == 3
        assert "| Many \\(eve\\) | refused | - | no avatar 'eve'" in page

    def test_shared_options_and_texts(self, library: Path) -> None:
        """A list holds files and texts; what is asked for holds for all of them; the same script twice is one run."""
        _, batch = run(scripts=["may/a-good.yaml", "Hello.", GOOD], style="pop", publish=[])
        assert [reel.source for reel in batch.reels] == ["may/a-good.yaml", "script 2", "script 3"]
        assert batch.reels[0].run_id == batch.reels[2].run_id != batch.reels[1].run_id
        asked = get_client(sync_client=True).read_flow_run(batch.run_ids[1]).parameters  # type: ignore[arg-type]
        assert (asked["style"], asked["publish"]) == ("pop", [])

    def test_nothing_to_start_is_a_failure(self, library: Path) -> None:
        """Nobody should find a green batch without a reel."""
        state, _ = run(folder="may", avatar="eve")
        assert (state.type.value, state.message) == ("FAILED", "5 refused")
        empty = produce_batch.produce_batch(return_state=True)
        assert empty.type.value == "FAILED"
        assert "the batch is empty" in str(empty.message)

    def test_server_trouble_is_told_of_the_reel_it_met(self, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The others are started; the run fails, because beginning it again starts the rest."""
        original: Callable[..., Any] = submission.run_deployment

        def moody(*args: Any, **options: Any) -> Any:
            if options["flow_run_name"] == "reel: Many (main)":
                raise submission.httpx.ConnectError("refused")
            return original(*args, **options)

        monkeypatch.setattr(submission, "run_deployment", moody)
        state, batch = run(folder="may")
        assert (state.type.value, state.message) == ("FAILED", "2 planned, 2 refused, 1 not started")
        assert "does not answer" in batch.reels[1].reason

    @pytest.mark.parametrize(("error", "kind"), [(FixMachine("x"), "not started"), (TryAgain("x"), "not started")])
    def test_only_what_the_author_can_mend_is_refused(self, error: Any, kind: str) -> None:
        """A machine's trouble is not the script's."""
        assert produce_batch._kind(error) == kind

    def test_waiting_for_the_reels(self, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever waits is told how it ended: red when a reel failed."""
        ends = iter([Completed(), Failed(message="Flow run encountered an exception: QualityRefused: too loud")])

        def worker(_: float) -> None:
            for run_id in batches.recent(submission_store())[0].run_ids:
                put(run_id, next(ends))

        monkeypatch.setattr(produce_batch, "time", SimpleNamespace(monotonic=time.monotonic, sleep=worker))
        state, batch = run(scripts=["may/a-good.yaml", "Hello."], wait_minutes=1)
        assert (state.type.value, state.message) == ("FAILED", "1 done, 1 failed")
        assert "QualityRefused\\: too loud" in page_of(batch)


class TestBatchCommand:
    def test_table_stays_true(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Hours later the command says how the same reels stand, by the beginning of the id."""
        _, batch = run(folder="may")
        put(batch.run_ids[0], Completed())
        put(batch.run_ids[1], Paused(name="Suspended", message="waits for approval"))
        capsys.readouterr()
        assert main(["batch", batch.id[:8]]) == 0
        said = capsys.readouterr().out
        assert "1 done, 1 waiting, 1 planned" in said.replace("2 refused, ", "")
        assert main(["batch", batch.id[:8], "--json"]) == 0
        reels = json.loads(capsys.readouterr().out)["reels"]
        assert [reel["state"] for reel in reels] == ["done", "waiting", "planned", "refused", "refused"]
        assert reels[1]["reason"] == "waits for approval"

    def test_list_and_unknown_id(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The newest first."""
        assert main(["batch"]) == 0
        assert "there is no batch yet" in capsys.readouterr().out
        _, first = run(scripts=["may/a-good.yaml"])
        _, second = run(scripts=["Hello."])
        capsys.readouterr()
        assert main(["batch"]) == 0
        assert [line[:8] for line in capsys.readouterr().out.splitlines()] == [second.id[:8], first.id[:8]]
        assert main(["batch", "zz"]) == 2
        assert "no batch with the id 'zz': `reels batch` lists" in capsys.readouterr().err
