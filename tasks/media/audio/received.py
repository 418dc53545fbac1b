"""Sound that a service sent: told apart from whatever else it may have sent, and read.

What comes back on a request for speech may be a web page, an error in JSON, nothing, a file cut off in the middle, or in
another format than was asked for. A known format is read, whatever was asked for; anything else is refused in a few words.
"""

import io
import struct

import numpy as np
import soxr
from numpy.typing import NDArray

from tasks.domain.errors import StoreDamaged
from tasks.media.audio.decode import decode_received

LONGEST_S = 600.0
"""No answer to one request is longer; what is, was made to fill the memory."""
RATES_HZ = (8_000, 192_000)
"""Least and greatest number of samples a second of any speech."""
SILENT = 10 ** (-60 / 20)
"""Loudest sample of what is called silent, relative to full scale."""
UNKNOWN_LENGTH = 0x7FFF0000
"""Lengths in the head of a WAV file from here on mean 'until the end': who streams does not know yet how long it gets."""
QUOTED = 120
"""Letters quoted of a text that came in place of sound."""


class NoSound(ValueError):
    """What was received is no sound; the message says what it is."""


def read_received(content: bytes, rate_hz: int) -> NDArray[np.float32]:
    """The sound, whatever format of `format_of` it has.

    Args:
        content: the whole answer.
        rate_hz: samples a second wanted.

    Returns:
        (n,) mono, -1 to 1; several channels become their mean.

    Raises:
        NoSound: it is none, or broken, silent or longer than `LONGEST_S`.
    """
    name = format_of(content)
    if name == "wav":
        _require_whole(content)
    try:
        samples, own_hz = decode_received(io.BytesIO(content), name, longest_s=LONGEST_S)
    except StoreDamaged as error:
        raise NoSound(f"a broken {name} file") from error
    if not RATES_HZ[0] <= own_hz <= RATES_HZ[1]:
        raise NoSound(f"a {name} file of {own_hz} samples a second")
    mono = np.clip(np.nan_to_num(samples.mean(axis=1, dtype=np.float32)), -1, 1)
    if not mono.size or np.abs(mono).max() < SILENT:
        raise NoSound(f"{len(mono) / own_hz:.1f} s of silence")
    return np.asarray(soxr.resample(mono, own_hz, rate_hz), np.float32)


def format_of(content: bytes) -> str:
    """The format by its first bytes, under the name by which it is decoded.

    Raises:
        NoSound: it is none that speech comes in.
    """
    if not content.strip():
        raise NoSound("empty")
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[:4] in (b"fLaC", b"OggS"):
        return {b"fLaC": "flac", b"OggS": "ogg"}[content[:4]]
    if content[:3] == b"ID3" or _is_frame(content, 0xE0, layer=True):
        return "mp3"
    if _is_frame(content, 0xF0, layer=False):
        return "aac"
    raise NoSound(_in_words(content))


def _is_frame(content: bytes, mask: int, *, layer: bool) -> bool:
    """Whether MPEG audio begins here: its sign, and layer bits as mp3 (not 0) or AAC (0) has them."""
    return len(content) > 1 and content[0] == 0xFF and content[1] & mask == mask and bool(content[1] & 0x06) == layer


def _require_whole(content: bytes) -> None:
    """Refuses a WAV file without samples, or with fewer than its head says.

    Raises:
        NoSound: with how much is missing.
    """
    place = 12
    while place + 8 <= len(content):
        kind, size = content[place:place + 4], struct.unpack_from("<I", content, place + 4)[0]
        there = len(content) - place - 8
        if kind == b"data":
            if size < UNKNOWN_LENGTH and there < size:
                raise NoSound(f"a wav file that was cut off: {there} of {size} bytes")
            return
        place += 8 + size + size % 2
    raise NoSound("a broken wav file")


def _in_words(content: bytes) -> str:
    """What a content is that is no sound."""
    start = content[:4 * QUOTED].lstrip()
    try:
        text = " ".join(start.decode("utf-8", "strict" if len(content) < 4 * QUOTED else "ignore").split())[:QUOTED]
    except UnicodeDecodeError:
        text = ""
    if not text.isprintable() or not text:
        return "of no known sound format"
    return f"a web page, {text!r}" if text.startswith("<") else f"a text, {text!r}"
