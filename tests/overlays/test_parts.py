"""How texts fall into parts."""

import pytest

from tasks.overlays.parts import NumberParts, is_short_number, name_and_role, number_parts


class TestNameAndRole:
    @pytest.mark.parametrize(("text", "parts"), [
        ("Ada Lindqvist | sleep researcher", ("Ada Lindqvist", "sleep researcher")),
        ("Ada|researcher", ("Ada", "researcher")),
        ("Ada: researcher", ("Ada", "researcher")),
        ("Ada – researcher, 10:30", ("Ada", "researcher, 10:30")),
        ("At 10:30 today", ("At 10:30 today", "")),
        ("Anne-Marie", ("Anne-Marie", "")),
        ("| alone", ("| alone", "")),
    ])
    def test_splits_at_the_first_sign(self, text: str, parts: tuple[str, str]) -> None:
        """A bar, or a colon or dash with space; a text with nothing on one side stays whole."""
        assert name_and_role(text) == parts


class TestNumberParts:
    @pytest.mark.parametrize(("text", "parts"), [
        ("3 small habits", ("", "3", "small habits")),
        ("17%", ("", "17%", "")),
        ("384,400 km", ("", "384,400", "km")),
        ("€4.50 a month", ("", "€4.50", "a month")),
        ("1 in 5 people", ("", "1 in 5", "people")),
        ("3 x 10 x 2 minutes", ("", "3 x 10 x 2", "minutes")),
        ("only 5 minutes", ("only", "5", "minutes")),
        ("no digits", ("", "no digits", "")),
        ("2 whole 3 halves", ("", "2", "whole 3 halves")),
    ])
    def test_finds_the_number(self, text: str, parts: tuple[str, str, str]) -> None:
        """The first number, with what makes one number of several."""
        assert number_parts(text) == NumberParts(*parts)

    @pytest.mark.parametrize(("text", "short"), [
        ("3 small habits", True), ("17%", True), ("384,400 km", True), ("5x faster", True),
        ("Three habits", False), ("only 5 minutes", False), ("3 habits that change your mornings", False), ("24/7", True),
        ("B2B-Marketing", False), ("3 unbelievably-extraordinary things", False),
    ])
    def test_tells_what_is_shown_as_a_number(self, text: str, short: bool) -> None:
        """A number first and little else."""
        assert is_short_number(text) is short
