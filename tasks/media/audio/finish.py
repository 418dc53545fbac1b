"""The sound of the finished file: as loud as platforms expect, and no peak too high, measured after encoding.

Limiting lowers loudness and AAC moves peaks, so gain and ceiling are found by trying: encode, decode, measure, correct. What
was measured is what goes into the reel, since render takes the encoded track over as it is.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.decode import decode_audio
from tasks.media.audio.limiter import limit_blocks
from tasks.media.audio.loudness import integrated_lufs, true_peak_dbtp
from tasks.media.audio.mix import Layer, mix
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
SILENCE_LUFS = -60.0
"""What is softer than this is silence, and stays as it is."""
AAC = ("-c:a", "aac", "-profile:a", "aac_low", "-b:a", "160k", "-flags:a", "+bitexact", "-fflags", "+bitexact",
       "-map_metadata", "-1", "-f", "mp4")
"""How the sound is encoded."""


def finish_sound(layers: Sequence[Layer], frames: int, *, fps: int, program: str, folder: Path) -> Path:
    """Mixes, levels, limits and encodes the sound of a reel.

    Args:
        layers: what sounds, at 48 kHz.
        frames: length of the reel in video frames; the sound gets the very same length.
        fps: frames a second.
        program: ffmpeg.
        folder: where the file is made.

    Returns:
        An mp4 with one AAC-LC track, 48 kHz stereo, -14 LUFS, true peak at most -1 dBTP; silence stays silence.

    Raises:
        NotWritable, FixMachine: as ffmpeg does.
    """
    sound = mix(layers, round(frames * RATE / fps))
    target = folder / "sound.m4a"
    loudness = integrated_lufs(_stereo(sound), RATE)
    if loudness < SILENCE_LUFS:
        _encode([sound], program, target)
        return target
    gain_db, slope, ceiling_db = min(TARGET_LUFS - loudness, MAX_GAIN_DB), 1.0, CEILING_DBTP - HEADROOM_DB
    last = (0.0, loudness)
    for _ in range(TRIES):
        _encode(limit_blocks(sound, RATE, ceiling_db=ceiling_db, gain_db=gain_db), program, target)
        heard, _rate = decode_audio(target)
        loudness, excess_db = integrated_lufs(heard, RATE), true_peak_dbtp(heard) - CEILING_DBTP
        missing_db = TARGET_LUFS - loudness if gain_db < MAX_GAIN_DB else 0.0
        if abs(missing_db) <= CLOSE_LU and excess_db <= 0:
            break
        if gain_db != last[0]:
            slope = min(max((loudness - last[1]) / (gain_db - last[0]), LEAST_SLOPE), 1.0)
        last = (gain_db, loudness)
        gain_db = min(gain_db + missing_db / slope, MAX_GAIN_DB)
        ceiling_db -= excess_db + CORRECTION_DB if excess_db > 0 else 0.0
    return target


def _encode(blocks: Iterable[NDArray[np.float32]], program: str, target: Path) -> None:
    with encoder(program, [*raw_sound(RATE, 2), *AAC, local_file(target)], place=target) as write:
        for block in blocks:
            write(np.ascontiguousarray(_stereo(block)))


def _stereo(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Both ears hear a mono sound alike."""
    return np.broadcast_to(sound, (len(sound), 2))
