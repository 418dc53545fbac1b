"""A recording that a voice is learnt from: read as any recording is, and refused early where it teaches nothing."""

from pathlib import Path

from tasks.domain.errors import FixRequest
from tasks.media.audio.voice_file import Samples, check_voice_file, read_voice_file

LONGEST_S = 120.0
"""What comes later is not read: models listen to half a minute at most."""
LEAST_S = 1.0
"""A recording with less voice than this teaches nothing."""


def read_sample(path: Path, name: str) -> Samples:
    """The voice in a recording, (n,) mono at `tasks.media.audio.voice_file.RATE_HZ`, without the silence around it.

    Args:
        path: the file.
        name: what messages call it.

    Raises:
        FixRequest: it is no sound file, or damaged, or there is hardly a voice in it.
    """
    check_voice_file(path, name=name)
    take = read_voice_file(path, name=name, at_most_s=LONGEST_S)
    if take.duration_s < LEAST_S:
        raise FixRequest(f"in the recording {name!r} {take.duration_s:.1f} s of a voice are heard, and {LEAST_S:g} s is the"
                         " least: record some calm sentences")
    return take.samples
