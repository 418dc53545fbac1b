"""What an author writes, what is said for it, and that nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.media.text.spoken import MARKS, Spoken, spoken_words
from tasks.media.text.words import caption_words

TABLE = [
    # numbers
    ("384,400 miles", ["three hundred eighty four thousand four hundred", "miles"]),
    ("1,000,000 reasons", ["one million", "reasons"]),
    ("in 0 of 007 cases", ["in", "zero", "of", "zero zero seven", "cases"]),
    ("3.14 and .5", ["three point one four", "and", "zero point five"]),
    ("-5 or −5°C", ["minus five", "or", "minus five degrees Celsius"]),
    ("100+ people", ["one hundred plus", "people"]),
    ("12345678901234567", ["one two three four five six seven eight nine zero one two three four five six seven"]),
    ("1/2, 3/4 or 2½", ["one half,", "three quarters", "or", "two and a half"]),
    ("9/10 and 50/50", ["nine out of ten", "and", "fifty fifty"]),
    ("1080x1080", ["one thousand eighty by one thousand eighty"]),
    ("16:9", ["sixteen to nine"]),
    ("v2.0 and 1.2.3", ["version two point zero", "and", "one point two point three"]),
    # money
    ("$5.50", ["five dollars fifty"]),
    ("$1 or $1.01", ["one dollar", "or", "one dollar one"]),
    ("$0.99, €20", ["ninety nine cents,", "twenty euros"]),
    ("£3m and 20€", ["three million pounds", "and", "twenty euros"]),
    ("$1.2 million, really", ["one point two", "million dollars,", "really"]),
    ("$1,200.50", ["one thousand two hundred dollars fifty"]),
    ("$5-10 or US$5", ["five to ten dollars", "or", "five dollars"]),
    ("$9.99/mo", ["nine dollars ninety nine per month"]),
    ("a million people", ["a", "million", "people"]),
    # percent and ordinals
    ("50% or 5 %", ["fifty percent", "or", "five", "percent"]),
    ("10–15% off", ["ten to fifteen percent", "off"]),
    ("1st, 2nd, 3rd, 21st", ["first,", "second,", "third,", "twenty first"]),
    # years and dates
    ("in 1999 and 2026", ["in", "nineteen ninety nine", "and", "twenty twenty six"]),
    ("since 1850", ["since", "eighteen fifty"]),
    ("2050 calories", ["two thousand fifty", "calories"]),
    ("the 1990s, the '90s, the 20s", ["the", "nineteen nineties,", "the", "nineties,", "the", "twenties"]),
    ("on 2026-11-21", ["on", "November twenty first twenty twenty six"]),
    ("on 11/21/2026", ["on", "November twenty first twenty twenty six"]),
    ("Nov 21, 2026", ["November", "twenty first,", "twenty twenty six"]),
    ("Nov. 21st", ["November", "twenty first"]),
    ("May 5 may", ["May", "fifth", "may"]),
    ("13/45/2026", ["thirteen forty five twenty twenty six"]),
    # times and ranges
    ("6:30 am", ["six thirty", "A M"]),
    ("6:05pm", ["six oh five P M"]),
    ("7 p.m. sharp", ["seven", "P M", "sharp"]),
    ("at 7:00", ["at", "seven o'clock"]),
    ("at 18:00", ["at", "eighteen hundred"]),
    ("I am here", ["I", "am", "here"]),
    ("8-25 people", ["eight to twenty five", "people"]),
    ("6:30-7:30 pm", ["six thirty to seven thirty", "P M"]),
    ("7am-8:30am", ["seven A M to eight thirty A M"]),
    ("1999–2005", ["nineteen ninety nine to two thousand five"]),
    # contractions, hyphens, quotes
    ("isn't don’t I'll", ["isn't", "don't", "I'll"]),
    ("a well-known e-mail", ["a", "well known", "e mail"]),
    ("a 5-minute co-founder", ["a", "five minute", "co founder"]),
    ('"Quoted" ‘words’ «here»', ["Quoted", "words", "here"]),
    ("habits—small wait...what", ["habits, small", "wait, what"]),
    # addresses and tags
    ("ana.b@example.com", ["ana dot B at example dot com"]),
    ("https://www.example.com/path?x=1", ["example dot com slash path"]),
    ("example.io, node.js", ["example dot I O,", "node dot J S"]),
    ("end.Start", ["end, Start"]),
    ("#SmallHabits #1 #café", ["hashtag small habits", "number one", "hashtag café"]),
    ("@ada_lovelace", ["at ada lovelace"]),
    # abbreviations
    ("Dr. Lee, Mr. Ng", ["doctor", "Lee,", "mister", "Ng"]),
    ("e.g. this, i.e. that etc.", ["for example", "this,", "that is", "that", "et cetera."]),
    ("the U.S. is", ["the", "U S", "is"]),
    ("the U.S. We", ["the", "U S.", "We"]),
    ("us vs. them", ["us", "versus", "them"]),
    ("approx. 5 km", ["approximately", "five", "kilometers"]),
    ("St. John on Main St.", ["saint", "John", "on", "Main", "street."]),
    ("No. 5? No. Never", ["number", "five?", "No.", "Never"]),
    ("SEO w/o UX", ["S E O", "without", "U X"]),
    # signs
    ("R&D & AT&T", ["R and D", "and", "AT and T"]),
    ("2+2=4", ["two plus two equals four"]),
    ("C++ = A+", ["C plus plus", "equals", "A plus"]),
    ("60 km/h, 20°C, 10x", ["sixty", "kilometers per hour,", "twenty degrees Celsius,", "ten times"]),
    ("5km, 1km", ["five kilometers,", "one kilometer"]),
    ("5G costs 5g or $5M, 3M", ["five G", "costs", "five grams", "or", "five million dollars,", "three million"]),
    ("and/or 24/7", ["and or", "twenty four seven"]),
    ("H2O MP3 4K COVID-19", ["H two O", "M P three", "four K", "COVID nineteen"]),
    ("vitamin A. A friend", ["vitamin", "A.", "a", "friend"]),
    ("DO IT NOW", ["DO", "it", "NOW"]),
    # signs nobody says
    ("word — great🎉 🙂 *bold*", ["word—", "great", "bold"]),
    ("Well... (an aside) so", ["Well…", "an", "aside,", "so"]),
    ("What?! Really!", ["What?", "Really!"]),
    ("ﬁne ３ ① soft\u00adly", ["fine", "three", "one", "soft ly"]),
]

signs = st.one_of(st.characters(codec="utf-8", exclude_categories=["Cc"]), st.sampled_from("0123456789.,:/-$€%° #@A&½²"))
anything = st.text(signs, max_size=40)
written = st.lists(st.sampled_from(sorted({word for text, _ in TABLE for word in text.split()})), max_size=12).map(" ".join)


class TestEnglish:
    @pytest.mark.parametrize(("text", "said"), TABLE, ids=[text for text, _ in TABLE])
    def test_says_what_is_written(self, text: str, said: list[str]) -> None:
        """Every kind of thing an author writes is spoken as people say it, one entry a word."""
        assert [entry.text + entry.mark for entry in spoken_words(caption_words(text, "en-US"), "en-US")] == said

    def test_britain_says_and_and_puts_the_day_first(self) -> None:
        """British English differs in numbers and dates."""
        said = spoken_words(caption_words("120 on 05/11/2026", "en-GB"), "en-GB")
        assert [entry.text for entry in said] == ["one hundred and twenty", "on", "the fifth of November twenty twenty six"]

    def test_a_no_break_space_holds_a_word_together(self) -> None:
        """'5 km' with a no-break space is one caption word, said like two."""
        words = caption_words("5\u00a0km, now", "en-US")
        assert spoken_words(words, "en-US") == (Spoken("five kilometers", ","), Spoken("now"))

    @given(written)
    def test_leaves_no_digit_and_no_sign(self, text: str) -> None:
        """What is said is made of letters, apostrophes and short pauses, in any order of words."""
        for entry in spoken_words(caption_words(text, "en-US"), "en-US"):
            assert entry.text.strip() == entry.text != ""
            assert all(sign.isalpha() or sign in " ,'" for sign in entry.text), entry


class TestAnyLanguage:
    @pytest.mark.parametrize("language", ["en-US", "en-GB", "de-DE", "hi-IN"])
    @given(text=anything)
    def test_every_word_has_something_to_say(self, language: str, text: str) -> None:
        """Whatever the text, there is one non-empty entry for each word, with a mark that is known."""
        words = caption_words(text, language)
        said = spoken_words(words, language)
        assert len(said) == len(words)
        assert all(entry.text.strip() and (entry.mark == "" or entry.mark in MARKS) for entry in said)

    def test_other_languages_keep_their_numbers_for_the_voice(self) -> None:
        """The voice of a language reads its numbers; only marks are taken off."""
        said = spoken_words(caption_words("Das kostet „3,50 €“, oder?", "de-DE"), "de-DE")
        assert said == (Spoken("Das"), Spoken("kostet"), Spoken("3,50"), Spoken("€", ","), Spoken("oder", "?"))
