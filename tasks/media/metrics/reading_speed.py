"""How fast captions must be read, in letters a second, spaces and signs included, as subtitlers count."""

from collections.abc import Iterable

from tasks.domain.captions import CaptionPage


def letters_per_s(text: str, duration_s: float) -> float:
    """Speed at which a text shown for `duration_s` is read."""
    return len(text) / duration_s


def fastest_page(pages: Iterable[CaptionPage]) -> float:
    """Greatest reading speed of all pages; 0.0 without any."""
    return max((letters_per_s(" ".join(word.text for word in page.words if word.text), page.end_s - page.start_s)
                for page in pages), default=0.0)
