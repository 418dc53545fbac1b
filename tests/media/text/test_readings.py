"""Which part of a Japanese reading is said for which phrase."""

import pytest

from tasks.domain.errors import ScriptError
from tasks.domain.script import Beat, Script, Variant
from tasks.domain.variants import changed
from tasks.media.text.readings import kana_of, unreadable, words_as_said

FITS = [
    ("毎朝、水を飲む。", "まいあさ、みずをのむ", "まいあさ、 みずを のむ。"),
    ("毎朝コーヒーの前に水を一杯飲みましょう。", "マイアサ コーヒーのまえに ミズをいっぱい のみましょう",
     "まいあさ こーひーの まえに みずを いっぱい のみましょう。"),
    ("彼女は言った。", "かのじょわいった", "かのじょわ いった。"),
    ("Pythonで書いた3つのプログラムです。", "パイソンでかいたみっつのプログラムです",
     "ぱいそんで かいた みっつの ぷろぐらむです。"),
]
"""What a beat says, its reading, and what is said for each phrase."""


class TestReadings:
    @pytest.mark.parametrize(("say", "reading", "said"), FITS)
    def test_kana_fix_what_lies_between_them(self, say: str, reading: str, said: str) -> None:
        """Each phrase gets its own part, with its own marks."""
        assert words_as_said(Beat(say=say, reading=reading), 1, "ja-JP") == tuple(said.split())

    def test_neighbours_share_by_their_usual_length(self) -> None:
        """Two kanji of two phrases with four kana between anchors get two each."""
        assert kana_of(("山", "川"), "やまかわ") == ("やま", "かわ")

    def test_no_kanji_begins_with_a_small_kana(self) -> None:
        """'きょ' is one sound and belongs to one kanji."""
        assert kana_of(("去", "年"), "きょねん") == ("きょ", "ねん")

    @pytest.mark.parametrize("reading", ["みずのむ", "みずをのむよ", "みず"])
    def test_a_reading_that_does_not_fit_is_refused(self, reading: str) -> None:
        """With the beat's number."""
        with pytest.raises(ScriptError, match="beat 3 does not fit"):
            words_as_said(Beat(say="水を飲む。", reading=reading), 3, "ja")

    def test_kanji_and_foreign_letters_need_one(self) -> None:
        """Numbers and kana the voice reads itself."""
        assert [unreadable(text) for text in ("おはよう3", "コーヒー", "水だ", "Aだ")] == ["", "", "水", "A"]

    def test_only_kana_are_a_reading(self) -> None:
        """A kanji in it would not be read."""
        with pytest.raises(ValueError, match="'水', which is no kana"):
            Beat(say="水", reading="水")

    def test_another_opening_has_another_reading(self) -> None:
        """A variant's first beat does not keep the reading of what it replaces."""
        script = Script(title="x", beats=(Beat(say="水", reading="みず"),))
        assert changed(script, Variant(id="a", opening="おちゃ")).beats[0].reading is None
