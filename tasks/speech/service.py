"""What voices of services share: a script is bought sentence by sentence, and joined.

Each sentence is a request of its own, known by its content: a run that broke off buys only what is missing, and a changed
word costs its sentence and not the script. Silences between sentences are ours, as for every voice.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar

from tasks.domain.errors import FixRequest, TryAgain, UnknownName
from tasks.domain.money import NOTHING, Price, total
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Script
from tasks.domain.speech import Word
from tasks.media.text.languages import require_words
from tasks.media.text.sentences import Sentence, sentences
from tasks.media.text.words import script_words
from tasks.runtime.paid_requests import Counter, PaidRequest
from tasks.runtime.providers import Terms
from tasks.runtime.spending import Access
from tasks.speech.base import Pacing, Recording, clauses_of
from tasks.speech.joining import Piece, join

Inputs = dict[str, Any]
"""All that decides how a sentence comes out, as JSON values."""


@dataclass(frozen=True)
class Heard:
    """A sentence as it was spoken."""

    piece: Piece
    owners: tuple[int, ...]
    """For each word of the piece, which of the script's words it is."""


@dataclass(frozen=True)
class ServiceName:
    """The name of a voice at a service: 'MODEL/VOICE', as the model may be part of the choice."""

    model: str
    voice: str

    @classmethod
    def read(cls, name: str, model: str | None) -> "ServiceName":
        """Parts a name at its last slash; models of one's own have slashes in their names.

        Args:
            name: what a script calls the voice.
            model: the one that is meant where the name has none; None: it must have one.

        Raises:
            UnknownName: model or voice is missing.
        """
        own, slash, voice = name.rpartition("/")
        found = own if slash else model
        if not found or not voice.strip():
            raise UnknownName(f"the voice {name!r} names no model: write MODEL/VOICE under voice.name, both as the service"
                              " calls them")
        return cls(found, voice)


class ServiceVoice(ABC):
    """A voice of a service that speaks any text it is sent.

    Args:
        voice: its name as the service calls it, 'MODEL/VOICE' or 'VOICE'; language and rate count.
        pacing: the silences.
        access: service, key and guard; None for an engine that is asked about its voices only.
        terms: what the installation has settled with the service.

    Raises:
        UnknownName: the name lacks something, or the language cannot be spoken.
        FixRequest: the service cannot do this rate or pitch.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    provider: ClassVar[str]
    rates: ClassVar[tuple[float, float]]
    """The slowest and the fastest it can speak."""
    usual_model: ClassVar[str | None] = None
    """The model of a name without one."""
    usual_voice: ClassVar[str | None] = None
    """The voice where neither script, avatar nor installation names one."""

    def __init__(self, voice: Voice, *, pacing: Pacing = Pacing(), access: Access | None = None,  # noqa: B008  frozen
                 terms: Terms = Terms()) -> None:  # noqa: B008  frozen
        require_words(voice.language)
        self._called = ServiceName.read(voice.name, self.usual_model)
        if not self.rates[0] <= voice.rate <= self.rates[1]:
            raise FixRequest(f"the voices of {self.name!r} speak at rates from {self.rates[0]:g} to {self.rates[1]:g}, and"
                             f" voice.rate is {voice.rate:g}: change it, or choose another engine")
        if voice.pitch != 1.0:
            raise FixRequest(f"the voices of {self.name!r} cannot be made higher or lower, and voice.pitch is"
                             f" {voice.pitch:g}: remove it, or choose another engine")
        self._voice, self._pacing, self._access, self._terms = voice, pacing, access, terms

    @classmethod
    def voices(cls, *, terms: Terms = Terms()) -> tuple[str, ...]:  # noqa: ARG003, B008  every engine's signature
        """None: any name may stand for a voice of the service."""
        return ()

    @classmethod
    def default_voice(cls, language: str, *, terms: Terms = Terms()) -> str:  # noqa: B008  frozen
        """The installation's voice, else the engine's own.

        Raises:
            UnknownName: there is neither, or the language cannot be spoken.
        """
        require_words(language)
        found = terms.voice or cls.usual_voice
        if found is None:
            raise UnknownName(f"{cls.name!r} has no voice of its own accord: write one under voice.name of the script, or"
                              f" set [providers.{cls.provider}] voice")
        return found

    def read(self, script: Script) -> Recording:
        """Buys the script sentence by sentence.

        Raises:
            TryAgain: there is nothing to pay with, or the service is busy.
            ReelsError: whatever `tasks.runtime.spending.Guard.buy` says.
        """
        if self._access is None:
            raise TryAgain(f"the speech engine {self.name!r} was given no access to its service: run it through"
                           " `reels make`")
        parts = _sentences(script, self._voice, self._pacing)
        texts = ["", *(part.text for part in parts), ""]
        heard: list[Heard] = []
        with self.line(self._access) as line:
            for place, sentence in enumerate(parts):
                self._access.report(0.1 + 0.8 * place / len(parts), f"sentence {place + 1} of {len(parts)}")
                inputs = self.inputs(sentence, before=texts[place], after=texts[place + 2])
                request = PaidRequest(stage="speech", engine=self.name, version=self.version, provider=self.provider,
                                      inputs=inputs, price=self.price_of(sentence.text, self._called.model, self._terms))
                heard.append(self.hear(self._access.buy(request, self.counter(line, inputs)), sentence, script))
        return _joined(heard, self._pacing)

    @classmethod
    def price_of(cls, text: str, model: str, terms: Terms) -> Price:  # noqa: ARG003  what others charge depends on them
        """What a sentence costs; nothing, unless the service is paid."""
        return Price(usd=NOTHING, why="nothing is paid")

    @abstractmethod
    def line(self, access: Access) -> AbstractContextManager[Any]:
        """The connection over which it is asked."""

    @abstractmethod
    def inputs(self, sentence: Sentence, *, before: str, after: str) -> Inputs:
        """What is asked for a sentence between two others."""

    @abstractmethod
    def counter(self, line: Any, inputs: Inputs) -> Counter:
        """How that is asked."""

    @abstractmethod
    def hear(self, content: bytes, sentence: Sentence, script: Script) -> Heard:
        """The sentence as it came back, its pause included."""


def price_of_script(engine: type[ServiceVoice], plan: ReelPlan, terms: Terms, tariff: str) -> Price:
    """What a plan's script costs: the sum of its sentences, as each is bought by itself."""
    model = ServiceName.read(plan.voice.name, engine.usual_model).model
    texts = [part.text for part in _sentences(plan.script, plan.voice, Pacing())]
    letters = sum(map(len, texts))
    return Price(usd=total(engine.price_of(text, model, terms).usd for text in texts), why=f"{letters} letters at {tariff}")


def price_of_letters(text: str, usd_a_thousand: Decimal) -> Price:
    """What a text costs that is paid by the letter."""
    return Price(usd=len(text) * usd_a_thousand / 1000, why=f"{len(text)} letters at {usd_a_thousand} USD a 1000 letters")


def words_of(script: Script, language: str, spans: Mapping[int, tuple[float, float]]) -> tuple[Word, ...]:
    """Words of the script, by their number, with when they are heard."""
    every = script_words(script, language)
    return tuple(Word(text=every[number][1], beat=every[number][0], start_s=start_s, end_s=end_s)
                 for number, (start_s, end_s) in spans.items())


def _sentences(script: Script, voice: Voice, pacing: Pacing) -> tuple[Sentence, ...]:
    """What is sent of a script, in order."""
    return sentences(clauses_of(script, voice, pacing))


def _joined(heard: Sequence[Heard], pacing: Pacing) -> Recording:
    """One recording; a word that two sentences share is one again."""
    recording = join([one.piece for one in heard], pacing)
    if recording.words is None:
        return recording
    owners = [owner for one in heard for owner in one.owners]
    words = list(recording.words)
    for place, (one, other) in reversed(list(enumerate(pairwise(owners)))):
        if one == other:
            words[place:place + 2] = [words[place].model_copy(update={"end_s": words[place + 1].end_s})]
    return Recording(recording.samples, tuple(words), None)
