"""Lists of how words are said."""

import pytest
from pydantic import TypeAdapter, ValidationError

from tasks.domain.pronunciations import MOST, Pronunciations

LIST = TypeAdapter(Pronunciations)


class TestPronunciations:
    @pytest.mark.parametrize("entries", [
        {"SQL": "sequel"}, {"v2.0": "version 2"}, {"Nguyen": "win"}, {"naïve": "nigh-eve"}, {"O'Brien": "oh bryan"},
        {"हिंदी": "हिन्दी"}, {"Ada Lovelace": "ay-da luv lace"}])
    def test_ordinary_letters_are_taken(self, entries: dict[str, str]) -> None:
        """Of any script, with digits, hyphens and apostrophes."""
        assert LIST.validate_python(entries) == entries

    @pytest.mark.parametrize(("entries", "said"), [
        ({"SQL": "a\u0007b"}, "control character"), ({"SQL": " "}, "is empty"), ({"SQL": "<break/>"}, "with the sign '<'"),
        ({"x" * 101: "y"}, "has a word of 101 letters"), ({str(n): "n" for n in range(MOST + 1)}, "1000 are the most")])
    def test_what_no_voice_can_read_is_refused(self, entries: dict[str, str], said: str) -> None:
        """With the word."""
        with pytest.raises(ValidationError, match=said):
            LIST.validate_python(entries)
