"""ASS notation: times that fall between frames, colours, shapes."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.media.text.ass import ass_box, ass_colour, ass_text, ass_time

FPS = 30


def shown_at(time: str, frame: int) -> bool:
    """Whether libass shows an event from `time` on in `frame`: it compares whole milliseconds of both."""
    hours, minutes, seconds = time.split(":")
    starts_ms = (int(hours) * 3600 + int(minutes) * 60) * 1000 + int(seconds.replace(".", "")) * 10
    return starts_ms <= int(frame * 1000 / FPS)


class TestAssTime:
    @given(st.integers(min_value=1, max_value=30 * 60 * FPS))
    def test_changes_exactly_at_the_frame(self, frame: int) -> None:
        """The frame has the change, the one before has not."""
        assert shown_at(ass_time(frame, FPS), frame)
        assert not shown_at(ass_time(frame, FPS), frame - 1)

    @given(st.integers(min_value=1, max_value=30 * 60 * FPS))
    def test_keeps_away_from_frame_times(self, frame: int) -> None:
        """Frame times that are off by some milliseconds move no change to another frame."""
        hours, minutes, seconds = ass_time(frame, FPS).split(":")
        time_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        assert frame / FPS - time_s > 0.010
        assert time_s - (frame - 1) / FPS > 0.010

    def test_frame_zero_is_the_start(self) -> None:
        """There is nothing before the first frame."""
        assert ass_time(0) == "0:00:00.00"

    def test_counts_minutes_and_hours(self) -> None:
        """3661.5 s minus half a frame, in hundredths."""
        assert ass_time(int(3661.5 * FPS), FPS) == "1:01:01.48"


class TestNotation:
    def test_colour_turns_around(self) -> None:
        """ASS writes transparency, blue, green, red."""
        assert ass_colour("#12abEF") == "&H00EFAB12"
        assert ass_colour("#000000", 0.0) == "&HFF000000"

    def test_text_stays_on_one_line(self) -> None:
        """A line break in a text cannot begin a new event."""
        assert "\n" not in ass_text("a\nDialogue: 0,b")

    def test_braces_open_no_tags(self) -> None:
        """Every brace is escaped, every backslash is kept from what follows."""
        assert ass_text(r"{\b1}\N") == "\\{\\\u200bb1\\}\\\u200bN"

    def test_box_spans_its_size(self) -> None:
        """The drawing touches all four sides and nothing beyond."""
        numbers = [float(part) for part in ass_box(200, 40, 20).split() if part not in "mlb"]
        assert (min(numbers[::2]), max(numbers[::2])) == (0, 200)
        assert (min(numbers[1::2]), max(numbers[1::2])) == (0, 40)
