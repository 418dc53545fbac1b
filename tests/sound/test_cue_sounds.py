"""Effects with cues: a moment early, never two at once, in tune with the music."""

import numpy as np
import pytest

from tasks.domain.overlays import Cue, CueKind
from tasks.media.audio.synth.effects import air, bell, pop
from tasks.sound.cue_sounds import GAINS_DB, LEAD_S, cue_layers

RATE = 48_000


def cue(kind: CueKind, start_s: float) -> Cue:
    """Something that appears for a second."""
    return Cue(kind=kind, start_s=start_s, end_s=start_s + 1)


class TestCueLayers:
    @pytest.mark.parametrize(("kind", "effect"), [
        ("title", pop(72)), ("number", pop(76)), ("lower-third", pop(67)), ("image", air()), ("clip", air()),
        ("end-card", bell(38))])
    def test_each_kind_has_its_sound_a_moment_before_it(self, kind: CueKind, effect: object) -> None:
        """The crest is 80 ms before the cue."""
        layer, = cue_layers([cue(kind, 3.0)], 38)
        assert layer.samples is effect.samples  # type: ignore[attr-defined]
        assert (layer.start + effect.crest) / RATE == pytest.approx(3.0 - LEAD_S, abs=1e-4)  # type: ignore[attr-defined]
        assert layer.gain_db == GAINS_DB[kind]

    @pytest.mark.parametrize("kind", ["hook", "progress-bar", "logo"])
    def test_what_is_there_from_the_start_is_silent(self, kind: CueKind) -> None:
        """A reel does not begin with a noise."""
        assert cue_layers([cue(kind, 0.0)], 38) == []

    def test_sounds_keep_apart(self) -> None:
        """Of three titles within half a second the first is heard, and the end card in any case."""
        cues = [cue("title", 1.0), cue("image", 1.2), cue("number", 1.4), cue("end-card", 1.45), cue("title", 2.1)]
        assert [layer.gain_db for layer in cue_layers(cues, 38)] == [
            GAINS_DB["title"], GAINS_DB["end-card"], GAINS_DB["title"]]

    def test_a_cue_at_the_very_start_sounds_from_the_start(self) -> None:
        """Nothing begins before the reel, nothing is cut at its beginning."""
        layer, = cue_layers([cue("image", 0.0)], 38)
        assert layer.start == 0
        assert np.array_equal(layer.samples, air().samples)

    def test_a_bell_is_not_rung_in_a_key_nobody_knows(self) -> None:
        """Under somebody's own music the end card comes with air."""
        layer, = cue_layers([cue("end-card", 3.0)], None)
        assert layer.samples is air().samples
