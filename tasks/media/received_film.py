"""A film that a service sent: told apart from whatever else it may have sent, measured, and kept in the one usual form.

What comes back on a request for a film may be a web page, an error in JSON, nothing, a file cut off in the middle, sound
without a picture, or a film of another kind than MP4 with H.264. Every frame is decoded once, as a file can be broken
anywhere; a clip has seconds.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from tasks.media.clips import DEMUXERS
from tasks.media.encoding import MP4, VIDEO
from tasks.media.ffmpeg import LOCAL_ONLY, local_file, run

LONGEST_S = 600.0
"""No clip is longer; what is, was made to fill the memory."""
SIDES_PX = (64, 4320)
"""Least and greatest side of any film."""
MISSING_S = 0.5
"""A film may end this much before the end its header names."""
MOST_LACKING = 1
"""Frames that a header may count more than there are to see."""
QUOTED = 120
"""Letters quoted of a text that came in place of a film."""


class NoFilm(ValueError):
    """What was received is no film; the message says what it is, `text` whether a person could read it."""

    def __init__(self, what: str, *, text: bool = False) -> None:
        super().__init__(what)
        self.text = text


@dataclass(frozen=True)
class ReceivedFilm:
    """What is known of a film that was received."""

    size: tuple[int, int]
    """(width, height) in pixels."""
    frames: int
    duration_s: float
    usual: bool
    """Whether it is MP4 with H.264 in 4:2:0 already."""


def measure_film(content: bytes) -> ReceivedFilm:
    """What a film is, decoded to its end.

    Args:
        content: the whole answer.

    Raises:
        NoFilm: it is none, or broken, cut off, without a picture, or longer or larger than any clip.
    """
    _require_no_text(content)
    try:
        with av.open(io.BytesIO(content), options={"format_whitelist": DEMUXERS}) as container:
            return _measured(container, mp4=content[4:8] == b"ftyp")
    except (FFmpegError, ValueError) as error:
        if isinstance(error, NoFilm):
            raise
        raise NoFilm(f"a broken film or another kind of file ({getattr(error, 'strerror', None) or error})") from error


def keep_usual(content: bytes, film: ReceivedFilm, target: Path, *, program: str) -> None:
    """Writes a film as MP4 with H.264: as it came, where it is that, else encoded anew.

    Raises:
        NotWritable: the disk is full.
        FixMachine: ffmpeg failed.
    """
    if film.usual:
        target.write_bytes(content)
        return
    source = target.with_name(f"{target.stem}.received")
    source.write_bytes(content)
    even = "scale=trunc(iw/2)*2:trunc(ih/2)*2,setsar=1"
    run(program, [*LOCAL_ONLY, "-i", local_file(source), "-an", "-vf", even, *VIDEO, *MP4, local_file(target)], place=target)
    source.unlink()


def _require_no_text(content: bytes) -> None:
    """Refuses what is empty, or written for people.

    Raises:
        NoFilm: with its first words.
    """
    start = content[:4 * QUOTED].lstrip()
    if not start:
        raise NoFilm("empty")
    if start[:1] in (b"<", b"{", b"["):
        quoted = " ".join(start.decode("utf-8", "ignore").split())[:QUOTED]
        raise NoFilm(f"{'a web page' if start[:1] == b'<' else 'a text'}, {quoted!r}", text=True)


def _measured(container: InputContainer, *, mp4: bool) -> ReceivedFilm:
    stream = _picture_of(container)
    size, codec = (stream.codec_context.width, stream.codec_context.height), stream.codec_context
    if not all(SIDES_PX[0] <= side <= SIDES_PX[1] for side in size):
        raise NoFilm(f"a film of {size[0]}x{size[1]} pixels")
    promised_s = (container.duration or 0) / av.time_base
    if promised_s > LONGEST_S:
        raise NoFilm(f"a film of {promised_s:.0f} s")
    codec.options = {"err_detect": "explode"}
    times_s = []
    for frame in container.decode(stream):
        times_s.append(frame.time or 0.0)
        if times_s[-1] > LONGEST_S:
            raise NoFilm(f"a film of more than {LONGEST_S:.0f} s")
    if not times_s:
        raise NoFilm("a film without a single frame")
    if len(times_s) < stream.frames - MOST_LACKING:
        raise NoFilm(f"a film that lacks {stream.frames - len(times_s)} of its {stream.frames} frames")
    shown_s = max(times_s) - min(times_s) + float(1 / (stream.average_rate or 24))
    if shown_s < promised_s - MISSING_S:
        raise NoFilm(f"a film that ends after {shown_s:.1f} of {promised_s:.1f} s")
    return ReceivedFilm(size, len(times_s), shown_s, mp4 and codec.name == "h264" and codec.pix_fmt == "yuv420p")


def _picture_of(container: InputContainer) -> VideoStream:
    """The stream with the picture; a sound file's cover is none."""
    for stream in container.streams.video:
        if stream.codec_context and not stream.disposition & Disposition.attached_pic:
            stream.thread_type = "AUTO"
            return stream
    raise NoFilm("a file without a moving picture")
