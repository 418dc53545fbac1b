"""The gates of a run that starts from its top again and again; what Prefect does is stood in for, see
tests/pipelines/test_approval.py for the real thing.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from flows import gate
from flows.gate import pass_publish_gate, pass_script_gate, terminal_key, waiting_key
from flows.planning import Overrides, plan_reel
from tasks.approval.answers import DEADLINE, ELSEWHERE, program_answer
from tasks.approval.gate import decide, recorded_approval
from tasks.domain.answer import Question
from tasks.domain.approval import Approval
from tasks.domain.errors import ApprovalMissing, Rejected
from tasks.domain.media import MediaFile
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import FinishedSet, MediaFacts, QualityReport
from tasks.domain.script import Beat, Script
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store
from tasks.script.yaml_text import script_yaml

SCRIPT = Script(title="Tea", beats=(Beat(say="Boil the water."),))
EDITED = SCRIPT.model_copy(update={"title": "Coffee"})


class Waits(BaseException):
    """The run's process has ended."""


class Run:
    """One run: what is sent to it, what it asked, and its body."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.answers: dict[str, object] = {}
        self.asked: list[str] = []
        self.pages: list[str] = []
        self.planned: Callable[[Script], ReelPlan] = partial(plan_reel, overrides=Overrides(), store=store,
                                                             settings=settings)

    def start(self, script: Script = SCRIPT) -> tuple[ReelPlan, Approval] | str:
        """Starts the body from its top; gives what passes the gate, or the key of the question it waits with."""
        try:
            return pass_script_gate(script, self.planned, store=self.store, settings=self.settings)
        except Waits:
            return self.asked[-1]

    def suspend(self, run_id: str, key: str, form: Any, *, state: str, message: str, shown: Callable[[], None]) -> None:
        """Stands in for Prefect."""
        if key in self.asked:
            return
        self.asked.append(key)
        self.pages.append(form._description)
        shown()
        raise Waits


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run with a deployment."""
    made = Run(store, Settings(approval_deadline_hours=1, publish_approval=True))
    monkeypatch.setattr(gate, "suspendable_run", lambda: SimpleNamespace(id="run"))
    monkeypatch.setattr(gate, "received", lambda _, key: made.answers.get(key))
    monkeypatch.setattr(gate, "suspend", made.suspend)
    monkeypatch.setattr(gate, "show_plan", lambda _: None)
    monkeypatch.setattr("flows.waiting.continue_decided", lambda *_, **__: 0)
    return made


class TestScriptGate:
    def test_approved_at_once(self, run: Run) -> None:
        """Asked once, however often the body starts; the record says who, how and how much."""
        assert run.start() == "script-approval-1"
        assert run.start() == "script-approval-2"  # continued without an answer: asked anew
        run.answers["script-approval-2"] = {"decision": "approve", "your_name": "Jo", "cost_at_most_usd": 2}
        for _ in range(2):
            passed = run.start()
            assert isinstance(passed, tuple)
            assert (passed[1].who, passed[1].how, passed[1].cost_at_most_usd) == ("Jo", "form", 2)
        assert run.store.claimed(waiting_key("run")) is None

    def test_edit_is_asked_about_and_kept_when_prefect_loses_it(self, run: Run) -> None:
        """The answer is on record before it is followed."""
        run.start()
        run.answers["script-approval-1"] = {"decision": "edit", "your_name": "Jo", "script": script_yaml(EDITED)}
        assert run.start() == "script-approval-2"
        assert "added: title\\: Coffee" in run.pages[-1]
        run.answers = {"script-approval-2": {"decision": "approve", "your_name": "Jo"}}
        passed = run.start()
        assert isinstance(passed, tuple)
        assert passed[0].script == EDITED
        assert recorded_approval(run.planned(SCRIPT), store=run.store) is None

    def test_faulty_answer_is_asked_again_with_its_reason(self, run: Run) -> None:
        """It never fails the run."""
        run.start()
        run.answers["script-approval-1"] = {"decision": "edit", "your_name": "Jo", "script": "title: Tea\navatar: nobody\n"
                                            "beats: [{say: Hi}]\n"}
        assert run.start() == "script-approval-2"
        assert "could not be followed" in run.pages[-1]
        assert "nobody" in run.pages[-1]

    def test_rejection_ends_the_run_for_good(self, run: Run) -> None:
        """With who and why, at every start."""
        run.start()
        run.answers["script-approval-1"] = {"decision": "reject", "your_name": "Jo", "reason": "not ours"}
        for _ in range(2):
            with pytest.raises(Rejected, match=r"'Jo' rejected this script on .* \(not ours\)"):
                run.start()

    def test_decision_elsewhere_lets_pass(self, run: Run) -> None:
        """The first decision on a script stands for every run."""
        run.start()
        decide(run.planned(SCRIPT), "approved", who="Kim", how="--yes", store=run.store)
        run.answers["script-approval-1"] = program_answer(ELSEWHERE)
        passed = run.start()
        assert isinstance(passed, tuple)
        assert passed[1].who == "Kim"

    def test_rejection_that_comes_too_late_does_not_stand(self, run: Run) -> None:
        """Somebody approved the same script just before."""
        run.start()
        decide(run.planned(SCRIPT), "approved", who="Kim", how="--yes", store=run.store)
        run.answers["script-approval-1"] = {"decision": "reject", "your_name": "Jo"}
        assert isinstance(run.start(), tuple)

    def test_approval_of_something_else_is_asked_again(self, run: Run) -> None:
        """What would be made changed while the run waited."""
        run.start()
        run.answers["script-approval-1"] = {"decision": "approve", "your_name": "Jo"}
        dearer = run.planned
        run.planned = lambda script: dearer(script).model_copy(update={"cost_usd": 3.0})
        assert run.start() == "script-approval-2"
        assert "is not what you approved" in run.pages[-1]

    def test_deadline_ends_the_run_only_when_it_is_over(self, run: Run) -> None:
        """Anybody may claim that; the run looks at the clock. The script stays undecided."""
        run.start()
        run.answers["script-approval-1"] = program_answer(DEADLINE)
        assert run.start() == "script-approval-2"
        kept = run.store.claimed_as(waiting_key("run"), Question)
        assert kept
        old = kept.model_copy(update={"since": kept.since - dt.timedelta(hours=1)})
        run.store.complete(waiting_key("run"), old.model_dump(mode="json"))
        run.answers["script-approval-2"] = program_answer(DEADLINE)
        with pytest.raises(Rejected, match="nobody answered within 1 hours") as caught:
            run.start()
        assert caught.value.state == "Not approved in time"
        assert recorded_approval(run.planned(SCRIPT), store=run.store) is None

    def test_answer_of_our_own_command_is_known(self, run: Run) -> None:
        """By its mark in the store, which only who can write there leaves."""
        run.start()
        given = {"decision": "approve", "your_name": "jo"}
        run.store.claim(terminal_key("run", "script-approval-1", given), {"who": "jo"})
        run.answers["script-approval-1"] = given
        passed = run.start()
        assert isinstance(passed, tuple)
        assert (passed[1].who, passed[1].how) == ("jo", "terminal")

    def test_run_without_deployment_does_not_wait(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        """A record must be there."""
        monkeypatch.setattr(gate, "suspendable_run", lambda: None)
        with pytest.raises(ApprovalMissing, match="nobody has approved"):
            run.start()
        assert not run.asked


class TestPublishGate:
    @pytest.fixture
    def ask(self, run: Run) -> Callable[[], bool | str]:
        """Asks whether a finished reel may be published; gives the answer or the key of the question."""
        plan, video = run.planned(SCRIPT), run.store.put_text("film", ".mp4")
        facts = MediaFacts(width=9, height=16, fps=30, duration_s=2, codecs={}, loudness_lufs=-14, true_peak_dbtp=-1)
        report = QualityReport(quality={}, media=facts, version="1")

        def asked() -> bool | str:
            timing = run.store.put_text(str(len(run.asked)), ".json")  # a manifest differs from start to start
            files: dict[str, MediaFile] = {"reel.mp4": video, "reel.json": timing}
            finished = FinishedSet(id="1", slug="tea", files=files)
            try:
                return pass_publish_gate(plan, finished, report, 0.5, store=run.store, settings=run.settings,
                                         link_to=lambda _: "http://127.0.0.1:1/x")
            except Waits:
                return run.asked[-1]

        return asked

    def test_approval_publishes(self, run: Run, ask: Callable[[], bool | str]) -> None:
        """The page shows link, files and cost; another start with another manifest does not ask again."""
        assert ask() == "publish-approval-1"
        assert "(<http://127.0.0.1:1/x>)" in run.pages[-1]
        assert "0.50 USD" in run.pages[-1]
        run.answers["publish-approval-1"] = {"decision": "approve", "your_name": "Jo"}
        assert ask() is True
        assert ask() is True

    def test_rejection_keeps_the_reel(self, run: Run, ask: Callable[[], bool | str]) -> None:
        """It says where the reel is."""
        ask()
        run.answers["publish-approval-1"] = {"decision": "reject", "your_name": "Jo", "reason": "too long"}
        with pytest.raises(Rejected, match=r"'Jo' refused to publish 'Tea' on .* \(too long\): the finished reel stays"):
            ask()

    def test_passing_the_first_gate_again_leaves_the_question(self, run: Run, ask: Callable[[], bool | str]) -> None:
        """A run that waits at the second gate starts from its top, and the time it waits goes on."""
        run.start()
        run.answers["script-approval-1"] = {"decision": "approve", "your_name": "Jo"}
        run.start()
        ask()
        before = run.store.claimed(waiting_key("run"))
        run.start()
        assert run.store.claimed(waiting_key("run")) == before

    def test_without_a_deployment_nothing_is_published(self, ask: Callable[[], bool | str],
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody can be asked."""
        monkeypatch.setattr(gate, "suspendable_run", lambda: None)
        assert ask() is False
