"""Words become pages of lines."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.media.text.layout import BEAT, PAUSE, PageLines, Piece, Room, lay_out, line_width, phrase_end

LETTER_PX = 50.0
"""Every letter of the test font is as wide."""
ROOM = Room(width_px=690, lone_width_px=800, space_px=24)


def pieces(*beats: str, letters_per_s: float = 13.0) -> list[Piece]:
    """Words at an even pace; a third of a second of silence after a sentence."""
    made: list[Piece] = []
    time_s = 0.0
    for beat, text in enumerate(beats):
        for word in text.split():
            end_s = time_s + max(0.12, len(word) / letters_per_s)
            made.append(Piece(word, LETTER_PX * len(word), time_s, end_s, beat))
            time_s = end_s + (0.35 if word[-1] in ".!?" else 0.0)
    return made


def texts(words: list[Piece], pages: tuple[PageLines, ...]) -> list[str]:
    """The pages as text, lines parted by a slash."""
    return ["/".join(" ".join(words[index].text for index in line.words) for line in page.lines) for page in pages]


class TestLayOut:
    def test_pages_end_with_sentences(self) -> None:
        """Two short sentences are two pages."""
        words = pieces("We did it. Now rest.")
        assert texts(words, lay_out(words, ROOM)) == ["We did it.", "Now rest."]

    def test_a_page_never_holds_two_beats(self) -> None:
        """The end of a beat ends the page, whatever the punctuation."""
        words = pieces("one two", "three four")
        assert [page.words for page in lay_out(words, ROOM)] == [range(2), range(2, 4)]

    def test_breaks_at_a_pause(self) -> None:
        """Without punctuation a silence parts the phrases."""
        words = [Piece(text, LETTER_PX * len(text), start_s, start_s + 0.4, 0)
                 for text, start_s in (("open", 0.0), ("doors", 0.4), ("closed", 1.5), ("minds", 1.9))]
        assert [page.words for page in lay_out(words, ROOM)] == [range(2), range(2, 4)]

    def test_a_short_word_goes_with_the_next(self) -> None:
        """An article is left neither at the end of a page nor of a line."""
        words = pieces("Sometimes everybody wants the unlikely because the ordinary bores them")
        ends = [page.lines[row].words[-1] for page in lay_out(words, ROOM) for row in range(len(page.lines))]
        assert not any(words[index].text == "the" for index in ends)

    def test_a_number_goes_with_what_it_counts(self) -> None:
        """Neither a page nor a line ends between a number and its unit."""
        words = pieces("The Moon is 384,400 km away and costs about $355 million a trip.")
        said = " | ".join(texts(words, lay_out(words, ROOM)))
        assert "384,400 km" in said
        assert "$355 million" in said

    def test_a_date_and_a_title_are_not_ends_of_phrases(self) -> None:
        """The comma inside a date and the full stop of an abbreviation that nobody pauses after part nothing."""
        words = [Piece(text, LETTER_PX * len(text), start_s, start_s + 0.3, 0)
                 for text, start_s in (("On", 0.0), ("July", 0.3), ("20,", 0.6), ("1969,", 0.9), ("Dr.", 1.5), ("Low", 1.8))]
        assert [phrase_end(words, index, 0.3) for index in range(len(words))] == [0.0, 0.0, 0.0, PAUSE, 0.0, BEAT]

    def test_lines_are_balanced(self) -> None:
        """Four equal words are two and two, not three and one."""
        words = pieces("brown brown brown brown")
        assert texts(words, lay_out(words, ROOM)) == ["brown brown/brown brown"]

    def test_a_long_word_is_set_smaller_alone_on_its_line(self) -> None:
        """The word fits the zone at its smaller size; its neighbours stay large."""
        words = pieces("Write to anna.katharina.lindqvist@example.com today.")
        lines = [line for page in lay_out(words, ROOM) for line in page.lines]
        long = next(line for line in lines if "@" in words[line.words[0]].text)
        assert len(long.words) == 1
        assert long.scale * words[long.words[0]].width_px <= ROOM.lone_width_px + 1e-6
        assert {line.scale for line in lines if line is not long} == {1.0}

    def test_fast_speech_makes_fewer_pages(self) -> None:
        """Three one-word sentences are three pages, unless they are said in the time it takes to read one."""
        slow = [Piece(text, 200, start_s, start_s + 0.5, 0) for text, start_s in (("Stop.", 0), ("Look.", 1), ("Go.", 2))]
        fast = [Piece(piece.text, 200, piece.start_s / 8, piece.end_s / 8, 0) for piece in slow]
        assert texts(slow, lay_out(slow, ROOM)) == ["Stop.", "Look.", "Go."]
        assert len(lay_out(fast, ROOM)) == 1

    def test_words_without_ink_take_no_room(self) -> None:
        """A word of which nothing is drawn leaves no double space."""
        words = [Piece("a", 50, 0, 1, 0), Piece("\U0001f389", 0, 1, 2, 0), Piece("b", 50, 2, 3, 0)]
        assert line_width(words, range(3), 24) == 124

    @given(st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["", ".", ",", "!"]), st.floats(0.02, 1.5),
                              st.floats(0, 1), st.booleans()), min_size=1, max_size=40),
           st.integers(1, 3), st.integers(1, 6))
    def test_every_word_stands_once_and_fits(
        self, shapes: list[tuple[int, str, float, float, bool]], lines: int, most: int,
    ) -> None:
        """Whatever the words, each is on exactly one line, in order, and every line fits."""
        words: list[Piece] = []
        time_s, beat = 0.0, 0
        for length, mark, duration_s, silence_s, new_beat in shapes:
            beat += new_beat
            words.append(Piece("x" * length + mark, LETTER_PX * length, time_s, time_s + duration_s, beat))
            time_s += duration_s + silence_s
        room = Room(width_px=690, lone_width_px=800, space_px=24, lines=lines, words=most)
        pages = lay_out(words, room)
        assert [index for page in pages for line in page.lines for index in line.words] == list(range(len(words)))
        for page in pages:
            assert len(page.lines) <= lines
            assert len(page.words) <= most
            for line in page.lines:
                width = line.scale * line_width(words, line.words, 24)
                assert width <= (690 if len(line.words) > 1 else 800) + 1e-6
