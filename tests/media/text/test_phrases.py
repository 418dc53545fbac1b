"""Chinese and Japanese in phrases."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.media.text.phrases import phrases
from tasks.media.text.words import caption_words, join_words

CHINESE = [
    ("每天早上先喝一杯水，然后再喝咖啡。", "每天 早上 先喝 一杯水， 然后 再喝 咖啡。"),
    ("今天是2026年11月28日，价格是¥1,299元。", "今天是 2026年 11月 28日， 价格是 ¥1,299元。"),
    ("他说：“我*非常*喜欢。”真的吗？", "他说： “我 *非常* 喜欢。” 真的吗？"),
    ("我用Python写程序，版本是3.12。", "我用 Python 写程序， 版本是 3.12。"),
    ("你知道月球有多远吗？", "你知道 月球 有多远吗？"),
    ("早上喝第一杯咖啡之前，我们星期一见面。", "早上喝 第一杯 咖啡 之前， 我们 星期一见面。"),
    ("很好用🎉。你呢？", "很好用🎉。 你呢？"),
]
"""A text, and its phrases parted by spaces."""
letters = st.sampled_from([*"我你他们的一二三用写程序月球离地公里，。！？：“”（）、—…🎉*",
                           *"abc XYZ 0123456789,.%¥$-'", "\n", " "])


class TestPhrases:
    @pytest.mark.parametrize(("text", "parted"), CHINESE)
    def test_chinese_is_parted_where_a_reader_may_pause(self, text: str, parted: str) -> None:
        """Numbers keep what they count, signs their word, and words in other letters stay whole."""
        assert phrases(text, "zh-CN") == tuple(parted.split())

    def test_japanese_is_parted_into_words_with_their_particles(self) -> None:
        """As schoolbooks part it; quotes stay with what they quote."""
        assert phrases("「ありがとう」と彼女は言った。", "ja") == ("「ありがとう」と", "彼女は", "言った。")
        assert phrases("Pythonで書いた3つのプログラムです。", "ja-JP") == ("Pythonで", "書いた", "3つの", "プログラムです。")

    def test_spaces_of_the_author_stay(self) -> None:
        """A phrase ends with the space after it."""
        assert phrases("我用 Visual Studio  写程序", "zh") == ("我用 ", "Visual ", "Studio ", "写程序")

    def test_a_line_break_between_letters_is_no_space(self) -> None:
        """Lines are broken anywhere in such a text; between foreign words a break is one."""
        assert "".join(phrases("第一行\n第二行", "zh")) == "第一行第二行"
        assert "".join(phrases("Visual\nStudio", "zh")) == "Visual Studio"

    @given(st.text(letters, min_size=1, max_size=40), st.sampled_from(["zh-CN", "zh-TW", "ja"]))
    def test_nothing_is_lost(self, text: str, language: str) -> None:
        """Put one after the other they are the text, white space aside; and so are a beat's words."""
        plain = re.sub(r"\s", "", text)
        assert re.sub(r"\s", "", "".join(phrases(text, language))) == plain
        words = caption_words(text, language)
        assert words == () or re.sub(r"\s", "", join_words(words, language)) == plain

    @given(st.text(letters, min_size=1, max_size=40))
    def test_words_in_other_letters_are_never_cut(self, text: str) -> None:
        """Latin letters that stand beside each other stay so."""
        whole = re.findall("[A-Za-z0-9]+", text)
        assert re.findall("[A-Za-z0-9]+", " ".join(phrases(text, "zh"))) == whole
