"""An author's words: the unit that is spoken, timed and shown in captions.

A word is what stands between white space, exactly as written; a no-break space holds its sides together. What cannot be
spoken by itself (a lone dash, an emoji) is no word: it stays with the word before it, or, at the start of a beat, with the
word after it.
"""

import re
from collections.abc import Iterable

from tasks.domain.script import Script

_AROUND = ".,;:!?…\"'“”„‘’«»‹›()[]"
"""Signs that may stand around a sign that is read aloud."""
_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")
"""White space at which words end."""

SYMBOLS = frozenset("&+=%$€£¥₹@#×÷≈±°")
"""Signs that are read aloud when they stand alone."""


def caption_words(say: str) -> tuple[str, ...]:
    """The words of a beat, in order, with signs that cannot be spoken kept beside their neighbour.

    Args:
        say: the text of a beat.

    Returns:
        Words as written, e.g. `("Hello —", "world! 🎉")`. Joined by single spaces they are the beat's text with its white
        space normalised; empty when nothing in the beat can be spoken.
    """
    return gather(token for token in _SPACE.split(say) if token)


def gather(tokens: Iterable[str]) -> tuple[str, ...]:
    """Tokens as words: each that cannot be spoken joins the word before it, or the first one, after a space."""
    words: list[str] = []
    waiting: list[str] = []
    for token in tokens:
        if speakable(token):
            words.append(" ".join([*waiting, token]))
            waiting = []
        elif words:
            words[-1] = f"{words[-1]} {token}"
        else:
            waiting.append(token)
    return tuple(words)


def script_words(script: Script) -> tuple[tuple[int, str], ...]:
    """Every word of a script with the index of its beat, in order: what captions must show, none missing."""
    return tuple((index, word) for index, beat in enumerate(script.beats) for word in caption_words(beat.say))


def speakable(token: str) -> bool:
    """True when a voice has something to say for `token`: a letter, a digit, or one sign that has a name."""
    return any(letter.isalnum() for letter in token) or token.strip(_AROUND) in SYMBOLS
