"""Reads the sound of any media file, as a player would hear it."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from tasks.domain.errors import StoreDamaged


def decode_audio(path: Path) -> tuple[NDArray[np.float32], int]:
    """Decodes the first sound track; what an encoder put before and after it is left out, as the file says.

    Returns:
        (n, channels) float32, full scale 1.0, and samples a second.

    Raises:
        StoreDamaged: the file cannot be read, or has no sound.
    """
    with _sound_track(path) as (container, stream):
        rate, length = int(stream.rate), _length(stream)
        samples = _joined((columns(frame) for frame in container.decode(stream)), length)
    if not len(samples):
        raise StoreDamaged(f"{str(path)!r} has an empty sound track: make it again")
    return samples, rate


def decode_pieces(path: Path) -> Iterator[NDArray[np.float32]]:
    """What `decode_audio` gives, piece by piece, for sounds too long to be held.

    Raises:
        StoreDamaged: the file cannot be read, or has no sound; as soon as that is seen.
    """
    with _sound_track(path) as (container, stream):
        left = _length(stream)
        for frame in container.decode(stream):
            piece = columns(frame)
            if left is not None:
                piece = piece[:left]
                left -= len(piece)
            yield piece


def decode_received(content: BinaryIO, name: str, *, longest_s: float) -> tuple[NDArray[np.float32], int]:
    """Decodes a content that came from outside, as the format it shows, and no further than it may be long.

    Args:
        content: the bytes.
        name: the format, e.g. 'wav'; nothing else is tried, so that no content can name other files.
        longest_s: what is longer is refused.

    Returns:
        (n, channels) float32, full scale 1.0, and samples a second.

    Raises:
        StoreDamaged: it cannot be read, has no sound, or is too long.
    """
    with _sound_track(content, name) as (container, stream):
        rate, blocks, count = int(stream.rate), [np.zeros((0, 1), np.float32)], 0
        for frame in container.decode(stream):
            blocks.append(columns(frame))
            count += len(blocks[-1])
            if count > longest_s * rate:
                raise StoreDamaged(f"it is longer than {longest_s:.0f} s")
    return np.concatenate(blocks[1:] or blocks), rate


def columns(frame: av.AudioFrame) -> NDArray[np.float32]:
    """A block of samples as (n, channels), whatever its layout and sample format."""
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, len(frame.layout.channels)).T
    if values.dtype.kind == "i":
        values = values / -float(np.iinfo(values.dtype).min)
    found: NDArray[np.float32] = np.ascontiguousarray(values.T, np.float32)
    return found


@contextmanager
def _sound_track(source: Path | BinaryIO, name: str | None = None) -> Iterator[tuple[Any, Any]]:
    """The open file and its first sound track."""
    called = repr(str(source)) if isinstance(source, Path) else "what was received"
    try:
        with av.open(str(source) if isinstance(source, Path) else source, format=name) as container:
            if not container.streams.audio:
                raise StoreDamaged(f"{called} has no sound track: make it again")
            if container.streams.audio[0].codec_context is None:
                raise StoreDamaged(f"{called} has a sound track of a kind that is not read here: make it again")
            yield container, container.streams.audio[0]
    except FFmpegError as error:
        raise StoreDamaged(f"{called} cannot be decoded ({error}): make it again") from error


def _length(stream: Any) -> int | None:
    """Samples the file says there are; None where it does not say."""
    return round(stream.duration * stream.time_base * stream.rate) if stream.duration else None


def _joined(blocks: Iterator[NDArray[np.float32]], length: int | None) -> NDArray[np.float32]:
    """Blocks one after the other, cut at `length`; written in place, since a long sound is not to be held twice."""
    first = next(blocks, np.zeros((0, 1), np.float32))
    if length is None:
        return np.concatenate([first, *blocks])
    joined = np.empty((length, first.shape[1]), np.float32)
    filled = 0
    for block in chain([first], blocks):
        part = block[: length - filled]
        joined[filled:filled + len(part)] = part
        filled += len(part)
    return joined[:filled]
