"""When a reader smiles of its own accord."""

from collections.abc import Callable

import numpy as np
import pytest

from tasks.animation.base import Take
from tasks.animation.phrases import find_phrases
from tasks.animation.smile import smile_curve
from tasks.domain.timeline import FPS

TakeMaker = Callable[..., Take]
TEXT = "we went to the market and bought some bread there, and then we came home again. " * 2
SEEDS = range(10)


def smile_of(take: Take) -> np.ndarray:
    return smile_curve(take.instants_s, find_phrases(take.words), take.voice_s, take.dice("smile"))


class TestSmile:
    def test_reel_begins_and_ends_with_a_smile(self, take_of: TakeMaker) -> None:
        """From the first frame, and on the last."""
        for seed in SEEDS:
            smile = smile_of(take_of(TEXT, seed=seed))
            assert smile[0] > 0.2
            assert smile[-1] > 0.3

    def test_plain_sentence_hardly_smiles(self, take_of: TakeMaker) -> None:
        """Between beginning and end the mouth is nearly that of the portrait, but never frozen."""
        for seed in SEEDS:
            smile = smile_of(take_of(TEXT, seed=seed))[4 * FPS:-3 * FPS]
            assert smile.min() > -0.15
            assert smile.max() < 0.25
            assert np.ptp(smile) > 0.01

    def test_exclamation_smiles(self, take_of: TakeMaker) -> None:
        """The same words and seed; the mark makes the difference, and only there."""
        for seed in SEEDS:
            told, exclaimed = (smile_of(take_of(f"{TEXT} and it was good{mark} {TEXT}", seed=seed)) for mark in ".!")
            take = take_of(f"{TEXT} and it was good! {TEXT}")
            good = next(word for word in take.words if word.text == "good!")
            assert exclaimed[round(good.start_s * FPS)] > 0.3
            assert told[round(good.start_s * FPS)] < 0.25
            before = slice(round((good.start_s - 3) * FPS))
            assert exclaimed[before] == pytest.approx(told[before])

    def test_end_card_is_smiled_at(self, take_of: TakeMaker) -> None:
        """From the end of the voice to the last frame."""
        take = take_of(TEXT, card_s=3.0)
        assert smile_of(take)[round(take.voice_s * FPS):].min() > 0.3
