"""Times for words of which nothing is heard: captions show them all the same."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tasks.media.audio.sounds import SILENT_WORD_S, Sound, Span


def with_silent(spans: Sequence[Span], count: int, duration_s: float) -> Iterator[Span]:
    """All words in order: those of which nothing is heard share the pause they stand in, or the end of the word before.

    Args:
        spans: the words that are heard, in order.
        count: all words of the script.
        duration_s: length of the recording.
    """
    edges = [Span(-1, 0.0, 0.0, ()), *spans, Span(count, duration_s, duration_s, ())]
    for before, after in pairwise(edges):
        silent = range(before.word + 1, after.word)
        own, start_s = before, before.end_s
        share_s = min(SILENT_WORD_S, (after.start_s - start_s) / len(silent)) if silent else 0.0
        if silent and share_s < SILENT_WORD_S / 2:
            own = _shortened(before, (before.start_s + before.end_s) / 2)
            start_s = own.end_s
            share_s = (after.start_s - start_s) / len(silent)
        if own.word >= 0:
            yield own
        for place, word in enumerate(silent):
            yield Span(word, start_s + place * share_s, start_s + (place + 1) * share_s, ())


def _shortened(span: Span, end_s: float) -> Span:
    """A word that ends earlier, with what is left of its sounds."""
    sounds = tuple(Sound(sound.ipa, sound.start_s, min(sound.end_s, end_s), sound.stress) for sound in span.sounds
                   if sound.start_s < end_s)
    return Span(span.word, span.start_s, end_s, sounds)
