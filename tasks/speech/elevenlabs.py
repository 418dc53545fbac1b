"""Voices of ElevenLabs, over plain HTTP: sound together with the time of every letter.

A sentence is sent as it is to be said, with its neighbours for the melody, and the times that come back for its letters
become times of the author's words. Asked for is WAV at 24 kHz: every plan of the service may have it, nothing is lost in it,
and it begins where the times begin, which an mp3 does only as far as its decoder knows what the encoder put before it.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, ClassVar
from urllib.parse import quote

from tasks.domain.money import Price
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Script
from tasks.media.audio.received import NoSound, read_received
from tasks.media.text.languages import primary
from tasks.media.text.sentences import Sentence
from tasks.runtime.calling import Line
from tasks.runtime.paid_requests import Answer, Counter, Done, NoAnswer
from tasks.runtime.providers import Terms
from tasks.runtime.spending import Access
from tasks.speech.base import RATE_HZ
from tasks.speech.joining import Piece
from tasks.speech.service import Heard, Inputs, ServiceVoice, price_of_letters, price_of_script, words_of

KEY_HEADER = "xi-api-key"
"""Where the service wants its key."""
FORMAT = "wav_24000"
"""The sound that is asked for."""
SEED = 1
"""Asked for the same again, the service tries to say it the same way."""
USD_A_THOUSAND = Decimal("0.30")
"""Price of a thousand letters at most, unless the installation knows better: plans and voices differ, and most cost less."""
WITHOUT_LANGUAGE = frozenset({"eleven_multilingual_v2"})
"""Models that hear by themselves which language they read, and refuse to be told."""

Span = tuple[float, float]
"""Start and end, seconds."""


class ElevenLabsVoice(ServiceVoice):
    """A voice by its id, as the service's page of voices shows it; raises what `ServiceVoice` does."""

    name: ClassVar[str] = "elevenlabs"
    version: ClassVar[str] = "1"
    provider: ClassVar[str] = "elevenlabs"
    tariff: ClassVar[str] = f"{USD_A_THOUSAND} USD a 1000 letters"
    rates: ClassVar[tuple[float, float]] = (0.7, 1.2)
    usual_model: ClassVar[str | None] = "eleven_multilingual_v2"

    @classmethod
    def price(cls, plan: ReelPlan, *, terms: Terms = Terms()) -> Price:  # noqa: B008  frozen
        """What the plan's script costs, at most."""
        return price_of_script(cls, plan, terms, f"{_usd_a_thousand(terms)} USD a 1000 letters")

    @classmethod
    def price_of(cls, text: str, model: str, terms: Terms) -> Price:  # noqa: ARG003  the same for all models
        return price_of_letters(text, _usd_a_thousand(terms))

    def line(self, access: Access) -> AbstractContextManager[Line]:
        return Line(self.provider, access.url, access.key, key_header=KEY_HEADER)

    def inputs(self, sentence: Sentence, *, before: str, after: str) -> Inputs:
        body = {"text": sentence.text, "model_id": self._called.model, "seed": SEED,
                "voice_settings": {"speed": self._voice.rate},
                **({"previous_text": before} if before else {}), **({"next_text": after} if after else {})}
        language = primary(self._voice.language)
        if self._called.model not in WITHOUT_LANGUAGE and len(language) == 2:
            body["language_code"] = language
        return {"voice": self._called.voice, "format": FORMAT, "body": body}

    def counter(self, line: Line, inputs: Inputs) -> Counter:
        return _Speaker(line, inputs)

    def hear(self, content: bytes, sentence: Sentence, script: Script) -> Heard:
        reply = json.loads(content)
        samples = read_received(base64.b64decode(reply["audio_base64"]), RATE_HZ)
        spans = word_spans(sentence, reply.get("alignment"), len(samples) / RATE_HZ)
        words = words_of(script, self._voice.language, spans) if spans else None
        return Heard(Piece(samples, RATE_HZ, sentence.pause_s / self._voice.rate, words), tuple(spans or ()))


class _Speaker(Counter):
    """Has one sentence spoken; the service knows no idempotency key."""

    def __init__(self, line: Line, inputs: Inputs) -> None:
        self._line, self._inputs = line, inputs

    def send(self, token: str) -> Answer:  # noqa: ARG002  the service takes no key of ours
        path = f"/v1/text-to-speech/{quote(self._inputs['voice'], safe='')}/with-timestamps"
        reply = self._line.order(path, self._inputs["body"], query={"output_format": self._inputs["format"]})
        try:
            read_received(base64.b64decode(reply["audio_base64"], validate=True), RATE_HZ)
        except (KeyError, TypeError, binascii.Error) as error:
            raise NoAnswer(f"its answer holds no sound ({error!r})", lasting=True) from error
        except NoSound as error:
            raise NoAnswer(f"the sound in its answer is {error}", lasting=True) from error
        return Done(json.dumps(reply).encode(), ".json")


def word_spans(sentence: Sentence, alignment: Any, duration_s: float) -> dict[int, Span] | None:
    """When each of the author's words in a sentence is heard.

    Args:
        sentence: what was sent.
        alignment: what came back about its letters, of whatever kind.
        duration_s: length of the sound.

    Returns:
        Word -> its time, in order; None where the times do not cover every word or make no sense.
    """
    letters = _letters(sentence.text, alignment, duration_s)
    spans: dict[int, Span] = {}
    for word, first, end in sentence.words:
        known = [place for place in range(first, end) if place in letters]
        timed = [letters[place] for place in known if sentence.text[place].isalnum()] or [letters[place] for place in known]
        if not timed:
            continue
        start_s, end_s = timed[0][0], timed[-1][1]
        spans[word] = (spans[word][0] if word in spans else start_s, end_s)
    if spans.keys() != {word for word, _, _ in sentence.words}:
        return None
    in_order = all(one[1] <= two[0] for one, two in pairwise(spans.values()))
    return spans if in_order and all(start_s < end_s for start_s, end_s in spans.values()) else None


def _letters(text: str, alignment: Any, duration_s: float) -> dict[int, Span]:
    """Place in the text -> the time of its letter, of those for which there is one."""
    try:
        signs: Sequence[str] = [str(sign) for sign in alignment["characters"]]
        starts_s = [float(time_s) for time_s in alignment["character_start_times_seconds"]]
        ends_s = [float(time_s) for time_s in alignment["character_end_times_seconds"]]
    except (KeyError, TypeError, ValueError):
        return {}
    if not len(signs) == len(starts_s) == len(ends_s):
        return {}
    blocks = SequenceMatcher(None, text.lower(), [sign.lower() for sign in signs], autojunk=False).get_matching_blocks()
    return {block.a + step: (min(starts_s[block.b + step], duration_s), min(ends_s[block.b + step], duration_s))
            for block in blocks for step in range(block.size)}


def _usd_a_thousand(terms: Terms) -> Decimal:
    return USD_A_THOUSAND if terms.usd_per_1000_letters is None else terms.usd_per_1000_letters
