"""The one place where an author's words become the words a voice says.

    "$1.2" "million,"  ->  "one point two" | "million dollars" ","

Each word of the author keeps exactly one entry, so that every time found for what is spoken falls back on the word as
written. English is written out in full (`english.py`); in other languages punctuation is read here and the rest is left to
the voice, which knows its numbers.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.media.text import english
from tasks.media.text.languages import primary
from tasks.media.text.words import gather

MARKS = "?!.…:;—,"
"""Marks at the end of a word that shape the voice and make a pause, the strongest first."""

_OPENERS = "\"'“”„‚‘’«»‹›([{<*_~|¿¡-–—‒―•·.,;:!?…「『（【《〈〔［｛"
_CLOSERS = "\"'“”„‟‚‘’«»‹›)]}>*_~|」』）】》〉〕］｝"
_DASHES = "-–—‒―"
_MARK_OF = {"‽": "?", "؟": "?", "।": ".", "॥": ".", "۔": ".", "،": ",", "؛": ";", "。": ".", "．": ".", "、": ",", "，": ",",
            "！": "!", "？": "?", "：": ":", "；": ";", "‥": "…", **dict.fromkeys(_DASHES, "—")}
_TRAILING = f"{_CLOSERS}.,;:!?…{''.join(_MARK_OF)}"


@dataclass(frozen=True)
class Spoken:
    """What is said for one word of the author."""

    text: str
    """Words parted by single spaces; ',' after one of them is a short pause. A single capital is a letter's name."""
    mark: str = ""
    """The mark after it, one of `MARKS`, or ''."""


def spoken_words(words: Sequence[str], language: str) -> tuple[Spoken, ...]:
    """What a voice says for each word of one beat.

    Args:
        words: the author's words, as `caption_words` gives them.
        language: BCP 47 tag.

    Returns:
        One entry a word, in order.
    """
    owned = [(index, token) for index, word in enumerate(words) for token in gather(word.split()) or (word,)]
    tokens = _spoken_tokens([token for _, token in owned], language)
    parts: list[list[Spoken]] = [[] for _ in words]
    for (index, _), token in zip(owned, tokens, strict=True):
        parts[index].append(token)
    return tuple(_joined(own) for own in parts)


def _spoken_tokens(tokens: Sequence[str], language: str) -> list[Spoken]:
    """What is said for each token; those that a no-break space holds together are still apart here."""
    bare = [_strip(token) for token in tokens]
    cores = [core for core, _ in bare]
    marks = [mark for _, mark in bare]
    for index, token in enumerate(tokens[1:], start=1):
        if not marks[index - 1] and _starts_aside(token):
            marks[index - 1] = ","
    if primary(language) == "en":
        texts = english.speak(cores, marks, american=not language.lower().startswith("en-gb"))
        marks = [_mark_of_abbreviation(mark, cores, index) for index, mark in enumerate(marks)]
    else:
        texts = [_for_voice(core) for core in cores]
    return [Spoken(text, mark) for text, mark in zip(texts, marks, strict=True)]


def _joined(parts: Sequence[Spoken]) -> Spoken:
    """One word's parts as one."""
    texts = [f"{part.text}," if part.mark else part.text for part in parts[:-1]]
    return Spoken(" ".join([*texts, parts[-1].text]), parts[-1].mark)


def _strip(word: str) -> tuple[str, str]:
    """Parts a word from the signs around it: its core in compatibility form, and the mark after it."""
    first, last = core_bounds(word)
    core, tail = word[first:last], word[last:]
    if tail.startswith(".") and english.is_abbreviation(core + "."):
        core, tail = f"{core}.", tail[1:]
    return english.plain(core), _mark(tail)


def _mark(tail: str) -> str:
    """The strongest mark among the signs after a word."""
    if re.fullmatch("[-‐‑]", tail):
        return ""
    marks = {_MARK_OF.get(sign, sign) for sign in tail}
    if "…" in marks or "..." in tail:
        marks = marks - {"."} | {"…"}
    return next((mark for mark in MARKS if mark in marks), "," if set(tail) & set(")]}）】") else "")


def core_bounds(word: str) -> tuple[int, int]:
    """Where the speakable part of a word begins and ends, without the signs around it."""
    first, last = 0, len(word)
    while first < last and not _begins(word, first):
        first += 1
    while last > first and (word[last - 1] in _TRAILING or not _has_sound(word[last - 1])):
        last -= 1
    return (first, last) if last > first else (0, len(word))


def _begins(word: str, index: int) -> bool:
    sign = word[index]
    if sign in "-−." and word[index + 1:index + 2].isdecimal():
        return index == 0 or not word[index - 1].isalnum()
    if sign in "'’‘" and re.match(r"\d0s", word[index + 1:]):
        return True
    return sign not in _OPENERS and _has_sound(sign)


def _has_sound(sign: str) -> bool:
    """True for letters, digits, signs with a name and what belongs inside a word; not for emoji and controls."""
    return sign in english.SIGNS or _is_letter(sign)


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign) in {"Mn", "Mc", "Sc"}


def _starts_aside(word: str) -> bool:
    return word[:1] in "([{–—―（【" or word.startswith("--")


def _mark_of_abbreviation(mark: str, cores: Sequence[str], index: int) -> str:
    """A full stop that ends an abbreviation also ends the sentence, at the end of a beat or before a likely new one."""
    if mark or not cores[index].endswith("."):
        return mark
    following = cores[index + 1] if index + 1 < len(cores) else None
    return "." if following is None or english.ends_sentence(cores[index], following) else ""


def _for_voice(core: str) -> str:
    """A word of another language for the voice: letters, digits and the signs the voice reads, nothing it might choke on."""
    kept = "".join(sign if sign in "'.,:%°+=&@#/×÷±-" or _is_letter(sign) else " " for sign in core)
    return " ".join(part.strip(".,:'/-") or part for part in kept.split()) or core.strip()
