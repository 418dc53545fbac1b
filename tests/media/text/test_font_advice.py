"""Which font is named for a letter."""

import pytest

from tasks.media.text.font_advice import advice, advise


class TestAdvice:
    @pytest.mark.parametrize(("letter", "language", "file", "face"), [
        ("क", "hi", "NotoSansDevanagari-Bold.ttf", None), ("ب", "ar", "NotoSansArabic-Bold.ttf", None),
        ("ლ", "ka", "NotoSansGeorgian-Bold.ttf", None), ("ỹ", "vi", "NotoSans-Bold.ttf", None),
        ("水", "zh-CN", "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC Bold"),
        ("水", "zh-TW", "NotoSansCJK-Bold.ttc", "Noto Sans CJK TC Bold"),
        ("水", "ja", "NotoSansCJK-Bold.ttc", "Noto Sans CJK JP Bold"),
        ("み", "zh", "NotoSansCJK-Bold.ttc", "Noto Sans CJK JP Bold"),
        ("한", "ko", "NotoSansCJK-Bold.ttc", "Noto Sans CJK KR Bold"),
    ])
    def test_script_and_language_choose(self, letter: str, language: str, file: str, face: str | None) -> None:
        """Chinese letters look otherwise in each country."""
        found = advise(letter, language)
        assert (found.file, found.face) == (file, face)

    def test_says_what_to_write(self) -> None:
        """Where to put the file, and the line of the kit."""
        assert "`others: [{file: media/NotoSansDevanagari-Bold.ttf}]` under `fonts`" in advice("क", "hi")
