"""Stages that another machine does: what travels, what comes back, and how often."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import httpx
import pytest
from prefect import flow, task, task_engine
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.exceptions import TerminationSignal
from prefect.states import Cancelled, Cancelling, Crashed, Failed, Running, Scheduled
from prefect.utilities.annotations import quote
from prefect.utilities.engine import collect_task_run_inputs_sync

from flows import elsewhere
from flows.planning import Overrides, plan_reel
from flows.produce_stage import graphics_card, produce_stage, run_stage
from flows.stage_files import STAGES, StageFailure, error_of, failure_of, find_stage, outcome_key, pack, unpack
from flows.story import Story
from tasks.alignment.task import align
from tasks.animation.task import animate
from tasks.approval.gate import approval_for
from tasks.domain import errors
from tasks.domain.errors import FixMachine, FixRequest, GlyphMissing, ReelsError, TryAgain, UnknownName
from tasks.domain.media import MediaFile
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import FinishedSet
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech
from tasks.orchestration.stages import kept_under
from tasks.publish.nowhere import NowherePublisher
from tasks.publish.task import publish
from tasks.runtime import engines
from tasks.runtime.engines import ENGINES, EngineEntry
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.speech.task import speak

ENGINES_USED = {"speech": "tone", "alignment": "even", "animation": "sway", "lipsync": "flap"}
Started = list[dict[str, Any]]


@pytest.fixture
def plan(store: Store) -> ReelPlan:
    """A plan whose animation wants a graphics card."""
    script = Script(title="Elsewhere", beats=(Beat(say="Hello there."),))
    return plan_reel(script, overrides=Overrides(engines=ENGINES_USED), store=store, settings=Settings())


@pytest.fixture
def spoken(plan: ReelPlan, prefect: Store) -> tuple[Speech, Alignment]:
    """What the animation works from."""
    approval = approval_for(plan, store=prefect, settings=Settings(approval="never"))

    @flow
    def earlier() -> tuple[Speech, Alignment]:
        speech = speak(plan, approval)
        return speech, align(plan, speech)

    return earlier()


@pytest.fixture
def without_card(monkeypatch: pytest.MonkeyPatch, home: object) -> Iterator[None]:
    """A machine that serves ordinary work only."""
    monkeypatch.setenv("REELS_QUEUES", "cpu")
    current_settings.cache_clear()
    yield
    current_settings.cache_clear()


@pytest.fixture
def publishing(plan: ReelPlan, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> tuple[ReelPlan, FinishedSet]:
    """A plan whose publication wants the machine with the keys, and what it publishes."""
    line = EngineEntry("publish", "nowhere", "tasks.publish.nowhere:NowherePublisher", "", fake=True, queue="publish")
    monkeypatch.setattr(engines, "ENGINES", (*(entry for entry in ENGINES if entry.name != "nowhere"), line))
    finished = FinishedSet(id="0" * 16, slug="reel", files={"reel.mp4": prefect.put_text("film", ".mp4")})
    return plan.model_copy(update={"publish": ("nowhere",)}), finished


@pytest.fixture
def other_machine(monkeypatch: pytest.MonkeyPatch, prefect: Store) -> Started:
    """A worker that does each run at once, in this process; gives what was asked of it."""
    started: Started = []
    runs: dict[str, Any] = {}

    def run_deployment(_: str, *, parameters: dict[str, Any], idempotency_key: str, **options: Any) -> Any:
        if idempotency_key not in runs:
            started.append({"parameters": parameters, "key": idempotency_key, **options})
            before = produce_stage(**parameters, return_state=True)
            with get_client(sync_client=True) as client:
                run = client.read_flow_run(before.state_details.flow_run_id)
            runs[idempotency_key] = run
            return run.model_copy(update={"state": None})  # as it was when it was made
        return runs[idempotency_key]

    monkeypatch.setattr(elsewhere, "run_deployment", run_deployment)
    return started


def told(plan: ReelPlan, name: str, stage: Any, *arguments: object) -> tuple[Any, Any]:
    """Tells one stage in a flow; gives its result and its record."""

    @flow
    def telling() -> tuple[Any, Any]:
        story = Story()
        return story.tell(name, stage, *arguments), story.records[0]

    return telling()


class TestHere:
    """Stages that this machine does itself."""

    def test_stage_asks_the_server_nothing(
        self, plan: ReelPlan, prefect: Store, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """What it tells the server goes with the stream of events; a reel of a dozen stages would ask dozens of times."""
        asked = list[str]()
        approval = approval_for(plan, store=prefect, settings=Settings(approval="never"))

        @flow
        def telling() -> Speech:
            send = httpx.Client.send
            with monkeypatch.context() as watched:
                watched.setattr(httpx.Client, "send", lambda *given, **also: asked.append(str(given[1].url)) or send(
                    *given, **also))
                return Story().tell("speech", speak, plan, approval)

        assert telling().words
        assert asked == []

    def test_plan_comes_whole_and_is_not_searched(self, plan: ReelPlan, prefect: Store) -> None:
        """Prefect looks for results of other tasks in all that a task is given, the plan left out."""
        seen = list[object]()

        @task
        def looking(*given: object) -> None:
            seen.extend(given)

        @flow
        def telling() -> None:
            with patch.object(task_engine, "collect_task_run_inputs_sync", wraps=collect_task_run_inputs_sync) as searched:
                run_stage(looking, (plan, "other"), "cpu")
            found = [given for call in searched.call_args_list for given in call.args[0]]
            assert [type(given) for given in found] == [quote, str]

        telling()
        assert seen == [plan, "other"]


class TestTravel:
    """Arguments, results and errors between machines."""

    @pytest.mark.parametrize("name", STAGES)
    def test_every_stage_is_found(self, name: str) -> None:
        """And is a task of that name."""
        assert find_stage(name).name == name

    def test_unknown_stage_lists_the_ones_there_are(self) -> None:
        """Nothing but a stage can be asked of another machine."""
        with pytest.raises(UnknownName, match="no stage 'os.system'.*animation"):
            find_stage("os.system")

    def test_every_engine_that_wants_a_queue_has_a_stage_that_travels(self) -> None:
        """A new line of the menu needs its stage in the table."""
        assert {entry.stage for entry in ENGINES if entry.queue != "cpu"} <= STAGES.keys()

    def test_arguments_come_back_as_they_were(self, plan: ReelPlan, spoken: tuple[Speech, Alignment], store: Store) -> None:
        """To the last bit: the content key on the other machine is the same."""
        file = pack((plan, *spoken), animate, store)
        assert unpack(file, animate, store) == (plan, *spoken)
        assert kept_under("animation", *unpack(file, animate, store)) == kept_under("animation", plan, *spoken)

    def test_other_version_is_told_from_a_bug(self, store: Store) -> None:
        """Both machines must run the same program."""
        file = store.put_text('{"schema": 2, "arguments": []}', ".json")
        with pytest.raises(FixRequest, match="'animation' do not fit.*same version"):
            unpack(file, animate, store)

    def test_errors_keep_class_and_sentence(self) -> None:
        """Every error of the tree."""
        for kind in vars(errors).values():
            if isinstance(kind, type) and issubclass(kind, ReelsError):
                there = error_of(failure_of(kind("what happened")))
                assert (type(there), str(there)) == (kind, "what happened")

    def test_error_of_a_newer_version_is_still_one_of_ours(self) -> None:
        """Exit code 1, and the sentence."""
        assert str(error_of(StageFailure(kind="NewerError", message="said"))) == "said"


@pytest.mark.usefixtures("without_card")
class TestLeavingAStage:
    """A story told on a machine without a graphics card."""

    def test_stage_is_made_elsewhere_and_taken_from_the_store(
        self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started,
    ) -> None:
        """The record says that it was made, and by which engine."""
        result, record = told(plan, "animation", animate, plan, *spoken)
        assert (record.engine, record.cached) == ("sway", False)
        assert result.engine == "sway"
        [started] = other_machine
        assert (started["work_queue_name"], started["as_subflow"]) == ("gpu", False)
        assert started["key"] == f"{kept_under('animation', plan, *spoken)}/0"

    def test_machine_that_knows_more_of_its_model_keeps_the_result_under_a_key_of_its_own(
        self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The result comes along, and the stage is not begun here."""
        monkeypatch.setattr(elsewhere, "kept_under", lambda name, *arguments: "animation-of-the-teller")
        monkeypatch.setattr("flows.story.run_stage", None)
        result, record = told(plan, "animation", animate, plan, *spoken)
        assert (result.engine, record.engine) == ("sway", "sway")
        assert [started["key"] for started in other_machine] == ["animation-of-the-teller/0"]

    def test_kept_result_starts_nothing(
        self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started,
    ) -> None:
        """Whoever made it."""
        told(plan, "animation", animate, plan, *spoken)
        _, record = told(plan, "animation", animate, plan, *spoken)
        assert record.cached
        assert len(other_machine) == 1

    def test_lost_result_is_made_again_under_another_number(
        self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started, store: Store,
    ) -> None:
        """The run of that name has ended; its result counts only while it is there."""
        result, _ = told(plan, "animation", animate, plan, *spoken)
        store.path(result.shots[0].motion).unlink()
        _, record = told(plan, "animation", animate, plan, *spoken)
        assert not record.cached
        assert [started["key"].rpartition("/")[2] for started in other_machine] == ["0", "1"]

    def test_parameters_hold_no_content(
        self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started, store: Store,
    ) -> None:
        """What a reel says lies in the store; the run names a file."""
        told(plan, "animation", animate, plan, *spoken)
        parameters = other_machine[0]["parameters"]
        assert parameters.keys() == {"stage", "arguments", "queue", "title"}
        assert store.intact(MediaFile.model_validate(parameters["arguments"]))

    def test_error_comes_back_as_it_was(
        self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Class and sentence; and the next story tries anew."""
        from tasks.animation.sway import SwayAnimation

        def refuse(*_: object) -> None:
            raise GlyphMissing("no glyph for 'x': use another font")

        monkeypatch.setattr(SwayAnimation, "motion", refuse)
        for _ in range(2):
            with pytest.raises(GlyphMissing, match="^no glyph for 'x': use another font$"):
                told(plan, "animation", animate, plan, *spoken)
        assert len(other_machine) == 2

    def test_ordinary_stage_stays_here(
        self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started,
    ) -> None:
        """Only the engine that wants a card goes to one."""
        told(plan, "alignment", align, plan, spoken[0])
        assert other_machine == []

    def test_missing_deployment_is_said(self, plan: ReelPlan, spoken: tuple[Speech, Alignment], prefect: Store) -> None:
        """With both ways to mend it."""
        with pytest.raises(FixMachine, match="'animation' wants queue 'gpu'.*no deployment 'produce-stage.*'queues'"):
            told(plan, "animation", animate, plan, *spoken)

    def test_publication_by_the_machine_with_the_keys(
        self, publishing: tuple[ReelPlan, FinishedSet], other_machine: Started,
    ) -> None:
        """A stage without a content key brings its result along."""
        plan, finished = publishing
        [publication], _ = told(plan, "publish", publish, plan, finished)
        assert (publication.engine, publication.repeated) == (NowherePublisher.name, False)
        [again], _ = told(plan, "publish", publish, plan, finished)
        assert again.repeated
        assert [started["work_queue_name"] for started in other_machine] == ["publish", "publish"]

    def test_publication_is_not_begun_again_when_its_teller_died_before_it_heard(
        self, publishing: tuple[ReelPlan, FinishedSet], prefect: Store, other_machine: Started,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The process that comes after finds the run, and what it gave."""
        plan, finished = publishing

        def dies(*_: object) -> None:
            raise SystemExit(9)

        @flow
        def telling() -> Any:
            with monkeypatch.context() as killed, suppress(SystemExit):
                killed.setattr(elsewhere, "_ended", dies)
                Story().tell("publish", publish, plan, finished)
            return Story().tell("publish", publish, plan, finished)

        [publication] = telling()
        assert not publication.repeated
        assert len(other_machine) == 1
        assert prefect.claims("stages")[0].endswith("/outcome")
        assert len(prefect.claims("stages")) == 1


class TestServingTheQueue:
    """A machine that serves everything."""

    def test_stage_runs_here(self, plan: ReelPlan, spoken: tuple[Speech, Alignment], other_machine: Started) -> None:
        """A single machine asks nobody."""
        _, record = told(plan, "animation", animate, plan, *spoken)
        assert not record.cached
        assert other_machine == []

    def test_card_is_taken_and_given_back(self, prefect: Store) -> None:
        """The limit is made when it is first needed, for one at a time."""

        @flow
        def working() -> int:
            with graphics_card(), get_client(sync_client=True) as client:
                return client.read_global_concurrency_limit_by_name("gpu").active_slots

        assert working() == 1
        with get_client(sync_client=True) as client:
            limit = client.read_global_concurrency_limit_by_name("gpu")
        assert (limit.limit, limit.active_slots) == (1, 0)

    def test_limit_that_somebody_made_is_left_alone(self, prefect: Store) -> None:
        """A machine with two cards says two."""

        @flow
        def working() -> None:
            with graphics_card():
                pass

        working()
        with get_client(sync_client=True) as client:
            client.update_global_concurrency_limit("gpu", GlobalConcurrencyLimitUpdate(limit=2))
            working()
            assert client.read_global_concurrency_limit_by_name("gpu").limit == 2


class TestWaiting:
    """What becomes of the wait when the run on the other machine, or this one, ends early."""

    @pytest.fixture
    def runs(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[UUID]]:
        """Makes runs end as said, one after another; gives their ids."""
        monkeypatch.setattr(elsewhere, "LOOKS_S", (0.01, 0.01))

        def ending(*states: Any) -> list[UUID]:
            made: list[UUID] = []

            def run_deployment(*_: Any, **__: Any) -> Any:
                with get_client(sync_client=True) as client:
                    run = client.create_flow_run(produce_stage, parameters={}, name=f"run {len(made)}")
                    made.append(run.id)
                    client.set_flow_run_state(run.id, states[len(made) - 1], force=True)
                return run

            monkeypatch.setattr(elsewhere, "run_deployment", run_deployment)
            return made

        return ending

    @pytest.fixture
    def leave(self, plan: ReelPlan, spoken: tuple[Speech, Alignment]) -> Callable[[], Any]:
        """Leaves the animation to another machine."""
        return lambda: flow(lambda: elsewhere.made_elsewhere(animate, (plan, *spoken), "gpu", "T"), name="waiting")()

    def test_crash_is_an_accident_at_first(
        self, runs: Callable[..., list[UUID]], leave: Callable[[], Any],
    ) -> None:
        """Three crashes are none."""
        made = runs(Crashed(), Failed(), Crashed())
        with pytest.raises(FixMachine, match="'animation' crashed 3 times in queue 'gpu': see the log of run 'run 2'"):
            leave()
        assert len(made) == 3

    def test_cancelled_by_a_person_is_not_begun_again(
        self, runs: Callable[..., list[UUID]], leave: Callable[[], Any],
    ) -> None:
        """Who cancelled it meant it."""
        made = runs(Cancelled())
        with pytest.raises(TryAgain, match="was cancelled in queue 'gpu'"):
            leave()
        assert len(made) == 1

    def test_nobody_serves_the_queue(
        self, runs: Callable[..., list[UUID]], leave: Callable[[], Any], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The wait ends, and says what to start."""
        monkeypatch.setattr(elsewhere, "WAIT_S", 0.1)
        runs(Scheduled())
        with pytest.raises(TryAgain, match="start a worker that serves this queue"):
            leave()

    @pytest.mark.parametrize(("own", "others", "expected"), [
        (Cancelling(), 0, "CANCELLED"), (Cancelling(), 1, "SCHEDULED"), (None, 0, "SCHEDULED")],
        ids=["cancelled alone", "cancelled while another waits", "worker shuts down"])
    def test_cancellation_reaches_the_other_run(
        self, prefect: Store, own: Any, others: int, expected: str, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """But a run that somebody else waits for goes on, and so does one whose teller will come back."""
        with get_client(sync_client=True) as client:
            other = client.create_flow_run(produce_stage, parameters={}, state=Scheduled())
            for _ in range(others):
                prefect.claim(f"stages/{other.id}/waiting/{uuid4()}", {})

            this = client.create_flow_run(produce_stage, parameters={}, state=Running())
            monkeypatch.setattr(elsewhere, "flow_run", SimpleNamespace(id=str(this.id)))
            if own:
                client.set_flow_run_state(this.id, own, force=True)
            with pytest.raises(TerminationSignal), elsewhere._waiting(other, prefect, client):
                raise TerminationSignal(15)
            assert client.read_flow_run(other.id).state.type.value == expected
        assert len(prefect.claims(f"stages/{other.id}/waiting")) == others


def test_outcome_is_a_claim_of_its_run() -> None:
    """Both sides name it alike."""
    assert outcome_key("1") == "stages/1/outcome"
