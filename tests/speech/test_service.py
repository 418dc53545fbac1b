"""What voices of services share: what is bought, what it costs, and what happens when the service fails."""

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tasks.domain.errors import (
    ApprovalMissing,
    DayLimitReached,
    FixMachine,
    FixRequest,
    MissingTool,
    PaymentUnknown,
    ReelsError,
    TryAgain,
    UnknownName,
)
from tasks.domain.money import Limits, usd
from tasks.domain.plan import Voice
from tasks.media.audio.loudness import integrated_lufs
from tasks.media.audio.mastering import TARGET_LUFS
from tasks.runtime import calling
from tasks.runtime.engines import load_engine
from tasks.runtime.providers import Terms
from tasks.speech.base import RATE_HZ
from tasks.speech.service import ServiceName

PAID, ALL = ["openai", "elevenlabs"], ["openai", "elevenlabs", "speech-server"]
THREE = ("One is here. Two is there!", "Three is nowhere.")
"""Three sentences in two beats."""
SENTENCES = ["One is here.", "Two is there!", "Three is nowhere."]
PATIENCE_S = 0.3
"""How long a service that hangs is waited for."""

REFUSED = {"crowded": TryAgain, "quota": FixMachine, "echo": FixRequest, "missing": FixRequest, "unprocessable": FixRequest,
           "moved": FixMachine}
"""Faults that certainly took no money, and whose turn it is then."""
OPEN = {"broken": TryAgain, "slow": TryAgain, "cut": TryAgain, "html": FixMachine, "empty": FixMachine, "error": FixMachine,
        "corrupt": FixMachine, "short": FixMachine, "silent": FixMachine, "huge": FixMachine}
"""Faults after which nobody knows, and whose turn it is at a server where nothing is paid."""
FINE = ["mp3", "rate", "streamed"]
"""Sound that is not what was asked for, and good for all that."""


def texts(studio: Any) -> list[str]:
    """What the service was asked to say, in order."""
    return [asked["body"].get("text") or asked["body"]["input"] for asked in studio.services.asked]


@pytest.fixture(params=PAID)
def paid(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=ALL)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestBuying:
    """A script that is spoken."""

    def test_each_sentence_is_asked_for_once_in_order(self, studio: Any, engine: str) -> None:
        """And what comes back is one recording, as loud as every voice."""
        recording, _ = studio.speak(studio.plan(engine, *THREE))
        assert texts(studio) == SENTENCES
        assert recording.duration_s > 3
        assert integrated_lufs(recording.samples, RATE_HZ) == pytest.approx(TARGET_LUFS, abs=0.5)
        assert [note for _, note in studio.notes] == [f"sentence {number} of 3" for number in (1, 2, 3)]

    def test_price_of_the_plan_is_what_is_paid(self, studio: Any, paid: str) -> None:
        """To the millionth: the approval's ceiling is the estimate, and every letter sent counts."""
        plan = studio.plan(paid, *THREE, *(f"And {number} more, or less." for number in range(7)))
        _, cost_usd = studio.speak(plan)
        assert cost_usd == plan.cost_usd > 0
        assert plan.prices["speech"].why.startswith(f"{sum(map(len, texts(studio)))} letters at 0.")

    def test_another_reel_with_the_same_words_is_free(self, studio: Any, paid: str) -> None:
        """And sounds the same."""
        first, _ = studio.speak(plan := studio.plan(paid, *THREE))
        again, cost_usd = studio.speak(plan.model_copy(update={"script": plan.script.model_copy(update={"title": "U"})}))
        assert cost_usd == 0
        assert len(studio.services.asked) == 3
        assert again.samples.tobytes() == first.samples.tobytes()

    def test_run_that_broke_off_buys_only_what_is_missing(self, studio: Any, paid: str) -> None:
        """The second sentence is refused; the next run asks for it and the third."""
        plan = studio.plan(paid, *THREE)
        studio.services.faults += ["", "crowded"]
        with pytest.raises(TryAgain):
            studio.speak(plan)
        assert [entry.state for entry in studio.ledger(plan)].count("paid") == 1
        studio.services.asked.clear()
        studio.speak(plan)
        assert texts(studio) == SENTENCES[1:]
        assert studio.services.sold == SENTENCES

    def test_crash_between_request_and_answer_pays_nothing_twice(self, studio: Any, paid: str) -> None:
        """The first sentence is paid, nobody knows about the second: the next run asks for neither."""
        plan = studio.plan(paid, *THREE)
        studio.services.faults += ["", "cut"]
        for _ in range(2):
            with pytest.raises(PaymentUnknown):
                studio.speak(plan)
        assert studio.services.sold == SENTENCES[:2]
        assert sorted(entry.state for entry in studio.ledger(plan)) == ["paid", "unknown"]

    def test_own_server_costs_nothing_and_fills_no_ledger(self, studio: Any) -> None:
        """No price, no entry."""
        plan = studio.plan("speech-server", *THREE)
        assert studio.speak(plan)[1] == 0
        assert studio.ledger(plan) == []
        assert not hasattr(load_engine("speech", "speech-server"), "price")

    def test_terms_of_the_installation_set_the_price(self, studio: Any, paid: str) -> None:
        """Ten letters at a dollar a thousand."""
        plan = studio.plan(paid, "Ten signs.")
        price = load_engine("speech", paid).price(plan, terms=Terms(usd_per_1000_letters=Decimal(1)))
        assert (price.usd, price.why) == (usd("0.01"), "10 letters at 1 USD a 1000 letters")


class TestMoney:
    """A paid voice speaks within what was approved."""

    def test_nothing_is_sent_beyond_the_approval(self, studio: Any, paid: str) -> None:
        """An estimate that was too low: two sentences fit, the third does not."""
        plan = studio.plan(paid, *THREE)
        share = sum(len(text) for text in SENTENCES[:2]) / sum(map(len, SENTENCES))
        with pytest.raises(ApprovalMissing, match="nothing was sent"):
            studio.speak(plan.model_copy(update={"cost_usd": share * plan.cost_usd + 1e-6}))
        assert texts(studio) == SENTENCES[:2]

    def test_nothing_is_sent_where_less_was_approved(self, studio: Any, paid: str) -> None:
        """Not even the first sentence."""
        plan = studio.plan(paid, *THREE)
        with pytest.raises(ApprovalMissing, match="approve the new cost"):
            studio.speak(plan, allowed=plan.cost_usd - 1e-6)
        assert studio.services.asked == []

    def test_nothing_is_sent_for_another_plan(self, studio: Any, paid: str) -> None:
        """The approval is for other words."""
        plan, other = studio.plan(paid, *THREE), studio.plan(paid, "Other words.")
        guard = studio._guard(other, paid, Limits(), None)
        guard._ceilings._plan = plan
        studio._guard = lambda *_: guard
        with pytest.raises(ApprovalMissing):
            studio.speak(plan)
        assert studio.services.asked == []

    def test_limits_of_the_day_hold(self, studio: Any, paid: str) -> None:
        """Nothing may be spent today."""
        plan = studio.plan(paid, *THREE)
        with pytest.raises(DayLimitReached):
            studio.speak(plan, limits=Limits(day_usd=Decimal("0.000001")))
        assert studio.services.asked == []


class TestFaults:
    """What the service may do instead of speaking."""

    @pytest.mark.parametrize("fault", REFUSED)
    def test_refusal_costs_nothing_and_is_not_repeated(self, studio: Any, engine: str, fault: str) -> None:
        """One request, the right branch, the service's words without the key, and money that is free again."""
        plan = studio.plan(engine, *THREE)
        studio.services.faults.append(fault)
        with pytest.raises(ReelsError) as caught:
            studio.speak(plan)
        assert type(caught.value) is REFUSED[fault]
        assert str(caught.value).startswith(f"{engine} answered ")
        assert len(studio.services.asked) == 1
        assert {entry.state for entry in studio.ledger(plan)} <= {"released"}
        assert ("***" in str(caught.value)) == (fault == "echo")

    def test_wrong_key_is_the_machines(self, studio: Any, engine: str) -> None:
        """The message speaks of the key and does not hold it."""
        plan = studio.plan(engine, *THREE)
        with pytest.raises(MissingTool, match="check the key") as caught:
            studio.speak(plan, key="sk-of-somebody-else")
        assert "sk-of-somebody-else" not in str(caught.value)
        assert {entry.state for entry in studio.ledger(plan)} <= {"released"}

    def test_busy_service_is_waited_for_as_long_as_it_says(self, studio: Any, engine: str) -> None:
        """Three seconds, then the same sentence again."""
        studio.services.faults.append("busy")
        studio.speak(studio.plan(engine, *THREE))
        assert studio.slept == [3.0]
        assert texts(studio) == [SENTENCES[0], *SENTENCES]

    @pytest.mark.parametrize("fault", OPEN)
    def test_what_may_have_been_charged_is_not_sent_again(
        self, studio: Any, paid: str, fault: str, impatient: Callable[[float], None], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """One request, a question in the ledger, nothing of the answer in the store; neither does a second run ask."""
        monkeypatch.setattr(calling, "MOST_BYTES", 1 << 21)
        impatient(PATIENCE_S)
        plan = studio.plan(paid, *THREE)
        studio.services.faults.append(fault)
        for _ in range(2):
            with pytest.raises(PaymentUnknown, match="reels costs settle"):
                studio.speak(plan)
        assert len(studio.services.asked) == 1
        assert [entry.state for entry in studio.ledger(plan)] == ["unknown"]
        assert all(len(content) < 4096 for content in studio.kept().values())

    @pytest.mark.parametrize("fault", OPEN)
    def test_own_server_is_simply_asked_again(
        self, studio: Any, fault: str, impatient: Callable[[float], None], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Later, or when it has been put right; nothing is kept."""
        monkeypatch.setattr(calling, "MOST_BYTES", 1 << 21)
        impatient(PATIENCE_S)
        plan = studio.plan("speech-server", *THREE)
        studio.services.faults.append(fault)
        with pytest.raises(ReelsError) as caught:
            studio.speak(plan)
        assert type(caught.value) is OPEN[fault]
        assert len(studio.services.asked) == 1
        assert studio.kept() == {}
        impatient(60)
        studio.speak(plan)

    @pytest.mark.parametrize("fault", FINE)
    def test_other_sound_than_was_asked_for_is_as_good(self, studio: Any, engine: str, fault: str) -> None:
        """Another rate, another format, a head that does not know the length: the speech is as long as it should be."""
        plain, _ = studio.speak(studio.plan(engine, "One is here, and two is there."))
        studio.services.faults.append(fault)
        found, _ = studio.speak(studio.plan(engine, "One is here, and two is there.", voice="a-model/another"))
        assert found.duration_s == pytest.approx(plain.duration_s, abs=0.12)

    def test_nobody_listening_is_tried_later(self, studio: Any, engine: str) -> None:
        """No connection, no charge."""
        plan = studio.plan(engine, *THREE)
        studio.services.shutdown()
        studio.services.server_close()
        with pytest.raises(TryAgain, match=f"{engine} at http.* does not answer"):
            studio.speak(plan)
        assert {entry.state for entry in studio.ledger(plan)} <= {"released"}

    @pytest.mark.parametrize("fault", ["", "echo", "cut", "error"])
    def test_key_is_nowhere(self, studio: Any, engine: str, fault: str, caplog: pytest.LogCaptureFixture) -> None:
        """Neither in debug logs of the libraries below, nor in any file of the store, nor in what is told."""
        caplog.set_level(logging.DEBUG)
        studio.services.faults.append(fault)
        told = ""
        try:
            studio.speak(studio.plan(engine, *THREE))
        except ReelsError as error:
            told = f"{error} {error.__cause__!r} {error.__context__!r}"
        assert studio.services.asked
        assert studio.key not in told + caplog.text + repr(studio.notes)
        assert not any(studio.key.encode() in content for content in studio.kept().values())


class TestNames:
    """What a voice may be called, and what it can do."""

    @pytest.mark.parametrize(("name", "model", "parts"), [
        ("alloy", "tts-1", ("tts-1", "alloy")), ("tts-2/alloy", "tts-1", ("tts-2", "alloy")),
        ("Qwen/Qwen3-TTS/vivian", None, ("Qwen/Qwen3-TTS", "vivian")),
    ])
    def test_model_stands_before_the_last_slash(self, name: str, model: str | None, parts: tuple[str, str]) -> None:
        """Models of one's own have slashes in their names."""
        found = ServiceName.read(name, model)
        assert (found.model, found.voice) == parts

    @pytest.mark.parametrize("name", ["alloy", "/alloy", "model/", ""])
    def test_what_lacks_something_is_refused(self, name: str) -> None:
        """With how it is written."""
        with pytest.raises(UnknownName, match="write MODEL/VOICE"):
            ServiceName.read(name, None)

    def test_voice_of_the_installation_comes_first(self) -> None:
        """Else the engine's own, where it has one."""
        assert load_engine("speech", "openai").default_voice("en-US", terms=Terms(voice="tts-9/x")) == "tts-9/x"
        assert load_engine("speech", "openai").default_voice("en-US") == "tts-1-hd/nova"
        for name in ("speech-server", "elevenlabs"):
            with pytest.raises(UnknownName, match=rf"\[providers.{name}\] voice"):
                load_engine("speech", name).default_voice("en-US")

    @pytest.mark.parametrize(("rate", "pitch", "said"), [(0.1, 1.0, r"voice\.rate is 0\.1"), (9.0, 1.0, r"voice\.rate is 9"),
                                                         (1.0, 1.2, r"voice\.pitch is 1\.2")])
    def test_what_the_service_cannot_do_is_refused(self, engine: str, rate: float, pitch: float, said: str) -> None:
        """Before anything is sent."""
        with pytest.raises(FixRequest, match=said):
            load_engine("speech", engine)(Voice(name="m/v", language="en-US", rate=rate, pitch=pitch))

    def test_without_access_nothing_is_read(self, engine: str, studio: Any) -> None:
        """An engine that was made to be asked about its voices."""
        plan = studio.plan(engine, *THREE)
        with pytest.raises(TryAgain, match="no access"):
            load_engine("speech", engine)(plan.voice).read(plan.script)
