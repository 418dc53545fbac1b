"""A voice that is paid by the letter: a stand-in to try budgets, keys and faults with.

It reads like the tone voice; at which pitch is what it buys of the pretend provider, in one answer and without a job. The
provider's speech knows no idempotency key, as many real ones do not: a request without an answer stays an open question.
"""

import json
from decimal import Decimal
from typing import ClassVar

from tasks.domain.money import Price, usd
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Script
from tasks.runtime.calling import Line
from tasks.runtime.paid_requests import Answer, Counter, Done
from tasks.runtime.pretend import Reply, answer_to_order, buy
from tasks.runtime.spending import Access
from tasks.speech.base import Pacing, Recording
from tasks.speech.tone import ToneVoice

USD_A_THOUSAND = Decimal("0.03")
"""Price of a thousand letters; about what spoken text costs at real services."""


class TillVoice:
    """The tone voice at a pitch that is paid for.

    Args:
        voice: as the tone voice takes it.
        pacing: the silences.
        access: service, key and guard; None for an engine that is asked about its voices only.

    Raises:
        UnknownName: another voice, or a language whose words nothing here can tell apart.
    """

    name: ClassVar[str] = "till"
    version: ClassVar[str] = "1"
    tariff: ClassVar[str] = f"{USD_A_THOUSAND} USD a 1000 letters"

    def __init__(self, voice: Voice, *, pacing: Pacing = Pacing(), access: Access | None = None) -> None:  # noqa: B008  frozen
        ToneVoice(voice, pacing=pacing)
        self._voice, self._pacing, self._access = voice, pacing, access

    @classmethod
    def voices(cls) -> tuple[str, ...]:
        """The only voice there is."""
        return ToneVoice.voices()

    @classmethod
    def default_voice(cls, language: str) -> str:
        """The only voice there is."""
        return ToneVoice.default_voice(language)

    @classmethod
    def price(cls, plan: ReelPlan) -> Price:
        """What the plan's script costs."""
        return _price(plan.script)

    def read(self, script: Script) -> Recording:
        """Buys the pitch and sounds the script.

        Raises:
            TryAgain: there is nothing to pay with, or the service is busy.
            ReelsError: whatever `tasks.runtime.spending.Guard.buy` says.
        """
        said = [beat.say for beat in script.beats]
        bought = buy(self, "speech", {"say": said, "voice": self._voice.model_dump(mode="json")}, _price(script),
                     access=self._access, counter=lambda line: _Till(line, said))
        voice = self._voice.model_copy(update={"pitch": self._voice.pitch * bought["pitch"]})
        return ToneVoice(voice, pacing=self._pacing).read(script)


class _Till(Counter):
    """Sells a pitch at once."""

    def __init__(self, line: Line, said: list[str]) -> None:
        self._line, self._said = line, said

    def send(self, token: str) -> Answer:  # noqa: ARG002  this service takes no key of ours
        return answer_to_order(self._line.order("/v1/speech", {"text": self._said}), _read)


def _read(reply: Reply) -> Answer:
    content = json.dumps({"pitch": float(reply["pitch"])}).encode()
    return Done(content, ".json", usd(reply["charged_usd"]), str(reply["id"]))


def _price(script: Script) -> Price:
    letters = sum(len(beat.say) for beat in script.beats)
    return Price(usd=letters * USD_A_THOUSAND / 1000, why=f"{letters} letters at {TillVoice.tariff}")
