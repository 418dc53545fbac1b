"""Words spread by their letters."""

from pathlib import Path

import pytest

from tasks.alignment.even import BEAT_LETTERS, EDGE_S, EvenTimes
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Speech


class TestEvenTimes:
    def test_a_word_of_twice_the_letters_takes_twice_the_time(self) -> None:
        """Time between the edges is shared by letters; the pause between beats counts as letters too."""
        script = Script(title="x", beats=(Beat(say="to four!"), Beat(say="by")))
        letters = 2 + 4 + BEAT_LETTERS + 2
        speech = Speech(audio=MediaFile(uri="a.wav", sha256="0" * 64, size_bytes=1), duration_s=2 * EDGE_S + letters,
                        engine="fake", version="1")
        found = EvenTimes().align(script, speech, Path("a.wav"), Voice(name="en-us", language="en-US"))
        starts = [EDGE_S, EDGE_S + 2, EDGE_S + 6 + BEAT_LETTERS]
        assert [word.start_s for word in found.words] == pytest.approx(starts)
        assert [word.end_s - word.start_s for word in found.words] == pytest.approx([2, 4, 2])
        assert {word.confidence for word in found.words} == {0.0}
