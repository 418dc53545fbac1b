"""A voice of known times for tests of the mix."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.speech import Alignment, Word
from tasks.media.audio.loudness import integrated_lufs
from tasks.media.audio.wav import write_wav
from tasks.sound.mix import Score

RATE = 48_000


@pytest.fixture
def alignment() -> Callable[..., Alignment]:
    """Words at given times."""
    return lambda *spans: Alignment(engine="e", version="1", phonemes=(), words=tuple(
        Word(text="word", start_s=start_s, end_s=end_s, beat=0) for start_s, end_s in spans))


@pytest.fixture
def score(alignment: Callable[..., Alignment], tmp_path: Path) -> Callable[..., Score]:
    """A score whose voice sounds exactly while its words last: noise of a voice's band, at -16 LUFS."""
    def made(*spans: tuple[float, float], duration_s: float, **more: object) -> Score:
        times = np.arange(round(duration_s * RATE)) / RATE
        noise = np.random.default_rng(3).standard_normal(len(times))
        voice = np.tanh(np.convolve(noise, np.ones(16) / 4, "same"))
        voice *= sum((times >= start) & (times < end) for start, end in spans)
        voice *= 10 ** ((-16 - integrated_lufs(voice, RATE)) / 20) if spans else 0
        write_wav(tmp_path / "voice.wav", voice.astype(np.float32), RATE)
        return Score(voice=tmp_path / "voice.wav", alignment=alignment(*spans), duration_s=duration_s, **more)  # type: ignore[arg-type]
    return made
