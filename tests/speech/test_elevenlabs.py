"""Voices of ElevenLabs: what is sent, and how times of letters become times of the author's words."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.media.text.clauses import clauses
from tasks.media.text.sentences import Sentence, sentences
from tasks.media.text.words import script_words
from tasks.speech.base import RATE_HZ
from tasks.speech.elevenlabs import ElevenLabsVoice, word_spans

ROUNDING_S = 0.001
"""Samples of the joined recording lie at most this far from where the service's times say."""


def sentence(say: str) -> Sentence:
    found, = sentences(clauses(Script(title="x", beats=(Beat(say=say),)), "en-US"))
    return found


def alignment(text: str, *, step_s: float = 0.1) -> dict[str, list[Any]]:
    """Every letter takes a step."""
    return {"characters": list(text), "character_start_times_seconds": [step_s * place for place in range(len(text))],
            "character_end_times_seconds": [step_s * (place + 1) for place in range(len(text))]}


class TestRequest:
    def test_asks_for_what_was_chosen(self, studio: Any) -> None:
        """The voice in the path, the key in its own header, and the neighbours of each sentence for the melody."""
        studio.speak(studio.plan("elevenlabs", "One. Two! Three?", voice="eleven_flash_v2_5/an id", rate=1.1))
        first, second, third = studio.services.asked
        assert second["path"] == "/v1/text-to-speech/an%20id/with-timestamps"
        assert second["query"] == {"output_format": ["wav_24000"]}
        assert second["headers"]["xi-api-key"] == studio.key
        assert "authorization" not in second["headers"]
        assert second["body"] == {"text": "Two!", "model_id": "eleven_flash_v2_5", "voice_settings": {"speed": 1.1},
                                  "seed": 1, "previous_text": "One.", "next_text": "Three?", "language_code": "en"}
        assert "previous_text" not in first["body"]
        assert "next_text" not in third["body"]

    def test_model_that_hears_the_language_itself_is_not_told(self, studio: Any) -> None:
        """It would refuse."""
        studio.speak(studio.plan("elevenlabs", "One.", voice="an-id"))
        assert studio.services.asked[0]["body"]["model_id"] == "eleven_multilingual_v2"
        assert "language_code" not in studio.services.asked[0]["body"]


class TestTimes:
    """Of a whole recording."""

    def test_words_lie_where_the_service_says(self, studio: Any, speech_program: ModuleType) -> None:
        """Relative to each other as in the answer, spelt as the author wrote them."""
        recording, _ = studio.speak(studio.plan("elevenlabs", "It costs $5, not 17!", voice="an-id"))
        heard = {word.text: word for word in speech_program.spoken("It costs five dollars, not seventeen!", 1.0)[1]}
        assert recording.words is not None
        assert [word.text for word in recording.words] == ["It", "costs", "$5,", "not", "17!"]
        shift_s = recording.words[0].start_s - heard["It"].start_s
        spans = [(heard["costs"].start_s, heard["costs"].end_s), (heard["five"].start_s, heard["dollars,"].end_s),
                 (heard["not"].start_s, heard["not"].end_s)]
        for word, (start_s, end_s) in zip(recording.words[1:4], spans, strict=True):
            assert word.start_s - shift_s == pytest.approx(start_s, abs=ROUNDING_S)
            assert end_s - 0.1 < word.end_s - shift_s <= end_s + ROUNDING_S

    def test_words_of_all_sentences_are_there(self, studio: Any) -> None:
        """In order, each heard in its time."""
        plan = studio.plan("elevenlabs", "One is here. Two is there!", "Three is “nowhere”. 🎉", voice="an-id")
        recording, _ = studio.speak(plan)
        assert recording.words is not None
        assert tuple((word.beat, word.text) for word in recording.words) == script_words(plan.script, "en")
        for word in recording.words:
            part = recording.samples[round(word.start_s * RATE_HZ):round(word.end_s * RATE_HZ)]
            assert np.abs(part).max() > 0.01

    @pytest.mark.parametrize("fault", ["untimed", "halftimed"])
    def test_answer_without_all_times_gives_none(self, studio: Any, fault: str) -> None:
        """They are then found by comparison; the sound is good."""
        studio.services.faults += ["", fault]
        recording, _ = studio.speak(studio.plan("elevenlabs", "One is here. Two is there!", voice="an-id"))
        assert recording.words is None
        assert recording.duration_s > 1

    def test_word_that_two_sentences_share_is_one(self, studio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """What no-break spaces hold together is lit from its first sound to its last, however long the text grew."""
        monkeypatch.setattr("tasks.speech.service.sentences", lambda parts: sentences(parts, longest=10))
        plan = studio.plan("elevenlabs", "Count one,\u00a0two,\u00a0three,\u00a0four sheep.", voice="an-id")
        recording, _ = studio.speak(plan)
        assert len(studio.services.asked) > 1
        assert recording.words is not None
        assert [word.text for word in recording.words] == ["Count", "one,\u00a0two,\u00a0three,\u00a0four", "sheep."]
        assert recording.words[1].end_s - recording.words[1].start_s > 1


class TestWordSpans:
    """Of one sentence."""

    def test_letters_are_counted_from_the_text_that_was_sent(self) -> None:
        """'Hi two.': letters 0-2 and 3-6; the full stop is no part of a word."""
        found = word_spans(sentence("Hi 2."), alignment("Hi two."), 9.0)
        assert found == {0: pytest.approx((0.0, 0.2)), 1: pytest.approx((0.3, 0.6))}

    @pytest.mark.parametrize("text", ["hi TWO.", " Hi two.", "Hi two", "Hi, two ."])
    def test_small_differences_are_overlooked(self, text: str) -> None:
        """Capitals, blanks and signs are the service's own affair."""
        found = word_spans(sentence("Hi 2."), alignment(text), 9.0)
        assert found is not None
        assert found[1][1] - found[1][0] == pytest.approx(0.3)

    @pytest.mark.parametrize("given", [
        None, {}, [], "x", {"characters": None}, alignment("Hi"), alignment("Something else?"[:4]),
        alignment("Hi two.") | {"character_end_times_seconds": [1.0]}, alignment("Hi two.", step_s=0.0),
        alignment("Hi two.", step_s=-0.1), alignment("Hi two.") | {"character_start_times_seconds": ["?"] * 7},
    ])
    def test_what_does_not_time_every_word_is_not_taken(self, given: Any) -> None:
        """Missing, short, of another text, backwards, or no numbers."""
        assert word_spans(sentence("Hi 2."), given, 9.0) is None

    def test_no_time_lies_after_the_sound(self) -> None:
        """The last letter is said to end later than the file does."""
        found = word_spans(sentence("Hi 2."), alignment("Hi two."), 0.55)
        assert found is not None
        assert found[1][1] == 0.55


def test_any_name_may_stand_for_a_voice() -> None:
    """Ids are the account's."""
    assert ElevenLabsVoice.voices() == ()
    ElevenLabsVoice(Voice(name="21characters", language="de-DE"))
