"""When pages and words are seen."""

import itertools
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tasks.captions.style import read_style
from tasks.captions.timing import page_frames, spoken_frames
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, frame_at
from tasks.media.text.layout import Line, PageLines

STYLE = read_style(Path(__file__).parents[2] / "templates", "karaoke")


def word(start_s: float, end_s: float) -> Word:
    return Word(text="word", start_s=start_s, end_s=end_s, beat=0)


def pages(*sizes: int) -> list[PageLines]:
    made, start = [], 0
    for size in sizes:
        made.append(PageLines((Line(range(start, start + size)),)))
        start += size
    return made


class TestPageFrames:
    def test_leads_and_holds(self) -> None:
        """Two frames (67 ms) before the first word, and 0.35 s after the last."""
        (shown,) = page_frames(pages(1), [word(1.0, 2.0)], STYLE, "en")
        assert (shown.start, shown.stop) == (30 - 2, 60 + 10)

    def test_a_short_silence_is_bridged(self) -> None:
        """The first page stays until the second comes."""
        one, two = page_frames(pages(1, 1), [word(1.0, 2.0), word(2.5, 3.0)], STYLE, "en")
        assert one.stop == two.start == 75 - 2

    def test_a_long_silence_is_empty(self) -> None:
        """Nothing is shown in the middle of a long silence."""
        one, two = page_frames(pages(1, 1), [word(1.0, 2.0), word(4.0, 5.0)], STYLE, "en")
        assert one.stop == 60 + 10
        assert two.start == 120 - 2

    def test_the_next_page_waits_for_the_last_word(self) -> None:
        """Without silence the lead would cover the word before, so there is none."""
        one, two = page_frames(pages(1, 1), [word(1.0, 2.0), word(2.0, 3.0)], STYLE, "en")
        assert one.stop == two.start == 60

    @given(st.lists(st.tuples(st.floats(0.001, 0.8), st.floats(0, 1.2)), min_size=1, max_size=12))
    def test_pages_follow_each_other(self, steps: list[tuple[float, float]]) -> None:
        """Whatever the times, no page is empty, none overlaps the next, each shows its first word from its start on."""
        words, time_s = [], 0.0
        for length_s, silence_s in steps:
            words.append(word(time_s, time_s + length_s))
            time_s += length_s + silence_s
        shown = page_frames(pages(*[1] * len(words)), words, STYLE, "en")
        assert all(one.stop <= two.start for one, two in itertools.pairwise(shown))
        assert all(frames.start < frames.stop for frames in shown)
        assert all(frames.start <= max(frame_at(spoken.start_s), before)
                   for frames, spoken, before in zip(shown, words, [0, *(page.stop for page in shown)], strict=False))


class TestSpokenFrames:
    def test_ends_when_the_next_word_begins(self) -> None:
        """A breath between two words does not put the light out."""
        words = [word(1.0, 1.4), word(1.5, 2.0)]
        (shown,) = page_frames(pages(2), words, STYLE, "en")
        assert spoken_frames(words, 0, shown) == (30, 45)
        assert spoken_frames(words, 1, shown) == (45, 60)

    def test_goes_out_in_a_silence(self) -> None:
        """During a long pause no word is lit."""
        words = [word(1.0, 1.4), word(2.0, 2.5)]
        (shown,) = page_frames(pages(2), words, STYLE, "en")
        assert spoken_frames(words, 0, shown) == (30, 42)

    def test_the_shortest_word_is_lit_for_a_frame(self) -> None:
        """A word shorter than a frame is still seen."""
        words = [word(1.001, 1.002)]
        (shown,) = page_frames(pages(1), words, STYLE, "en")
        frames = spoken_frames(words, 0, shown)
        assert frames.stop - frames.start == 1
        assert frames.start / FPS <= 1.001
