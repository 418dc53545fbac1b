"""Variants: what each reel of a script says and shows."""

import pytest
from pydantic import ValidationError

from tasks.domain.errors import FixRequest, UnknownName
from tasks.domain.script import Beat, CaptionChoice, MusicChoice, Script, Variant
from tasks.domain.variants import expand, one_variant

SCRIPT = Script(
    title="T", hook="Wait", seed=1, captions=CaptionChoice(style="karaoke", colour="#00ff00"),
    music=MusicChoice(file="media/song.flac", below_voice_db=20), beats=(Beat(say="One", direct="nod"), Beat(say="Two")),
    variants=(Variant(id="question", opening="Why?", hook="Really?"), Variant(id="kofi", avatar="kofi", style="pop"),
              Variant(id="quiet", music="off", seed=7, brand="midnight", call="Follow")))


class TestExpand:
    def test_script_itself_comes_first(self) -> None:
        """Then its variants in order; none of them has variants of its own."""
        found = expand(SCRIPT)
        assert [name for name, _ in found] == ["main", "question", "kofi", "quiet"]
        assert all(not script.variants for _, script in found)
        assert found[0][1] == SCRIPT.model_copy(update={"variants": ()})

    def test_script_without_variants_is_one_reel(self) -> None:
        """Nothing is added to it."""
        plain = SCRIPT.model_copy(update={"variants": ()})
        assert expand(plain) == (("main", plain),)

    @pytest.mark.parametrize(("name", "changes"), [
        ("question", {"beats": (Beat(say="Why?", direct="nod"), Beat(say="Two")), "hook": "Really?"}),
        ("kofi", {"avatar": "kofi", "captions": CaptionChoice(style="pop", colour="#00ff00")}),
        ("quiet", {"music": MusicChoice(name="off", below_voice_db=20), "seed": 7, "brand": "midnight", "call": "Follow"}),
    ])
    def test_variant_changes_what_it_says_and_nothing_else(self, name: str, changes: dict[str, object]) -> None:
        """Direction, colour and distance of the music stay."""
        assert one_variant(SCRIPT, name) == SCRIPT.model_copy(update={"variants": (), **changes})


class TestOneVariant:
    def test_script_without_variants_needs_no_name(self) -> None:
        """And is what it was."""
        plain = SCRIPT.model_copy(update={"variants": ()})
        assert one_variant(plain, None) == one_variant(plain, "main") == plain

    def test_script_with_variants_wants_a_name(self) -> None:
        """Nobody guesses which reel was meant."""
        with pytest.raises(FixRequest, match="has variants, and one reel is made at a time: name one of main, question"):
            one_variant(SCRIPT, None)

    def test_unknown_variant_lists_the_ones_there_are(self) -> None:
        """With the nearest."""
        with pytest.raises(UnknownName, match="no variant 'quit' of 'T'; did you mean 'quiet'"):
            one_variant(SCRIPT, "quit")


class TestVariant:
    @pytest.mark.parametrize(("fields", "sentence"), [
        ({"id": "main", "seed": 1}, "names the reel of the script itself"),
        ({"id": "empty"}, "changes nothing: give it one of avatar, brand"),
        ({"id": "mute", "opening": "..."}, "has no words to say"),
        ({"id": "../up", "seed": 1}, "pattern"),
    ])
    def test_variant_that_makes_no_reel_is_refused(self, fields: dict[str, object], sentence: str) -> None:
        """Before anything is made."""
        with pytest.raises(ValidationError, match=sentence):
            Variant.model_validate(fields)
