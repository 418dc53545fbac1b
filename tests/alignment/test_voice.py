"""Times of the voice, taken or refused."""

from pathlib import Path

import pytest

from tasks.alignment.voice import VoiceTimes
from tasks.domain.errors import FixRequest
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Phoneme, Speech, Word

VOICE = Voice(name="en-us", language="en-US")
SCRIPT = Script(title="x", beats=(Beat(say="one two"),))
ONE = Word(text="one", start_s=0.0, end_s=0.5, beat=0)
TWO = Word(text="two", start_s=0.5, end_s=1.0, beat=0)
SOUND = Phoneme(ipa="t", start_s=0.5, end_s=0.6, word=1)


def speech(words: tuple[Word, ...] | None, phonemes: tuple[Phoneme, ...] | None = (SOUND,)) -> Speech:
    audio = MediaFile(uri="a.wav", sha256="0" * 64, size_bytes=1)
    return Speech(audio=audio, duration_s=1.0, words=words, phonemes=phonemes, engine="fake", version="1")


def changed(word: Word, **update: object) -> Word:
    return word.model_copy(update=update)


class TestVoiceTimes:
    def test_takes_good_times_as_they_are(self) -> None:
        """Nothing is changed."""
        found = VoiceTimes().align(SCRIPT, speech((ONE, TWO)), Path("a.wav"), VOICE)
        assert (found.words, found.phonemes) == ((ONE, TWO), (SOUND,))

    @pytest.mark.parametrize(("words", "phonemes", "said"), [
        (None, (SOUND,), "'fake' gives no word times.*alignment=dtw"),
        ((ONE,), (), "word 2 is 'the end' where the approved script has 'two'"),
        ((ONE, TWO, TWO), (), "word 3 is 'two' where the approved script has 'the end'"),
        ((ONE, changed(TWO, text="to")), (), "word 2 is 'to' where the approved script has 'two'"),
        ((ONE, changed(TWO, beat=1)), (), "word 2 is 'two'"),
        ((ONE, changed(TWO, start_s=0.4)), (), "'two' is at 0.400-1.000 s"),
        ((ONE, changed(TWO, end_s=0.5)), (), "'two' is at 0.500-0.500 s"),
        ((ONE, changed(TWO, end_s=1.1)), (), "'two' is at 0.500-1.100 s"),
        ((ONE, TWO), (SOUND.model_copy(update={"word": 0}),), "'t' at 0.500 s is outside its word 'one'"),
        ((ONE, TWO), (SOUND.model_copy(update={"word": 2}),), "'t' belongs to word 3 of 2"),
    ])
    def test_refuses_times_nothing_can_hang_on(self, words: object, phonemes: object, said: str) -> None:
        """Missing, added, changed, overlapping, empty or late words are refused with the word and what to do."""
        with pytest.raises(FixRequest, match=said):
            VoiceTimes().align(SCRIPT, speech(words, phonemes), Path("a.wav"), VOICE)  # type: ignore[arg-type]

    def test_words_without_sounds_get_those_of_the_embedded_voice(self) -> None:
        """Every word has some, all inside its time."""
        found = VoiceTimes().align(SCRIPT, speech((ONE, TWO), None), Path("a.wav"), VOICE)
        assert found.words == (ONE, TWO)
        assert {sound.word for sound in found.phonemes} == {0, 1}
        first = next(sound for sound in found.phonemes if sound.word == 1)
        assert first.ipa.startswith("t")
        assert first.start_s == TWO.start_s

    def test_without_an_embedded_voice_for_the_language_there_are_no_sounds(self) -> None:
        """The mouth then follows the sound."""
        found = VoiceTimes().align(SCRIPT, speech((ONE, TWO), None), Path("a.wav"), Voice(name="x", language="tlh-Xx"))
        assert (found.words, found.phonemes) == ((ONE, TWO), ())
