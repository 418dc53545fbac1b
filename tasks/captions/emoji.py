"""Pictures for emoji: templates/captions/emoji/<code points>.png, small letters, joined by dashes, e.g. `1f525.png`."""

import re
from pathlib import Path

from tasks.captions.style import EMOJI_FOLDER, FOLDER

_SELECTOR = "\ufe0f"
"""Asks for the coloured form of a sign; pictures are always that."""
_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")
"""Skin tones."""


def emoji_picture(templates: Path, symbol: str) -> Path | None:
    """The picture of an emoji; one of the same emoji without skin tone if there is no better; None without either."""
    plain = symbol.replace(_SELECTOR, "")
    for candidate in dict.fromkeys((plain, _TONES.sub("", plain))):
        path = templates / FOLDER / EMOJI_FOLDER / f"{'-'.join(f'{ord(sign):x}' for sign in candidate)}.png"
        if candidate and path.is_file():
            return path
    return None
