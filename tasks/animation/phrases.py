"""The text as a reader phrases it: stretches between pauses, and what each asks of the face."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tasks.domain.speech import Word

PAUSE_S = 0.12
"""A gap between words from this length on ends a phrase."""
CLOSERS = "\"'”’»)]*_"
"""Marks that may follow the punctuation that ends a sentence."""
LIST_ITEMS = 3
"""From this many short phrases in one sentence on, it is read as a list."""
ITEM_WORDS = 4
"""A phrase of a list has at most this many words."""

COUNTING = frozenset((
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "first", "second", "third", "fourth",
    "fifth", "firstly", "secondly", "thirdly", "lastly", "finally"))
"""Words that count what is told, as figures do."""
COUNTED = frozenset(("step", "number", "tip", "point", "rule", "reason", "habit", "part", "idea", "lesson", "fact", "day",
                     "thing", "question", "mistake", "secret"))
"""Words that may stand before them, as in 'Step number two:'."""

Mood = Literal["statement", "question", "exclamation"]


@dataclass(frozen=True)
class Phrase:
    """Words said in one go."""

    first: int
    """Index of the first word."""
    last: int
    """Index of the last word, included."""
    start_s: float
    end_s: float
    mood: Mood = "statement"
    """Of the whole sentence, which its last word's mark tells."""
    ends_sentence: bool = False
    listed: bool = False
    """True for an item of a list."""
    opens_beat: bool = False
    """True for the first phrase of a beat."""
    counted: int | None = None
    """Index of the word that counts, where the phrase begins like 'Two.' or 'Third,'."""


def find_phrases(words: Sequence[Word]) -> list[Phrase]:
    """The phrases of a text in order; every word is in exactly one."""
    phrases: list[Phrase] = []
    for sentence in _sentences(_stretches(words)):
        mood = _mood(words[sentence[-1].last].text)
        listed = sum(phrase.last - phrase.first < ITEM_WORDS for phrase in sentence) >= LIST_ITEMS
        counted = _counting_word(words[sentence[0].first:sentence[-1].last + 1])
        phrases.extend(replace(phrase, mood=mood, listed=listed and phrase.last - phrase.first < ITEM_WORDS,
                               counted=None if index or counted is None else phrase.first + counted)
                       for index, phrase in enumerate(sentence))
    return phrases


def _stretches(words: Sequence[Word]) -> Iterator[Phrase]:
    first = 0
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if following and following.start_s - word.end_s < PAUSE_S and following.beat == word.beat and not _ends(word.text):
            continue
        yield Phrase(first, index, words[first].start_s, word.end_s,
                     ends_sentence=following is None or following.beat != word.beat or _ends(word.text),
                     opens_beat=first == 0 or words[first - 1].beat != words[first].beat)
        first = index + 1


def _sentences(stretches: Iterable[Phrase]) -> Iterator[list[Phrase]]:
    sentence: list[Phrase] = []
    for phrase in stretches:
        sentence.append(phrase)
        if phrase.ends_sentence:
            yield sentence
            sentence = []


def _counting_word(sentence: Sequence[Word]) -> int | None:
    """Index of the word that counts at the start of a sentence, if it is set off by a mark."""
    for index, word in enumerate(sentence):
        bare = re.sub(r"[\W_]", "", word.text).casefold()
        if bare in COUNTING or bare.isdecimal():
            return index if not word.text[-1:].isalnum() else None
        if bare not in COUNTED:
            return None
    return None


def _ends(text: str) -> bool:
    """True when a word closes a sentence; 'e.g.' in mid-sentence does too, which costs no more than a small gesture."""
    return text.rstrip(CLOSERS).endswith((".", "!", "?", "…", "。", "？", "！", "؟", ";"))


def _mood(text: str) -> Mood:
    marks = text[-4:]
    if any(mark in marks for mark in "?？؟"):
        return "question"
    return "exclamation" if any(mark in marks for mark in "!！") else "statement"
