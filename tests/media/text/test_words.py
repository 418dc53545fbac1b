"""Words as authors write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.script import Beat, Script
from tasks.media.text.words import caption_words, script_words, speakable


class TestCaptionWords:
    @pytest.mark.parametrize(("say", "words"), [
        ("Hello,  world!", ("Hello,", "world!")),
        ("Hello — world 🎉 🙂", ("Hello —", "world 🎉 🙂")),
        ("— Hello", ("— Hello",)),
        ("384,400 isn't well-known", ("384,400", "isn't", "well-known")),
        ("you & me = 2 * 3", ("you", "&", "me", "=", "2 *", "3")),
        ("10\u00a0km away", ("10\u00a0km", "away")),
        ("🎉 — …", ()),
    ])
    def test_a_sign_without_sound_stays_with_its_neighbour(self, say: str, words: tuple[str, ...]) -> None:
        """Each word is as written; what cannot be said alone joins the word before it, or the first one."""
        assert caption_words(say, "en") == words

    @given(st.text(st.characters(codec="utf-8"), max_size=80))
    def test_nothing_is_lost_and_nothing_changes_place(self, say: str) -> None:
        """Joined by spaces the words are the text, unless there is nothing to say in it."""
        words = caption_words(say, "en")
        if any(map(speakable, re.split(r"\s+", say))):
            assert " ".join(" ".join(words).split()) == " ".join(say.split())
        else:
            assert words == ()


class TestScriptWords:
    def test_counts_through_all_beats(self) -> None:
        """Every word comes with its beat."""
        script = Script(title="x", beats=(Beat(say="one two"), Beat(say="three —")))
        assert script_words(script, "en") == ((0, "one"), (0, "two"), (1, "three —"))
