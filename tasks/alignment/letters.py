"""A script as the letters that a model hears in sound, and whether it heard them.

A model of connectionist temporal classification (Graves et al. 2006) gives for each frame how likely each letter begins
there, or none. Forced alignment finds the best frames for the letters of a known text; how likely they are there, and what
else was heard between them, tells whether the text was said at all.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.alignment.departure import MOST_CONFIDENT, first_beyond
from tasks.media.text.clauses import Clause
from tasks.media.text.comparing import small_in_turkish

Emissions = NDArray[np.float32]
"""(frames, letters) logarithms of how likely each letter is."""

SEPARATOR = "|"
"""What such models call the end of a word."""
BLANKS = ("[pad]", "<pad>")
"""What they call no letter."""
TURKISH_LETTER = "ı"
"""Only models of languages have it whose small letter of I it is."""
ANY = -1
"""Stands for a sign that the model does not know, e.g. a digit: whatever letter is heard there."""
NEAR_FRAMES = 2
"""A letter of the text and one that was heard are the same at most this many frames apart."""
HEARD = 0.5
"""A letter is heard where it is at least so likely."""
LIMITS = ((12, 0.10), (40, 0.35))
"""Letters in a row, about one and three seconds of speech, and the mean agreement below which the recording departs from the
script: a short departure must be flagrant. Models make mistakes in a tenth of the letters, of strangers' names in half."""
UNHEARD = 0.5
"""Confidence of a word none of whose letters the model knows."""


@dataclass(frozen=True)
class Letters:
    """A text, letter by letter."""

    numbers: tuple[int, ...]
    """The model's number of each; `ANY` for one that it does not know."""
    words: tuple[int, ...]
    """The author's word each belongs to; -1 for the end of a word."""

    @property
    def count(self) -> int:
        """How many there are, ends of words included."""
        return len(self.numbers)


def letters_of(parts: Sequence[Clause], vocabulary: Mapping[str, int]) -> Letters:
    """The letters of a script as it is spoken, with an end after each word.

    Args:
        parts: the script's clauses.
        vocabulary: lower-case sign -> the model's number; ends of words are left out where it has none.
    """
    numbers: list[int] = []
    words: list[int] = []
    for part in parts:
        for word, text in part.words:
            own = list(_numbers(text, vocabulary))
            numbers += own
            words += [word] * len(own)
            if own and SEPARATOR in vocabulary:
                numbers.append(vocabulary[SEPARATOR])
                words.append(-1)
    return Letters(tuple(numbers), tuple(words))


def blank_of(vocabulary: Mapping[str, int]) -> int:
    """The model's number for no letter."""
    return next((vocabulary[sign] for sign in BLANKS if sign in vocabulary), 0)


@dataclass(frozen=True)
class Agreement:
    """How much of what is written was heard, and of what was heard is written; in the order of time."""

    frames: NDArray[np.intp]
    values: NDArray[np.float64]
    """(n,) how likely each letter of the text is in its frame; 0 for a letter that was heard and is not written."""
    words: NDArray[np.intp]
    """(n,) the author's word at that moment."""

    def departure(self, readable: Sequence[bool]) -> tuple[int, int] | None:
        """Word and frame at which the recording first departs from the script; None where it nowhere does.

        Args:
            readable: for each word whether there is but one way to say it; others, like numbers, are no evidence.
        """
        evidence = np.flatnonzero(np.array(readable, bool)[self.words]) if len(self.words) else np.zeros(0, np.intp)
        places = []
        for letters, limit in LIMITS if evidence.size else ():
            window = min(letters, len(evidence))
            first = first_beyond(-np.convolve(self.values[evidence], np.ones(window) / window, "valid"), -limit, window)
            if first is not None:
                own = evidence[first:first + window]
                places.append(int(own[int((self.values[own] < limit).argmax())]))
        return (int(self.words[min(places)]), int(self.frames[min(places)])) if places else None


def agreement(letters: Letters, frames: Sequence[int], emissions: Emissions, vocabulary: Mapping[str, int]) -> Agreement:
    """Compares a text with what was heard.

    Args:
        letters: the text.
        frames: the frame in which each of its letters begins; rising.
        emissions: of the recording.
        vocabulary: as in `letters_of`.
    """
    written = zip(letters.numbers, frames, letters.words, strict=True)
    found = [(frame, _likely(emissions, frame, number), word) for number, frame, word in written
             if word >= 0 and number != ANY]
    owners = _owners(letters)
    places = np.array(frames)
    for frame, number in _heard(emissions, vocabulary):
        near = np.flatnonzero(np.abs(places - frame) <= NEAR_FRAMES)
        if not any(letters.numbers[place] in (number, ANY) for place in near):
            found.append((frame, 0.0, owners[max(int(np.searchsorted(places, frame, side="right")) - 1, 0)]))
    found.sort(key=lambda one: one[0])
    return Agreement(np.array([frame for frame, _, _ in found], np.intp), np.array([value for _, value, _ in found]),
                     np.array([word for _, _, word in found], np.intp))


def confidences(letters: Letters, frames: Sequence[int], emissions: Emissions) -> dict[int, float]:
    """The author's word -> how likely its letters are where they were found, 0 to 1."""
    heard: dict[int, list[float]] = {}
    for number, frame, word in zip(letters.numbers, frames, letters.words, strict=True):
        if word >= 0:
            heard.setdefault(word, [])
            if number != ANY:
                heard[word].append(_likely(emissions, frame, number))
    return {word: round(MOST_CONFIDENT * float(np.mean(values)), 3) if values else UNHEARD for word, values in heard.items()}


def _likely(emissions: Emissions, frame: int, number: int) -> float:
    """How likely a letter is around a frame: one that begins between two frames is heard a little in both."""
    return min(float(np.exp(emissions[max(frame - 1, 0):frame + 2, number]).sum()), 1.0)


def _numbers(text: str, vocabulary: Mapping[str, int]) -> Iterator[int]:
    """The letters of one spoken word; accents that the model does not know are left out."""
    small = small_in_turkish(text) if TURKISH_LETTER in vocabulary else text.lower()
    for sign in small.replace("’", "'"):
        if sign in vocabulary:
            yield vocabulary[sign]
            continue
        plain = [part for part in unicodedata.normalize("NFKD", sign) if part in vocabulary]
        if plain:
            yield from (vocabulary[part] for part in plain)
        elif sign.isalnum():
            yield ANY


def _owners(letters: Letters) -> list[int]:
    """For each letter the author's word; for an end of a word, the word before it."""
    owners: list[int] = []
    for word in letters.words:
        owners.append(word if word >= 0 or not owners else owners[-1])
    return owners


def _heard(emissions: Emissions, vocabulary: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """(frame, number) of every letter that the model hears by itself, each once."""
    silent = {blank_of(vocabulary), vocabulary.get(SEPARATOR, -1)}
    best = emissions.argmax(axis=1)
    sure = emissions.max(axis=1) >= np.log(HEARD)
    before = -1
    for frame, (number, is_sure) in enumerate(zip(best.tolist(), sure.tolist(), strict=True)):
        if number != before and is_sure and number not in silent:
            yield frame, number
        before = number
