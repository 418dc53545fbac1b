"""What speech engines share: the protocol, the pacing, and the recording they give."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS
from tasks.media.text.clauses import Clause, clauses
from tasks.runtime.models import ModelFolder

RATE_HZ = 48_000
"""Samples a second of every recording."""


@dataclass(frozen=True)
class Pacing:
    """The silences of a reel, seconds."""

    lead_in_s: float = 0.3
    """Before the first word, so that the reel does not start abruptly."""
    tail_s: float = 0.7
    """After the last word; made up to a whole frame."""
    between_beats_s: float = 0.45
    """Least silence between two beats, at rate 1."""


@dataclass(frozen=True)
class Recording:
    """A script as it was spoken."""

    samples: NDArray[np.float32]
    """(n,) mono, -1 to 1; of an engine's `read` a whole number of frames long."""
    words: tuple[Word, ...] | None
    """The author's words; None where the voice gives no times."""
    phonemes: tuple[Phoneme, ...] | None
    rate_hz: int = RATE_HZ
    """Samples a second; those of an engine's `read` are at `RATE_HZ`."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz


class SpeechEngine(Protocol):
    """A voice that reads scripts.

    Constructed with the settled voice and the pacing; refuses what it does not have with `UnknownName`. Constructor and
    class methods also take, by keyword, what the menu says that the engine wants of the installation.
    """

    name: ClassVar[str]
    version: ClassVar[str]

    def __init__(self, voice: Voice, *, pacing: Pacing = ..., **given: Any) -> None: ...

    @classmethod
    def voices(cls, **given: Any) -> tuple[str, ...]:
        """The names a script may give; none where any name may stand for a voice, as at a service."""
        ...

    @classmethod
    def default_voice(cls, language: str, **given: Any) -> str:
        """The voice for a language where the script names none; UnknownName when there is none."""
        ...

    def read(self, script: Script) -> Recording:
        """Speaks the whole script."""
        ...


class ModelSpeech(SpeechEngine, Protocol):
    """A voice engine that wants models: how a voice sounds hangs on files that keep their name when they are replaced."""

    @classmethod
    def digest(cls, voice: Voice, models: ModelFolder) -> str | None:
        """What tells the voice's model from another of its name; None on a machine that lacks it."""
        ...


def clauses_of(script: Script, voice: Voice, pacing: Pacing) -> tuple[Clause, ...]:
    """What a voice says of a script, breath by breath.

    Raises:
        UnknownName: nothing here can tell the words of the voice's language apart.
        ScriptError: a reading does not fit what its beat says.
    """
    return clauses(script, voice.language, between_beats_s=pacing.between_beats_s, pronunciations=voice.pronunciations)


def whole_frames(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Samples lengthened by silence to a whole number of video frames."""
    frame = RATE_HZ // FPS
    missing = math.ceil(len(samples) / frame) * frame - len(samples)
    return np.pad(samples, (0, missing)).astype(np.float32)
