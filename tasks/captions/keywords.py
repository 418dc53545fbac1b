"""The words of a reel that stand out: what its author underlined, named or counted.

Where a beat has nothing of the kind, its longest word stands out, so that no beat is without one; a beat of short words
alone stays as it is.
"""

from collections.abc import Sequence
from itertools import groupby

from tasks.domain.speech import Word
from tasks.media.text.comparing import bare
from tasks.media.text.emphasis import is_emphasised
from tasks.media.text.phrases import is_native
from tasks.media.text.reading_length import reading_length

LONG_LETTERS = 7
"""Letters from which a word may stand out for its length."""


def key_words(words: Sequence[Word], wanted: Sequence[str]) -> frozenset[int]:
    """Indices of the words that stand out.

    Args:
        words: of the reel, in order.
        wanted: words or phrases named by the author; case and punctuation do not count. In Chinese and Japanese a phrase
            stands out as a whole if it holds a wanted word.
    """
    named = _named(words, [phrase for phrase in map(_bare_words, wanted) if phrase])
    found = {index for index, word in enumerate(words)
             if index in named or is_emphasised(word.text) or any(letter.isdigit() for letter in word.text)}
    for _, beat in groupby(range(len(words)), key=lambda index: words[index].beat):
        indices = list(beat)
        longest = max(indices, key=lambda index: reading_length(bare(words[index].text)))
        if found.isdisjoint(indices) and reading_length(bare(words[longest].text)) >= LONG_LETTERS:
            found.add(longest)
    return frozenset(found)


def _named(words: Sequence[Word], phrases: Sequence[list[str]]) -> set[int]:
    """Indices of all words that belong to one of the phrases."""
    spoken = [bare(word.text) for word in words]
    found = {index for phrase in phrases for start in range(len(spoken) - len(phrase) + 1)
             if spoken[start:start + len(phrase)] == phrase for index in range(start, start + len(phrase))}
    parts = ["".join(phrase) for phrase in phrases if is_native("".join(phrase))]
    return found | {index for index, word in enumerate(spoken) if any(part in word for part in parts)}


def _bare_words(phrase: str) -> list[str]:
    return [word for word in map(bare, phrase.split()) if word]
