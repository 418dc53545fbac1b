"""An author's words: the unit that is spoken, timed and shown in captions.

A word is what stands between white space, exactly as written; a no-break space holds its sides together. In languages
written without spaces it is a phrase (`phrases.py`), which ends with the space after it where its author put one. What
cannot be spoken by itself (a lone dash, an emoji) is no word: it stays with the word before it, or, at the start of a beat,
with the word after it.
"""

import re
from collections.abc import Iterable

from tasks.domain.script import Script
from tasks.media.text.languages import require_words, without_spaces
from tasks.media.text.phrases import phrases

_AROUND = ".,;:!?…\"'“”„‘’«»‹›()[]"
"""Signs that may stand around a sign that is read aloud."""
_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")
"""White space at which words end."""

SYMBOLS = frozenset("&+=%$€£¥₹@#×÷≈±°")
"""Signs that are read aloud when they stand alone."""


def caption_words(say: str, language: str) -> tuple[str, ...]:
    """The words of a beat, in order, with signs that cannot be spoken kept beside their neighbour.

    Args:
        say: the text of a beat.
        language: BCP 47 tag; decides how words end.

    Returns:
        Words as written, e.g. `("Hello —", "world! 🎉")` or `("我用 ", "Python ", "写程序。")`. Put together by `join_words`
        they are the beat's text with its white space normalised; empty when nothing in the beat can be spoken.

    Raises:
        UnknownName: nothing here can tell the language's words apart.
    """
    require_words(language)
    if without_spaces(language):
        return gather(phrases(say, language), space="")
    return gather(token for token in _SPACE.split(say) if token)


def join_words(words: Iterable[str], language: str) -> str:
    """The text that consecutive words make, as their author wrote it, in one line."""
    return ("" if without_spaces(language) else " ").join(words).strip()


def line_words(text: str, language: str) -> tuple[str, ...]:
    """The parts of a text on screen after which a line may end; `join_words` puts them together again."""
    return phrases(text, language) if without_spaces(language) else tuple(text.split())


def gather(tokens: Iterable[str], space: str = " ") -> tuple[str, ...]:
    """Tokens as words: each that cannot be spoken joins the word before it, or the first one, after a space."""
    words: list[str] = []
    waiting: list[str] = []
    for token in tokens:
        if speakable(token):
            words.append(space.join([*waiting, token]))
            waiting = []
        elif words:
            words[-1] = f"{words[-1]}{space}{token}"
        else:
            waiting.append(token)
    return tuple(words)


def script_words(script: Script, language: str) -> tuple[tuple[int, str], ...]:
    """Every word of a script with the index of its beat, in order: what captions must show, none missing.

    Raises:
        UnknownName: as `caption_words`.
    """
    return tuple((index, word) for index, beat in enumerate(script.beats) for word in caption_words(beat.say, language))


def speakable(token: str) -> bool:
    """True when a voice has something to say for `token`: a letter, a digit, or one sign that has a name."""
    return any(letter.isalnum() for letter in token) or token.strip(_AROUND) in SYMBOLS
