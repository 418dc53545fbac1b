"""A sound file of somebody's own: refused early with a clear sentence, or opened by what it holds, never by its name.

Limits hold before anything is decoded, since a header may say anything. Only containers of sound are opened: a playlist or a
list of files, whatever it is called, leads nowhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
import soxr
from av.error import FFmpegError, InvalidDataError
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.media.audio.decode import columns

MOST_BYTES = 200 * 2**20
"""Larger files are refused: twenty minutes of a studio's uncompressed stereo."""
LONGEST_S = 1200.0
"""Longer sounds are refused: no reel needs them."""
MOST_CHANNELS = 8
"""More channels are a studio's tracks, not a mix."""
FORMATS = "aac,aiff,flac,matroska,mov,mp3,ogg,w64,wav,webm"
"""What is opened at all: no playlist, no text that names other files."""
LOSSLESS = ("pcm_", "flac", "alac")
"""How codecs are called that give back the very samples that were recorded."""
LOUDEST = 8.0
"""What is further above full scale in a file of floating point is a mistake, and is cut there."""


@dataclass(frozen=True)
class SoundFacts:
    """What a file says of its sound."""

    duration_s: float | None
    rate_hz: int
    channels: int
    lossless: bool = True


def check_sound_file(path: Path, kind: str, *, name: str | None = None, rates_hz: tuple[int, int], least_s: float = 0.0
                     ) -> SoundFacts:
    """Looks at a file before it is used; nothing is decoded.

    Args:
        path: the file.
        kind: what it is to be, e.g. 'music', for messages.
        name: what messages call it; default: the file's name.
        rates_hz: lowest and highest rate that is taken.
        least_s: shorter ones are refused.

    Raises:
        FixRequest: it is missing, too large, no sound file, too short or too long, has an odd rate or many channels.
    """
    name = name or path.name
    if not path.is_file():
        raise FixRequest(f"no {kind} file {name!r}: correct the name, or put the file there")
    if path.stat().st_size > MOST_BYTES:
        raise FixRequest(f"the {kind} {name!r} has {path.stat().st_size / 2**20:.0f} MiB, more than {MOST_BYTES // 2**20}:"
                         " save it as MP3 or AAC")
    with OpenedSound(path, f"{kind} {name!r}") as opened:
        facts = opened.facts()
    if not rates_hz[0] <= facts.rate_hz <= rates_hz[1]:
        raise FixRequest(f"the {kind} {name!r} claims {facts.rate_hz!r} samples a second, and {rates_hz[0]} to {rates_hz[1]}"
                         " are taken: save it again with 48000")
    if not 1 <= facts.channels <= MOST_CHANNELS:
        raise FixRequest(f"the {kind} {name!r} has {facts.channels!r} channels, and {MOST_CHANNELS} are the most: mix it"
                         " down to two")
    if facts.duration_s is not None and facts.duration_s > LONGEST_S:
        raise FixRequest(f"the {kind} {name!r} lasts {facts.duration_s / 60:.0f} minutes, more than {LONGEST_S / 60:.0f}:"
                         " cut out the part you want")
    if facts.duration_s is not None and facts.duration_s < least_s:
        raise FixRequest(f"the {kind} {name!r} lasts {facts.duration_s:.2f} s: choose one of at least {least_s:g} s")
    return facts


class OpenedSound:
    """An open sound file, a context; its errors are ours.

    Args:
        path: the file.
        what: how messages call it, e.g. "music 'song.mp3'".

    Raises:
        FixRequest: it cannot be read as sound, has no sound track, or one that nothing here decodes.
    """

    def __init__(self, path: Path, what: str) -> None:
        self._what, self.damaged = what, False
        options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
        try:
            self._container = av.open(str(path), container_options=options)
        except (FFmpegError, ValueError) as error:
            raise FixRequest(f"the {what} cannot be read as sound ({_said(error)}): choose a WAV, MP3, AAC, FLAC or OGG"
                             " file") from error

    def __enter__(self) -> "OpenedSound":
        try:
            self.facts()
        except FixRequest:
            self._container.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def facts(self) -> SoundFacts:
        """What the file says of its first sound track."""
        if not self._container.streams.audio:
            raise FixRequest(f"the {self._what} has no sound track: choose a file with one")
        stream = self._container.streams.audio[0]
        if stream.codec_context is None:
            raise FixRequest(f"the {self._what} is of a kind that is not read here: save it as WAV, MP3, AAC, FLAC or OGG")
        length = stream.duration * stream.time_base if stream.duration else (self._container.duration or 0) / av.time_base
        return SoundFacts(float(length) or None, int(stream.rate or 0), int(stream.channels),
                          stream.codec_context.name.startswith(LOSSLESS))

    def pieces(self, layout: Literal["mono", "stereo"] = "stereo") -> Iterator[NDArray[np.float32]]:
        """The sound as (n, channels) float32 at its own rate; packets that cannot be decoded are left out and noted."""
        stream = self._container.streams.audio[0]
        both = av.AudioResampler(format="fltp", layout=layout, rate=stream.rate)
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
        except (InvalidDataError, ValueError):
            self.damaged = True
        except FFmpegError as error:
            raise FixRequest(f"the {self._what} cannot be decoded ({_said(error)}): save it again") from error
        return []


def resampled(pieces: Iterable[NDArray[np.float32]], rate_hz: int, to_rate_hz: int, *, channels: int = 2, at_most_s: float
              ) -> Iterator[NDArray[np.float32]]:
    """The same sound at another rate, piece by piece.

    Args:
        pieces: (n, channels) each.
        rate_hz: their samples a second.
        to_rate_hz: samples a second wanted.
        channels: how many.
        at_most_s: what comes later is not asked for.
    """
    stream, left = soxr.ResampleStream(rate_hz, to_rate_hz, channels), round(at_most_s * to_rate_hz)
    for piece in pieces:
        made = stream.resample_chunk(np.ascontiguousarray(piece))[:left]
        left -= len(made)
        yield made
        if not left:
            return
    yield stream.resample_chunk(np.zeros((0, channels), np.float32), last=True)[:left]


def _said(error: Exception) -> str:
    """What went wrong, without numbers and paths."""
    return str(getattr(error, "strerror", None) or error)
