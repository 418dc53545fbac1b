"""Films that a script shows: checked, and their peculiarities found, before anything decodes them for real.

Phones and programs write films lying on their side, at uneven times, with pixels that are not square and in several kinds
of colours. `check_clip` says which; `tasks/media/even_clip.py` brings them all into one form.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.domain.timeline import SIZE_PX
from tasks.media.film_name import FilmName
from tasks.media.pictures import SOFT_SCALE, cover_scale, smallness

DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi"
"""Containers that are read. None of them names other files that would be opened too, as playlists do."""
LOCAL_FILMS = {"format_whitelist": DEMUXERS, "protocol_whitelist": "file"}
"""libav's options for opening one."""
KINDS = "MP4, MOV, WebM, MKV or AVI"
"""What they are, in words."""
MAX_BYTES = 1 << 30
"""Largest file read."""
MAX_DURATION_S = 600.0
"""Longest film read: a reel shows seconds of it."""
MIN_DURATION_S = 0.5
"""Shorter, a film is hardly a movement."""
MAX_PIXELS = 8192 * 4320
"""Most pixels of a frame."""
UNEVEN = 0.2
"""Frames whose distances differ by this part of the usual one come at uneven times; a container's rounding stays below."""
MISSING_S = 0.5
"""A film may end this much before the end its header names."""
LARGE_HEIGHT = 720
"""From this height on, a film that does not say in which colours it is is taken for BT.709, below for BT.601."""

Matrix = Literal["bt709", "bt601", "bt2020"]
"""What turns a film's luma and chroma into colours, by its standard."""
MATRICES: dict[int, Matrix] = {1: "bt709", 4: "bt601", 5: "bt601", 6: "bt601", 9: "bt2020", 10: "bt2020"}
"""Number in the film (ITU-T H.273) -> standard."""
BRIGHT_TRANSFERS = {16: "pq", 18: "hlg"}
"""Number of a high-dynamic-range transfer curve in the film (ITU-T H.273) -> its name."""
FULL_RANGE = 2
"""libav's number for luma from 0 to 255."""


@dataclass(frozen=True)
class ClipFacts:
    """What is known about a film that can be shown."""

    width_px: int
    """Upright, with square pixels."""
    height_px: int
    """Upright, with square pixels."""
    duration_s: float
    rotation_deg: int
    """How far the film is turned for showing, anticlockwise, as its metadata say."""
    square: bool
    """False where pixels are wider or narrower than high."""
    even: bool
    """False where frames come at uneven times."""
    interlaced: bool
    matrix: Matrix
    full_range: bool
    """True where luma runs from 0 to 255."""
    bright: str | None
    """Name of the transfer curve of a high-dynamic-range film."""
    warnings: tuple[str, ...] = ()
    """What its owner should know, a sentence each."""


def check_clip(path: Path, *, size: tuple[int, int] = SIZE_PX, name: FilmName | None = None) -> ClipFacts:
    """Makes sure that a film can be shown; one frame of it is decoded, the rest is only leafed through.

    Args:
        path: the file.
        size: what it must fill, (width, height).
        name: for messages; None: it is called by its path.

    Raises:
        FixRequest: missing, no film, without a picture, damaged, too short or long, too large or small.
    """
    name = name or FilmName.of_file(path)
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MAX_BYTES:
            raise FixRequest(name.fault(f"has {size_bytes:,} bytes, at most {MAX_BYTES:,} are read",
                                        "cut it shorter or save it smaller"))
        with av.open(str(path.absolute()), options=LOCAL_FILMS) as container:
            return _facts(path, name, container, size)
    except FileNotFoundError as error:
        raise FixRequest(name.fault("is missing", "put it there, or correct its name")) from error
    except (FFmpegError, OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FixRequest(name.fault(f"is damaged or of a kind that is not read here ({reason})", f"save it as {KINDS}")
                         ) from error


def seconds_left(duration_s: float, from_s: float) -> float:
    """How much of a film is left after `from_s`, seconds.

    Raises:
        FixRequest: so little that nothing moves.
    """
    left_s = duration_s - from_s
    if left_s < MIN_DURATION_S:
        raise FixRequest(f"the film begins at from_s {from_s!r} and ends at {duration_s:g} s, at least {MIN_DURATION_S:g} s"
                         " are needed between: write a smaller from_s")
    return left_s


def _facts(path: Path, name: FilmName, container: InputContainer, size: tuple[int, int]) -> ClipFacts:
    stream = _picture_stream(name, container)
    frame = _first_frame(name, container, stream)
    times_s = _frame_times_s(name, container, stream)
    upright = _upright_size(frame, stream)
    _check_measures(name, upright, _shown_s(times_s), size)
    even = bool(np.ptp(np.diff(times_s)) <= UNEVEN * np.median(np.diff(times_s))) if len(times_s) > 2 else True
    matrix = MATRICES.get(int(frame.colorspace))
    return ClipFacts(
        width_px=upright[0], height_px=upright[1], duration_s=_shown_s(times_s), rotation_deg=frame.rotation % 360,
        square=_pixel_aspect(stream) == 1, even=even, interlaced=frame.interlaced_frame,
        matrix=matrix or ("bt709" if frame.height >= LARGE_HEIGHT else "bt601"),
        full_range=int(frame.color_range) == FULL_RANGE, bright=BRIGHT_TRANSFERS.get(int(frame.color_trc or 0)),
        warnings=tuple(_findings(path, frame, cover_scale(upright, size), even=even)))


def _picture_stream(name: FilmName, container: InputContainer) -> VideoStream:
    """The stream with the film's picture; a sound file's cover is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            if stream.codec_context is None:
                raise FixRequest(name.fault("has a picture of a kind that is not read here", f"save it as {KINDS}"))
            stream.thread_type = "AUTO"
            return stream
    raise FixRequest(name.fault("has no picture, only sound", "name a film, or remove it from the script"))


def _first_frame(name: FilmName, container: InputContainer, stream: VideoStream) -> VideoFrame:
    """The first frame; it knows more about the film than its header."""
    pixels = stream.codec_context.width * stream.codec_context.height
    if pixels > MAX_PIXELS:
        raise FixRequest(name.fault(f"has {stream.codec_context.width} x {stream.codec_context.height} pixels, at most"
                                    f" {MAX_PIXELS:,} are read", "save it smaller"))
    for frame in container.decode(stream):
        container.seek(0)
        return frame
    raise FixRequest(name.fault("has not a single frame", "save it again"))


def _frame_times_s(name: FilmName, container: InputContainer, stream: VideoStream) -> NDArray[np.float64]:
    """(n,) when each frame is shown, from what the container says, without decoding.

    Raises:
        FixRequest: the file ends before its header says.
    """
    promised_s, reached_s, ticks = (container.duration or 0) / av.time_base, 0.0, set()
    for packet in container.demux():
        if packet.pts is not None and packet.time_base is not None and packet.size:
            reached_s = max(reached_s, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            if packet.stream is stream:
                ticks.add(packet.pts)
    if reached_s < promised_s - MISSING_S:
        raise FixRequest(name.fault(f"is damaged, as it ends after {reached_s:.1f} s of {promised_s:.1f} s",
                                    "put it there again"))
    return np.array(sorted(ticks), np.float64) * float(stream.time_base or 0)


def _shown_s(times_s: NDArray[np.float64]) -> float:
    """Length of a film: its last frame stays as long as the usual one."""
    return round(float(times_s[-1] - times_s[0] + np.median(np.diff(times_s))), 3) if len(times_s) > 1 else 0.0


def _pixel_aspect(stream: VideoStream) -> float:
    """Width of a pixel by its height."""
    return float(stream.sample_aspect_ratio or 1) or 1.0


def _upright_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """(width, height) as the film is shown."""
    aspect = _pixel_aspect(stream)
    width, height = round(frame.width * max(aspect, 1)), round(frame.height * max(1 / aspect, 1))
    return (height, width) if frame.rotation % 180 else (width, height)


def _check_measures(name: FilmName, upright: tuple[int, int], shown_s: float, size: tuple[int, int]) -> None:
    """Refuses a film that is too short, too long or too small."""
    if shown_s > MAX_DURATION_S:
        raise FixRequest(name.fault(f"lasts {shown_s:.0f} s, at most {MAX_DURATION_S:.0f} s are read",
                                    "cut out what the reel shows"))
    if shown_s < MIN_DURATION_S:
        raise FixRequest(name.fault(f"lasts {shown_s:.2f} s, at least {MIN_DURATION_S:g} s are needed",
                                    "take a longer one, or a picture"))
    if small := smallness(upright, size):
        raise FixRequest(name.fault(small, "take a larger one"))


def _findings(path: Path, frame: VideoFrame, scale: float, *, even: bool) -> Iterator[str]:
    """What the owner of a film should know, though it can be shown."""
    name = repr(path.name)
    if scale > SOFT_SCALE:
        yield f"the film {name} is enlarged {scale:.1f} times and will look soft: a larger one would be sharp"
    if not even:
        yield f"the frames of the film {name} come at uneven times: they are brought to 30 a second, which may stutter"
    if frame.interlaced_frame:
        yield f"the film {name} is interlaced: its half pictures are joined, which costs some sharpness"
    if int(frame.color_trc or 0) in BRIGHT_TRANSFERS:
        yield f"the film {name} is of high dynamic range: its colours are brought down plainly; look whether they please"
    elif int(frame.colorspace) not in MATRICES and not frame.format.is_rgb:
        taken = "BT.709" if frame.height >= LARGE_HEIGHT else "BT.601"
        yield f"the film {name} does not say in which colours it is: they are taken for {taken}"
