"""When things appear and leave."""

from typing import Any

import pytest

from tasks.domain.script import Script, Show
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, frame_at
from tasks.overlays.cues import HOOK_S, LEAD_FRAMES, kind_of, measure_length, reading_frames, time_shows
from tasks.overlays.timed import Length, Timed

WORD_S, PAUSE_S = 0.3, 0.4
"""Length of each word made here, and of the silence between beats."""


def spoken(*beats: str) -> list[Word]:
    """Words of equal length from 0.3 s on."""
    words, now_s = [], 0.3
    for beat, say in enumerate(beats):
        for text in say.split():
            words.append(Word(text=text, start_s=now_s, end_s=now_s + WORD_S, beat=beat))
            now_s += WORD_S
        now_s += PAUSE_S
    return words


def timed(*beats: tuple[str, Any], hook: str | None = None, card: bool = False) -> list[Timed]:
    """Shows of beats, each given as what is said and what is shown."""
    script = Script.model_validate({"title": "T", "beats": [{"say": say, "show": show} for say, show in beats]})
    words = spoken(*(say for say, _ in beats))
    length = measure_length(words[-1].end_s + PAUSE_S, 2.0 if card else 0.0, called=card, captions_end_s=words[-1].end_s)
    return time_shows(script, words, length, hook=hook)


TEN = "one two three four five six seven eight nine ten"


class TestLength:
    def test_end_card_follows_voice_and_captions(self) -> None:
        """It comes 0.1 s after the voice, or when the last caption is gone, and lasts until the end."""
        assert measure_length(4.0, 2.0, called=True, captions_end_s=3.9) == Length(reel=180, card=123)
        assert measure_length(4.0, 2.0, called=True, captions_end_s=4.5) == Length(reel=180, card=135)

    def test_without_a_call_there_is_none(self) -> None:
        """The stage is free until the reel ends."""
        length = measure_length(4.0, 0.0, called=False, captions_end_s=3.9)
        assert (length.card, length.stage) == (None, 120)


class TestTexts:
    def test_appears_with_its_word(self) -> None:
        """Two frames before the frame on which its word is heard."""
        (show,) = timed((TEN, {"text": "Title", "at": "Four"}))
        assert show.start == frame_at(0.3 + 3 * WORD_S) - LEAD_FRAMES

    def test_leaves_after_its_word(self) -> None:
        """Within the next word it is gone."""
        (show,) = timed((TEN, {"text": "Title", "at": "two", "until": "nine"}))
        assert show.stop == frame_at(0.3 + 9 * WORD_S)

    def test_stays_as_long_as_it_takes_to_read(self) -> None:
        """A short one 1.2 s; 24 letters at 12 a second and a glance of 0.6 s are 2.6 s."""
        (short,) = timed((TEN, {"text": "Go", "at": "two"}))
        (longer,) = timed((TEN + " " + TEN, {"text": "abcdefgh abcdefgh abcdefgh", "at": "two"}))
        assert short.stop - short.start == round(1.2 * FPS)
        assert longer.stop - longer.start == round(2.6 * FPS) == reading_frames(longer.text)

    def test_stays_until_its_word_is_said(self) -> None:
        """A number that takes two seconds to say is on screen until half a second after."""
        script = Script.model_validate({"title": "T", "beats": [{"say": "is 384,400 " + TEN, "show": {
            "text": "384,400", "at": "384,400"}}]})
        number = [Word(text="is", start_s=0.3, end_s=0.6, beat=0), Word(text="384,400", start_s=0.6, end_s=2.6, beat=0)]
        later = [word.model_copy(update={"start_s": word.start_s + 2.3, "end_s": word.end_s + 2.3}) for word in spoken(TEN)]
        words = [*number, *later]
        (show,) = time_shows(script, words, Length(reel=300, card=None), hook=None)
        assert show.stop == frame_at(2.6 + 0.5)

    def test_does_not_leave_just_before_its_beat_ends(self) -> None:
        """Less than 0.8 s before the end it stays."""
        show, *_ = timed(("one two three four five six", {"text": "Go", "at": "two"}), (TEN, []))
        assert show.stop == frame_at(0.3 + 6 * WORD_S + 0.2)

    def test_runs_over_into_the_next_beat(self) -> None:
        """The end of a beat cuts nothing that can still be read."""
        (show,) = timed(("one two", {"text": "Title", "at": "two"}), (TEN, []))
        assert show.stop - show.start == round(1.2 * FPS)

    def test_first_beat_shows_from_the_first_frame(self) -> None:
        """Without a word and a hook nothing is waited for."""
        (show,) = timed((TEN, {"text": "Title"}))
        assert show.start == 0

    def test_earlier_leaves_when_the_next_comes(self) -> None:
        """Two texts never stand side by side."""
        first, second = timed((TEN, [{"text": "one two three four five six", "at": "one"}, {"text": "Second", "at": "six"}]))
        assert first.stop == second.start == frame_at(0.3 + 5 * WORD_S) - LEAD_FRAMES

    def test_the_next_waits_until_the_earlier_could_be_read(self) -> None:
        """A text is not chased away after a word."""
        first, second = timed((TEN, [{"text": "First", "at": "two"}, {"text": "Second", "at": "three"}]))
        assert first.stop - first.start == round(1.2 * FPS)
        assert second.start == first.stop
        assert second.stop - second.start == round(1.2 * FPS)

    def test_several_without_a_word_share_their_beat(self) -> None:
        """Each comes with some word's start, evenly through the beat."""
        shows = timed(("hello", []), (TEN + " " + TEN, [{"text": "A"}, {"text": "B"}, {"text": "C"}]))
        words = [word for word in spoken("hello", TEN + " " + TEN) if word.beat == 1]
        starts = [frame_at(word.start_s) - LEAD_FRAMES for word in words]
        assert all(show.start in starts for show in shows)
        thirds = [show.start - shows[0].start for show in shows]
        assert thirds[1:] == pytest.approx([20 * WORD_S * FPS / 3, 40 * WORD_S * FPS / 3], abs=WORD_S * FPS)

    def test_leaves_before_the_end_card(self) -> None:
        """What is said last is shown until the end card comes, no longer."""
        (show,) = timed((TEN, {"text": "Last words here", "at": "ten"}), card=True)
        assert show.stop == frame_at(0.3 + 10 * WORD_S + PAUSE_S + 0.1)


class TestHook:
    def test_stands_in_the_first_two_seconds(self) -> None:
        """From the first frame on."""
        (hook,) = timed((TEN, []), hook="Stop")
        assert (hook.kind, hook.start, hook.stop) == ("hook", 0, round(HOOK_S * FPS))

    def test_a_text_waits_for_it(self) -> None:
        """The hook has 1.8 s at least."""
        hook, title = timed((TEN, {"text": "Title", "at": "one"}), hook="Stop")
        assert hook.stop == title.start == round(1.8 * FPS)


class TestPictures:
    def test_lasts_until_the_beat_ends(self) -> None:
        """A little after its last word, within the silence there."""
        show, *_ = timed((TEN, {"image": "a.jpg", "at": "two"}), (TEN, []))
        assert show.start == frame_at(0.3 + WORD_S) - LEAD_FRAMES
        assert show.stop == frame_at(0.3 + 10 * WORD_S + 0.2)

    def test_generated_film_is_timed_like_any(self) -> None:
        """It carries what is asked for, under a name that no other has."""
        first, second = timed((TEN, [{"generate": "steam rises", "at": "one"}, {"generate": "steam rises", "at": "six"}]))
        assert (first.kind, first.layout, first.generate, first.picture, first.beat) == (
            "clip", "full", "steam rises", None, 0)
        assert first.stop == second.start
        assert first.media != second.media
        moved, = timed((TEN, {"image": "a.jpg", "generate": "steam rises", "layout": "split"}))
        assert (moved.kind, moved.layout, moved.generate, moved.picture) == ("clip", "split", "steam rises", "a.jpg")
        assert moved.media not in {"a.jpg", None}

    def test_follow_each_other_without_a_flash_of_the_avatar(self) -> None:
        """A gap shorter than 0.7 s between two is closed."""
        first, second = timed((TEN, {"image": "a.jpg"}), (TEN, {"clip": "b.mp4"}))
        assert first.stop == second.start
        assert (first.kind, second.kind) == ("image", "clip")

    def test_earlier_leaves_when_the_next_comes(self) -> None:
        """They do not overlap, also in one beat."""
        first, second = timed((TEN, [{"image": "a.jpg", "at": "one"}, {"image": "b.jpg", "at": "six"}]))
        assert first.stop == second.start == frame_at(0.3 + 5 * WORD_S) - LEAD_FRAMES

    def test_none_is_a_flash(self) -> None:
        """One that belongs to a last short word is on screen for 0.9 s."""
        show, = timed(("one two", {"image": "a.jpg", "at": "two"}), (TEN, []))
        assert show.stop - show.start >= round(0.9 * FPS)

    def test_the_last_stays_until_the_end_card_veils_it(self) -> None:
        """The avatar does not flash up between them."""
        (show,) = timed((TEN, {"image": "a.jpg"}), card=True)
        assert show.stop > frame_at(0.3 + 10 * WORD_S + PAUSE_S + 0.1)

    def test_the_last_stays_to_the_end_without_one(self) -> None:
        """The reel ends with it."""
        (show,) = timed((TEN, {"image": "a.jpg"}))
        assert show.stop == frame_at(0.3 + 10 * WORD_S + PAUSE_S)

    def test_knows_what_the_script_says_of_it(self) -> None:
        """Name, layout and where in the film to begin."""
        (show,) = timed((TEN, {"clip": "b.mp4", "layout": "split", "from_s": 2.5}))
        assert (show.media, show.layout, show.from_s) == ("b.mp4", "split", 2.5)


class TestSplitScreen:
    def test_a_text_leaves_when_the_screen_parts(self) -> None:
        """One that was there for a second goes, since the face is elsewhere then."""
        title, split = timed((TEN + " " + TEN, [{"text": "abcdefgh abcdefgh abcdefgh", "at": "one"},
                                               {"image": "a.jpg", "layout": "split", "at": "six"}]))
        assert title.stop == split.start

    def test_a_text_that_had_hardly_come_waits(self) -> None:
        """It comes with the split screen."""
        shows = timed((TEN + " " + TEN, [{"text": "Title", "at": "five"},
                                         {"image": "a.jpg", "layout": "split", "at": "six"}]))
        by_kind = {show.kind: show for show in shows}
        assert by_kind["title"].start == by_kind["image"].start


class TestKind:
    @pytest.mark.parametrize(("show", "kind"), [
        ({"text": "3 small habits"}, "number"), ({"text": "Three small habits"}, "title"),
        ({"text": "3 small habits", "as": "title"}, "title"), ({"text": "Ada", "as": "lower-third"}, "lower-third"),
        ({"image": "a.jpg"}, "image"), ({"clip": "a.mp4"}, "clip"),
    ])
    def test_follows_from_what_is_shown(self, show: dict[str, str], kind: str) -> None:
        """A text is a title, or a number if it is a short one, unless its author says."""
        assert kind_of(Show.model_validate(show)) == kind
