"""Sounds for words whose times are known: the embedded voice says which, and each word's own time says when."""

from collections.abc import Sequence
from itertools import groupby

from tasks.domain.speech import Phoneme, Word

SHORTEST_S = 1e-6
"""Times are rounded to it."""


def phonemes_for(words: Sequence[Word], said: Sequence[Phoneme]) -> tuple[Phoneme, ...]:
    """The sounds of another voice, laid into the words of this one.

    Args:
        words: with the times of this voice.
        said: the other voice's sounds of the same words, in order, with the number of each one's word.

    Returns:
        The same sounds, each word's stretched evenly over its time; a word of which the other voice says nothing has none,
        and a sound for which there is no time is left out.
    """
    return tuple(sound for number, own in groupby(said, key=lambda sound: sound.word) if number < len(words)
                 for sound in _stretched(list(own), words[number]))


def _stretched(sounds: Sequence[Phoneme], word: Word) -> list[Phoneme]:
    """Sounds over the whole time of a word, each with its share of it."""
    first_s, last_s = sounds[0].start_s, sounds[-1].end_s
    share = (word.end_s - word.start_s) / max(last_s - first_s, SHORTEST_S)

    def clock(time_s: float) -> float:
        return round(min(word.start_s + (time_s - first_s) * share, word.end_s), 6)

    return [sound.model_copy(update={"start_s": clock(sound.start_s), "end_s": clock(sound.end_s)}) for sound in sounds
            if clock(sound.start_s) < clock(sound.end_s)]
