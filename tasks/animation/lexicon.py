"""The words of a direction told apart: text in, tokens out.

Words are compared by their stems, so that 'smile', 'smiles' and 'smiling' are one; the longest phrase of the vocabulary that
stands at a place wins, and articles may stand inside it.
"""

import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from tasks.animation import vocabulary
from tasks.animation.vocabulary import ACTIONS, ARTICLES, SIDES, Action

LIKENESS = 0.78
"""Least likeness of a known word that is suggested, 0 to 1: from about here on people see it too."""
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
"""Spelt numbers."""
LONGEST_PHRASE = 3
"""Words in the longest phrase of the vocabulary."""
SHORTEST_STEM = 3
"""No inflection is taken off a word that would leave less."""
WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]|\d+|_+")
"""A number, a word, or a sign."""

Kind = Literal["action", "strength", "intensifier", "moment", "throughout", "start", "end", "join", "sequel", "negation",
               "side", "target", "number", "seconds", "times", "filler", "unknown"]


class Token(NamedTuple):
    """One or more words of a direction, and what they are in it."""

    kind: Kind
    text: str
    amount: float = 1.0
    """Of a strength or number; of an action, the strength its word implies."""
    action: Action | None = None


def read_tokens(text: str) -> Iterator[Token]:
    """The tokens of a direction in order; every word is in one."""
    words = WORD.findall(text.casefold().replace("’", "'").replace("-", " "))
    index = 0
    while index < len(words):
        token, index = _token(words, index)
        if token:
            yield token


def stem(word: str) -> str:
    """What the inflections of an English word have in common."""
    for suffix in ("s", "ally", "ly", "ing", "ed", "er", "e"):
        shorter = word.removesuffix(suffix)
        if shorter != word and len(shorter) >= SHORTEST_STEM and not (suffix == "s" and word.endswith(("us", "ss"))):
            word = re.sub(r"([bdgmnprt])\1$", r"\1", shorter)
    return re.sub(r"y$", "i", word) if len(word) > SHORTEST_STEM else word


@functools.cache
def actions_by_name() -> dict[str, Action]:
    """The actions by their names."""
    return {action.name: action for action in ACTIONS}


def action_asked_by(word: str) -> Token | None:
    """The action that a single word asks for, if it asks for one."""
    return _actions().get((stem(word),))


def nearest_known(words: Iterable[str]) -> str | None:
    """The word or phrase of the vocabulary most like one of `words`."""
    known = _known_words()
    near = [(difflib.SequenceMatcher(None, word, match).ratio(), match) for word in words
            for match in difflib.get_close_matches(word, known, n=1, cutoff=LIKENESS)]
    return max(near)[1] if near else None


def _token(words: Sequence[str], index: int) -> tuple[Token | None, int]:
    """The token at `index` and the index after it."""
    for end, stems in _phrases(words, index):
        entry = _lexicon().get(stems)
        if entry and stems == ("still",) and _goes_on(words, end):
            return Token("filler", words[index]), end
        if entry:
            return entry._replace(text=" ".join(words[index:end])), end
    word = words[index]
    if word[0].isdecimal():
        return Token("number", word, float(word)), index + 1
    if not word[0].isalnum():
        return _sign(word), index + 1
    return Token("unknown", word), index + 1


def _phrases(words: Sequence[str], index: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Phrases that begin at `index`, the longest first: the index after each, and its stems without articles."""
    stems, end = [stem(words[index])], index + 1
    found: list[tuple[int, tuple[str, ...]]] = [(end, tuple(stems))]
    while end < len(words) and len(stems) < LONGEST_PHRASE:
        if words[end] not in ARTICLES:
            stems.append(stem(words[end]))
            found.append((end + 1, tuple(stems)))
        end += 1
    return reversed(found)


def _goes_on(words: Sequence[str], index: int) -> bool:
    """True where 'still' means that an action goes on, as in 'still smiling'."""
    following = _lexicon().get((stem(words[index]),)) if index < len(words) else None
    return following is not None and following.kind in ("action", "strength")


def _sign(sign: str) -> Token | None:
    """Punctuation parts phrases or is nothing; a symbol, such as an emoji, is a word not known."""
    if sign in ",;.!?:&+/()":
        return Token("join", sign)
    return Token("unknown", sign) if unicodedata.category(sign[0]) in ("So", "Sm") else None


@functools.cache
def _actions() -> dict[tuple[str, ...], Token]:
    return {_stems(phrase): Token("action", phrase, strength, action)
            for action in ACTIONS for phrase, strength in action.words.items()}


@functools.cache
def _lexicon() -> dict[tuple[str, ...], Token]:
    """Everything known, by stems; where a word has two meanings the later line wins."""
    kinds: tuple[tuple[Kind, Iterable[str]], ...] = (
        ("filler", vocabulary.FILLERS), ("target", vocabulary.TARGETS), ("join", vocabulary.JOINS),
        ("sequel", vocabulary.SEQUELS), ("negation", vocabulary.NEGATIONS), ("side", SIDES),
        ("moment", vocabulary.MOMENT), ("throughout", vocabulary.THROUGHOUT), ("start", vocabulary.AT_START),
        ("end", vocabulary.AT_END), ("intensifier", vocabulary.INTENSIFIERS), ("seconds", ("second", "sec", "s")),
        ("times", ("times",)))
    entries = {_stems(word): Token(kind, word) for kind, words in kinds for word in words}
    entries |= {(stem(word),): Token("number", word, number) for word, number in NUMBERS.items()}
    entries |= {(stem("twice"),): Token("times", "twice", 2)} | _actions()
    return entries | {(stem(word),): Token("strength", word, amount) for word, amount in vocabulary.STRENGTHS.items()}


@functools.cache
def _known_words() -> tuple[str, ...]:
    phrases = [phrase for action in ACTIONS for phrase in (action.name, *action.words)]
    return tuple(sorted({*phrases, *vocabulary.STRENGTHS}))


def _stems(phrase: str) -> tuple[str, ...]:
    """A phrase as it is compared: the articles inside it do not count."""
    return tuple(stem(word) for index, word in enumerate(phrase.split()) if index == 0 or word not in ARTICLES)
