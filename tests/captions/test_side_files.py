"""Captions beside the video."""

from tasks.captions.side_files import Cue, srt_text, vtt_text

CUES = [Cue(0.0, 1.2334, ("Three small", "habits")), Cue(3661.5, 3662.0, ("a < b & c --> d",))]


class TestSrt:
    def test_numbers_times_and_lines(self) -> None:
        """Cues are numbered from one, times have a comma, text is plain, a blank line ends a cue."""
        assert srt_text(CUES) == ("1\n00:00:00,000 --> 00:00:01,233\nThree small\nhabits\n\n"
                                  "2\n01:01:01,500 --> 01:01:02,000\na < b & c --> d\n")

    def test_nothing_said_is_an_empty_file(self) -> None:
        """No cue, no text."""
        assert srt_text([]) == ""


class TestVtt:
    def test_header_times_and_escapes(self) -> None:
        """The header comes first, times have a point, what would be markup or an arrow is escaped."""
        assert vtt_text(CUES) == ("WEBVTT\n\n00:00:00.000 --> 00:00:01.233\nThree small\nhabits\n\n"
                                  "01:01:01.500 --> 01:01:02.000\na &lt; b &amp; c --&gt; d\n")
