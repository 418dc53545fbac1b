"""Settles how words are said: the script's list over the brand's, and of both what the script needs."""

from dataclasses import dataclass

from tasks.domain.brand import Brand
from tasks.domain.errors import FixRequest
from tasks.domain.script import Script
from tasks.media.text.pronouncing import entries_used, merged, word_twice
from tasks.media.text.words import caption_words


@dataclass(frozen=True)
class Settled:
    """How words are said."""

    entries: dict[str, str]
    """Of the words that occur alone: a longer list of the brand changes no reel that has none of its words."""
    warnings: tuple[str, ...]
    """Entries of the script that stand for nothing."""


def settle_pronunciations(script: Script, brand: Brand, language: str) -> Settled:
    """The entries of script and brand for words that the script says.

    Raises:
        FixRequest: two entries of the script stand for the same word.
    """
    if fault := word_twice(script.pronunciations):
        raise FixRequest(f"'pronunciations' {fault}")
    entries = merged(script.pronunciations, brand.pronunciations)
    used = {word for beat in script.beats for word in entries_used(caption_words(beat.say, language), entries)}
    unused = [word for word in script.pronunciations if word not in used]
    return Settled({word: entries[word] for word in sorted(used)},
                   tuple(f"'pronunciations' has {word!r}, which no beat says: check how it is written" for word in unused))
