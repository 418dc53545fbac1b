"""The camera alone: never at rest, never with a jerk, inside the picture, and with the beats of the text."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tasks.animation.base import NO_ROOM, Room, Take
from tasks.animation.kenburns import LONGEST_S, NEAREST, SHORTEST_S, KenBurnsAnimation, framings
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS

WORD_S = 0.4
LEAST_PX_PER_S = 2.0
"""A slower movement is not seen on a frame of 1080 pixels."""
MOST_PX_PER_S = 320.0
"""A faster one tears the picture from the eye: the frame's width in more than three seconds."""
JERK_PX = 0.7
"""How much the way from one frame to the next may differ from the one before: a start at full speed would be 5 pixels."""


def take_of(beats: list[int], *, seed: int = 1, room: Room = NO_ROOM, directions: list[str | None] | None = None,
            tail_s: float = 1.0) -> Take:
    """A take whose beats have so many words each, half a second apart."""
    words, now_s = [], 0.3
    for beat, count in enumerate(beats):
        for _ in range(count):
            words.append(Word(text="word", start_s=now_s, end_s=now_s + WORD_S, beat=beat))
            now_s += 0.5
    return Take(words, [], np.zeros(round((now_s + tail_s) * FPS), np.float32), seed=seed, room=room,
                directions=directions or [])


def corners_px(values: dict[str, np.ndarray]) -> np.ndarray:
    """(frames, 4): left, right, top and bottom of what the camera sees, in pixels of the frame at rest, from its middle."""
    half = 540 * np.exp(-values["zoom"].astype(float))
    x, y = (1080 * values[name].astype(float) for name in ("pan_x", "pan_y"))
    return np.stack([x - half, x + half, y - half * 16 / 9, y + half * 16 / 9], axis=1)


def motion(take: Take) -> dict[str, np.ndarray]:
    return dict(KenBurnsAnimation().motion(take).values)


TEXTS = [[6, 8, 5, 9], [1], [30], [2, 2, 2, 2, 2], [3, 40, 3]]


class TestMovement:
    @pytest.mark.parametrize("beats", TEXTS)
    @pytest.mark.parametrize("seed", range(4))
    def test_camera_is_never_at_rest_and_never_hurries(self, beats: list[int], seed: int) -> None:
        """In every second something moves, by pixels that are seen; nothing races or jerks."""
        seen = corners_px(motion(take_of(beats, seed=seed)))
        step = np.abs(np.diff(seen, axis=0))
        moved = np.convolve(step.max(axis=1), np.ones(FPS), "valid") if len(step) >= FPS else step.sum(axis=0)
        assert moved.min() > LEAST_PX_PER_S
        assert step.max() * FPS < MOST_PX_PER_S
        assert np.abs(np.diff(seen, n=2, axis=0)).max() < JERK_PX

    @pytest.mark.parametrize("seed", range(6))
    def test_camera_sees_only_the_picture(self, seed: int) -> None:
        """Where the picture just fills the frame, all four edges of the view stay inside it."""
        left, right, top, bottom = corners_px(motion(take_of([6, 8, 5, 30], seed=seed))).T
        assert left.min() >= -540
        assert right.max() <= 540
        assert top.min() >= -960
        assert bottom.max() <= 960

    def test_another_seed_is_another_take(self) -> None:
        """And the same seed the same one."""
        first, again, other = (KenBurnsAnimation().motion(take_of([6, 8], seed=seed)).to_json() for seed in (1, 1, 2))
        assert first == again
        assert first != other


class TestFramings:
    def test_new_framing_with_each_beat(self) -> None:
        """Beats of a few seconds have one framing each, from beat to beat; the last lasts to the end of the reel."""
        take = take_of([6, 8, 5])
        ends = [span.end_s for span in take.beats()]
        found = list(framings(take))
        assert [framing.end_s for framing in found] == pytest.approx([*ends[:2], take.duration_s])
        assert [framing.start_s for framing in found] == pytest.approx([0.0, *ends[:2]])

    @pytest.mark.parametrize("beats", TEXTS)
    def test_framings_cover_the_reel(self, beats: list[int]) -> None:
        """Without gaps, none too long, and none shorter than one can follow."""
        take = take_of(beats)
        found = list(framings(take))
        assert found[0].start_s == 0
        assert found[-1].end_s == take.duration_s
        assert all(before.end_s == after.start_s for before, after in pairwise(found))
        lengths = [framing.end_s - framing.start_s for framing in found]
        assert max(lengths) <= LONGEST_S + SHORTEST_S
        assert min(lengths) >= min(1.0, take.duration_s)

    def test_view_changes_between_beats(self) -> None:
        """Half a second before and after a beat the camera looks to different sides."""
        take = take_of([10, 10, 10])
        values = motion(take)
        for framing in list(framings(take))[:-1]:
            before, after = (values["pan_x"][round((framing.end_s + offset) * FPS)] for offset in (-0.8, 0.8))
            assert np.sign(before) == -np.sign(after)

    def test_silent_reel_is_a_reel(self) -> None:
        """No word at all is one slow movement."""
        values = motion(Take([], [], np.zeros(90, np.float32), seed=1))
        assert len(values["zoom"]) == 90
        assert np.ptp(values["zoom"]) > 0.02


class TestRoom:
    def test_wide_picture_is_wandered_over(self) -> None:
        """The camera goes to and fro between the picture's borders, most of the way, and never beyond them."""
        values = motion(take_of([8] * 30, room=Room(left=0.2, right=0.5)))
        assert values["pan_x"].min() >= -0.2 - 0.03
        assert values["pan_x"].max() <= 0.5 + 0.03
        assert np.ptp(values["pan_x"]) > 0.6

    def test_high_picture_is_wandered_over_up_and_down(self) -> None:
        """The same the other way."""
        values = motion(take_of([8] * 30, room=Room(up=0.3, down=0.3)))
        assert np.ptp(values["pan_y"]) > 0.45

    def test_without_room_the_camera_stays(self) -> None:
        """It looks aside only as far as its zoom allows."""
        assert np.abs(motion(take_of([8] * 10))["pan_x"]).max() < 0.08


class TestDirections:
    @pytest.mark.parametrize(("direct", "curve", "sign"), [
        ("slow zoom in", "zoom", 1), ("zoom out", "zoom", -1), ("pan left", "pan_x", -1), ("pan right", "pan_x", 1)])
    def test_camera_does_as_directed(self, direct: str, curve: str, sign: int) -> None:
        """Over the middle of its beat, whatever the seed."""
        for seed in range(4):
            take = take_of([8, 10, 8], seed=seed, directions=[None, direct, None])
            span = take.beats()[1]
            first, last = round((span.start_s + 0.8) * FPS), round((span.end_s - 0.8) * FPS)
            assert np.sign(np.diff(motion(take)[curve][first:last])).sum() * sign > 0.9 * (last - first - 1)

    def test_still_keeps_the_camera_still(self) -> None:
        """In the middle of its beat nothing moves by a tenth of a pixel."""
        take = take_of([8, 12, 8], directions=[None, "still", None])
        span = take.beats()[1]
        seen = corners_px(motion(take))[round((span.start_s + 0.8) * FPS):round((span.end_s - 0.8) * FPS)]
        assert np.ptp(seen, axis=0).max() < 0.1

    def test_faces_directions_are_no_error(self) -> None:
        """A smile is for faces; the camera goes on."""
        take = take_of([8], directions=["warm smile, nod, then look left"])
        assert np.ptp(motion(take)["zoom"]) > 0
        assert motion(replace(take, directions=[])).keys() == motion(take).keys()

    def test_nearest_is_a_limit(self) -> None:
        """Whatever is asked for."""
        take = take_of([8] * 4, directions=["very very huge zoom in, lean in"] * 4)
        assert motion(take)["zoom"].max() <= NEAREST
