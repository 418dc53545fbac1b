"""The edit: what stands where, to the frame."""

import pytest

from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue, Overlays
from tasks.domain.performance import Scrim
from tasks.export.edit import Track, frame_span, title_track

BLANK = MediaFile(uri="files/00/00.ass", sha256="0" * 64, size_bytes=0)


def titles(*cues: Cue, scrims: tuple[Scrim, ...] = ()) -> Track:
    """The titles of a reel of two seconds."""
    return title_track(Overlays(subtitles=BLANK, cues=cues, scrims=scrims, engine="e", version="1"), "titles.mov", 60)


def shown(track: Track) -> list[tuple[str, int, int]]:
    """What stands on a track."""
    return [(item.name, item.start, item.stop) for item in track.items]


class TestFrameSpan:
    @pytest.mark.parametrize(("start_s", "end_s", "span"), [
        (0.5, 1.0, range(15, 30)),
        (7 / 30, 8 / 30, range(7, 8)),
        (0.51, 0.55, range(15, 16)),
        (1.5, 9.0, range(45, 60)),
        (9.0, 10.0, range(270, 60)),
    ], ids=["on frames", "one frame", "between frames", "past the end", "after the end"])
    def test_it_holds_the_frames_that_are_drawn(self, start_s: float, end_s: float, span: range) -> None:
        """From the frame on screen at the start to before the one at the end; a reel of 60 frames has no more."""
        assert frame_span(start_s, end_s, 60) == span


class TestTitles:
    def test_each_text_is_an_item(self) -> None:
        """Two texts that follow each other are two items, and nothing stands before and after them."""
        track = titles(Cue(kind="hook", start_s=0.2, end_s=1.0, text="Wait"),
                       Cue(kind="title", start_s=1.0, end_s=1.5, text="Now"))
        assert shown(track) == [("Wait", 6, 30), ("Now", 30, 45)]
        assert [item.media_start for item in track.items] == [6, 30]

    def test_two_texts_at_once_share_an_item(self) -> None:
        """Where they overlap, the item is named by both."""
        track = titles(Cue(kind="title", start_s=0, end_s=1.0, text="One"),
                       Cue(kind="number", start_s=0.5, end_s=1.5, text="2"))
        assert shown(track) == [("One", 0, 15), ("One / 2", 15, 30), ("2", 30, 45)]
        assert [len(item.facts["texts"]) for item in track.items] == [1, 2, 1]  # type: ignore[arg-type]

    def test_what_stays_fills_the_rest(self) -> None:
        """A progress bar is seen all the time, so the track has no gap."""
        track = titles(Cue(kind="progress-bar", start_s=0, end_s=2), Cue(kind="title", start_s=0.5, end_s=1.0, text="One"))
        assert shown(track) == [("Progress bar", 0, 15), ("One", 15, 30), ("Progress bar", 30, 60)]

    def test_a_veil_is_there_before_its_text(self) -> None:
        """The panel of an end card comes first, then what it says."""
        track = titles(Cue(kind="end-card", start_s=1.6, end_s=2, text="Follow\nfor more"),
                       scrims=(Scrim(start_s=1.5, end_s=2, colour="#000000", opacity=0.5),))
        assert shown(track) == [("Panel", 45, 48), ("Follow for more", 48, 60)]

    def test_pictures_are_no_titles(self) -> None:
        """Cutaways have a track of their own."""
        assert shown(titles(Cue(kind="image", start_s=0, end_s=1, media="cup.jpg"))) == []
