"""Measures the most memory that mixing takes, for a short and a long reel, each in a process of its own.

    python benchmarks/sound_memory.py            # 30 and 180 seconds
    python benchmarks/sound_memory.py 20 600

The voice is noise that speaks half of the time; music, an effect and stems are made too.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

RATE = 48_000


def main() -> None:
    """Starts a process for each length."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=int, nargs="*", default=[30, 180])
    parser.add_argument("--mix", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    for seconds in options.seconds:
        if options.mix:
            mix(options.mix, seconds)
            continue
        with tempfile.TemporaryDirectory() as folder:
            write_voice(Path(folder), seconds)
            subprocess.run([sys.executable, __file__, str(seconds), "--mix", folder], check=True)


def write_voice(folder: Path, seconds: int) -> None:
    """A voice of known times, written by another process than the one that is measured."""
    from tasks.media.audio.wav import write_wav

    times = np.arange(seconds * RATE) / RATE
    noise = np.tanh(np.convolve(np.random.default_rng(0).standard_normal(len(times)), np.ones(16) / 4, "same"))
    write_wav(folder / "voice.wav", (0.16 * noise * (times % 3 < 1.5)).astype(np.float32), RATE)


def mix(folder: Path, seconds: int) -> None:
    """Mixes, and prints what it took."""
    from tasks.domain.overlays import Cue
    from tasks.domain.speech import Alignment, Word
    from tasks.media.ffmpeg import find_ffmpeg
    from tasks.sound.mix import MixedSound, Score

    words = tuple(Word(text="word", start_s=start, end_s=start + 1.5, beat=0) for start in range(0, seconds - 2, 3))
    score = Score(voice=folder / "voice.wav", alignment=Alignment(words=words, phonemes=(), engine="e", version="1"),
                  duration_s=seconds, tail_s=2.4, music="calm", cues=(Cue(kind="image", start_s=5, end_s=7),))
    before = highest_mib()
    MixedSound(program=find_ffmpeg()).mix(score, folder, stems=True, progress=lambda _: None)
    print(f"{seconds} s: at most {highest_mib():.0f} MiB, {before:.0f} of them before the mix")


def highest_mib() -> float:
    """The most memory this process ever held; on Linux."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found.group(1)) / 1024 if found else float("nan")


if __name__ == "__main__":
    main()
