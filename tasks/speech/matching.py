"""Which sounds belong to which word, when the voice runs words together.

A voice says "of the" as one word and reports it at one place, sometimes a wrong one. What it says for each word *alone* is
known, so the sounds heard in a clause are matched against the words' own sounds laid end to end: the cheapest edit
(Needleman and Wunsch 1970), where a word's border costs less at a place where the voice reported one.
"""

import unicodedata
from collections.abc import Collection, Sequence

GAP = 0.8
"""Cost of a sound that was heard but not expected, or expected but not heard."""
OFF_BORDER = 0.3
"""Cost of a word's border where the voice reported none."""

VOWELS = frozenset("aeiouyæøœɐɑɒɔəɘɚɛɜɝɞɤɨɪɯɵʉʊʌʏᵻᵿ")
"""IPA letters of vowels."""


def assign_sounds(
    heard: Sequence[str], expected: Sequence[Sequence[str]], borders: Collection[int],
) -> list[tuple[int, int]]:
    """Parts the sounds of a clause among its words.

    Args:
        heard: IPA of every sound in order.
        expected: for each word, the sounds it has by itself.
        borders: indices into `heard` where the voice reported a new word.

    Returns:
        For each word `(first, last)`, half open indices into `heard`; together they cover it without gap or overlap. A word
        has none only where there are fewer sounds than words.
    """
    flat = [(sound, index) for index, sounds in enumerate(expected) for sound in sounds]
    moves = _moves([_base(sound) for sound in heard], [(_base(sound), index) for sound, index in flat], borders)
    owner = _owners(moves, [index for _, index in flat], len(heard))
    starts = [0] * (len(expected) + 1)
    starts[-1] = len(heard)
    for word in range(1, len(expected)):
        starts[word] = next((place for place, word_of in enumerate(owner) if word_of >= word), len(heard))
    return _none_empty(starts, len(heard))


def _moves(heard: Sequence[str], flat: Sequence[tuple[str, int]], borders: Collection[int]) -> list[list[int]]:
    """The table of best moves: 0 match, 1 heard only, 2 expected only; [heard + 1][expected + 1]."""
    rows, columns = len(heard) + 1, len(flat) + 1
    opens = [place == 0 or flat[place][1] != flat[place - 1][1] for place in range(len(flat))]
    above = [GAP * column for column in range(columns)]
    moves = [[2] * columns]
    for row in range(1, rows):
        sound, border = heard[row - 1], 0.0 if (row - 1) in borders or row == 1 else OFF_BORDER
        line = [GAP * row]
        move = [1]
        for column in range(1, columns):
            match = above[column - 1] + _distance(sound, flat[column - 1][0]) + (border if opens[column - 1] else 0.0)
            only_heard, only_expected = above[column] + GAP, line[column - 1] + GAP
            best = min(match, only_heard, only_expected)
            line.append(best)
            move.append(0 if best == match else 1 if best == only_heard else 2)
        above = line
        moves.append(move)
    return moves


def _owners(moves: list[list[int]], word_of: Sequence[int], count: int) -> list[int]:
    """The word of every sound heard; never falling."""
    owner = [0] * count
    row, column = count, len(word_of)
    while row:
        move = moves[row][column]
        if move == 2:
            column -= 1
            continue
        owner[row - 1] = word_of[max(column - 1, 0)] if word_of else 0
        row -= 1
        column -= move == 0
    return owner


def _none_empty(starts: list[int], count: int) -> list[tuple[int, int]]:
    """Moves borders so that every word has a sound, as long as there are enough."""
    words = len(starts) - 1
    if count >= words:
        for word in range(1, words):
            starts[word] = max(starts[word], starts[word - 1] + 1)
        for word in range(words - 1, 0, -1):
            starts[word] = min(starts[word], starts[word + 1] - 1)
    return [(starts[word], starts[word + 1]) for word in range(words)]


def _distance(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if not one or not other:
        return 1.0
    if one[0] == other[0]:
        return 0.2
    return 0.5 if (one[0] in VOWELS) == (other[0] in VOWELS) else 1.0


def _base(sound: str) -> str:
    """A sound without stress, length and diacritics."""
    return "".join(sign for sign in unicodedata.normalize("NFD", sound) if unicodedata.category(sign) in {"Ll", "Lo"})
