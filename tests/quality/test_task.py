"""The quality task, over a real reel of a default avatar."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.brand import Brand, BrandColours, BrandFonts, FontFile
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Overlays, Sound
from tasks.domain.performance import ClipShot, Performance
from tasks.domain.plan import CaptionLook, ReelPlan, Voice
from tasks.domain.reel import QualityReport, RenderedReel
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Phoneme, Speech
from tasks.media.curves import Curves
from tasks.media.drawing.puppet import Puppet
from tasks.media.mouth_track import TRACKED, MouthTrack
from tasks.media.rig.model import Rig, read_portrait
from tasks.quality.task import measure, quality_key
from tasks.runtime.store import Store

AVATAR = Path(__file__).parents[2] / "avatars" / "ada"
FRAMES = 45
NO_FILE = MediaFile(uri="none", sha256="0" * 64, size_bytes=0)
NOTHING_OVER = Overlays(subtitles=NO_FILE, engine="e", version="1")
UNHEARD = Sound(track=NO_FILE, engine="e", version="1")
SPOKEN = range(9, 33)
"""Frames of the two words, 0.3 to 1.1 s."""


@pytest.fixture
def plan(store: Store) -> ReelPlan:
    """A plan that says "Good morning."."""
    font = FontFile(package="font_roboto", file="files/Roboto-Black.ttf")
    return ReelPlan(
        script=Script(title="T", beats=(Beat(say="Good morning."),)), voice=Voice(name="v", language="en-US"),
        avatar=AvatarSnapshot(name="ada", title="Ada", sha256="0" * 64,
                              consent=Consent(kind="synthetic", statement="Drawn."),
                              portrait=store.put_copy(AVATAR / "portrait.png"), rig=store.put_copy(AVATAR / "rig.json")),
        brand_name="b", captions=CaptionLook(style="karaoke", colour="#ff0000"), engines={"animation": "puppet"}, seed=1,
        publish=(), sources={},
        brand=Brand(fonts=BrandFonts(captions=font, label=font), label={"en": "AI"},
                    colours=BrandColours(text="#ffffff", highlight="#ff0000", outline="#000000")))


def measured(store: Store, plan: ReelPlan, studio: Any, *, jaw_in_silence: float, performance: Performance | None = None
             ) -> QualityReport:
    """The report on a reel whose avatar speaks, and whose jaw is that far open in silence."""
    rig = Rig.read(AVATAR / "rig.json")
    puppet = Puppet(read_portrait(AVATAR / "portrait.png", rig), rig, studio.size)
    drawn = {jaw: puppet.frame({"jaw": jaw}) for jaw in (jaw_in_silence, 0.8)}
    video = studio.video(FRAMES, draw=lambda index: drawn[0.8 if index in SPOKEN else jaw_in_silence])
    sounds = tuple(Phoneme(ipa="ɑː", start_s=0.3 + 0.4 * word, end_s=0.7 + 0.4 * word, stress=1, word=word)
                   for word in (0, 1))
    alignment = studio.alignment(phonemes=sounds)
    media = store.put(video)
    speech = Speech(audio=media, duration_s=FRAMES / 30, engine="e", version="1")
    rendered = RenderedReel(video=media, cover=media, cover_time_s=0, frame_count=FRAMES, engine="e", version="1")
    return measure.fn(plan, speech, alignment, studio.captions(alignment), NOTHING_OVER, UNHEARD, rendered,
                      performance)


def filmed(store: Store, left_alone: range) -> Performance:
    """A film of Ada, shown backwards, whose mouth is left as it was filmed on some frames of the reel."""
    known = Rig.read(AVATAR / "rig.json").points()[list(TRACKED), :2]
    strength = np.ones(FRAMES, np.float32)
    strength[[FRAMES - 1 - index for index in left_alone]] = 0
    track = MouthTrack((1080, 1920), known, np.stack([known] * FRAMES), strength, 0 * strength, 1 + 0 * strength, 0)
    (store.root / "mouth.track").write_bytes(track.to_bytes())
    course = Curves({"frame": np.arange(FRAMES, dtype=np.float32)[::-1]})
    shot = ClipShot(start_s=0, end_s=FRAMES / 30, clip=NO_FILE, track=store.put(store.root / "mouth.track"),
                    rig=store.put_copy(AVATAR / "rig.json"), course=store.put_text(course.to_json(), ".json"))
    return Performance(frame_count=FRAMES, shots=(shot,), engine="clip", version="1")


class TestMeasure:
    def test_a_small_honest_reel_fails_in_three_things_only(self, store: Store, plan: ReelPlan, studio: Any) -> None:
        """It is 270x480, its tone is no mastered voice, and its captions are not burnt in; all else is as it should be."""
        report = measured(store, plan, studio, jaw_in_silence=0.0)
        assert set(report.failed) == {"picture_size", "loudness", "caption_contrast"}
        assert (report.media.width, report.media.fps) == (270, 30.0)

    def test_an_open_mouth_in_silence_is_found_in_the_file(self, store: Store, plan: ReelPlan, studio: Any) -> None:
        """The same reel with the jaw left open."""
        assert "mouth_in_silence" in measured(store, plan, studio, jaw_in_silence=0.6).failed

    def test_a_mouth_left_as_it_was_filmed_is_not_judged(self, store: Store, plan: ReelPlan, studio: Any) -> None:
        """It is open in the silence before the words, where the film shows a hand; the report says that it was not looked
        at. Where the hand is elsewhere, the open mouth is found.
        """
        rest = [*SPOKEN][-1] + 1
        for left_alone, found in ((range(SPOKEN[0]), 1), (range(rest, FRAMES), 1), (range(0), 0)):
            report = measured(store, plan, studio, jaw_in_silence=0.6, performance=filmed(store, left_alone))
            silence = report.quality["mouth_in_silence"]
            assert ("; 1 instants not judged" in silence.threshold) == bool(found)
            assert not silence.passed
        both = filmed(store, range(FRAMES))
        silence = measured(store, plan, studio, jaw_in_silence=0.6, performance=both).quality["mouth_in_silence"]
        assert silence.passed
        assert silence.value is None

    @pytest.mark.parametrize("face", [True, False])
    def test_without_a_moving_mouth_none_is_measured(self, face: bool, store: Store, plan: ReelPlan, studio: Any) -> None:
        """Under a moving camera, with or without a face, the report says so and does not fail."""
        rig = plan.avatar.rig if face else None
        still = plan.model_copy(update={"engines": {"animation": "kenburns"},
                                        "avatar": plan.avatar.model_copy(update={"rig": rig})})
        report = measured(store, still, studio, jaw_in_silence=0.6)
        for check in ("mouth_in_silence", "mouth_on_vowels"):
            assert report.quality[check].passed
            assert report.quality[check].value is None
            assert report.quality[check].threshold == "not measured: the camera moves, and no mouth"

    def test_every_measurement_can_be_written_down(self, store: Store, plan: ReelPlan, studio: Any) -> None:
        """Value, unit, threshold in words and verdict, as strict JSON."""
        written = json.loads(measured(store, plan, studio, jaw_in_silence=0.0).model_dump_json())
        assert all(set(one) == {"value", "unit", "threshold", "passed"} for one in written["quality"].values())
        assert all(one["threshold"] for one in written["quality"].values())
        json.dumps(written, allow_nan=False)


class TestQualityKey:
    def test_another_video_is_measured_again(self, store: Store, plan: ReelPlan, studio: Any) -> None:
        """The video's digest is part of the key."""
        one, two = store.put_text("1", ".mp4"), store.put_text("2", ".mp4")
        alignment = studio.alignment()
        speech = Speech(audio=one, duration_s=1, engine="e", version="1")
        keys = [quality_key(plan, speech, alignment, studio.captions(alignment), NOTHING_OVER, UNHEARD,
                            RenderedReel(video=video, cover=one, cover_time_s=0, frame_count=1, engine="e", version="1"))
                for video in (one, two)]
        assert keys[0] != keys[1]
