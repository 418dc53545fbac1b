"""When to look at a face: in the middle of silences, and in the middle of open vowels."""

from collections.abc import Iterator

from tasks.domain.speech import Alignment
from tasks.quality.thresholds import LEAST_SILENCE_S, LEAST_VOWEL_S, OPEN_VOWELS


def silent_instants(alignment: Alignment, duration_s: float) -> list[float]:
    """Middles of all silences long enough to close a mouth, before, between and after the sounds; seconds, ascending."""
    return [(start + end) / 2 for start, end in _silences(alignment, duration_s) if end - start >= LEAST_SILENCE_S]


def vowel_instants(alignment: Alignment) -> list[float]:
    """Middles of all stressed open vowels that last long enough to be seen; seconds, ascending."""
    return [(sound.start_s + sound.end_s) / 2 for sound in alignment.phonemes
            if sound.ipa.startswith(OPEN_VOWELS) and sound.stress and sound.end_s - sound.start_s >= LEAST_VOWEL_S]


def _silences(alignment: Alignment, duration_s: float) -> Iterator[tuple[float, float]]:
    """Stretches between sounds; between words where the sounds are not known."""
    sounds = alignment.phonemes or alignment.words
    quiet_since = 0.0
    for sound in sounds:
        yield quiet_since, sound.start_s
        quiet_since = max(quiet_since, sound.end_s)
    yield quiet_since, duration_s
