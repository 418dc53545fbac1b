"""What a video file says of itself, and what its packets show; nothing is decoded.

Units: pixels, seconds, frames a second. The frame rate is constant when the presentation times of all packets, sorted, are
equally far apart; the index comes first when the box `moov` stands before `mdat` (ISO/IEC 14496-12, section 6.2.3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from tasks.domain.errors import StoreDamaged

COLOUR_CODES = {1: "bt709", 2: "unknown", 5: "bt470bg", 6: "smpte170m", 9: "bt2020"}
"""Names of ITU-T H.273 code points that occur in practice."""
RANGES = {1: "tv", 2: "pc"}
"""Limited and full range."""


@dataclass(frozen=True)
class FileFacts:
    """Facts of one file.

    Attributes:
        size: (width, height) in pixels.
        frame_times_s: when each frame is shown, in order.
        keyframes: indices of frames that decode by themselves.
        colour: range, primaries, transfer and matrix, e.g. 'tv bt709 bt709 bt709'.
        pixel_aspect: width of a pixel over its height.
        index_first: playing can start before all is loaded.
        video_s, audio_s: length of the tracks.
        start_gap_s: how much later the sound starts than the picture.
    """

    size: tuple[int, int]
    frame_times_s: tuple[float, ...]
    keyframes: tuple[int, ...]
    video_codec: str
    video_profile: str
    pixel_format: str
    colour: str
    pixel_aspect: float
    index_first: bool
    video_s: float
    audio_codec: str
    audio_profile: str
    sample_rate: int
    channels: int
    audio_s: float
    start_gap_s: float

    @property
    def fps(self) -> float:
        """Mean frame rate."""
        return len(self.frame_times_s) / self.video_s

    def rate_deviation_s(self, fps: float) -> float:
        """How far the worst frame is from its place at a constant rate."""
        first = self.frame_times_s[0]
        return max(abs(time - first - index / fps) for index, time in enumerate(self.frame_times_s))


def read_media_facts(path: Path) -> FileFacts:
    """Reads the facts of a video file with sound.

    Raises:
        StoreDamaged: it cannot be read, or lacks picture or sound.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.video or not container.streams.audio:
                raise StoreDamaged(f"{str(path)!r} has no picture or no sound: render it again")
            return _facts(container, index_comes_first(path))
    except FFmpegError as error:
        raise StoreDamaged(f"{str(path)!r} cannot be read ({error}): render it again") from error


def index_comes_first(path: Path) -> bool:
    """True when an mp4's index stands before its content."""
    kinds = list(top_boxes(path))
    return b"moov" in kinds and (b"mdat" not in kinds or kinds.index(b"moov") < kinds.index(b"mdat"))


def top_boxes(path: Path) -> Iterator[bytes]:
    """Types of an mp4's outermost boxes, in order."""
    end = path.stat().st_size
    with path.open("rb") as file:
        while file.tell() + 8 <= end:
            start, head = file.tell(), file.read(8)
            size = int.from_bytes(head[:4], "big")
            if size == 1:
                size = int.from_bytes(file.read(8), "big")
            yield head[4:]
            if size < 8:
                return
            file.seek(start + size)


def _facts(container: av.container.InputContainer, index_first: bool) -> FileFacts:
    video, audio = container.streams.video[0], container.streams.audio[0]
    context = video.codec_context
    packets = sorted((float(packet.pts * packet.time_base), packet.is_keyframe)
                     for packet in container.demux(video) if packet.pts is not None)
    codes = [int(code) for code in (context.color_primaries, context.color_trc, context.colorspace)]
    colour = [RANGES.get(int(context.color_range), "unknown"), *(COLOUR_CODES.get(code, str(code)) for code in codes)]
    return FileFacts(
        size=(context.width, context.height), frame_times_s=tuple(time for time, _ in packets),
        keyframes=tuple(index for index, (_, key) in enumerate(packets) if key),
        video_codec=context.name, video_profile=str(context.profile), pixel_format=str(context.pix_fmt),
        colour=" ".join(colour),
        pixel_aspect=float(context.sample_aspect_ratio or 1), index_first=index_first,
        video_s=_length_s(video), audio_codec=audio.codec_context.name, audio_profile=str(audio.profile),
        sample_rate=int(audio.rate), channels=int(audio.channels), audio_s=_length_s(audio),
        start_gap_s=_start_s(audio) - _start_s(video))


def _length_s(stream: av.stream.Stream) -> float:
    return float((stream.duration or 0) * stream.time_base)


def _start_s(stream: av.stream.Stream) -> float:
    return float(max(stream.start_time or 0, 0) * stream.time_base)
