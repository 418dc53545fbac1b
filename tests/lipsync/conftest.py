"""A voice whose phonemes are known, and its sound."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.domain.plan import Voice
from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS, frame_count
from tasks.media.audio.envelope import frame_loudness
from tasks.script.parse import parse_script
from tasks.speech.base import RATE_HZ
from tasks.speech.espeak import EspeakVoice


@dataclass(frozen=True)
class Spoken:
    """A recording with its truth."""

    samples: NDArray[np.float32]
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]

    @property
    def loudness(self) -> NDArray[np.float32]:
        """Of each frame."""
        return frame_loudness(self.samples, RATE_HZ, FPS, frame_count(len(self.samples) / RATE_HZ))


def speak(text: str, voice: str) -> Spoken:
    recording = EspeakVoice(Voice(name=voice, language="en-US", rate=1.0)).read(parse_script(text))
    return Spoken(recording.samples, recording.words, recording.phonemes)


@pytest.fixture(scope="session", params=["en-us", "en-us+f3"])
def spoken(request: pytest.FixtureRequest) -> Spoken:
    """A man's and a woman's voice."""
    return speak("Papa bought my brother a big blue boat. Mama made some warm apple pie, before you moved.", request.param)
