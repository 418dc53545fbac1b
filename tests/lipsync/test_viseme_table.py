"""Every sound has a mouth."""

import pytest

from tasks.lipsync.viseme_table import EXAMPLES, STRENGTHS, VISEMES, is_vowel, viseme_of, visemes_of
from tasks.media.curves import MOUTH


class TestTable:
    def test_every_viseme_names_every_mouth_curve(self) -> None:
        """A target can be drawn as it is."""
        assert all(tuple(target) == MOUTH for target in VISEMES.values())
        assert VISEMES.keys() == STRENGTHS.keys()

    def test_rest_is_the_portrait_itself(self) -> None:
        """At rest nothing moves."""
        assert not any(VISEMES["rest"].values())

    def test_bilabials_leave_no_gap(self) -> None:
        """The target of p, b and m opens nothing."""
        assert VISEMES["pbm"]["jaw"] == VISEMES["pbm"]["upper"] == VISEMES["pbm"]["lower"] == 0

    def test_jaw_falls_with_the_openness_of_vowels(self) -> None:
        """The vowel chart's height order is the jaw's order."""
        jaws = [VISEMES[viseme_of(vowel)]["jaw"] for vowel in "aɛiu"]
        assert jaws == sorted(jaws, reverse=True)


class TestVisemesOf:
    @pytest.mark.parametrize(("ipa", "visemes"), [
        ("p", ("pbm",)), ("m̩", ("pbm",)), ("pʰ", ("pbm",)), ("bʲ", ("pbm",)), ("v", ("fv",)),
        ("iː", ("ee",)), ("ɪ", ("ee",)), ("ɑ̃", ("ah",)), ("œ̃", ("ue",)), ("yː", ("ue",)), ("ä", ("ah",)), ("ç", ("kk",)),
        ("eɪ", ("eh", "ee")), ("aʊ", ("ah", "oo")), ("ɔɪ", ("aw", "ee")), ("oʊ", ("oh", "oo")), ("ɛɹ", ("eh", "rr")),
        ("tʃ", ("td", "sh")), ("t͡ʃ", ("td", "sh")), ("dʒ", ("td", "sh")), ("pf", ("pbm", "fv")), ("ts", ("td", "ss")),
        ("aɪə", ("ah", "ee", "er")), ("kʷ", ("kk", "oo")), ("ɹ", ("rr",)), ("ʁ", ("kk",)), ("g", ("kk",)), ("ɡ", ("kk",)),
        ("ʦ", ("ss",)), ("S", ("sh",)),
    ])
    def test_phoneme_passes_through(self, ipa: str, visemes: tuple[str, ...]) -> None:
        """Marks are ignored, diphthongs and affricates have two parts."""
        assert visemes_of(ipa) == visemes

    @pytest.mark.parametrize("ipa", ["", "ː", "ˈ", " ", "|"])
    def test_marks_alone_are_no_sound(self, ipa: str) -> None:
        """What holds no letter rests."""
        assert visemes_of(ipa) == ()
        assert viseme_of(ipa) == "rest"

    def test_unknown_letter_leaves_the_lips_to_its_neighbours(self) -> None:
        """A symbol outside the IPA neither fails nor shapes the lips."""
        assert STRENGTHS[viseme_of("ŧ")].lips < 0.5

    @pytest.mark.parametrize(("ipa", "vowel"), [
        ("aɪ", True), ("uː", True), ("w", False), ("j", False), ("m", False), ("", False)])
    def test_vowels_are_told_from_glides(self, ipa: str, vowel: bool) -> None:
        """Glides look like vowels and are none."""
        assert is_vowel(ipa) is vowel


class TestExamples:
    def test_each_viseme_has_a_word(self) -> None:
        """A sheet says under every mouth where it is heard."""
        assert EXAMPLES.keys() == VISEMES.keys()
        assert all(EXAMPLES.values())
