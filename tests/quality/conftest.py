"""Generated videos and papers of known truth for quality tests."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tasks.domain.box import Box
from tasks.domain.captions import CaptionPage, Captions, CaptionWord
from tasks.domain.media import MediaFile
from tasks.domain.speech import Alignment, Phoneme, Word
from tasks.media.ffmpeg import BT709, encoder, find_ffmpeg, local_file, raw_video, run

SIZE = (270, 480)
ZONE = Box(x0=100, y0=200, x1=900, y1=1500)
INSIDE = Box(x0=200, y0=1200, x1=800, y1=1300)
NO_FILE = MediaFile(uri="files/00/0", sha256="0" * 64, size_bytes=0)
H264 = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-pix_fmt", "yuv420p")


@pytest.fixture
def studio(tmp_path: Path) -> "Studio":
    """Makes videos and papers."""
    return Studio(tmp_path)


class Studio:
    """Videos of generated frames with a tone, and the captions and times that would belong to them."""

    size = SIZE
    zone = ZONE

    def __init__(self, folder: Path) -> None:
        self.folder, self.program = folder, find_ffmpeg()

    @staticmethod
    def square(index: int, *, size: tuple[int, int] = SIZE) -> np.ndarray:
        """I420 frame of grey with a white square that moves 12 px a frame."""
        width, height = size
        frame = np.full((height * 3 // 2, width), 128, np.uint8)
        left = 12 * index % (width - 40)
        frame[100:140, left:left + 40] = 235
        return frame

    @staticmethod
    def black(index: int, *, size: tuple[int, int] = SIZE) -> np.ndarray:
        """I420 black."""
        frame = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
        frame[: size[1]] = 16
        return frame

    @staticmethod
    def frozen(index: int) -> np.ndarray:
        """The same picture whatever the index."""
        return Studio.square(0)

    @staticmethod
    def i420(picture: np.ndarray) -> np.ndarray:
        """A BGR picture as a limited-range frame; the matrix does not matter to these tests."""
        return cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)

    def video(self, frames: int, *, draw: Any = None, arguments: tuple[str, ...] = (*H264, *BT709),
              audio: tuple[str, ...] = ("-c:a", "aac"), audio_s: float | None = None, faststart: bool = True) -> Path:
        """A video of `frames` generated frames with a 440 Hz tone, by default as a reel should be."""
        target = self.folder / "video.mp4"
        tone = f"sine=f=440:r=48000:d={audio_s or frames / 30},aformat=channel_layouts=stereo"
        draw = draw or self.square
        inputs = [*raw_video(SIZE, 30), "-f", "lavfi", "-i", tone, "-map", "0:v", "-map", "1:a"]
        flags = ["-movflags", "+faststart"] if faststart else []
        with encoder(self.program, [*inputs, *arguments, *audio, *flags, local_file(target)], place=target) as write:
            for index in range(frames):
                write(draw(index))
        return target

    def convert(self, source: Path, name: str, *arguments: str) -> Path:
        """Another version of a video."""
        target = self.folder / name
        run(self.program, ["-i", local_file(source), *arguments, local_file(target)], place=target)
        return target

    @staticmethod
    def alignment(texts: tuple[str, ...] = ("Good", "morning."), *, phonemes: tuple[Phoneme, ...] = ()) -> Alignment:
        """Words of 0.4 s from 0.3 s on, one after the other."""
        words = tuple(Word(text=text, start_s=0.3 + 0.4 * index, end_s=0.7 + 0.4 * index, beat=0)
                      for index, text in enumerate(texts))
        return Alignment(words=words, phonemes=phonemes, engine="e", version="1")

    @staticmethod
    def captions(alignment: Alignment, *, box: Box = INSIDE) -> Captions:
        """One page with all words, on screen from first to last."""
        shown = tuple(CaptionWord(word=index, text=word.text, box=box) for index, word in enumerate(alignment.words))
        page = CaptionPage(start_s=alignment.words[0].start_s, end_s=alignment.words[-1].end_s, words=shown, box=box)
        return Captions(subtitles=NO_FILE, srt=NO_FILE, vtt=NO_FILE, pages=(page,), label_text="AI", zone=ZONE, style="s",
                        label_box=Box(x0=110, y0=210, x1=200, y1=250))
