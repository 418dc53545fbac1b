"""How fast captions must be read, in letters a second, spaces and signs included, as subtitlers count.

A Chinese letter, a kana or a Hangul syllable counts as two: subtitlers give readers of those half as many a second.
"""

from collections.abc import Iterable

from tasks.domain.captions import CaptionPage
from tasks.media.text.reading_length import reading_length
from tasks.media.text.words import join_words


def letters_per_s(text: str, duration_s: float) -> float:
    """Speed at which a text shown for `duration_s` is read."""
    return reading_length(text) / duration_s


def fastest_page(pages: Iterable[CaptionPage], language: str) -> float:
    """Greatest reading speed of all pages in a language, a BCP 47 tag; 0.0 without any."""
    return max((letters_per_s(join_words([word.text for word in page.words if word.text], language),
                              page.end_s - page.start_s) for page in pages), default=0.0)
