"""Letters must be there, symbols may be left out."""

import pytest

from tasks.domain.brand import FontFile
from tasks.domain.errors import GlyphMissing
from tasks.domain.script import Beat, Script
from tasks.media.text.coverage import check_glyphs, drawable
from tasks.media.text.font import find_font

FONT = find_font(FontFile(package="font_roboto", file="files/Roboto-Black.ttf"))


def script(*says: str) -> Script:
    return Script(title="Test", beats=tuple(Beat(say=say) for say in says))


class TestDrawable:
    @pytest.mark.parametrize("text", [
        "mornings.", "384,400", "Zażółć", "Ελλάδα", "Привет", r"{\b1}", "100%", "50€", "it’s", "«oui»"])
    def test_keeps_what_the_font_has(self, text: str) -> None:
        """Latin, Greek, Cyrillic, digits and common signs are drawn as written."""
        assert drawable(text, FONT).text == text
        assert drawable(text, FONT).left_out == ()

    @pytest.mark.parametrize(("text", "drawn", "left_out"), [
        ("wow🎉", "wow", ("🎉",)),
        ("🎉🎊", "", ("🎉", "🎊")),
        ("👩‍💻!", "!", ("👩‍💻",)),
        ("👍🏽", "", ("👍🏽",)),
        ("🇮🇹🇫🇷", "", ("🇮🇹", "🇫🇷")),
        ("❤️", "", ("❤️",)),
        ("1️⃣", "1", ("⃣",)),
        ("a→b", "ab", ("→",)),
        ("Reels™️", "Reels™", ()),
    ])
    def test_leaves_symbols_out_whole(self, text: str, drawn: str, left_out: tuple[str, ...]) -> None:
        """An emoji of several characters is one symbol."""
        result = drawable(text, FONT)
        assert (result.text, result.left_out, result.missing) == (drawn, left_out, None)

    def test_composes_accents(self) -> None:
        """A letter and an accent of its own are drawn as one letter."""
        assert drawable("e\u0301te\u0301", FONT).text == "\u00e9t\u00e9"

    @pytest.mark.parametrize("mark", ["\u202e", "\u200f", "\u00ad", "\u200d", "\ufeff", "\x07"])
    def test_drops_what_draws_nothing(self, mark: str) -> None:
        """Direction marks and their like would only disturb the drawing."""
        assert drawable(f"a{mark}b", FONT).text == "ab"


class TestCheckGlyphs:
    @pytest.mark.parametrize(("letter", "code"), [("ह", "U+0939"), ("中", "U+4E2D"), ("ش", "U+0634"), ("५", "U+096B")])
    def test_names_a_missing_letter(self, letter: str, code: str) -> None:
        """The message has letter, code point, word, beat and font, so that the author finds it."""
        with pytest.raises(GlyphMissing) as error:
            check_glyphs(script("All is well.", f"Say x{letter}y now."), FONT, "en")
        for part in (repr(letter), code, f"'x{letter}y'", "beat 2", "Roboto Black", "spell the word"):
            assert part in str(error.value)

    def test_lists_left_out_symbols_once(self) -> None:
        """Every symbol is named once, in the order of the script."""
        assert check_glyphs(script("Go 🎉 now 🚀", "🎉 again"), FONT, "en") == ("🎉", "🚀")

    def test_plain_text_leaves_nothing_out(self) -> None:
        """Nothing to report for an ordinary script."""
        assert check_glyphs(script("Three small habits."), FONT, "en") == ()
