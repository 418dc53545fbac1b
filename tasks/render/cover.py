"""The cover: one sharp, open-eyed, friendly moment of the reel, drawn anew and saved as a picture.

It carries the disclosure label, as the reel does, but no caption: half a sentence with one word lit looks like an accident
in a feed, and platforms write a title of their own over it. So the frame is kept while the reel is drawn, not taken out of
the compressed film, and the subtitles are burnt as they stand at a moment without a caption.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.captions import CaptionPage
from tasks.media.curves import MOUTH
from tasks.media.encoding import Frame, burn
from tasks.media.ffmpeg import encoder, local_file, raw_video

EARLY_S = 4.0
"""A moment after this is only taken if an early one is clearly worse."""
CANDIDATES = 6
"""Frames drawn and compared for sharpness."""
SPACING_FRAMES = 5
"""Least distance of two candidates, since neighbours look alike."""
SHARP_SHARE = 0.97
"""Share of the sharpest candidate's detail that is sharp enough."""
COSTS = {"blink": 8.0, "yaw": 6.0, "pitch": 6.0, "roll": 6.0, "gaze_x": 1.0, "gaze_y": 1.0} | dict.fromkeys(MOUTH, 3.0)
"""What spoils a cover, per unit of the curve: closed eyes most, a turned head (radians), a look aside, and a mouth caught in
the middle of a sound, since the portrait's own expression is the one its maker chose."""
LATE_COST = 0.1
"""What each second after `EARLY_S` costs."""
HIDDEN_COST = 1000.0
"""What it costs that the avatar is not seen, or not alone: more than all else together."""


class Sitting:
    """Keeps the promising frames while a reel is drawn, so that nothing is drawn twice."""

    def __init__(self, moments: Sequence[int]) -> None:
        """Takes the indices of the frames to keep, the best liked first."""
        self._moments = moments
        self._kept: dict[int, Frame] = {}

    def watch(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Passes frames on, from the first frame of the reel."""
        for index, frame in enumerate(frames):
            if index in self._moments:
                self._kept[index] = frame.copy()
            yield frame

    def choose(self) -> tuple[int, Frame]:
        """Index and picture of the best liked frame among those about as sharp as the sharpest."""
        sharp = {index: sharpness(frame) for index, frame in self._kept.items()}
        least = SHARP_SHARE * max(sharp.values())
        index = next(index for index in self._moments if sharp[index] >= least)
        return index, self._kept[index]


def rank_moments(curves: Mapping[str, NDArray[np.float32]], count: int, *, fps: int, hidden: Sequence[int] = ()
                 ) -> list[int]:
    """The most presentable frames, best first.

    Args:
        curves: motion and mouth curves of the reel, one sample a frame; missing ones count as zero.
        count: length of the reel in frames.
        fps: samples a second.
        hidden: frames on which the avatar is covered; they are taken only if there is no other.

    Returns:
        At most `CANDIDATES` frame indices, at least `SPACING_FRAMES` apart.
    """
    nothing = np.zeros(count, np.float32)
    cost = LATE_COST * np.maximum(0, np.arange(count) / fps - EARLY_S)
    for name, weight in COSTS.items():
        cost = cost + weight * np.abs(curves.get(name, nothing))
    cost[list(hidden)] += HIDDEN_COST
    return list(_spread(np.argsort(cost, kind="stable").tolist()))


def sharpness(frame: Frame) -> float:
    """Variance of the Laplacian of an I420 frame's luma; more is sharper.

    Source: Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, ICPR 2000.
    """
    luma = frame[: frame.shape[0] * 2 // 3]
    return float(cv2.Laplacian(luma, cv2.CV_32F).var())


def quiet_moment_s(pages: Sequence[CaptionPage], duration_s: float, *, fps: int) -> float | None:
    """An instant without any caption on screen, the middle of the longest such stretch; None if there is none."""
    edges = [0.0, *(edge for page in pages for edge in (page.start_s, page.end_s)), duration_s]
    gaps = [(after - before, before, after) for before, after in zip(edges[::2], edges[1::2], strict=True)]
    length, before, after = max(gaps)
    return (before + after) / 2 if length >= 2 / fps else None


def save_cover(frame: Frame, size: tuple[int, int], *, at_s: float | None, subtitles: Path, fonts: Path, program: str,
               target: Path) -> None:
    """Writes one frame as JPEG with what the subtitles show at `at_s`; None leaves them out.

    Raises:
        NotWritable, FixMachine: as ffmpeg does.
    """
    drawn = [] if at_s is None else [f"setpts=PTS+{at_s:.6f}/TB", burn(subtitles, fonts)]
    jpeg = ["scale=in_color_matrix=bt709:out_color_matrix=bt601:in_range=tv:out_range=pc:flags=accurate_rnd+full_chroma_int",
            "format=yuvj444p"]
    arguments = [*raw_video(size, 30), "-vf", ",".join([*drawn, *jpeg]), "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2",
                 "-fflags", "+bitexact", "-flags:v", "+bitexact", "-update", "1", "-f", "image2", local_file(target)]
    with encoder(program, arguments, place=target) as write:
        write(frame)


def _spread(ranked: Sequence[int]) -> Iterator[int]:
    taken: list[int] = []
    for index in ranked:
        if len(taken) == CANDIDATES:
            return
        if all(abs(index - other) >= SPACING_FRAMES for other in taken):
            taken.append(index)
            yield index
