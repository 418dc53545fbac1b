"""The lip-sync stage in front of a store."""

import numpy as np
import pytest

from tasks.domain.performance import ClipShot, Performance, PuppetShot, StillShot
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Phoneme, Speech, Word
from tasks.lipsync.task import lip_sync
from tasks.media.audio.wav import write_wav
from tasks.media.curves import MOUTH, read_curves
from tasks.runtime.store import Store

RATE_HZ = 48_000
FRAMES = 60


@pytest.fixture
def performance(store: Store) -> Performance:
    file = store.put_text("stands for a file", ".txt")
    shot = PuppetShot(start_s=0, end_s=FRAMES / 30, portrait=file, rig=file, motion=file)
    return Performance(frame_count=FRAMES, shots=(shot,), engine="still", version="1")


@pytest.mark.parametrize("engine", ["visemes", "flap"])
def test_performance_gets_a_mouth_and_keeps_its_shots(store: Store, performance: Performance, engine: str) -> None:
    """A vowel from 0.5 s to 1.0 s, sounding as long, opens the mouth there and nowhere else."""
    samples = np.zeros(2 * RATE_HZ, np.float32)
    samples[RATE_HZ // 2:RATE_HZ] = 0.3 * np.sin(np.arange(RATE_HZ // 2) / 30)
    with store.scratch() as folder:
        write_wav(folder / "voice.wav", samples, RATE_HZ)
        speech = Speech(audio=store.put(folder / "voice.wav"), duration_s=2.0, engine="tone", version="1")
    alignment = Alignment(words=(Word(text="ah", start_s=0.5, end_s=1.0, beat=0),), engine="voice", version="1",
                          phonemes=(Phoneme(ipa="ɑː", start_s=0.5, end_s=1.0, stress=1, word=0),))
    spoken = lip_sync.fn(ReelPlan.model_construct(engines={"lipsync": engine}), performance, speech, alignment)
    assert spoken.shots == performance.shots
    assert spoken.lipsync_engine == engine
    curves = read_curves(store.path(spoken.mouth))
    assert set(curves.values) == set(MOUTH)
    assert len(curves) == FRAMES
    jaw = curves.values["jaw"]
    assert jaw[18:26].min() > 0.4
    assert jaw[:8].max() == jaw[38:].max() == 0


def test_words_without_phonemes_are_told_and_listened_to(store: Store, performance: Performance) -> None:
    """Where no phoneme is known, the sound from 0.5 s to 1.0 s opens the mouth, and a warning says so."""
    instants_s = np.arange(RATE_HZ // 2) / RATE_HZ
    samples = np.zeros(2 * RATE_HZ, np.float32)
    samples[RATE_HZ // 2:RATE_HZ] = sum(0.2 * np.sin(2 * np.pi * 120 * k * instants_s) for k in (4, 5, 6, 7, 9, 10, 11, 20))
    with store.scratch() as folder:
        write_wav(folder / "voice.wav", samples / 2, RATE_HZ)
        speech = Speech(audio=store.put(folder / "voice.wav"), duration_s=2.0, engine="recorded", version="1")
    alignment = Alignment(words=(Word(text="ah", start_s=0.5, end_s=1.0, beat=0),), phonemes=(), engine="x", version="1")
    for engine, warned in (("visemes", True), ("sound", False), ("flap", False)):
        plan = ReelPlan.model_construct(engines={"lipsync": engine})
        spoken = lip_sync.fn(plan, performance.model_copy(update={"warnings": ("before",)}), speech, alignment)
        assert spoken.warnings[0] == "before"
        assert ("the phonemes of all words are not known: there the mouth follows the sound of the voice"
                in spoken.warnings) == warned
        jaw = read_curves(store.path(spoken.mouth)).values["jaw"]
        assert (jaw[18:26].min() > 0.15) == (engine != "flap")
        assert jaw[:8].max() == jaw[40:].max() == 0


def test_picture_without_a_face_gets_no_mouth(store: Store) -> None:
    """Where the camera alone moves, nothing is lip-synced and the voice is not even read."""
    file = store.put_text("stands for a file", ".txt")
    still = Performance(frame_count=FRAMES, shots=(StillShot(start_s=0, end_s=2, picture=file, camera=file),),
                        engine="kenburns", version="1")
    speech = Speech(audio=file, duration_s=2.0, engine="tone", version="1")
    alignment = Alignment(words=(), phonemes=(), engine="voice", version="1")
    assert lip_sync.fn(ReelPlan.model_construct(engines={"lipsync": "visemes"}), still, speech, alignment) == still


def test_mouth_of_a_film_is_left_as_it_is_where_it_is_to_be_seen(store: Store) -> None:
    """Nothing is drawn, the voice is not even read, and whose mouth it is stands in the performance."""
    file = store.put_text("stands for a file", ".txt")
    filmed = Performance(frame_count=FRAMES, engine="generated", version="1", shots=(
        ClipShot(start_s=0, end_s=2, clip=file, track=file, rig=file),))
    speech = Speech(audio=file, duration_s=2.0, engine="tone", version="1")
    alignment = Alignment(words=(), phonemes=(), engine="voice", version="1")
    spoken = lip_sync.fn(ReelPlan.model_construct(engines={"lipsync": "own"}), filmed, speech, alignment)
    assert (spoken.mouth, spoken.lipsync_engine, spoken.shots) == (None, "own", filmed.shots)
