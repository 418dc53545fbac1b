"""Which font to name in a brand kit for a letter that its fonts lack."""

import unicodedata
from dataclasses import dataclass

from tasks.media.text.languages import is_traditional, primary

SCRIPTS = frozenset({"ARABIC", "ARMENIAN", "BENGALI", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GUJARATI", "GURMUKHI", "HEBREW",
                     "KANNADA", "KHMER", "LAO", "MALAYALAM", "MYANMAR", "ORIYA", "SINHALA", "TAMIL", "TELUGU", "THAI"})
"""Scripts, by the first word of their letters' names, that Noto has a font of its own for."""
EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
"""The same, of those that Noto has one collection for."""
FACE_OF = {"ja": "JP", "ko": "KR"}
"""Its faces besides the Chinese ones, by language."""
FACE_OF_SCRIPT = {"HIRAGANA": "JP", "KATAKANA": "JP", "HANGUL": "KR"}
"""Its face for letters that one language alone has."""


@dataclass(frozen=True)
class Advice:
    """A font that has a letter."""

    name: str
    file: str
    package: str
    """Of Debian."""
    face: str | None = None
    """In a collection, the name of the one to take."""

    @property
    def entry(self) -> str:
        """What a brand kit says of it."""
        face = f", face: {self.face}" if self.face else ""
        return f"{{file: media/{self.file}{face}}}"


def advise(letter: str, language: str) -> Advice:
    """A font that has a letter.

    Args:
        letter: one that is missing.
        language: BCP 47 tag; the same Chinese letter is drawn otherwise in each country.
    """
    script = unicodedata.name(letter, "").partition(" ")[0]
    if script in EAST_ASIAN:
        chinese = "TC" if is_traditional(language) else "SC"
        face = FACE_OF_SCRIPT.get(script) or FACE_OF.get(primary(language), chinese)
        return Advice("Noto Sans CJK", "NotoSansCJK-Bold.ttc", "fonts-noto-cjk", f"Noto Sans CJK {face} Bold")
    own = script.title() if script in SCRIPTS else ""
    return Advice(f"Noto Sans {own}".strip(), f"NotoSans{own}-Bold.ttf", "fonts-noto-core")


def advice(letter: str, language: str) -> str:
    """What to do about a letter that no font of a brand kit has, as the end of a message."""
    found = advise(letter, language)
    return (f"name a font that has it in the brand kit, e.g. {found.name} (Debian's package {found.package}): copy"
            f" {found.file} into the library's folder media/, and write `others: [{found.entry}]` under `fonts`")
