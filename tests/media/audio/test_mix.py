"""Mixing: what sounds, where, how loud, and for exactly how long."""

import numpy as np

from tasks.media.audio.mix import Layer, mix


class TestMix:
    def test_a_short_sound_is_followed_by_silence(self) -> None:
        """The mix has the length asked for, whatever its layers have."""
        mixed = mix([Layer(np.ones(3, np.float32))], 5)
        assert mixed[:, 0].tolist() == [1, 1, 1, 0, 0]

    def test_a_long_sound_is_cut(self) -> None:
        """Nothing reaches past the end."""
        assert mix([Layer(np.ones(9, np.float32))], 4).shape == (4, 1)

    def test_layers_add_up_from_where_they_start(self) -> None:
        """Two layers overlap by their start and gain: -6.02 dB is half."""
        half = 20 * np.log10(0.5)
        mixed = mix([Layer(np.ones(4, np.float32)), Layer(np.ones(4, np.float32), start=2, gain_db=half)], 6)
        assert np.allclose(mixed[:, 0], [1, 1, 1.5, 1.5, 0.5, 0.5])

    def test_a_stereo_layer_makes_the_mix_stereo_with_mono_in_the_middle(self) -> None:
        """A mono voice sounds alike from both sides beside stereo music."""
        music = np.stack([np.full(2, 0.1), np.full(2, 0.2)], axis=1).astype(np.float32)
        mixed = mix([Layer(np.ones(2, np.float32)), Layer(music)], 2)
        assert np.allclose(mixed, [[1.1, 1.2], [1.1, 1.2]])

    def test_a_layer_that_starts_after_the_end_is_not_heard(self) -> None:
        """Late layers neither sound nor fail."""
        assert not mix([Layer(np.ones(2, np.float32), start=9)], 4).any()

    def test_no_layers_are_silence(self) -> None:
        """A mix of nothing is silence of the length asked for."""
        assert mix([], 7).shape == (7, 1)
