"""Brows, gaze and breath."""

from collections.abc import Callable

import numpy as np

from tasks.animation.accents import find_accents
from tasks.animation.base import Take
from tasks.animation.breath import breath_curve
from tasks.animation.brows import brow_curve
from tasks.animation.gaze import gaze_curves
from tasks.animation.phrases import find_phrases
from tasks.domain.timeline import FPS

TakeMaker = Callable[..., Take]
TEXT = "Every morning begins with a choice, and nobody makes it for you. So what will you do with it today? " * 3
EYE_CONTACT = 0.30
"""Gaze within this of the camera still looks into the viewer's face."""


def brow_of(take: Take) -> np.ndarray:
    phrases = find_phrases(take.words)
    return brow_curve(take.instants_s, phrases, find_accents(take, phrases), take.dice("brows"))


class TestBrows:
    def test_question_raises_the_brows_at_its_end(self, take_of: TakeMaker) -> None:
        """Every question, no statement by itself."""
        for seed in range(10):
            asked, told = (take_of(f"you have seen this before{mark}", seed=seed) for mark in "?.")
            end = round(asked.words[-1].end_s * FPS)
            assert brow_of(asked)[end - 6:end].min() > 0.4
            assert brow_of(told)[end - 6:end].min() < 0.4

    def test_emphasis_raises_the_brows(self, take_of: TakeMaker) -> None:
        """A starred word always, whatever their slow movement does meanwhile."""
        for seed in range(10):
            take = take_of("this will *never* happen again to us", seed=seed)
            assert brow_of(take)[round((take.words[2].start_s + 0.2) * FPS)] > 0.35

    def test_brows_rest_between(self, take_of: TakeMaker) -> None:
        """Most of a plain text passes with quiet brows."""
        brow = brow_of(take_of("we went to the market and bought some bread there. " * 6))
        assert np.mean(np.abs(brow) < 0.3) > 0.6


class TestGaze:
    def test_eyes_rest_on_the_camera(self, take_of: TakeMaker) -> None:
        """At least four fifths of the time, and always in the first and last second."""
        for seed in range(10):
            take = take_of(TEXT, seed=seed)
            x, y = gaze_curves(take.instants_s, find_phrases(take.words), take.dice("gaze"))
            contact = np.hypot(x, y) < EYE_CONTACT
            assert contact.mean() > 0.8
            assert np.hypot(x, y)[:FPS].max() < 2 * EYE_CONTACT
            assert contact[-FPS:].mean() > 0.9

    def test_eyes_jump_and_rest(self, take_of: TakeMaker) -> None:
        """Nearly all frames are rests; a jump takes at most two."""
        take = take_of(TEXT)
        x, _ = gaze_curves(take.instants_s, find_phrases(take.words), take.dice("gaze"))
        moving = np.abs(np.diff(x)) > 1e-6
        assert 0.01 < moving.mean() < 0.20
        runs = np.diff(np.flatnonzero(np.diff(np.r_[False, moving, False].astype(int))))[::2]
        assert runs.max() <= 4
        assert np.median(runs) <= 2

    def test_some_glances_aside(self, take_of: TakeMaker) -> None:
        """In most takes the eyes leave the viewer at least once."""
        takes = [take_of(TEXT, seed=seed) for seed in range(10)]
        sideways = [gaze_curves(take.instants_s, find_phrases(take.words), take.dice("gaze"))[0] for take in takes]
        assert np.mean([np.abs(x).max() > 0.4 for x in sideways]) > 0.6


class TestBreath:
    def test_breath_is_drawn_in_before_a_phrase(self, take_of: TakeMaker) -> None:
        """After a pause of a second the lungs are fuller than in its middle."""
        take = take_of("this is the first part of it. and then comes the second part of it.", pause_s=1.0)
        start = round(take.words[7].start_s * FPS)
        for seed in range(10):
            breath = breath_curve(take.instants_s, find_phrases(take.words), np.random.default_rng(seed))
            assert breath[start] > breath[start - round(0.6 * FPS)] + 0.3

    def test_breath_never_stops(self, take_of: TakeMaker) -> None:
        """Six seconds never pass without a breath, in speech or silence; none is faster than 40 a minute."""
        for text in (TEXT, "word " * 60, ("word " * 30 + "end. ") * 3):
            take = take_of(text, tail_s=15)
            breath = breath_curve(take.instants_s, find_phrases(take.words), np.random.default_rng(4))
            peaks_s = 1 + np.flatnonzero((breath[1:-1] > breath[:-2]) & (breath[1:-1] >= breath[2:]))
            gaps_s = np.diff(peaks_s) / FPS
            assert gaps_s.max() <= 6.0
            assert gaps_s.min() >= 1.5
