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
    """Stretches between sounds; words whose sounds are not known count as a whole."""
    told = {phoneme.word for phoneme in alignment.phonemes}
    whole = [(word.start_s, word.end_s) for index, word in enumerate(alignment.words) if index not in told]
    sounds = sorted([*((phoneme.start_s, phoneme.end_s) for phoneme in alignment.phonemes), *whole])
    quiet_since = 0.0
    for start_s, end_s in sounds:
        yield quiet_since, start_s
        quiet_since = max(quiet_since, end_s)
    yield quiet_since, duration_s
