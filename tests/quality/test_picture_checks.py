"""The finished pixels: mouths closed and open, pictures black and frozen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tasks.domain.speech import Alignment, Phoneme, Word
from tasks.domain.timeline import frame_at
from tasks.media.drawing.puppet import Puppet
from tasks.media.landmarks import FaceMesh
from tasks.media.metrics.media_facts import FileFacts, read_media_facts
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.rig.model import Rig, read_portrait
from tasks.quality.picture_checks import LOOK_SIZE, Looks, check_mouth, check_picture

AVATAR = Path(__file__).parents[2] / "avatars" / "ada"
FRAMES = 60
SPOKEN = range(15, 45)
"""Frames in which an "ah" is said: 0.5 to 1.5 s of 2 s."""


@pytest.fixture(scope="module")
def finder() -> Iterator[FaceMesh]:
    """The mesh, loaded once."""
    with FaceMesh() as mesh:
        yield mesh


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    """A default avatar at the size frames are looked at."""
    rig = Rig.read(AVATAR / "rig.json")
    return Puppet(read_portrait(AVATAR / "portrait.png", rig), rig, LOOK_SIZE)


@pytest.fixture(scope="module")
def rest() -> float:
    """The portrait's own opening."""
    return mouth_opening(Rig.read(AVATAR / "rig.json").points())


def picture(puppet: Puppet, jaw: float) -> np.ndarray:
    """The avatar with its jaw opened, BGR."""
    return cv2.cvtColor(puppet.frame({"jaw": jaw}), cv2.COLOR_YUV2BGR_I420)


def said() -> Alignment:
    """An "ah" from 0.5 to 1.5 s as five vowels, silence before and after."""
    starts = [0.5 + 0.2 * place for place in range(5)]
    sounds = tuple(Phoneme(ipa="ɑː", start_s=start, end_s=start + 0.2, stress=1, word=0) for start in starts)
    return Alignment(words=(), phonemes=sounds, engine="e", version="1")


def facts_of(count: int, keyframes: tuple[int, ...]) -> FileFacts:
    """Facts of a film that exists only as pictures."""
    return FileFacts(size=LOOK_SIZE, frame_times_s=tuple(index / 30 for index in range(count)), keyframes=keyframes,
                     video_codec="h264", video_profile="High", pixel_format="yuv420p", colour="", pixel_aspect=1.0,
                     index_first=True, video_s=count / 30, audio_codec="aac", audio_profile="LC", sample_rate=48_000,
                     channels=2, audio_s=count / 30, start_gap_s=0.0)


def uncovered(_time_s: float) -> bool:
    """The avatar is seen all the time."""
    return False


class TestLooks:
    def test_silences_and_vowels_are_where_they_are(self) -> None:
        """Silence before 0.5 s and after 1.5 s, vowels between."""
        looks = Looks(facts_of(FRAMES, (0,)), said(), uncovered)
        assert looks.silent == [7, 52]
        assert set(looks.vowel) <= set(SPOKEN)
        assert looks.ends == [0, FRAMES - 1]

    def test_a_covered_mouth_is_not_judged(self) -> None:
        """Behind a cutaway over the last second and more, no frame is looked at."""
        looks = Looks(facts_of(FRAMES, (0,)), said(), lambda time_s: time_s >= 1.0)
        assert looks.silent == [7]
        assert max(looks.vowel) < 30
        assert looks.ends == [0, 29]

    def test_a_mouth_left_as_it_was_filmed_is_not_judged(self) -> None:
        """One of two silences and two of five vowels lie where the film's own mouth is shown; its first frame stays."""
        looks = Looks(facts_of(FRAMES, (0,)), said(), uncovered, lambda time_s: time_s < 0.9)
        assert looks.silent == [52]
        assert looks.vowel == [frame_at(0.5 + 0.2 * place + 0.1) for place in (2, 3, 4)]
        assert (looks.skipped, looks.ends) == (3, [0, FRAMES - 1])

    def test_a_short_pause_is_not_a_silence(self) -> None:
        """A mouth does not close between two syllables."""
        sounds = (Phoneme(ipa="a", start_s=0.0, end_s=0.9, word=0), Phoneme(ipa="a", start_s=1.0, end_s=2.0, word=1))
        alignment = Alignment(words=(), phonemes=sounds, engine="e", version="1")
        assert Looks(facts_of(FRAMES, (0,)), alignment, uncovered).silent == []

    def test_word_without_known_sounds_is_no_silence(self) -> None:
        """A second word, from 1.6 s to the end, has no phonemes: the mouth may well be open there."""
        words = (Word(text="ah", start_s=0.5, end_s=1.5, beat=0), Word(text="oh", start_s=1.6, end_s=2.0, beat=0))
        looks = Looks(facts_of(FRAMES, (0,)), said().model_copy(update={"words": words}), uncovered)
        assert looks.silent == [7]

    def test_frames_right_after_keyframes_are_preferred(self) -> None:
        """Of five vowels the four are taken that need the least decoding."""
        looks = Looks(facts_of(FRAMES, (0, 35)), said(), uncovered)
        assert 36 in looks.vowel
        assert 33 not in looks.vowel


class TestMouth:
    def examine(self, puppet: Puppet, finder: FaceMesh, rest: float, *, silent: float, spoken: float) -> set[str]:
        """Checks that fail for a film with one jaw opening in silence and another in speech."""
        looks = Looks(facts_of(FRAMES, (0,)), said(), uncovered)
        pictures = {index: picture(puppet, spoken if index in SPOKEN else silent) for index in [*looks.silent, *looks.vowel]}
        return {name for name, found in check_mouth(pictures, looks, finder, rest=rest).items() if not found.passed}

    def test_a_speaking_avatar_passes(self, puppet: Puppet, finder: FaceMesh, rest: float) -> None:
        """Closed in silence, open on "ah"."""
        assert self.examine(puppet, finder, rest, silent=0.0, spoken=0.7) == set()

    def test_a_mouth_left_open_fails(self, puppet: Puppet, finder: FaceMesh, rest: float) -> None:
        """Open all the time."""
        assert self.examine(puppet, finder, rest, silent=0.5, spoken=0.7) == {"mouth_in_silence"}

    def test_a_mouth_that_never_opens_fails(self, puppet: Puppet, finder: FaceMesh, rest: float) -> None:
        """Closed all the time."""
        assert self.examine(puppet, finder, rest, silent=0.0, spoken=0.0) == {"mouth_on_vowels"}

    def test_a_mouth_out_of_step_fails_twice(self, puppet: Puppet, finder: FaceMesh, rest: float) -> None:
        """Open in silence, closed in speech."""
        assert self.examine(puppet, finder, rest, silent=0.7, spoken=0.0) == {"mouth_in_silence", "mouth_on_vowels"}

    def test_what_was_not_judged_is_said(self, finder: FaceMesh) -> None:
        """In the words of both limits; that nothing is left to judge is no failure."""
        looks = Looks(facts_of(FRAMES, (0,)), said(), uncovered, lambda _: True)
        found = check_mouth({}, looks, finder, rest=0.0)
        assert all(one.passed and one.value is None for one in found.values())
        assert all(one.threshold.endswith("; 7 instants not judged, where the mouth is left as it was filmed")
                   for one in found.values())

    def test_a_picture_without_a_face_fails(self, finder: FaceMesh) -> None:
        """A test card says nothing."""
        looks = Looks(facts_of(FRAMES, (0,)), said(), uncovered)
        blank = {index: np.full((960, 540, 3), 90, np.uint8) for index in [*looks.silent, *looks.vowel]}
        found = check_mouth(blank, looks, finder, rest=0.0)
        assert not any(measured.passed for measured in found.values())
        assert found["mouth_in_silence"].value is None


class TestPicture:
    def examine(self, studio: Any, draw: Any, *, rows: float = 1.0) -> set[str]:
        """Checks that fail for a real file of generated frames."""
        path = studio.video(FRAMES, draw=draw)
        pictures = Looks(read_media_facts(path), said(), uncovered).decode(path)
        return {name for name, found in check_picture(pictures, rows=rows).items() if not found.passed}

    def test_a_moving_picture_passes(self, studio: Any) -> None:
        """A square that moves on grey."""
        assert self.examine(studio, studio.square) == set()

    def test_a_black_video_fails(self, studio: Any) -> None:
        """Black is also frozen."""
        assert self.examine(studio, studio.black) == {"not_black", "not_frozen"}

    def test_a_frozen_video_fails(self, studio: Any) -> None:
        """The same frame for two seconds."""
        assert self.examine(studio, studio.frozen) == {"not_frozen"}

    def test_captions_do_not_count_as_movement(self, studio: Any) -> None:
        """The square moves at 100 to 140 of 480 rows; above row 96 nothing does."""
        assert self.examine(studio, studio.square, rows=0.2) == {"not_frozen"}

    def test_one_black_frame_is_found(self, studio: Any) -> None:
        """The last frame of 60 is black."""
        def draw(index: int) -> np.ndarray:
            return studio.black(index) if index == FRAMES - 1 else studio.square(index)

        assert self.examine(studio, draw) == {"not_black"}
