"""The quality task: the finished file is measured against what was promised."""

from collections.abc import Callable

import numpy as np

from tasks.domain.captions import Captions
from tasks.domain.overlays import Overlays, Sound
from tasks.domain.performance import ClipShot, Performance
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import QualityReport, RenderedReel
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import HEIGHT_PX, frame_at
from tasks.media.audio.decode import decode_pieces
from tasks.media.audio.loudness import measure as loudness
from tasks.media.curves import read_curves
from tasks.media.landmarks import FaceMesh
from tasks.media.metrics.media_facts import read_media_facts
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_track import read_track
from tasks.media.rig.model import Rig
from tasks.media.text.words import script_words
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.quality.caption_checks import check_captions, check_legibility
from tasks.quality.file_checks import check_format, check_length, check_music, check_sound, media_record
from tasks.quality.picture_checks import Looks, check_mouth, check_picture, never, without_mouth
from tasks.quality.thresholds import VERSION
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store


def quality_key(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions, overlays: Overlays,
                sound: Sound, rendered: RenderedReel, performance: Performance | None = None) -> dict[str, object]:
    """What decides the report."""
    filmed = filmed_shot(performance)
    return {"version": VERSION, "video": rendered.video.sha256, "speech_s": speech.duration_s,
            "rig": filmed.rig if filmed else plan.avatar.rig, "film": [filmed.track, filmed.course] if filmed else None,
            "words": alignment.words, "phonemes": alignment.phonemes,
            "approved": script_words(plan.script, plan.voice.language), "pages": captions.pages,
            "label": captions.label_box, "zone": captions.zone, "tail_s": plan.tail_s,
            "music": sound.music_below_voice_db, "inks": inks(plan), "cues": overlays.cues,
            "over": [*overlays.inserts, *overlays.scrims]}


@stage("quality", key=quality_key)
def measure(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions, overlays: Overlays,
            sound: Sound, rendered: RenderedReel, performance: Performance | None = None) -> QualityReport:
    """Measures the finished reel; a failed check is in the report, not raised.

    Where the avatar's film was left as it was filmed, the `performance` says so, and the mouth is not judged.
    """
    store, filmed = open_store(), filmed_shot(performance)
    video = store.path(rendered.video)
    facts = read_media_facts(video)
    report(0.1, "sound")
    checked = check_format(facts) | check_length(facts, speech.duration_s + plan.tail_s, alignment.words)
    checked |= check_sound(loudness(decode_pieces(video), facts.sample_rate)) | check_music(sound.music_below_voice_db)
    approved = [word for _, word in script_words(plan.script, plan.voice.language)]
    checked |= check_captions(captions, approved, alignment, plan.voice.language)
    report(0.4, "picture")
    looks = Looks(facts, alignment, overlays.covers, left_alone(store, filmed))
    pictures = looks.decode(video)
    report(0.7, "face")
    rest = resting_opening(plan, store, filmed)
    if rest is not None:
        with FaceMesh() as finder:
            checked |= check_mouth(pictures, looks, finder, rest=rest)
    else:
        checked |= without_mouth()
    checked |= check_picture(pictures, rows=rows_above(captions))
    checked |= check_legibility(video, facts, captions, alignment, inks(plan))
    return QualityReport(quality=checked, media=media_record(facts, checked), version=VERSION)


def filmed_shot(performance: Performance | None) -> ClipShot | None:
    """The avatar's own film, where that is what speaks."""
    shots = (shot for shot in (performance.shots if performance else ()) if isinstance(shot, ClipShot) and shot.speaks)
    return next(shots, None)


def left_alone(store: Store, filmed: ClipShot | None) -> Callable[[float], bool]:
    """Tells of an instant whether the mouth of the film is shown as it was filmed, wholly or in part."""
    if not filmed or not filmed.track:
        return never
    strength = read_track(store.path(filmed.track)).strength
    course = np.arange(len(strength)) if not filmed.course else np.round(
        read_curves(store.path(filmed.course)).values["frame"]).astype(int)
    kept = strength[np.clip(course, 0, len(strength) - 1)] < 1
    return lambda time_s: bool(kept[min(max(frame_at(time_s - filmed.start_s), 0), len(kept) - 1)])


def resting_opening(plan: ReelPlan, store: Store, filmed: ClipShot | None) -> float | None:
    """How open the avatar's closed mouth looks, on its portrait or in its film; None where no mouth moves."""
    rig = filmed.rig if filmed else plan.avatar.rig
    if not rig or load_engine("animation", plan.engines["animation"]).shot == "still":
        return None
    return mouth_opening(Rig.read(store.path(rig)).points())


def rows_above(captions: Captions) -> float:
    """Part of the picture above all captions, where only the avatar moves; all of it if that is next to nothing."""
    top = min((page.box.y0 for page in captions.pages), default=HEIGHT_PX) / HEIGHT_PX
    return top if top > 0.1 else 1.0


def inks(plan: ReelPlan) -> tuple[str, str]:
    """The colours the captions' letters may have."""
    return plan.brand.colours.text, plan.captions.colour
