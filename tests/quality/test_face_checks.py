"""Findings about a talking face, from notes of known content; nothing is decoded here."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.domain.check import Finding
from tasks.domain.speech import Phoneme
from tasks.media.audio.sound_level import HOP_S, SoundLevel
from tasks.media.face_film import FilmTraces
from tasks.media.landmarks import POINT_COUNT
from tasks.media.metrics.mouth_opening import LIP_PAIRS
from tasks.media.rig.topology import (
    FACE_LEFT,
    FACE_RIGHT,
    LEFT_EYE_LOWER,
    LEFT_EYE_OUTER,
    LEFT_EYE_UPPER,
    RIGHT_EYE_LOWER,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_UPPER,
)
from tasks.quality.face_checks import check_face, notes_on
from tasks.quality.face_evidence import SpokenTimes, gather
from tasks.quality.face_page import plots
from tasks.quality.face_thresholds import RULES

COUNT, FPS = 360, 30
TIMES_S = np.arange(COUNT) / FPS
SOUNDS = tuple(Phoneme(ipa=ipa, start_s=start_s, end_s=start_s + 0.2, word=0)
               for beat in range(5) for ipa, start_s in (("m", 0.5 + 2.3 * beat), ("a", 0.7 + 2.3 * beat),
                                                         ("b", 0.9 + 2.3 * beat), ("a", 1.1 + 2.3 * beat)))
"""Twice a closed and an open sound, every 2.3 s."""
KNOWN = SpokenTimes(SOUNDS, "the test")


def speaking(times_s: np.ndarray) -> np.ndarray:
    """1 in the middle of each vowel, 0 on bilabials and in pauses."""
    vowels = [sound.start_s + 0.1 for sound in SOUNDS if sound.ipa == "a"]
    return np.asarray(np.exp(-(((times_s[:, None] - vowels) / 0.05) ** 2)).sum(axis=1))


def notes(*, mouth: float = 0.12, width_px: float = 200.0) -> FilmTraces:
    """A face that swings its head, blinks every four seconds and opens its mouth on vowels, as good as can be."""
    face = np.random.default_rng(1).uniform(-70, 70, (POINT_COUNT, 3))
    face[LEFT_EYE_OUTER], face[RIGHT_EYE_OUTER] = (-50, -20, 0), (50, -20, 0)
    face[FACE_LEFT], face[FACE_RIGHT] = (-width_px / 2, 0, 20), (width_px / 2, 0, 20)
    points = np.repeat(face[None], COUNT, axis=0)
    shut = np.clip(1 - np.abs((TIMES_S - 1.8 + 2) % 4 - 2) / 0.12, 0, 1)
    for upper, lower, left in ((LEFT_EYE_UPPER, LEFT_EYE_LOWER, -50), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER, 14)):
        for place in range(9):
            points[:, [upper[place], lower[place]], 0] = left + 4.5 * place
            apart = 5.5 * (1 - 0.9 * shut) * (0 < place < 8)
            points[:, upper[place], 1], points[:, lower[place], 1] = -20 - apart, -20 + apart
    for upper, lower in LIP_PAIRS:
        points[:, lower] = points[:, upper]
        points[:, lower, 1] += 100 * mouth * speaking(TIMES_S)
    turns = np.radians([3.0, 3.0, 2.0])[:, None] * np.sin(np.outer([1.1, 1.7, 0.8], TIMES_S))
    (cy, cp, cr), (sy, sp, sr) = np.cos(turns), np.sin(turns)
    zero, one = np.zeros(COUNT), np.ones(COUNT)
    around = [np.array(rows).transpose(2, 0, 1) for rows in (
        [[cr, -sr, zero], [sr, cr, zero], [zero, zero, one]], [[cy, zero, sy], [zero, one, zero], [-sy, zero, cy]],
        [[one, zero, zero], [zero, cp, -sp], [zero, sp, cp]])]
    moved = np.einsum("nij,njk,nkl,npl->npi", *around, points) + np.array([270, 400, 0])
    still_s = np.arange(0.25, 12, 0.25)
    return FilmTraces(
        times_s=TIMES_S + 5.0, size=(1080, 1920), searched_scale=1.0, points=moved.astype(np.float32),
        brightness=np.full(COUNT, 120.0), change=np.full(COUNT, 0.5), flow_error=np.full(COUNT, 1.0),
        skin=np.full((COUNT, 3), 150.0), looks=np.full(COUNT, 0.98), reference=points[0].astype(np.float32),
        detail_s=still_s + 5.0, detail=np.full(len(still_s), 0.9), still_s=still_s + 5.0,
        background=np.full(len(still_s), 0.2), faces=1)


def sound(*, late_s: float = 0.0) -> SoundLevel:
    """The level of those vowels; its track begins with the film, whose own clock begins at 5 s."""
    times_s = (np.arange(round(12 / HOP_S)) + 0.5) * HOP_S
    return SoundLevel(0.2 * speaking(times_s - late_s), 5.0)


def findings(traces: FilmTraces, heard: SoundLevel | None, times: SpokenTimes = KNOWN) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_face(gather(traces, heard, times), portrait=True)}


class TestCheckFace:
    def test_a_good_film_passes_everything(self) -> None:
        """And every rule has its finding, in the order of the rules."""
        found = findings(notes(), sound())
        assert list(found) == [rule.name for rule in RULES]
        assert {name: finding for name, finding in found.items() if finding.verdict != "passed"} == {}

    @pytest.mark.parametrize(("late_ms", "verdict"), [(20, "passed"), (-30, "passed"), (80, "failed"), (-80, "failed")])
    def test_offset_is_judged(self, late_ms: int, verdict: str) -> None:
        found = findings(notes(), sound(late_s=late_ms / 1000))["av_offset"]
        assert found.value == pytest.approx(-late_ms, abs=4)
        assert found.verdict == verdict

    def test_a_still_mouth_has_no_offset_and_fails_its_range(self) -> None:
        found = findings(notes(mouth=0.01), sound())
        assert found["mouth_range"].verdict == "failed"
        assert found["av_offset"].note == "the mouth hardly moves"
        assert found["av_correlation"].note == "of a mouth that hardly moves"

    def test_without_sound_the_rest_is_measured(self) -> None:
        found = findings(notes(), None, SpokenTimes((), "not known", "no script"))
        assert {name for name, finding in found.items() if finding.verdict == "not measured"} == {
            "av_offset", "av_correlation", "bilabials_closed", "pause_opening"}
        assert found["bilabials_closed"].note == "no script"

    def test_pauses_are_read_off_the_sound_where_times_are_not_known(self) -> None:
        found = findings(notes(), sound(), SpokenTimes((), "not known", "no script"))
        assert found["pause_opening"].verdict == "passed"

    def test_without_a_face_nothing_is_claimed(self) -> None:
        blind = replace(notes(), points=notes().points * np.nan, flow_error=np.full(COUNT, np.nan),
                        skin=np.full((COUNT, 3), np.nan), looks=np.full(COUNT, np.nan), reference=None,
                        detail_s=np.zeros(0), detail=np.zeros(0), still_s=np.zeros(0), background=np.zeros(0))
        found = findings(blind, sound())
        assert found["face_seen"].verdict == "failed"
        assert {finding.note for finding in found.values() if finding.verdict == "not measured"} == {"no face is seen"}
        assert {name for name, finding in found.items() if finding.verdict == "passed"} == {"black_run", "frozen_run"}

    def test_a_tiny_face_is_not_read_for_mouth_and_eyes(self) -> None:
        evidence = gather(notes(width_px=40.0), sound(), KNOWN)
        found = {finding.name: finding for finding in check_face(evidence, portrait=True)}
        assert found["bilabials_closed"].note.startswith("the face is only 4")
        assert found["blink_rate"].verdict == "not measured"
        assert found["roll_range"].verdict == "passed"
        assert "pixels wide" in notes_on(evidence)[0]

    def test_runs_of_dead_frames_are_told_in_seconds(self) -> None:
        traces = notes()
        traces.brightness[30:45], traces.change[60:90] = 2.0, 0.0
        found = findings(traces, sound())
        assert found["black_run"].value == pytest.approx(0.5, abs=0.01)
        assert found["frozen_run"].value == pytest.approx(1.0, abs=0.01)
        assert (found["black_run"].verdict, found["frozen_run"].verdict) == ("failed", "failed")

    def test_several_faces_are_mentioned(self) -> None:
        assert "up to 3 faces" in notes_on(gather(replace(notes(), faces=3), sound(), KNOWN))[0]


class TestPlots:
    def test_there_is_one_for_each_thing_that_is_known(self) -> None:
        drawn = plots(gather(notes(), sound(), KNOWN))
        assert [plot.title for plot in drawn] == ["Mouth and voice", "Correlation of mouth and voice over their offset",
                                                  "Eyes", "Head", "Steadiness", "Identity and sharpness"]
        assert len(drawn[0].marks) == sum(phoneme.ipa in "mb" for phoneme in SOUNDS)

    def test_curves_stay_inside_and_are_lifted_where_nothing_is_known(self) -> None:
        traces = notes()
        traces.points[100:120] = np.nan
        line = plots(gather(traces, None, KNOWN))[0].lines[0]
        assert line.path.count("M") == 2
        assert "nan" not in line.path
