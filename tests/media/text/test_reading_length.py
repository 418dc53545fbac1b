"""How long a text is to read."""

from tasks.media.text.reading_length import reading_length


class TestReadingLength:
    def test_letters_signs_and_spaces_count(self) -> None:
        """As subtitlers count."""
        assert reading_length("Go on!") == 6

    def test_a_chinese_letter_counts_twice(self) -> None:
        """Readers of Chinese are given half as many letters a second; its signs are as short as any."""
        assert reading_length("喝水。") == 5

    def test_an_accent_does_not_count(self) -> None:
        """However it is written."""
        assert reading_length("e\u0301") == reading_length("é") == 1

    def test_an_emoji_counts_once(self) -> None:
        """It is no letter."""
        assert reading_length("🎉") == 1
