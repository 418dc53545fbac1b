"""Words respelt as they are said, before anything else is done to them.

A word of the dictionary is found whatever signs stand around it, and with an 's or an apostrophe after it. With a capital in
it, it stands for exactly this spelling (`US` is not `us`); in small letters for any.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.media.text.comparing import small_in_turkish
from tasks.media.text.english import plain
from tasks.media.text.spoken import core_bounds
from tasks.media.text.words import gather

ENDINGS = ("", "'s", "'")
"""What may follow a word of the dictionary; it follows what is said, too."""


@dataclass(frozen=True)
class _Token:
    """A part of an author's word between white space."""

    word: int
    """Which of the words it belongs to."""
    before: str
    core: str
    after: str


@dataclass(frozen=True)
class _Entry:
    """What a dictionary says of a word."""

    key: str
    said: tuple[str, ...]
    dotted: bool
    """Whether it is written with a full stop after it, which ends no sentence."""


def pronounced(words: Sequence[str], pronunciations: Mapping[str, str]) -> tuple[str, ...]:
    """An author's words with those of the dictionary respelt.

    Args:
        words: of one beat, as `caption_words` gives them.
        pronunciations: word, or words, as written -> how it is said.

    Returns:
        As many words, in order; a respelt one may have spaces in it.
    """
    if not pronunciations:
        return tuple(words)
    tokens = _tokens(words)
    texts = [f"{token.before}{token.core}{token.after}" for token in tokens]
    touched = set()
    for first, end, entry, ending in _found(tokens, _entries(pronunciations)):
        for place, said in zip(range(first, end), _shares(entry.said, end - first), strict=True):
            last = place == end - 1
            after = tokens[place].after[entry.dotted and tokens[place].after[:1] == ".":] if last else tokens[place].after
            texts[place] = f"{tokens[place].before}{said}{ending if last else ''}{after}"
            touched.add(tokens[place].word)
    return tuple(" ".join(text for token, text in zip(tokens, texts, strict=True) if token.word == index)
                 if index in touched else word for index, word in enumerate(words))


def entries_used(words: Sequence[str], pronunciations: Mapping[str, str]) -> Collection[str]:
    """The words of a dictionary that occur in a beat's words, as they stand in the dictionary."""
    return {entry.key for _, _, entry, _ in _found(_tokens(words), _entries(pronunciations))}


def merged(own: Mapping[str, str], usual: Mapping[str, str]) -> dict[str, str]:
    """The usual entries with one's own over them; a word is the same in large and small letters, whatever signs it has."""
    taken = {_in_small(word) for word in own}
    return {word: said for word, said in usual.items() if _in_small(word) not in taken} | dict(own)


def word_twice(pronunciations: Iterable[str]) -> str | None:
    """What is wrong with a dictionary that has a word twice, as `SQL` and `SQL.`; None where it has none twice."""
    found: dict[tuple[str, ...], str] = {}
    for key in pronunciations:
        first = found.setdefault(_cores(key), key)
        if first != key:
            return f"has {first!r} and {key!r}, which stand for the same word: keep one of them"
    return None


def _in_small(key: str) -> tuple[str, ...]:
    return tuple(core.casefold() for core in _cores(key))


def _cores(key: str) -> tuple[str, ...]:
    """What an entry stands for: its words without the signs around them."""
    return tuple(_folded(token.core) for token in _tokens(key.split()))


def _tokens(words: Sequence[str]) -> list[_Token]:
    found = []
    for index, word in enumerate(words):
        for token in gather(word.split()) or (word,):
            first, last = core_bounds(token)
            found.append(_Token(index, token[:first], token[first:last], token[last:]))
    return found


def _entries(pronunciations: Mapping[str, str]) -> dict[tuple[str, ...], _Entry]:
    """The dictionary by the cores of its words; those in small letters by their folded cores."""
    return {_cores(key): _Entry(key, tuple(said.split()), key.endswith(".")) for key, said in pronunciations.items()}


def _folded(core: str) -> str:
    return plain(core).rstrip(".")


def _found(tokens: Sequence[_Token], entries: Mapping[tuple[str, ...], _Entry]
           ) -> Iterator[tuple[int, int, _Entry, str]]:
    """Where words of the dictionary stand: first token, end, entry, and the ending after it; the longest first."""
    longest, place = max(map(len, entries), default=0), 0
    while place < len(tokens):
        for count in range(min(longest, len(tokens) - place), 0, -1):
            part = tokens[place:place + count]
            if any(one.after for one in part[:-1]) or any(one.before for one in part[1:]):
                continue
            hit = _entry_of([_folded(token.core) for token in part], entries)
            if hit:
                yield place, place + count, *hit
                place += count - 1
                break
        place += 1


def _entry_of(cores: Sequence[str], entries: Mapping[tuple[str, ...], _Entry]) -> tuple[_Entry, str] | None:
    """The entry for words in a row, and the ending of the last."""
    for ending in ENDINGS:
        if cores[-1].endswith(ending) and len(cores[-1]) > len(ending):
            bare = (*cores[:-1], cores[-1].removesuffix(ending))
            entry = next((entries[way] for way in _ways(bare) if way in entries), None)
            if entry:
                return entry, ending
    return None


def _ways(cores: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """How words may stand in a dictionary: as they are, or in small letters, those of Turkish too."""
    yield cores
    yield tuple(core.lower() for core in cores)
    yield tuple(map(small_in_turkish, cores))


def _shares(said: Sequence[str], count: int) -> list[str]:
    """What is said, over so many words: one each, the rest for the last."""
    return [*said[:count - 1], " ".join(said[count - 1:])]
