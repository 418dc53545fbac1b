"""Voices behind OpenAI's speech protocol: OpenAI itself, a service like it, or a server of the user's own.

The protocol gives sound and no times; the words are timed by comparison afterwards. WAV is asked for, as it is exact and
says its own rate, which differs from model to model; whatever sound comes is read.
"""

from contextlib import AbstractContextManager
from decimal import Decimal
from typing import ClassVar

from tasks.domain.money import Price
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Script
from tasks.media.audio.received import NoSound, format_of, read_received
from tasks.media.text.sentences import Sentence
from tasks.runtime.openai_line import OpenAILine
from tasks.runtime.paid_requests import Answer, Counter, Done, NoAnswer
from tasks.runtime.providers import Terms
from tasks.runtime.spending import Access
from tasks.speech.base import RATE_HZ
from tasks.speech.joining import Piece
from tasks.speech.service import Heard, Inputs, ServiceVoice, price_of_letters, price_of_script

FORMAT = "wav"
"""The format asked for; the protocol's own default is lossy."""
USD_A_THOUSAND = {"tts-1": Decimal("0.015")}
"""Price of a thousand letters by model, of those that cost less than the dearest."""
DEAREST_USD = Decimal("0.03")
"""Price of a thousand letters of 'tts-1-hd'. Models that are paid by the minute of sound cost about half of it."""


class SpeechServerVoice(ServiceVoice):
    """A voice of a server of the user's own that speaks OpenAI's protocol; raises what `ServiceVoice` does."""

    name: ClassVar[str] = "speech-server"
    version: ClassVar[str] = "1"
    provider: ClassVar[str] = "speech-server"
    rates: ClassVar[tuple[float, float]] = (0.25, 4.0)

    def line(self, access: Access) -> AbstractContextManager[OpenAILine]:
        return OpenAILine(self.provider, access.url, access.key)

    def inputs(self, sentence: Sentence, *, before: str, after: str) -> Inputs:  # noqa: ARG002  the protocol takes no context
        return {"model": self._called.model, "voice": self._called.voice, "text": sentence.text, "speed": self._voice.rate,
                "sound": FORMAT}

    def counter(self, line: OpenAILine, inputs: Inputs) -> Counter:
        return _Speaker(line, inputs)

    def hear(self, content: bytes, sentence: Sentence, script: Script) -> Heard:  # noqa: ARG002  no words are known
        return Heard(Piece(read_received(content, RATE_HZ), RATE_HZ, sentence.pause_s / self._voice.rate), ())


class OpenAIVoice(SpeechServerVoice):
    """A voice of OpenAI, or of a service that is paid like it; raises what `ServiceVoice` does."""

    name: ClassVar[str] = "openai"
    provider: ClassVar[str] = "openai"
    tariff: ClassVar[str] = f"{USD_A_THOUSAND['tts-1']} to {DEAREST_USD} USD a 1000 letters"
    usual_model: ClassVar[str | None] = "tts-1-hd"
    usual_voice: ClassVar[str | None] = "tts-1-hd/nova"

    @classmethod
    def price(cls, plan: ReelPlan, *, terms: Terms = Terms()) -> Price:  # noqa: B008  frozen
        """What the plan's script costs."""
        model = plan.voice.name.rpartition("/")[0] or str(cls.usual_model)
        return price_of_script(cls, plan, terms, f"{_usd_a_thousand(model, terms)} USD a 1000 letters")

    @classmethod
    def price_of(cls, text: str, model: str, terms: Terms) -> Price:
        return price_of_letters(text, _usd_a_thousand(model, terms))


class _Speaker(Counter):
    """Has one sentence spoken; the protocol knows no idempotency key."""

    def __init__(self, line: OpenAILine, inputs: Inputs) -> None:
        self._line, self._inputs = line, inputs

    def send(self, token: str) -> Answer:  # noqa: ARG002  the protocol takes no key of ours
        content = self._line.speech(**self._inputs)
        try:
            read_received(content, RATE_HZ)
            return Done(content, f".{format_of(content)}")
        except NoSound as error:
            raise NoAnswer(f"its answer is no sound but {error}", lasting=True) from error


def _usd_a_thousand(model: str, terms: Terms) -> Decimal:
    if terms.usd_per_1000_letters is not None:
        return terms.usd_per_1000_letters
    return USD_A_THOUSAND.get(model, DEAREST_USD)
