"""Japanese as a voice without a dictionary can say it: which part of a beat's kana is said for each of its phrases.

Kana that stand in the text stand in the reading too and fix where the two go along; what lies between them is shared among
the kanji, numbers and foreign words there. Of all ways to do so the one is taken in which each gets nearest to its usual
length (`USUAL`); the least sum of squares decides. は, へ and を may be written as they are said, わ, え and お.

    毎朝、水を飲む。 + まいあさ、みずをのむ  ->  まいあさ | みずを | のむ
"""

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.domain.errors import ScriptError
from tasks.domain.script import KANA, Beat
from tasks.media.text.languages import primary
from tasks.media.text.words import caption_words

LANGUAGE = "ja"
"""The one language whose beats may have a reading."""
USUAL = {"kanji": 2.0, "stem": 1.8, "digit": 3.0, "letter": 1.0}
"""Kana that a sign of each kind usually takes; a stem is a kanji with kana around it, mostly read as a Japanese word of its
own and somewhat shorter."""
LONGEST = 10
"""Kana that a single sign takes at most, e.g. 'うけたまわ' for 承."""
FIRST_EAST_ASIAN = 0x2E80
"""Letters before this code point are of alphabets."""
SAID_AS = str.maketrans("はへをづぢ", "わえおずじ")
"""Kana that are written in two ways for one sound."""
NEVER_FIRST = "ぁぃぅぇぉっゃゅょゎんー"
"""Kana with which no kanji and no word begins."""


@dataclass(frozen=True)
class _Unit:
    """One letter or digit of the text, and the phrase it belongs to."""

    sign: str
    phrase: int
    alone: bool = False
    """True for a kanji without another beside it in its phrase."""

    @property
    def fixed(self) -> bool:
        """True for kana, which stands for itself."""
        return KANA.fullmatch(self.sign) is not None

    @property
    def usual(self) -> float:
        """Kana it usually takes."""
        if self.sign.isdigit():
            return USUAL["digit"]
        kanji = "stem" if self.alone else "kanji"
        return USUAL["letter" if ord(self.sign) < FIRST_EAST_ASIAN else kanji]


def words_as_said(beat: Beat, number: int, language: str) -> tuple[str, ...]:
    """The words of a beat in letters that a voice without a dictionary can read; those of the author but in Japanese.

    Args:
        beat: what is said, and its reading.
        number: of the beat, counted from 1, for messages.
        language: BCP 47 tag.

    Returns:
        One entry a caption word, in order, with the word's own marks around it.

    Raises:
        ScriptError: the reading does not fit what is said.
    """
    words = caption_words(beat.say, language)
    if beat.reading is None or primary(language) != LANGUAGE:
        return words
    parts = kana_of(words, beat.reading)
    if parts is None:
        raise ScriptError(f"the reading {beat.reading!r} of beat {number} does not fit what it says, {beat.say!r}: write the"
                          " whole beat in kana, with every kana of the text in its place")
    return tuple(_framed(word, part) for word, part in zip(words, parts, strict=True))


def check_readings(beats: Sequence[Beat], language: str) -> None:
    """Makes sure that every reading there is fits, and that there is none in a language that has no use for it.

    Args:
        beats: of the script.
        language: BCP 47 tag.

    Raises:
        ScriptError: with the number of the beat.
    """
    for number, beat in enumerate(beats, start=1):
        if beat.reading is not None and primary(language) != LANGUAGE:
            raise ScriptError(f"beat {number} has a 'reading', which is for Japanese, and the language is {language!r}:"
                              " remove it, or set the language to 'ja-JP'")
        words_as_said(beat, number, language)


def require_readings(beats: Sequence[Beat], language: str, others: Sequence[str]) -> None:
    """Makes sure that a voice that reads Japanese in kana only can say a script.

    Args:
        beats: of the script.
        language: BCP 47 tag.
        others: the speech engines that read kanji.

    Raises:
        ScriptError: a beat has other letters and no reading; with its number.
    """
    for number, beat in enumerate(beats, start=1):
        if primary(language) == LANGUAGE and beat.reading is None and unreadable(beat.say):
            names = f" ({', '.join(others)})" if others else ""
            raise ScriptError(f"beat {number} has {unreadable(beat.say)!r}, and this voice reads Japanese in kana only: give"
                              " the beat a `reading`, all that it says in kana, or take a speech engine that reads kanji or"
                              f" brings a recording{names}, with --engine speech=NAME")


def unreadable(text: str) -> str:
    """The first letter that is no kana; '' if there is none."""
    return next((sign for sign in _plain(text) if sign.isalpha() and not KANA.fullmatch(sign)), "")


def kana_of(words: Sequence[str], reading: str) -> tuple[str, ...] | None:
    """The part of a reading that is said for each word; None where it does not fit.

    Args:
        words: of a beat, in order.
        reading: the whole beat in kana; white space and signs do not count.
    """
    units = [unit for index, word in enumerate(words) for unit in _units(word, index)]
    kana = "".join(sign for sign in _hiragana(reading) if sign.isalnum())
    ends = _matched(units, kana)
    if ends is None:
        return None
    parts = [""] * len(words)
    for unit, start, end in zip(units, [0, *ends], ends, strict=False):
        parts[unit.phrase] += kana[start:end]
    return tuple(parts) if all(parts) else None


def _units(word: str, phrase: int) -> Iterator[_Unit]:
    """The letters and digits of a word."""
    signs = [sign for sign in _hiragana(word) if sign.isalnum()]
    for place, sign in enumerate(signs):
        beside = [*signs[max(place - 1, 0):place], *signs[place + 1:place + 2]]
        yield _Unit(sign, phrase, alone=all(KANA.fullmatch(other) for other in beside))


def _matched(units: Sequence[_Unit], kana: str) -> list[int] | None:
    """Where in the reading each unit ends, in the way that costs least."""
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for unit in units:
        row: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end, more in _ways(unit, kana, start):
                if cost + more < row.get(end, (math.inf, 0))[0]:
                    row[end] = (cost + more, start)
        best.append(row)
    if len(kana) not in best[-1]:
        return None
    ends, end = [], len(kana)
    for row in reversed(best[1:]):
        ends.append(end)
        end = row[end][1]
    return ends[::-1]


def _ways(unit: _Unit, kana: str, start: int) -> list[tuple[int, float]]:
    """Where a unit that begins at `start` may end, and what that costs."""
    if unit.fixed:
        same = kana[start:start + 1].translate(SAID_AS) == unit.sign.translate(SAID_AS)
        return [(start + 1, 0.0)] if same else []
    foreign = unit.usual == USUAL["letter"]
    if not foreign and kana[start:start + 1] in NEVER_FIRST:
        return []
    return [(start + count, (count - unit.usual) ** 2) for count in range(0 if foreign else 1, LONGEST + 1)
            if start + count <= len(kana)]


def _framed(word: str, part: str) -> str:
    """What is said for a word between the signs around it."""
    first = next(index for index, sign in enumerate(word) if sign.isalnum())
    last = max(index for index, sign in enumerate(word) if sign.isalnum())
    return word[:first] + part + word[last + 1:]


def _hiragana(text: str) -> str:
    """A text with its katakana as hiragana."""
    return "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in _plain(text))


def _plain(text: str) -> str:
    """A text without letters of half or double width."""
    return unicodedata.normalize("NFKC", text)
