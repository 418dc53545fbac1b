"""Generated frames, sound and subtitles for render tests: small, and of known content."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tasks.media.audio.finish import finish_sound
from tasks.media.ffmpeg import find_ffmpeg

SIZE = (192, 320)
"""(width, height) of generated frames."""
RATE = 48_000
ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Alignment
Style: Box,Any,10,{colour},{colour},1,0,7

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:0{start:.2f},0:00:0{end:.2f},Box,{{\\pos(0,0)\\p1}}m 0 0 l {middle} 0 {middle} {height} 0 {height}
"""
"""A rectangle over the left half; needs no font."""


@pytest.fixture(scope="session")
def program() -> str:
    """The ffmpeg that came with the packages."""
    return find_ffmpeg()


@pytest.fixture
def materials(tmp_path: Path, program: str) -> "Materials":
    """Whatever a pass needs besides frames."""
    return Materials(tmp_path, program)


class Materials:
    """Frames, sounds and files for a pass."""

    size = SIZE

    def __init__(self, folder: Path, program: str) -> None:
        self.folder, self.program = folder, program
        self.fonts = folder / "fonts"
        self.fonts.mkdir()
        self.target = folder / "reel.mp4"

    @staticmethod
    def grey(level: int, size: tuple[int, int] = SIZE) -> np.ndarray:
        """An I420 frame of one luma level."""
        width, height = size
        frame = np.full((height * 3 // 2, width), 128, np.uint8)
        frame[:height] = level
        return frame

    @staticmethod
    def moving_square(count: int, size: tuple[int, int] = SIZE) -> Iterator[np.ndarray]:
        """Frames whose luma is 60, with a white square 12 px further right on each, starting over at the edge."""
        for index in range(count):
            frame = Materials.grey(60, size)
            left = 12 * index % (size[0] - 24)
            frame[100:124, left:left + 24] = 235
            yield frame

    @staticmethod
    def tone(start_s: float, end_s: float, length_s: float, *, level: float = 0.5) -> np.ndarray:
        """A 440 Hz tone from `start_s` to `end_s` in silence of `length_s`."""
        times = np.arange(round(length_s * RATE)) / RATE
        return (level * np.sin(2 * np.pi * 440 * times) * ((times >= start_s) & (times < end_s))).astype(np.float32)

    @staticmethod
    def rectangle(start_s: float, end_s: float, colour: str = "FFFFFF") -> str:
        """An ASS file with a rectangle of `colour` (rrggbb) over the left half from `start_s` to `end_s`; needs no font."""
        red, green, blue = colour[:2], colour[2:4], colour[4:]
        return ASS.format(width=SIZE[0], height=SIZE[1], middle=SIZE[0] // 2, start=start_s, end=end_s,
                          colour=f"&H00{blue}{green}{red}")

    def sound(self, frames: int, *, start_s: float = 0.0, end_s: float = 1e9) -> Path:
        """A finished sound of that many frames."""
        voice = self.tone(start_s, end_s, frames / 30)
        return finish_sound(voice, program=self.program, folder=self.folder).path

    def subtitles(self, text: str | None = None) -> Path:
        """A subtitle file; without text, one that never shows anything."""
        path = self.folder / "it's [sub]:1.ass"
        path.write_text(text or self.rectangle(8.0, 9.0), "utf-8")
        return path
