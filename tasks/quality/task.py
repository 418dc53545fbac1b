"""The quality tasks: the finished file is measured against what was promised, and takes of the avatar against each other."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.captions import Captions
from tasks.domain.check import TakeReport
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Overlays, Sound
from tasks.domain.performance import ClipShot, Performance
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import QualityReport, RenderedReel
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import FPS, HEIGHT_PX, frame_at
from tasks.media import drawing
from tasks.media.audio.decode import decode_pieces
from tasks.media.audio.loudness import measure as loudness
from tasks.media.audio.sound_level import level_of
from tasks.media.audio.wav import read_wav
from tasks.media.curves import read_curves
from tasks.media.drawing.performance import draw
from tasks.media.drawing.planes import to_image
from tasks.media.encoding import encode_film
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.landmarks import FaceMesh
from tasks.media.metrics.media_facts import read_media_facts
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_track import read_track
from tasks.media.rig.model import Rig
from tasks.media.takes_sheet import MOMENT_PX, MOMENTS, write_strip
from tasks.media.text.words import script_words
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.quality.caption_checks import check_captions, check_legibility
from tasks.quality.face_evidence import SpokenTimes
from tasks.quality.file_checks import check_format, check_length, check_music, check_sound, media_record
from tasks.quality.picture_checks import Looks, always, check_mouth, check_picture, never, without_mouth
from tasks.quality.take_watching import SpokenPreview, watch_take
from tasks.quality.thresholds import VERSION
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store, writable
from tasks.runtime.stores import open_store

WATCHED_PX, WATCHED_S = (540, 960), 12.0
"""Size and length of what is drawn of a take to look at its mouth: as large as thresholds were measured at, and some dozen
words.
"""


def quality_key(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions, overlays: Overlays,
                sound: Sound, rendered: RenderedReel, performance: Performance | None = None) -> dict[str, object]:
    """What decides the report."""
    filmed = filmed_shots(performance)
    return {"version": VERSION, "video": rendered.video.sha256, "speech_s": speech.duration_s,
            "rigs": [shot.rig for shot in filmed] or [plan.avatar.rig],
            "films": [[shot.track, shot.course] for shot in filmed],
            "words": alignment.words, "phonemes": alignment.phonemes,
            "approved": script_words(plan.script, plan.voice.language), "pages": captions.pages,
            "label": captions.label_box, "zone": captions.zone, "tail_s": plan.tail_s,
            "music": sound.music_below_voice_db, "inks": inks(plan), "cues": overlays.cues,
            "over": [*overlays.inserts, *overlays.scrims]}


@stage("quality", key=quality_key)
def measure(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions, overlays: Overlays,
            sound: Sound, rendered: RenderedReel, performance: Performance | None = None) -> QualityReport:
    """Measures the finished reel; a failed check is in the report, not raised.

    Where the avatar's film was left as it was filmed, the `performance` says so, and the mouth is not judged; that of a film
    which speaks by itself was, with its take.
    """
    store, filmed = open_store(), filmed_shots(performance)
    video = store.path(rendered.video)
    facts = read_media_facts(video)
    report(0.1, "sound")
    checked = check_format(facts) | check_length(facts, speech.duration_s + plan.tail_s, alignment.words)
    checked |= check_sound(loudness(decode_pieces(video), facts.sample_rate)) | check_music(sound.music_below_voice_db)
    approved = [word for _, word in script_words(plan.script, plan.voice.language)]
    checked |= check_captions(captions, approved, alignment, plan.voice.language)
    report(0.4, "picture")
    looks = Looks(facts, alignment, overlays.covers, always if is_own_mouth(performance) else left_alone(store, filmed))
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


def filmed_shots(performance: Performance | None) -> tuple[ClipShot, ...]:
    """The avatar's films, where those are what speaks, in order."""
    return tuple(shot for shot in (performance.shots if performance else ()) if isinstance(shot, ClipShot) and shot.speaks)


def is_own_mouth(performance: Performance | None) -> bool:
    """Whether the avatar's films speak by themselves: lip-sync has seen them, and drew no mouth."""
    return performance is not None and bool(performance.lipsync_engine) and performance.mouth is None and bool(
        filmed_shots(performance))


def left_alone(store: Store, filmed: Sequence[ClipShot]) -> Callable[[float], bool]:
    """Tells of an instant whether the mouth of a film is shown as it was filmed, wholly or in part."""
    if not filmed:
        return never
    kept = np.concatenate([_kept_as_filmed(store, shot) for shot in filmed])
    return lambda time_s: bool(kept[min(frame_at(time_s), len(kept) - 1)])


def _kept_as_filmed(store: Store, shot: ClipShot) -> NDArray[np.bool_]:
    """(frames of the shot,): whether the mouth stays as it was filmed, wholly or in part."""
    assert shot.track  # noqa: S101  it speaks
    strength = read_track(store.path(shot.track)).strength
    count = round((shot.end_s - shot.start_s) * FPS)
    course = np.arange(len(strength)) if not shot.course else np.round(
        read_curves(store.path(shot.course)).values["frame"][:count]).astype(int)
    return np.asarray(strength[np.clip(course, 0, len(strength) - 1)] < 1)


def resting_opening(plan: ReelPlan, store: Store, filmed: Sequence[ClipShot]) -> float | None:
    """How open the avatar's closed mouth looks, on its portrait or in its films; None where no mouth moves."""
    rigs = [shot.rig for shot in filmed if shot.rig] or ([plan.avatar.rig] if plan.avatar.rig else [])
    if not rigs or (not filmed and load_engine("animation", plan.engines["animation"]).shot == "still"):
        return None
    return max(mouth_opening(Rig.read(store.path(rig)).points()) for rig in rigs)


def rows_above(captions: Captions) -> float:
    """Part of the picture above all captions, where only the avatar moves; all of it if that is next to nothing."""
    top = min((page.box.y0 for page in captions.pages), default=HEIGHT_PX) / HEIGHT_PX
    return top if top > 0.1 else 1.0


def inks(plan: ReelPlan) -> tuple[str, str]:
    """The colours the captions' letters may have."""
    return plan.brand.colours.text, plan.captions.colour


def _take_key(plan: ReelPlan, performance: Performance, films: tuple[MediaFile, ...], speech: Speech, alignment: Alignment
              ) -> dict[str, object]:
    return {"version": VERSION, "drawing": drawing.VERSION, "portrait": plan.avatar.portrait, "films": list(films),
            "shots": list(performance.shots), "mouth": performance.mouth, "audio": speech.audio.sha256,
            "phonemes": list(alignment.phonemes)}


@stage("take", key=_take_key)
def judge(plan: ReelPlan, performance: Performance, films: tuple[MediaFile, ...], speech: Speech, alignment: Alignment
          ) -> TakeReport:
    """Measures one take of the avatar.

    Args:
        plan: whose face it should be.
        performance: the take, with its mouth.
        films: the clips it is made of, as they came.
        speech: the voice.
        alignment: when each sound is heard.

    Raises:
        FixRequest: a film cannot be read.
        AvatarError: the portrait shows no face.
    """
    store = open_store()
    with store.scratch() as folder, writable(folder):
        spans = [span for span in _watched(performance) if filmed_shots(performance)]
        previews = [_preview(store, performance, span, speech, alignment, folder / f"preview-{number}.mp4")
                    for number, span in enumerate(spans)]
        score = watch_take([store.path(film) for film in films], store.path(plan.avatar.portrait), previews,
                           lambda done, note: report(0.3 + 0.7 * done, note))
        moments = np.linspace(0, performance.frame_count - 1, MOMENTS).round().astype(int).tolist()
        write_strip((to_image(frame) for frame in draw(performance, store.path, size=MOMENT_PX, frames=moments)),
                    folder / "strip.jpg")
        return TakeReport(findings=score.findings, cost=score.cost, strip=store.put(folder / "strip.jpg"))


def _watched(performance: Performance) -> list[range]:
    """The frames on which the mouth is looked at: the first of the reel where it is drawn, which is the same everywhere; all
    of each film that speaks by itself, as each may be out of time.
    """
    if is_own_mouth(performance):
        return [range(frame_at(shot.start_s), frame_at(shot.end_s)) for shot in performance.shots]
    return [range(min(performance.frame_count, round(WATCHED_S * FPS)))]


def _preview(store: Store, performance: Performance, frames: range, speech: Speech, alignment: Alignment, target: Path
             ) -> SpokenPreview:
    """Some frames of the take, with what is heard and said meanwhile."""
    encode_film(draw(performance, store.path, size=WATCHED_PX, frames=frames), frame_count=len(frames), size=WATCHED_PX,
                program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")), target=target,
                progress=lambda done: report(0.3 * (frames.start + done * len(frames)) / performance.frame_count,
                                             "drawing the mouth"))
    samples, rate_hz = read_wav(store.path(speech.audio))
    start_s = frames.start / FPS
    heard = samples[round(start_s * rate_hz):] if start_s else samples
    said = tuple(phoneme.model_copy(update={"start_s": phoneme.start_s - start_s, "end_s": phoneme.end_s - start_s})
                 for phoneme in alignment.phonemes if phoneme.start_s >= start_s)
    return SpokenPreview(target, level_of(heard, rate_hz), SpokenTimes(said, "the alignment"))
