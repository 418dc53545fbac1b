"""WAV files: 16 bit, mono."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FULL_SCALE = 32767
"""The sample value that stands for 1.0."""


def write_wav(path: Path, samples: NDArray[np.float32], rate_hz: int) -> None:
    """Writes a mono file.

    Args:
        path: the file, replaced if it is there.
        samples: (n,) float, -1 to 1; beyond that it is clipped.
        rate_hz: samples a second.
    """
    values = np.rint(np.clip(samples, -1.0, 1.0) * FULL_SCALE).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(values.tobytes())


def read_wav(path: Path) -> tuple[NDArray[np.float32], int]:
    """Reads a 16 bit file; several channels become their mean.

    Returns:
        (n,) float32 samples, -1 to 1, and their rate in Hz.

    Raises:
        ValueError: the file holds other than 16 bit samples.
    """
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError(f"{path.name!r} holds {8 * file.getsampwidth()} bit samples: 16 bit are needed")
        values = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        rate_hz = file.getframerate()
    mono = values[:, 0] if values.shape[1] == 1 else values.mean(axis=1, dtype=np.float32)
    return np.multiply(mono, np.float32(1 / FULL_SCALE), dtype=np.float32), rate_hz


def write_part(source: Path, target: Path, *, start_s: float, end_s: float) -> None:
    """Writes a part of a file, silence where it is beyond the file's end.

    Args:
        source: WAV of 16 bit.
        target: WAV to write, mono, as long as the part.
        start_s: where the part begins.
        end_s: where it ends.

    Raises:
        ValueError: the file holds other than 16 bit samples.
    """
    samples, rate_hz = read_wav(source)
    first, last = round(start_s * rate_hz), round(end_s * rate_hz)
    part = samples[first:last]
    write_wav(target, np.pad(part, (0, last - first - len(part))), rate_hz)
