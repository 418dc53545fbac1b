"""A reel of two seconds as earlier stages would hand it to export: small pictures of known content."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.box import Box
from tasks.domain.brand import Brand, BrandColours, BrandFonts, FontFile
from tasks.domain.captions import CaptionPage, Captions, CaptionWord
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue, Overlays, ShownMedia, Sound
from tasks.domain.performance import ClipShot, Insert, Performance, PuppetShot, Scrim, Sticker, StillShot
from tasks.domain.plan import CaptionLook, ReelPlan, Voice
from tasks.domain.reel import Film
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech, Word
from tasks.media.ffmpeg import find_ffmpeg, local_file, raw_sound, run
from tasks.runtime.store import Store

SIZE = (108, 192)
"""(width, height) of every picture here."""
FRAMES = 60
"""Length of the reel."""
TITLE = 'Say "hello" \\ to Zoë & the 月 {now}'
"""A title full of signs that mean something elsewhere."""
WORDS = ('"Hello,"', "Zoë", "&", "{you}", "月")
"""Words that are no less awkward."""
BOX = Box(x0=10, y0=120, x1=98, y1=150)
ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: 108
PlayResY: 192
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Alignment
Style: Word,Any,10,&H000000FF,&H000000FF,1,0,7
Style: LabelBox,Any,10,&H00FF0000,&H00FF0000,1,0,7

[Events]
Format: Layer, Start, End, Style, Text
"""


def rectangle(style: str, start_s: float, end_s: float, top: int, bottom: int) -> str:
    """A line of an ASS file: a rectangle across the whole picture; needs no font."""
    shape = f"m 0 {top} l 108 {top} 108 {bottom} 0 {bottom}"
    return f"Dialogue: 0,0:00:{start_s:05.2f},0:00:{end_s:05.2f},{style},{{\\pos(0,0)\\p1}}{shape}\n"


def grey(level: int) -> np.ndarray:
    """An I420 frame of one luma level."""
    frame = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
    frame[:SIZE[1]] = level
    return frame


def draw(performance: Performance, *_: Any, frames: Any = None, **__: Any) -> Iterator[np.ndarray]:
    """Stands for drawing: 200 where an insert is on screen, else 60, and as many levels more as frames have passed."""
    for index in range(performance.frame_count) if frames is None else frames:
        seen = any(insert.shot.start_s <= index / 30 + 1e-6 < insert.shot.end_s for insert in performance.inserts)
        yield grey((140 if seen else 60) + index)


class Reel:
    """The arguments of `export`, each of which a test may change."""

    def __init__(self, store: Store, folder: Path, program: str) -> None:
        self.store, self.folder, self.program = store, folder, program
        blank = store.put_text("{}", ".json")
        self.plan = ReelPlan(
            script=Script(title=TITLE, beats=(Beat(say=" ".join(WORDS)),)), voice=Voice(name="v", language="en-US"),
            avatar=AvatarSnapshot(name="ada", title="A", sha256="0" * 64, portrait=blank, rig=blank,
                                  consent=Consent(kind="synthetic", statement="Drawn.")),
            captions=CaptionLook(style="karaoke", colour="#ff0000"), engines={"export": "otio"}, seed=7, publish=(),
            sources={}, brand_name="b", export=True,
            brand=Brand(fonts=BrandFonts(captions=FontFile(package="font_roboto", file="files/Roboto-Black.ttf"),
                                         label=FontFile(package="font_roboto", file="files/Roboto-Medium.ttf")),
                        colours=BrandColours(text="#ffffff", highlight="#ff0000", outline="#000000"), label={"en": "AI"}),
            media={"media/cup.jpg": ShownMedia(kind="image", file=self.text(".jpg", "a picture"), width_px=9, height_px=9)})
        self.performance = Performance(
            frame_count=FRAMES, engine="e", version="1",
            shots=(PuppetShot(start_s=0, end_s=2, portrait=blank, rig=blank, motion=blank),))
        self.speech = Speech(audio=self.text(".wav", "a voice"), duration_s=1.5, engine="e", version="1")
        self.alignment = Alignment(
            words=tuple(Word(text=text, start_s=0.1 + 0.3 * index, end_s=0.4 + 0.3 * index, beat=0)
                        for index, text in enumerate(WORDS)), phonemes=(), engine="e", version="1")
        captions = ASS + rectangle("LabelBox", 0, 2, 10, 20) + rectangle("Word", 0.1, 0.7, 100, 120)
        self.captions = Captions(
            subtitles=store.put_text(captions, ".ass"), srt=self.text(".srt", "1\n"), vtt=blank, zone=BOX,
            style="karaoke", label_text="AI", label_box=BOX,
            pages=(self.page(3 / 30, 21 / 30, (0, 1)), self.page(21 / 30, 48 / 30, (2, 3, 4))))
        self.overlays = Overlays(
            subtitles=store.put_text(ASS + rectangle("Word", 0.5, 1.0, 30, 40), ".ass"), engine="e", version="1",
            inserts=(Insert(shot=StillShot(start_s=0.2, end_s=0.7, picture=blank, camera=blank)),
                     Insert(shot=ClipShot(start_s=1.0, end_s=1.3, clip=self.text(".mp4", "a film")), layout="split",
                            enter_s=0)),
            scrims=(Scrim(start_s=1.5, end_s=2, colour="#204060", opacity=0.5, fade_s=0),),
            cues=(Cue(kind="image", start_s=0.2, end_s=0.7, media="media/cup.jpg", layout="full"),
                  Cue(kind="title", start_s=0.5, end_s=1.0, text=TITLE, box=BOX),
                  Cue(kind="end-card", start_s=1.6, end_s=2.0, text="Follow\nfor more")))
        self.sound = Sound(track=blank, engine="e", version="1",
                           stems={"voice": self.stem(440), "music": self.stem(220), "room": self.stem(50)})
        self.film = Film(video=blank, cover=blank, cover_time_s=0, frame_count=FRAMES, engine="e", version="1")

    def all(self) -> tuple[Any, ...]:
        """The arguments in order."""
        return (self.plan, self.performance, self.speech, self.alignment, self.captions, self.overlays, self.sound,
                self.film)

    def text(self, suffix: str, text: str) -> MediaFile:
        """A file of the store that stands for media of which only the copy matters."""
        return self.store.put_text(text, suffix)

    def page(self, start_s: float, end_s: float, words: tuple[int, ...]) -> CaptionPage:
        """A page of captions with some of the words."""
        return CaptionPage(start_s=start_s, end_s=end_s, box=BOX,
                           words=tuple(CaptionWord(word=index, text=WORDS[index], box=BOX) for index in words))

    def stem(self, pitch_hz: int) -> MediaFile:
        """A tone as long as the reel, FLAC."""
        times = np.arange(FRAMES * 1600) / 48_000
        samples = np.repeat(0.1 * np.sin(2 * np.pi * pitch_hz * times), 2).astype("<f4")
        raw, path = self.folder / "tone.raw", self.folder / "tone.flac"
        raw.write_bytes(samples.tobytes())
        source = raw_sound(48_000, 2)[:-1]
        run(self.program, [*source, local_file(raw), "-c:a", "flac", local_file(path)], place=path)
        return self.store.put(path)

    def sticker(self) -> Sticker:
        """A red square, half opaque, in the upper left corner: 80 pixels of a reel, 8 of these pictures."""
        path = self.folder / "square.png"
        cv2.imwrite(str(path), np.full((4, 4, 4), (0, 0, 255, 128), np.uint8))
        return Sticker(picture=self.store.put_copy(path), box=Box(x0=0, y0=0, x1=80, y1=80), start_s=0, end_s=2)


@pytest.fixture(scope="session")
def program() -> str:
    """The ffmpeg that came with the packages."""
    return find_ffmpeg()


@pytest.fixture
def reel(store: Store, tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> Reel:
    """A reel whose drawing is replaced by generated frames of a small size."""
    from tasks.export import task

    monkeypatch.setattr(task, "SIZE_PX", SIZE)
    monkeypatch.setattr(task, "draw", draw)
    return Reel(store, tmp_path, program)
