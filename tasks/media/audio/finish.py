"""The sound of the finished file: as loud as platforms expect, and no peak too high, measured after encoding.

Limiting lowers loudness and AAC moves peaks, so gain and ceiling are found by trying: encode, decode, measure, correct. What
was measured is what goes into the reel, since the encoded track is taken over as it is. Every try goes through the sound
piece by piece, so memory does not grow with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.decode import decode_pieces
from tasks.media.audio.limiter import limit_blocks
from tasks.media.audio.loudness import measure
from tasks.media.audio.pieces import PIECE, Spool, as_columns
from tasks.media.ffmpeg import encoder, local_file, raw_sound

RATE = 48_000
"""Samples a second of every reel."""
TARGET_LUFS = -14.0
"""Integrated loudness platforms play at; louder is turned down by them, softer sounds weak."""
CEILING_DBTP = -1.0
"""Highest true peak of the encoded sound."""
HEADROOM_DB = 0.5
"""How far below the ceiling the limiter starts, for what AAC adds to peaks."""
CLOSE_LU = 0.1
"""A loudness this near to the target needs no other try."""
CORRECTION_DB = 0.1
"""How much more than the excess the ceiling is lowered, since AAC's peaks move when the level does."""
TRIES = 6
"""Tries at most; the first usually holds."""
LEAST_SLOPE = 0.2
"""Least loudness that a decibel of gain is believed to bring, however much the limiter takes back."""
MAX_GAIN_DB = 24.0
"""Most that soft sound is raised: a hum or hiss must not become the reel's voice."""
SILENCE_LUFS = -55.0
"""What is softer than this is silence, a room at most, and stays as it is."""
AAC = ("-c:a", "aac", "-profile:a", "aac_low", "-b:a", "160k", "-flags:a", "+bitexact", "-fflags", "+bitexact",
       "-map_metadata", "-1", "-f", "mp4")
"""How the sound is encoded."""
FLAC = ("-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-flags:a", "+bitexact", "-fflags", "+bitexact",
        "-map_metadata", "-1", "-f", "flac")
"""How a part of it is kept for an editor: without loss, 24 bit."""


@dataclass(frozen=True)
class Finished:
    """A finished sound.

    Attributes:
        path: an mp4 with one AAC-LC track.
        gain_db: how much louder it was made before limiting.
    """

    path: Path
    gain_db: float


def finish_sound(sound: NDArray[np.float32] | Spool, *, program: str, folder: Path) -> Finished:
    """Levels, limits and encodes the sound of a reel.

    Args:
        sound: (n,), (n, 1) or (n, 2) float32 at 48 kHz, as long as the reel; one channel sounds from both sides.
        program: ffmpeg.
        folder: where the file is made.

    Returns:
        An mp4 with one AAC-LC track, 48 kHz stereo, -14 LUFS, true peak at most -1 dBTP; silence stays silence.

    Raises:
        NotWritable, FixMachine: as ffmpeg does.
    """
    target = folder / "sound.m4a"
    loudness = measure((stereo(piece) for piece in _pieces(sound)), RATE).integrated_lufs
    if loudness < SILENCE_LUFS:
        _encode(_pieces(sound), AAC, program, target)
        return Finished(target, 0.0)
    gain_db, slope, ceiling_db = min(TARGET_LUFS - loudness, MAX_GAIN_DB), 1.0, CEILING_DBTP - HEADROOM_DB
    last = (0.0, loudness)
    for _ in range(TRIES):
        tried_db = gain_db
        _encode(limit_blocks(sound, RATE, ceiling_db=ceiling_db, gain_db=gain_db), AAC, program, target)
        heard = measure(decode_pieces(target), RATE)
        loudness, excess_db = heard.integrated_lufs, heard.true_peak_dbtp - CEILING_DBTP
        missing_db = TARGET_LUFS - loudness if gain_db < MAX_GAIN_DB else 0.0
        if abs(missing_db) <= CLOSE_LU and excess_db <= 0:
            break
        if gain_db != last[0]:
            slope = min(max((loudness - last[1]) / (gain_db - last[0]), LEAST_SLOPE), 1.0)
        last = (gain_db, loudness)
        gain_db = min(gain_db + missing_db / slope, MAX_GAIN_DB)
        ceiling_db -= excess_db + CORRECTION_DB if excess_db > 0 else 0.0
    return Finished(target, tried_db)


def save_part(sound: NDArray[np.float32] | Spool, *, gain_db: float, program: str, target: Path) -> Path:
    """Writes one part of a mix as FLAC, 48 kHz stereo, as loud as in the finished sound.

    Args:
        sound: as for `finish_sound`.
        gain_db: what the whole mix was given.
        program: ffmpeg.
        target: file to make.
    """
    _encode(limit_blocks(sound, RATE, ceiling_db=CEILING_DBTP, gain_db=gain_db), FLAC, program, target)
    return target


def stereo(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both ears hear a mono sound alike; (n,), (n, 1) or (n, 2) in, (n, 2) out."""
    return np.broadcast_to(as_columns(sound), (len(sound), 2))


def _pieces(sound: NDArray[np.float32] | Spool) -> Iterable[NDArray[np.float32]]:
    return (sound[start:start + PIECE] for start in range(0, len(sound), PIECE))


def _encode(blocks: Iterable[NDArray[np.float32]], how: tuple[str, ...], program: str, target: Path) -> None:
    with encoder(program, [*raw_sound(RATE, 2), *how, local_file(target)], place=target) as write:
        for block in blocks:
            write(np.ascontiguousarray(stereo(block)))
