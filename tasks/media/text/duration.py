"""How long a script will take to say, told before anything is spoken."""

import unicodedata
from collections.abc import Mapping

from tasks.domain.errors import ScriptError
from tasks.domain.script import KANA, Script
from tasks.media.text.clauses import clauses
from tasks.media.text.reading_length import is_wide

LETTER_S = 0.062
"""Seconds of speech a letter takes at rate 1; measured over English scripts read by the embedded voice."""
CHINESE_S, KANA_S, WITHOUT_VOWELS_S = 0.25, 0.115, 0.1
"""The same of a Chinese letter, of a kana, and of a letter of a script that leaves vowels out, as Arabic does."""
DIGIT_S = 0.3
"""The same of a digit, where the voice reads numbers itself."""
WORD_S = 0.055
"""Seconds each spoken word takes besides its letters."""
FRAME_S = 1.0
"""Silence before the first and after the last word together."""


def estimate_duration_s(script: Script, rate: float = 1.0, *, language: str = "en-US",
                        pronunciations: Mapping[str, str] | None = None) -> float:
    """Seconds the script will take, within about a fifth.

    Args:
        script: what is said.
        rate: speed of the voice, 1 is normal.
        language: BCP 47 tag; decides how numbers are said.
        pronunciations: words that are said in another way than they are written.

    Raises:
        UnknownName: nothing here can tell the language's words apart.
    """
    parts = clauses(script, language, pronunciations=pronunciations)
    speech_s = sum(WORD_S + sum(map(_sound_s, text)) for part in parts for _, text in part.words)
    return FRAME_S + (speech_s + sum(part.pause_s for part in parts)) / rate


def _sound_s(letter: str) -> float:
    """Seconds of speech a letter or digit takes at rate 1."""
    if letter.isdigit():
        return DIGIT_S
    if KANA.fullmatch(letter):
        return KANA_S
    if unicodedata.bidirectional(letter) in ("R", "AL"):
        return WITHOUT_VOWELS_S
    return CHINESE_S if unicodedata.category(letter) == "Lo" and is_wide(letter) else LETTER_S


def require_short(script: Script, rate: float, max_minutes: float, *, language: str = "en-US",
                  pronunciations: Mapping[str, str] | None = None) -> None:
    """Refuses a script that takes longer than an installation allows, before anything is spoken.

    Raises:
        ScriptError: the estimate is over the limit; names limit and setting.
    """
    minutes = estimate_duration_s(script, rate, language=language, pronunciations=pronunciations) / 60
    if minutes > max_minutes:
        raise ScriptError(f"the script takes about {minutes:.1f} minutes to say, over the limit of {max_minutes:g}: shorten"
                          " it, or raise the setting max_minutes in reels.toml or REELS_MAX_MINUTES")
