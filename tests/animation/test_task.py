"""The animation stage in front of a store."""

from pathlib import Path

import numpy as np
import pytest

from tasks.animation.task import animate
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Phoneme, Speech, Word
from tasks.media.audio.wav import write_wav
from tasks.media.curves import MOTION, read_curves
from tasks.runtime.store import Store

AVATARS = Path(__file__).parents[2] / "avatars"
RATE_HZ = 48_000
DURATION_S = 2.51


@pytest.fixture
def speech(store: Store) -> Speech:
    """A tone from 0.5 s to 1.5 s."""
    samples = np.zeros(round(DURATION_S * RATE_HZ), np.float32)
    samples[RATE_HZ // 2:3 * RATE_HZ // 2] = 0.3 * np.sin(np.arange(RATE_HZ) / 30)
    with store.scratch() as folder:
        write_wav(folder / "voice.wav", samples, RATE_HZ)
        audio = store.put(folder / "voice.wav")
    return Speech(audio=audio, duration_s=DURATION_S, engine="tone", version="1")


@pytest.fixture
def alignment() -> Alignment:
    return Alignment(words=(Word(text="Ah.", start_s=0.5, end_s=1.5, beat=0),), engine="voice", version="1",
                     phonemes=(Phoneme(ipa="ɑ", start_s=0.5, end_s=1.5, stress=1, word=0),))


def plan_of(store: Store, *, avatar: str = "ada", engine: str = "puppet", seed: int = 1) -> ReelPlan:
    """A plan with what the stage reads of it."""
    snapshot = AvatarSnapshot(name=avatar, title=avatar, sha256="0" * 64,
                              portrait=store.put_copy(AVATARS / avatar / "portrait.png"),
                              rig=store.put_copy(AVATARS / avatar / "rig.json"),
                              consent=Consent(kind="synthetic", statement="Drawn."))
    return ReelPlan.model_construct(avatar=snapshot, engines={"animation": engine}, seed=seed)


class TestAnimate:
    @pytest.mark.parametrize("engine", ["puppet", "still"])
    def test_one_shot_covers_the_reel(self, store: Store, speech: Speech, alignment: Alignment, engine: str) -> None:
        """2.51 s are 76 frames, the last one begun; the shot has a sample for each."""
        performance = animate.fn(plan_of(store, engine=engine), speech, alignment)
        assert performance.frame_count == 76
        (shot,) = performance.shots
        assert (shot.start_s, shot.end_s) == (0, pytest.approx(76 / 30))
        curves = read_curves(store.path(shot.motion))
        assert set(curves.values) == set(MOTION)
        assert len(curves) == 76
        assert performance.mouth is None
        assert performance.engine == engine

    def test_seed_and_portrait_make_the_take(self, store: Store, speech: Speech, alignment: Alignment) -> None:
        """The same plan gives the same curves; another seed, or another face, gives others."""
        plans = [plan_of(store), plan_of(store), plan_of(store, seed=2), plan_of(store, avatar="kofi")]
        first, again, reseeded, other = (animate.fn(plan, speech, alignment).shots[0].motion.sha256 for plan in plans)
        assert first == again
        assert len({first, reseeded, other}) == 3
