"""What tests of voices of services stand on: a reel, a guard with a ledger, and a service on this machine."""

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tasks.domain.approval import Approval
from tasks.domain.money import Limits
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.runtime.ceilings import ApprovedCeilings
from tasks.runtime.engines import find_engine, load_engine
from tasks.runtime.keys import Secret
from tasks.runtime.ledger import Entry, Ledger
from tasks.runtime.own_server import OwnServer
from tasks.runtime.providers import find_provider
from tasks.runtime.spending import Access, Guard, Surroundings
from tasks.runtime.store import Store
from tasks.speech.base import Recording


@dataclass
class Studio:
    """Where a reel is spoken by a service."""

    store: Store
    services: Any
    key: str
    slept: list[float] = field(default_factory=list)
    notes: list[tuple[float, str]] = field(default_factory=list)

    def plan(self, engine: str, *said: str, voice: str = "a-model/a-voice", rate: float = 1.0) -> ReelPlan:
        """A plan with what the guard looks at; each text is a beat."""
        plan = ReelPlan.model_construct(
            script=Script(title="T", beats=tuple(Beat(say=text) for text in said)), engines={"speech": engine},
            voice=Voice(name=voice, language="en-US", rate=rate), avatar=SimpleNamespace(sha256="0" * 64))
        return plan if find_provider(find_engine("speech", engine).provider or "").own else plan.priced(
            {"speech": load_engine("speech", engine).price(plan)})

    def speak(self, plan: ReelPlan, *, key: str | None = None, limits: Limits = Limits(), allowed: float | None = None  # noqa: B008
              ) -> tuple[Recording, float]:
        """The plan's voice reads its script; what it gives and what was paid."""
        chosen: Any = load_engine("speech", plan.engines["speech"])
        url = self.services.url if chosen.name == "elevenlabs" else self.services.openai_url
        access = Access(url, Secret(key or self.key), self._guard(plan, chosen.name, limits, allowed), report=self._note)
        recording = chosen(plan.voice, access=access).read(plan.script)
        return recording, access.cost_usd

    def ledger(self, plan: ReelPlan) -> list[Entry]:
        """What the ledger says about the plan's reel."""
        return Ledger(self.store).of_reel(plan.approval_sha256())

    def kept(self) -> dict[str, bytes]:
        """Every file of the store."""
        return {str(path.relative_to(self.store.root)): path.read_bytes() for path in self.store.root.rglob("*")
                if path.is_file()}

    def _guard(self, plan: ReelPlan, engine: str, limits: Limits, allowed: float | None) -> Any:
        if engine == "speech-server":
            return OwnServer(self._note, self.slept.append)
        approval = Approval(who="t", how="--yes", when=dt.datetime.now(dt.UTC), sha256=plan.approval_sha256(),
                            cost_at_most_usd=plan.cost_usd if allowed is None else allowed)
        around = Surroundings(budget=nullcontext, pace=lambda _: None, holds=lambda: True, report=self._note,
                              sleep=self.slept.append)
        ledger = Ledger(self.store)
        return Guard(plan, ApprovedCeilings(plan, approval, ledger, limits), ledger, around)

    def _note(self, done: float, note: str) -> None:
        self.notes.append((done, note))


@pytest.fixture
def studio(store: Store, speech_services: Any, speech_program: ModuleType) -> Studio:
    """A studio with an empty ledger."""
    return Studio(store, speech_services, speech_program.KEY)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Gives a service so many seconds for each answer."""
    from tasks.runtime.calling import Line
    from tasks.runtime.openai_line import OpenAILine

    def hurry(read_s: float) -> None:
        for line in (Line, OpenAILine):
            monkeypatch.setitem(line.__init__.__kwdefaults__, "read_s", read_s)

    return hurry
