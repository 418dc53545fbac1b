"""Which approved words the captions do not show as they should.

A word is shown when its caption stands in its place in the order, is written with the word's own characters, and is on
screen from the word's start to its end, with a tolerance for frames. Symbols a font lacks may be missing, letters not.
"""

from collections.abc import Sequence

from tasks.domain.captions import CaptionPage
from tasks.domain.speech import Word


def words_not_shown(approved: Sequence[str], words: Sequence[Word], pages: Sequence[CaptionPage], *,
                    tolerance_s: float) -> tuple[str, ...]:
    """Words that are missing, out of order, misspelt, or not on screen while they are spoken.

    Args:
        approved: the words of the script, in order.
        words: the same words with their times.
        pages: captions in order.
        tolerance_s: how much earlier or later a page may come and go.

    Returns:
        The approved words concerned, in order; empty when all is well.
    """
    captioned = [(caption, page) for page in pages for caption in page.words]
    found = {caption.word: (caption, page) for caption, page in captioned}
    in_order = [caption.word for caption, _ in captioned] == sorted(found)
    wrong = []
    for index, text in enumerate(approved):
        if index >= len(words) or index not in found or not in_order or words[index].text != text:
            wrong.append(text)
            continue
        caption, page = found[index]
        on_screen = (page.start_s <= words[index].start_s + tolerance_s and page.end_s >= words[index].end_s - tolerance_s)
        if not (on_screen and spelt_from(caption.text, text)):
            wrong.append(text)
    return tuple(wrong)


def spelt_from(shown: str, text: str) -> bool:
    """True when `shown` is `text` with nothing but characters left out that are neither letter nor digit."""
    rest = iter(text)
    if not all(letter in rest for letter in shown):
        return False
    return [letter for letter in shown if letter.isalnum()] == [letter for letter in text if letter.isalnum()]
