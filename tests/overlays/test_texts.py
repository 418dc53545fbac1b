"""What is refused before anything is made."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.errors import FixRequest, GlyphMissing
from tasks.domain.script import Script
from tasks.overlays.texts import check_texts

TEMPLATES = Path(__file__).parents[2] / "templates"
BRAND = Brand.model_validate(yaml.safe_load((TEMPLATES / "brands" / "default.yaml").read_text("utf-8")))
ZONE = Box(x0=65, y0=220, x1=888, y1=1440)
Shown = dict[str, str] | None
"""What a beat shows."""
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenpension"


def check(show: dict[str, Any] | None = None, **asked: str) -> tuple[str, ...]:
    """Checks one show, hook or call."""
    beat = {"say": "Hello there.", **({"show": show} if show else {})}
    script = Script.model_validate({"title": "T", "beats": [{"say": "Hi."}, beat]})
    return check_texts(script, BRAND, TEMPLATES, ZONE, **asked)


class TestCheckTexts:
    @pytest.mark.parametrize(("show", "asked", "message"), [
        ({"text": LONG}, {}, f"the title '{LONG}' of beat 2 does not fit .* 46 px in 3 line"),
        ({"text": "word " * 30}, {}, "the title 'word .*' of beat 2 does not fit"),
        ({"text": LONG + " | x", "as": "lower-third"}, {}, "the lower third .* of beat 2 does not fit"),
        ({"text": "1234567890123456", "as": "number"}, {}, "the number '1234567890123456' of beat 2 does not fit"),
        (None, {"hook": LONG}, "the hook .* does not fit .*: shorten it"),
        (None, {"call": "Follow me " * 12}, "the call to action .* does not fit"),
        ({"text": "🎉"}, {}, "the title '🎉' of beat 2 has no letter that can be drawn"),
    ])
    def test_text_that_cannot_be_shown_is_refused(self, show: Shown, asked: dict[str, str], message: str) -> None:
        """The message names kind, text and beat, and what to do."""
        with pytest.raises(FixRequest, match=message):
            check(show, **asked)

    @pytest.mark.parametrize(("show", "asked", "letter"), [
        ({"text": "हैलो"}, {}, "U\\+0939.* the title 'हैलो' of beat 2"), (None, {"hook": "你好"}, "U\\+4F60.* the hook"),
        ({"text": "Ada | 研究", "as": "lower-third"}, {}, "Roboto Medium.*U\\+7814"),
    ])
    def test_letter_without_a_glyph_is_refused(self, show: Shown, asked: dict[str, str], letter: str) -> None:
        """The message names font, letter and text."""
        with pytest.raises(GlyphMissing, match=letter):
            check(show, **asked)

    @pytest.mark.parametrize("show", [
        {"text": "Go"}, {"text": "Three small habits that will quietly change all of your mornings"}, {"text": "384,400 km"},
        {"text": "1,000,000,000 heartbeats"}, {"text": "Prof. Dr. Wilhelmina Oesterreicher | sleep researcher in Copenhagen",
                                               "as": "lower-third"}, {"text": "no digits", "as": "number"},
    ])
    def test_accepts_what_fits_smaller(self, show: dict[str, str]) -> None:
        """The shortest and the long."""
        assert check(show, hook="The one thing nobody tells you about sleep", call="Follow for calmer mornings") == ()

    def test_reports_symbols_left_out(self) -> None:
        """Emoji the font lacks are not drawn."""
        assert check({"text": "Party 🎉"}) == (
            "the title 'Party 🎉' of beat 2 is shown without 🎉, which the font 'Roboto Black' does not have",)
