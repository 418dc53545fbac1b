"""Chinese and Japanese parted into phrases: the unit that is spoken, timed and shown where no spaces part words.

The package budoux says where a reader may pause (a small linear model over neighbouring letters; its models for Japanese and
for Chinese in both kinds of letters come in its wheel). What it does not know is added here: words in other letters and
numbers stay whole, a number keeps what it counts, signs stay with the word they belong to, and what an author marked is one
phrase. In Chinese, where budoux parts words rather than phrases, a single letter joins its neighbour.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from tasks.media.text.languages import is_traditional, primary

NATIVE = "\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
"""Chinese letters and kana, as a range of a regular expression."""
OPENERS = "\"'“‘„«([{‹¿¡「『（【《〈〔［｛￥¥$€£₹#＃@＠"
"""Belong to what follows them."""
ENDINGS = "。．！？!?，、；：,;:…—"
"""After these a phrase ends, where no other sign follows."""
LONGEST_JOINED = 4
"""A single Chinese letter joins its neighbour in phrases up to this long."""
COUNTED = 2
"""Letters up to which what follows a number is what it counts."""
COUNTED_WITH_MEASURE = 3
"""The same after a number in Chinese letters, which the word for the measure and what is measured follow: 第一 | 杯咖啡."""

_LETTER = re.compile(f"[{NATIVE}]")
_WHOLE = re.compile(rf"([*_]+)(?=\w)[^*_]*\w\1|[^\W{NATIVE}_](?:[^{NATIVE}\s。，、！？；：（）「」《》]*[^\W{NATIVE}_])?%?")
"""What no phrase ends within: a marked word; a word in other letters, or a number with its signs."""
_BREAK = re.compile(r"[^\S\u00a0\u2007\u202f]*\n\s*")
_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")
_COUNTING = re.compile("[一二两兩三四五六七八九十百千万萬几幾]$")
_NUMBER = re.compile(r"[^\w]*[\d.,:/-]+")


def phrases(text: str, language: str) -> tuple[str, ...]:
    """The phrases of a text, in order.

    Args:
        text: as its author wrote it.
        language: BCP 47 tag; chooses between Japanese and both kinds of Chinese letters.

    Returns:
        Phrases as written, each with the space after it if there is one; put one after the other they are the text with its
        white space normalised. A line break between two letters of the language is no space.
    """
    line = _in_one_line(text)
    places = [0, *sorted(_ends(line, language)), len(line)]
    found = [line[start:stop] for start, stop in pairwise(places) if stop > start]
    return tuple(found if primary(language) == "ja" else _joined(found))


def is_native(text: str) -> bool:
    """True for a text with Chinese letters or kana."""
    return _LETTER.search(text) is not None


def _in_one_line(text: str) -> str:
    def joint(match: re.Match[str]) -> str:
        sides = text[match.start() - 1:match.start()], text[match.end():match.end() + 1]
        return "" if all(side and not _is_foreign(side) for side in sides) else " "

    return _SPACE.sub(" ", _BREAK.sub(joint, text.strip())).strip()


def _ends(line: str, language: str) -> set[int]:
    """Places inside a line at which a phrase ends and another begins."""
    ends = set(accumulate(map(len, _model(language).parse(line))))
    chinese = primary(language) != "ja"
    for match in _WHOLE.finditer(line):
        ends -= set(range(match.start() + 1, match.end()))
        ends.add(match.start())
        if (match[1] or match[0][-1].isalpha()) and chinese:
            ends.add(match.end())
    ends |= {place for place in range(1, len(line)) if line[place - 1] in ENDINGS and not _is_inside(line, place)}
    ends |= {place + 1 for place, sign in enumerate(line) if sign == " "}
    return {_moved(line, place) for place in ends} - {0, len(line)}


def _moved(line: str, place: int) -> int:
    """The place behind all signs that belong to what is before it, or before those that belong to what follows."""
    while place < len(line) and _closes(line, place):
        place += 1
    if place < len(line) and line[place] == " ":
        return place + 1
    while place > 0 and line[place - 1] in OPENERS and not _closes(line, place - 1):
        place -= 1
    return place


def _closes(line: str, place: int) -> bool:
    """True for a sign that belongs to what is before it."""
    sign = line[place]
    if sign.isalnum() or sign == " ":
        return False
    if sign in "\"'":
        return line.count(sign, 0, place) % 2 == 1
    return sign not in OPENERS and not (sign in "*_-−." and line[place + 1:place + 2].isalnum())


def _is_inside(line: str, place: int) -> bool:
    """True between the parts of a word in other letters or of a number: '3.12'."""
    return any(match.start() < place < match.end() for match in _WHOLE.finditer(line))


def _is_foreign(sign: str) -> bool:
    return sign.isalnum() and not _LETTER.match(sign)


def _joined(found: list[str]) -> Iterator[str]:
    """Phrases none of which is a lone letter or a number without what it counts, where that can be helped.

    A lone letter joins the phrase after it, or the one before it where a sign or a word in other letters follows.
    """
    gathered = ""
    for phrase, following in zip(found, [*found[1:], ""], strict=False):
        lone = _count(phrase) == 1 and not _may_join(phrase, following)
        short = _count(gathered) < COUNTED or _COUNTING.search(gathered) is not None
        if gathered and not (_may_join(gathered, phrase) and (short or lone)):
            yield gathered
            gathered = ""
        gathered += phrase
    if gathered:
        yield gathered


def _may_join(before: str, phrase: str) -> bool:
    """True if a phrase could go on with the next."""
    if before[-1] in ENDINGS + " " or not _LETTER.match(phrase):
        return False
    if _NUMBER.fullmatch(before):
        return _count(phrase) <= COUNTED
    if _COUNTING.search(before):
        return _count(phrase) <= COUNTED_WITH_MEASURE
    return _LETTER.match(before[-1]) is not None and _count(before) + _count(phrase) <= LONGEST_JOINED


def _count(phrase: str) -> int:
    return len(_LETTER.findall(phrase))


@cache
def _model(language: str) -> Any:
    import budoux

    if primary(language) == "ja":
        return budoux.load_default_japanese_parser()
    if is_traditional(language):
        return budoux.load_default_traditional_chinese_parser()
    return budoux.load_default_simplified_chinese_parser()
