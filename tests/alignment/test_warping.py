"""The path through a recording, against paths that are known."""

import numpy as np
import pytest

from tasks.alignment.reference import Reference, lay_out
from tasks.alignment.warping import warp
from tasks.domain.speech import Phoneme
from tasks.media.audio.cepstra import Cepstra, Frames

SOUND_LOOKS = 12
WORDS, SOUNDS_A_WORD = 12, 2


@pytest.fixture(scope="module")
def voice() -> Frames:
    """(looks, 4) a voice that changes all the time, never to what it was."""
    count = SOUND_LOOKS * WORDS * SOUNDS_A_WORD
    return np.cumsum(np.random.default_rng(5).normal(size=(count, 4)), axis=0).astype(np.float32) / 3


@pytest.fixture(scope="module")
def reference(voice: Frames) -> Reference:
    """Its words, one after another without a pause."""
    sounds = [Phoneme(ipa="abcdefgh"[index % 8], start_s=index * SOUND_LOOKS / 100, end_s=(index + 1) * SOUND_LOOKS / 100,
                      word=index // SOUNDS_A_WORD) for index in range(WORDS * SOUNDS_A_WORD)]
    return lay_out(heard(voice), sounds)


def heard(features: Frames, silent: np.ndarray | None = None) -> Cepstra:
    """Features as a recording has them, quiet where `silent`."""
    level_db = np.full(len(features), -10.0)
    if silent is not None:
        level_db[silent] = -70.0
    return Cepstra(features, level_db, level_db > -40)


def times(found: np.ndarray, reference: Reference) -> np.ndarray:
    """The look at which each sound begins."""
    return np.searchsorted(found, reference.first)


class TestWarp:
    """Faster, slower, with pauses, by another throat."""

    @pytest.mark.parametrize("speed", [0.6, 0.8, 1.0, 1.3, 1.7])
    def test_pace_is_followed(self, voice: Frames, reference: Reference, speed: float) -> None:
        """Each sound is found within two looks of where it is."""
        at = np.arange(0, len(voice) - 1, speed)
        found = warp(heard(voice[at.astype(int)]), [reference])
        assert found is not None
        expected = np.arange(WORDS * SOUNDS_A_WORD) * SOUND_LOOKS / speed
        assert np.abs(times(found.path, reference) - expected).max() <= 2

    def test_pause_is_stepped_over(self, voice: Frames, reference: Reference) -> None:
        """A second of silence after the fourth word belongs to no word."""
        cut = 4 * SOUNDS_A_WORD * SOUND_LOOKS
        pause = np.zeros((100, 4), np.float32)
        silent = np.r_[np.zeros(cut, bool), np.ones(100, bool), np.zeros(len(voice) - cut, bool)]
        found = warp(heard(np.concatenate([voice[:cut], pause, voice[cut:]]), silent), [reference])
        assert found is not None
        assert reference.silent[found.path[cut + 2:cut + 98]].all()
        starts = times(found.path, reference)
        assert abs(int(starts[4 * SOUNDS_A_WORD]) - (cut + 100)) <= 2

    def test_speaker_is_met(self, voice: Frames, reference: Reference) -> None:
        """Every sort of sound is another with this speaker; once that is known the cost falls."""
        offsets = np.random.default_rng(6).normal(size=(8, 4)).astype(np.float32) * 0.5
        kinds = np.repeat(np.arange(WORDS * SOUNDS_A_WORD) % 8, SOUND_LOOKS)
        moved = voice.copy()
        moved[:, :2] += offsets[kinds][:, :2]
        found = warp(heard(moved), [reference])
        assert found is not None
        plain = np.abs((moved - voice)[:, :2]).mean()
        bent = found.reference.features[found.path][~reference.silent[found.path]]
        assert np.abs(bent[:, :2] - moved[~reference.silent[found.path]][:, :2]).mean() < plain / 2

    def test_throat_is_chosen(self, voice: Frames, reference: Reference) -> None:
        """Of several references the one that sounds like the recording."""
        others = [Reference(reference.features * factor, reference.silent, reference.sound, reference.kind)
                  for factor in (0.4, 0.7, 1.0)]
        found = warp(heard(voice), others)
        assert found is not None
        assert float(np.median(found.costs)) < 0.1

    def test_too_short_a_recording_has_no_path(self, voice: Frames, reference: Reference) -> None:
        """At most two columns a look."""
        assert warp(heard(voice[::3]), [reference]) is None
