"""A recording that a voice is learnt from: read whatever its format is, and refused early where it teaches nothing."""

from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.media.audio.decode import columns
from tasks.media.audio.music_file import FORMATS
from tasks.media.audio.trimming import voiced_part

MOST_BYTES = 200 * 2**20
"""Larger files are refused."""
LONGEST_S = 120.0
"""What comes later is not read: models listen to half a minute at most."""
LEAST_S = 1.0
"""A recording with less voice than this teaches nothing."""


def read_sample(path: Path, name: str) -> tuple[NDArray[np.float32], int]:
    """The voice in a recording, without the silence around it.

    Args:
        path: the file.
        name: what messages call it.

    Returns:
        (n,) mono float32, -1 to 1, and samples a second.

    Raises:
        FixRequest: it is too large or no sound file, or there is hardly a voice in it.
    """
    if path.stat().st_size > MOST_BYTES:
        raise FixRequest(f"the recording {name!r} has more than {MOST_BYTES // 2**20} MiB: half a minute of speech is"
                         " enough")
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        with av.open(str(path), container_options=options) as container:
            if not container.streams.audio:
                raise FixRequest(f"the recording {name!r} has no sound track: choose a file with one")
            stream = container.streams.audio[0]
            rate_hz, parts, length = int(stream.rate), [np.zeros(0, np.float32)], 0
            for frame in container.decode(stream):
                parts.append(columns(frame).mean(axis=1, dtype=np.float32))
                length += len(parts[-1])
                if length >= LONGEST_S * rate_hz:
                    break
    except (FFmpegError, ValueError) as error:
        raise FixRequest(f"the recording {name!r} cannot be read as sound ({error}): choose a WAV, MP3, AAC, FLAC or OGG"
                         " file") from error
    samples = np.clip(np.nan_to_num(np.concatenate(parts)), -1, 1).astype(np.float32)
    first, end = voiced_part(samples, rate_hz)
    if end - first < LEAST_S * rate_hz:
        raise FixRequest(f"in the recording {name!r} {(end - first) / rate_hz:.1f} s of sound are heard, and {LEAST_S:g} s"
                         " is the least: record some calm sentences")
    return samples[first:end], rate_hz
