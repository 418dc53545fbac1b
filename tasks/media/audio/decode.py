"""Reads the sound of any media file, as a player would hear it."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

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
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise StoreDamaged(f"{str(path)!r} has no sound track: make it again")
            stream = container.streams.audio[0]
            rate = int(stream.rate)
            length = round(stream.duration * stream.time_base * rate) if stream.duration else None
            samples = _joined((_columns(frame) for frame in container.decode(stream)), length)
    except FFmpegError as error:
        raise StoreDamaged(f"{str(path)!r} cannot be decoded ({error}): make it again") from error
    if not len(samples):
        raise StoreDamaged(f"{str(path)!r} has an empty sound track: make it again")
    return samples, rate


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


def _columns(frame: av.AudioFrame) -> NDArray[np.float32]:
    """A block of samples as (n, channels), whatever its layout and sample format."""
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(-1, len(frame.layout.channels)).T
    if values.dtype.kind == "i":
        values = values / -float(np.iinfo(values.dtype).min)
    columns: NDArray[np.float32] = np.ascontiguousarray(values.T, np.float32)
    return columns
