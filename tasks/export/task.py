"""The export stage: the finished reel taken apart again, for an editing program."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tasks.domain.captions import Captions
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Overlays, Sound
from tasks.domain.performance import Insert, Performance
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import Export, Film
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import SIZE_PX, frame_count
from tasks.export.edit import PICTURES, Edit, Track, caption_track, cutaway_track, frame_span, title_track, whole_track
from tasks.export.footage import Studio
from tasks.export.label import split_label
from tasks.export.readme import README, readme
from tasks.media import drawing
from tasks.media.drawing.performance import draw
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.text.font import fonts_sha256, gather_fonts
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store, writable
from tasks.runtime.stores import open_store

STEMS = {"voice": "Voice", "music": "Music", "effects": "Effects", "room": "Room tone"}
"""Parts of the sound, and what their tracks are called."""
NO_STEMS = "the sound came as a whole, not in parts: the track 'Voice' holds the voice before it was mixed"
"""What is said when there is no other voice."""


def _key(plan: ReelPlan, performance: Performance, speech: Speech, alignment: Alignment, captions: Captions,
         overlays: Overlays, sound: Sound, film: Film) -> dict[str, object]:
    engine = load_engine("export", plan.engines["export"])
    return {
        "engine": engine.name, "version": engine.version, "drawing": drawing.VERSION, "size": SIZE_PX,
        "shots": [shot.model_dump(mode="json") for shot in performance.shots], "mouth": performance.mouth,
        "frames": film.frame_count, "facts": _facts(plan, captions), "name": plan.script.title,
        "overlays": overlays.model_dump(mode="json", exclude={"engine", "version", "warnings"}),
        "captions": captions.model_dump(mode="json", exclude={"warnings", "left_out", "vtt"}),
        "fonts": fonts_sha256(plan.brand.fonts), "media": [media.file for media in plan.media.values()],
        "words": [word.model_dump(mode="json", exclude={"confidence"}) for word in alignment.words],
        "sound": sound.stems or speech.audio,
    }


@stage("export", key=_key)
def export(plan: ReelPlan, performance: Performance, speech: Speech, alignment: Alignment, captions: Captions,
           overlays: Overlays, sound: Sound, film: Film) -> Export:
    """Films and writes every part of a reel by itself, and the edit that joins them.

    Args:
        plan: what the reel is called, and its brand.
        performance: the avatar's, with or without what lies over it.
        speech: the voice, where `sound` has no stems.
        alignment: words as their author wrote them.
        captions: pages, subtitles and side files.
        overlays: all that lies over the avatar besides captions, inserts included.
        sound: with stems, which the sound stage makes if the plan wants an export.
        film: the picture of the reel; its length is the edit's.

    Raises:
        NotWritable: the disk is full.
        StoreDamaged: a file is missing from the store.
        FixMachine: ffmpeg failed.
    """
    store = open_store()
    engine = load_engine("export", plan.engines["export"])()
    with store.scratch() as folder, writable(folder):
        desk = Desk(plan, store, folder, film.frame_count, overlays)
        tracks = [desk.avatar(performance), *desk.cutaways(performance), *desk.titles(),
                  *desk.captions(captions, alignment), *desk.sounds(sound, speech)]
        edit = Edit(plan.script.title, film.frame_count, tuple(tracks), _facts(plan, captions))
        desk.files["captions.srt"] = captions.srt
        for name, text in engine.write(edit).items():
            desk.files[name] = store.put_text(text, PurePosixPath(name).suffix)
        desk.files[README] = store.put_text(readme(edit, tuple(desk.files)), PurePosixPath(README).suffix)
    return Export(files=dict(sorted(desk.files.items())), engine=engine.name, version=engine.version,
                  warnings=tuple(desk.warnings))


@dataclass
class Desk:
    """Where the parts of one reel are laid out, each filmed and put into the store."""

    plan: ReelPlan
    store: Store
    folder: Path
    frames: int
    overlays: Overlays
    files: dict[str, MediaFile] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _done: int = 0
    """Frames filmed so far."""

    def __post_init__(self) -> None:
        self._studio = Studio(program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")), draw=draw, open_media=self.store.path,
                              size=SIZE_PX, fonts=gather_fonts(self.plan.brand.fonts.all(), self.folder / "fonts"))
        self._inserts = [insert for insert in self.overlays.inserts if self._length(insert)]
        self._total = 3 * self.frames + sum(map(self._length, self._inserts))

    def avatar(self, performance: Performance) -> Track:
        """The avatar, nothing over it."""
        self._studio.avatar(performance, self.folder / "avatar.mp4", self._telling("the avatar", self.frames))
        return whole_track("Avatar", "video", self._keep("footage/avatar.mp4"), self.frames)

    def cutaways(self, performance: Performance) -> list[Track]:
        """The cutaways as they are seen, and beside them what they were made from."""
        if not self._inserts:
            return []
        targets = [self.folder / f"cutaway-{number}.mp4" for number, _ in enumerate(self._inserts, 1)]
        self._studio.cutaways(performance, self._inserts, targets,
                              self._telling("the cutaways", sum(map(self._length, self._inserts))))
        sources = [self._source(number, insert) for number, insert in enumerate(self._inserts, 1)]
        seen = [self._keep(f"footage/{target.name}") for target in targets]
        return [cutaway_track(self._inserts, self.overlays.cues, seen, sources, self.frames)]

    def titles(self) -> list[Track]:
        """Texts, logo and veils."""
        track = title_track(self.overlays, "footage/titles.mov", self.frames)
        if not track.items:
            return []
        self._studio.layer(self.store.path(self.overlays.subtitles), self.folder / "titles.mov",
                           self._telling("the titles", self.frames), frame_count=self.frames, scrims=self.overlays.scrims,
                           stickers=self.overlays.stickers)
        self._keep("footage/titles.mov")
        return [track]

    def captions(self, captions: Captions, alignment: Alignment) -> list[Track]:
        """The captions, and the label on a track of its own."""
        words, label = split_label(self.store.path(captions.subtitles).read_text("utf-8"))
        tracks = []
        if captions.pages:
            subtitles = self._written("captions.ass", words)
            self._studio.layer(subtitles, self.folder / "captions.mov", self._telling("the captions", self.frames),
                               frame_count=self.frames, stickers=captions.stickers)
            tracks.append(caption_track(captions, alignment.words, self._keep("footage/captions.mov"), self.frames,
                                        self.plan.voice.language))
        if label:
            self._studio.layer(self._written("label.ass", label), self.folder / "label.mov", lambda _: None,
                               frame_count=self.frames, still=True)
            tracks.append(whole_track("Label", "video", self._keep("footage/label.mov"), self.frames,
                                      title=captions.label_text))
        return tracks

    def sounds(self, sound: Sound, speech: Speech) -> list[Track]:
        """The parts of the sound, as loud as in the mix."""
        if not sound.stems:
            self.warnings.append(NO_STEMS)
            self.files["stems/voice.wav"] = speech.audio
            frames = min(frame_count(speech.duration_s), self.frames)
            return [whole_track(STEMS["voice"], "audio", "stems/voice.wav", frames)]
        tracks = []
        for stem, title in STEMS.items():
            if stem in sound.stems:
                self._studio.sound(self.store.path(sound.stems[stem]), self.folder / f"{stem}.wav")
                tracks.append(whole_track(title, "audio", self._keep(f"stems/{stem}.wav"), self.frames))
        return tracks

    def _source(self, number: int, insert: Insert) -> str:
        """The picture or film as it came, or as it was made ready where nothing says how it came."""
        start = frame_span(insert.shot.start_s, insert.shot.end_s, self.frames).start
        shown = next((cue.media for cue in self.overlays.cues if cue.kind in PICTURES
                      and frame_span(cue.start_s, cue.end_s, self.frames).start == start), None)
        file = insert.shot.picture if insert.shot.kind == "still" else insert.shot.clip
        media = {**self.plan.media, **self.overlays.generated}
        if shown in media:
            file = media[shown].file
        name = f"footage/cutaway-{number}-source{PurePosixPath(file.uri).suffix}"
        self.files[name] = file
        return name

    def _length(self, insert: Insert) -> int:
        return len(frame_span(insert.shot.start_s, insert.shot.end_s, self.frames))

    def _keep(self, name: str) -> str:
        """Moves a finished file of the folder into the store, under the path it gets beside the edit."""
        self.files[name] = self.store.put(self.folder / PurePosixPath(name).name)
        return name

    def _written(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def _telling(self, what: str, frames: int) -> Callable[[float], None]:
        """Reports how far the stage is while `frames` more are filmed."""
        before, self._done = self._done, self._done + frames
        return lambda part: report(min(1.0, (before + part * frames) / self._total), what)


def _facts(plan: ReelPlan, captions: Captions) -> dict[str, object]:
    """What the edit says of the reel as a whole."""
    return {"schema": 1, "title": plan.script.title, "avatar": plan.avatar.name, "language": plan.voice.language,
            "seed": plan.seed, "variant": plan.variant, "width_px": SIZE_PX[0], "height_px": SIZE_PX[1],
            "ai_generated": True, "label": captions.label_text}
