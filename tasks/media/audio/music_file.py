"""Music from a file of somebody's own: refused early with a clear sentence, or read whatever its rate and channels are.

Limits hold before anything is decoded, and again while it is, since a header may say anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import soxr
from av.error import FFmpegError, InvalidDataError
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.media.audio.decode import columns
from tasks.media.audio.pieces import PIECE, Spool, in_pieces

RATE = 48_000
"""Samples a second of what comes out."""
MOST_BYTES = 200 * 2**20
"""Larger files are refused: twenty minutes of a studio's uncompressed stereo."""
LONGEST_S = 1200.0
"""Longer music is refused: no reel needs it."""
LEAST_S = 1.0
"""Shorter sounds are no music to be looped."""
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 4000, 384_000
"""Rates that occur; others mean that the file is damaged."""
MOST_CHANNELS = 8
"""More channels are a studio's tracks, not a mix."""
FORMATS = "aac,aiff,flac,matroska,mov,mp3,ogg,w64,wav,webm"
"""What is opened at all: no playlist, no text that names other files."""
GOOD_RATE_HZ = 22_050
"""Below this rate music sounds dull, and its owner is told."""
LOUDEST = 8.0
"""What is further above full scale in a file of floating point is a mistake, and is cut there."""
SILENCE = 10 ** (-50 / 20)
"""Level under which a stretch is silent."""
SILENCE_STEP_S = 0.05
"""Length of such stretches."""
FULL_SCALE, FLAT, FLAT_SAMPLES, CLIPS = 0.985, 1e-5, 6, 5
"""A clip: this many samples in a row no lower than full scale and no further apart than `FLAT`; so many make a warning."""


@dataclass(frozen=True)
class MusicFacts:
    """What a file says of its sound."""

    duration_s: float | None
    rate_hz: int
    channels: int


@dataclass(frozen=True)
class Music:
    """Music, read.

    Attributes:
        sound: 48 kHz stereo without the silence around it; None where there is nothing but silence.
        warnings: what its owner should know.
    """

    sound: Spool | None
    warnings: tuple[str, ...]


def check_music(path: Path) -> MusicFacts:
    """Looks at a file before it is used as music; nothing is decoded.

    Raises:
        FixRequest: it is missing, too large, no sound file, too short or too long, or has many channels.
    """
    name = path.name
    if not path.is_file():
        raise FixRequest(f"no music file {name!r}: correct the name, or put the file there")
    if path.stat().st_size > MOST_BYTES:
        raise FixRequest(f"the music {name!r} has {path.stat().st_size / 2**20:.0f} MiB, more than {MOST_BYTES // 2**20}:"
                         " save it as MP3 or AAC")
    with _Opened(path, name) as opened:
        facts = opened.facts()
    if not LOWEST_RATE_HZ <= facts.rate_hz <= HIGHEST_RATE_HZ:
        raise FixRequest(f"the music {name!r} claims {facts.rate_hz!r} samples a second: it is damaged, save it again")
    if not 1 <= facts.channels <= MOST_CHANNELS:
        raise FixRequest(f"the music {name!r} has {facts.channels!r} channels, and {MOST_CHANNELS} are the most: mix it down"
                         " to two")
    if facts.duration_s is not None and facts.duration_s > LONGEST_S:
        raise FixRequest(f"the music {name!r} lasts {facts.duration_s / 60:.0f} minutes, more than {LONGEST_S / 60:.0f}:"
                         " cut out the part you want")
    if facts.duration_s is not None and facts.duration_s < LEAST_S:
        raise FixRequest(f"the music {name!r} lasts {facts.duration_s:.2f} s: choose a piece of at least {LEAST_S:g} s")
    return facts


def read_music(path: Path, place: Path, *, name: str, at_most_s: float) -> Music:
    """Decodes music to 48 kHz stereo.

    Args:
        path: the file.
        place: where the decoded sound is kept.
        name: what messages call it.
        at_most_s: what comes later than this is not read.

    Raises:
        FixRequest: the file cannot be read.
    """
    with _Opened(path, name) as opened:
        facts, watch = opened.facts(), _Watch()
        source = opened.pieces()
        raw = Spool(place.with_name(f"{place.name}-whole")).fill(
            _resampled(watch.watched(source), facts.rate_hz, min(at_most_s, LONGEST_S)))
        damaged = opened.damaged
    warnings = [f"the music {name!r} {what}" for said, what in (
        (damaged, "is damaged in places, which were left out"),
        (watch.clips >= CLIPS, f"is clipped in {watch.clips} places and sounds harsh there: use a version with less gain"),
        (facts.rate_hz < GOOD_RATE_HZ, f"has {facts.rate_hz} samples a second and sounds dull: use one with 44100 or more"),
    ) if said]
    first, end = sounding(raw)
    if end - first < round(LEAST_S * RATE):
        raw.remove()
        return Music(None, (*warnings, f"the music {name!r} is silent: the reel has none"))
    sound = Spool(place).fill(raw[start:min(start + PIECE, end)] for start in range(first, end, PIECE))
    raw.remove()
    return Music(sound, tuple(warnings))


def sounding(sound: Spool) -> tuple[int, int]:
    """First sample that sounds, and the one after the last; (0, 0) for silence."""
    step = round(SILENCE_STEP_S * RATE)
    levels = np.concatenate([np.zeros(0), *(
        np.abs(np.pad(piece, ((0, -len(piece) % step), (0, 0)))).reshape(-1, 2 * step).max(axis=1)
        for piece in sound.pieces(step * 50))])
    loud = np.flatnonzero(levels > SILENCE)
    return (int(loud[0]) * step, min((int(loud[-1]) + 1) * step, len(sound))) if loud.size else (0, 0)


class _Opened:
    """An open sound file; its errors are ours."""

    def __init__(self, path: Path, name: str) -> None:
        self._name, self.damaged = name, False
        options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
        try:
            self._container = av.open(str(path), container_options=options)
        except (FFmpegError, ValueError) as error:
            raise FixRequest(f"the music {name!r} cannot be read as sound ({error}): choose a WAV, MP3, AAC, FLAC or OGG"
                             " file") from error

    def __enter__(self) -> "_Opened":
        try:
            self.facts()
        except FixRequest:
            self._container.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def facts(self) -> MusicFacts:
        """What the file says of its first sound track."""
        if not self._container.streams.audio:
            raise FixRequest(f"the music {self._name!r} has no sound track: choose a file with one")
        stream = self._container.streams.audio[0]
        length = stream.duration * stream.time_base if stream.duration else (self._container.duration or 0) / av.time_base
        return MusicFacts(float(length) or None, int(stream.rate or 0), int(stream.channels))

    def pieces(self) -> Iterator[NDArray[np.float32]]:
        """The sound as (n, 2) float32 at its own rate; packets that cannot be decoded are left out and noted."""
        stream = self._container.streams.audio[0]
        both = av.AudioResampler(format="fltp", layout="stereo", rate=stream.rate)
        packets = self._container.demux(stream)
        while (packet := self._next(packets)) is not None:
            for frame in self._tried(packet.decode):
                for part in self._tried(both.resample, frame):
                    yield np.clip(np.nan_to_num(columns(part)), -LOUDEST, LOUDEST)

    def _next(self, packets: Iterator[Any]) -> Any:
        try:
            return next(packets, None)
        except FFmpegError:
            self.damaged = True
            return None

    def _tried(self, work: Any, *given: Any) -> list[Any]:
        try:
            return list(work(*given))
        except InvalidDataError:
            self.damaged = True
        except FFmpegError as error:
            raise FixRequest(f"the music {self._name!r} cannot be decoded ({error}): save it again") from error
        return []


class _Watch:
    """Counts clips in sound on its way."""

    def __init__(self) -> None:
        self.clips = 0

    def watched(self, pieces: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """The same sound."""
        for piece in in_pieces(pieces, PIECE):
            for channel in piece.T:
                self.clips += clips(channel)
            yield piece


def clips(channel: NDArray[np.float32]) -> int:
    """How many runs of a channel are cut off flat at full scale."""
    level = np.abs(channel)
    flat = (level[1:] >= FULL_SCALE) & (level[:-1] >= FULL_SCALE) & (np.abs(np.diff(channel)) <= FLAT)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat.astype(np.int8), [0]])))
    return int(np.count_nonzero(edges[1::2] - edges[::2] >= FLAT_SAMPLES - 1))


def _resampled(pieces: Iterator[NDArray[np.float32]], rate_hz: int, at_most_s: float) -> Iterator[NDArray[np.float32]]:
    stream, left = soxr.ResampleStream(rate_hz, RATE, 2), round(at_most_s * RATE)
    for piece in pieces:
        made = stream.resample_chunk(np.ascontiguousarray(piece))[:left]
        left -= len(made)
        yield made
        if not left:
            return
    yield stream.resample_chunk(np.zeros((0, 2), np.float32), last=True)[:left]
