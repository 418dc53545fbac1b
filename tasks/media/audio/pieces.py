"""Long sounds piece by piece: cut to other lengths on the way, or kept on disk, so that memory does not grow with them."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECE = 1 << 17
"""Samples read at once unless another length is asked for: 2.7 seconds, a megabyte of stereo."""
_BYTES = 4
"""Of one float32."""


def in_pieces(pieces: Iterable[NDArray[Any]], size: int) -> Iterator[NDArray[Any]]:
    """The same sound in pieces of `size` samples; the last may be shorter, and none is empty.

    Args:
        pieces: (n,) or (n, channels) each, of any lengths.
        size: samples, 1 or more.
    """
    waiting: list[NDArray[Any]] = []
    held = 0
    for piece in pieces:
        waiting.append(piece)
        held += len(piece)
        if held < size:
            continue
        joined = np.concatenate(waiting) if len(waiting) > 1 else piece
        whole = held // size * size
        for start in range(0, whole, size):
            yield joined[start:start + size]
        waiting, held = [joined[whole:]], held - whole
    if held:
        yield np.concatenate(waiting)


def as_columns(piece: NDArray[Any]) -> NDArray[Any]:
    """(n,) as (n, 1); (n, channels) as it is."""
    return piece if piece.ndim == 2 else piece[:, None]


def exactly(pieces: Iterable[NDArray[Any]], length: int) -> Iterator[NDArray[Any]]:
    """The same sound cut at `length` samples, or with silence up to there; (n, channels) each, at least one piece."""
    left, channels = length, 1
    for piece in pieces:
        fitting, channels = as_columns(piece)[:left], as_columns(piece).shape[1]
        left -= len(fitting)
        yield fitting
        if not left:
            return
    for start in range(0, left, PIECE):
        yield np.zeros((min(PIECE, left - start), channels), np.float32)


class Spool:
    """A stereo sound kept in a file of raw samples: written once from start to end, read anywhere and as often as wanted.

    Args:
        path: the file; replaced.
    """

    ndim = 2
    """Like an array of (n, 2)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._length = 0
        path.write_bytes(b"")

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> NDArray[np.float32]:
        start, stop, _ = part.indices(self._length)
        count = max(0, stop - start)
        samples = np.fromfile(self._path, "<f4", 2 * count, offset=2 * _BYTES * start)
        return samples.astype(np.float32, copy=False).reshape(count, 2)

    def fill(self, pieces: Iterable[NDArray[np.float32]]) -> "Spool":
        """Appends pieces, (n, 2) or mono as (n,) or (n, 1), and gives the spool itself."""
        with self._path.open("ab") as file:
            for piece in pieces:
                both = np.broadcast_to(as_columns(piece), (len(piece), 2))
                file.write(np.ascontiguousarray(both, "<f4").data)
                self._length += len(piece)
        return self

    def pieces(self, size: int = PIECE) -> Iterator[NDArray[np.float32]]:
        """The sound from its start, (n, 2) float32 each."""
        return (self[start:start + size] for start in range(0, self._length, size))

    def remove(self) -> None:
        """Removes the file; the spool is of no use any more."""
        self._path.unlink(missing_ok=True)
