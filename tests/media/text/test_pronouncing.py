"""Words that are said in another way than they are written."""

import pytest

from tasks.domain.script import Beat, Script
from tasks.media.text.clauses import clauses
from tasks.media.text.duration import estimate_duration_s
from tasks.media.text.pronouncing import entries_used, merged, pronounced, word_twice
from tasks.media.text.sentences import sentences
from tasks.media.text.words import caption_words

SAID = {"SQL": "sequel", "nguyen": "win", "v2.0": "version 2", "Node JS": "node jay ess", "Dr.": "doctor", "US": "you ess",
        "C++": "see plus plus", "Köln": "kerln"}


def respelt(say: str) -> str:
    return " ".join(pronounced(caption_words(say, "en"), SAID))


class TestPronounced:
    @pytest.mark.parametrize(("say", "said"), [
        ("We use SQL.", "We use sequel."),
        ("(SQL), \"SQL\"!", "(sequel), \"sequel\"!"),
        ("SQL's and SQL’s, Nguyens", "sequel's and sequel's, Nguyens"),
        ("sql is not SQL, SQLite neither", "sql is not sequel, SQLite neither"),
        ("Nguyen, NGUYEN and nguyen", "win, win and win"),
        ("US is not us", "you ess is not us"),
        ("v2.0. And C++?", "version 2. And see plus plus?"),
        ("Node JS, Node, JS", "node jay ess, Node, JS"),
        ("Dr. Lee", "doctor Lee"),
        ("SQL — 🎉 done", "sequel — 🎉 done"),
        ("SQL\u00a0first", "sequel first"),
        ("Ko\u0308ln", "kerln"),
        ("nothing here", "nothing here"),
    ])
    def test_words_are_found_whatever_stands_around_them(self, say: str, said: str) -> None:
        """Signs and endings stay; capitals in the entry count; words that only contain it are others."""
        assert respelt(say) == said

    def test_small_letters_stand_for_turkish_capitals(self) -> None:
        """Of İ, i; of I, ı."""
        words = caption_words("İSTANBUL'da ILIK", "tr")
        assert pronounced(words, {"istanbul'da": "stambulda", "ılık": "sıcak"}) == ("stambulda", "sıcak")

    def test_every_word_keeps_its_place(self) -> None:
        """As many words come out as went in: captions light the author's own."""
        words = caption_words("Try Node JS with SQL now", "en")
        found = pronounced(words, SAID)
        assert found == ("Try", "node", "jay ess", "with", "sequel", "now")
        assert len(found) == len(words)

    def test_entries_that_occur_are_told(self) -> None:
        """As they stand in the dictionary."""
        assert entries_used(caption_words("The Nguyens' SQL; Node and JS", "en"), SAID) == {"SQL"}
        assert entries_used(caption_words("NGUYEN's Node JS", "en"), SAID) == {"nguyen", "Node JS"}

    def test_an_empty_dictionary_changes_nothing(self) -> None:
        """Not even white space inside words."""
        words = caption_words("5\u00a0km — now", "en")
        assert pronounced(words, {}) == words


class TestWhereItCounts:
    def test_clauses_and_sentences_say_it(self) -> None:
        """Before numbers are read; a clause's words still belong to the author's."""
        script = Script(title="x", beats=(Beat(say="SQL v2.0, at last."),))
        parts = clauses(script, "en-US", pronunciations=SAID)
        assert [word for part in parts for word in part.words] == [
            (0, "sequel"), (1, "version"), (1, "two"), (2, "at"), (3, "last")]
        assert [one.text for one in sentences(parts)] == ["sequel version two, at last."]

    def test_the_estimate_knows_it(self) -> None:
        """What takes longer to say takes longer."""
        script = Script(title="x", beats=(Beat(say="US " * 20),))
        assert estimate_duration_s(script, pronunciations={"US": "the United States of America"}) > 1.5 * (
            estimate_duration_s(script))


class TestMerged:
    @pytest.mark.parametrize("own", ["sql", "SQL.", "(SQL)", "sql!"])
    def test_the_own_list_wins_word_by_word(self, own: str) -> None:
        """However either spells it; the rest stays."""
        assert merged({own: "ess cue ell"}, {"SQL": "sequel", "Nguyen": "win"}) == {"Nguyen": "win", own: "ess cue ell"}


class TestWordTwice:
    @pytest.mark.parametrize("other", ["SQL.", "SQL!", "(SQL)", "„SQL“", "\uff33\uff31\uff2c"])
    def test_signs_make_no_other_word(self, other: str) -> None:
        """Only one of the two could be said."""
        assert word_twice(["Nguyen", "SQL", other]) == (
            f"has 'SQL' and {other!r}, which stand for the same word: keep one of them")

    def test_other_words_are_no_clash(self) -> None:
        """A capital counts, and so do signs inside a word and words beside it."""
        assert word_twice(["SQL", "sql", "SQL-92", "SQL Server", "C", "C++", "C#", ".NET", "net"]) is None
