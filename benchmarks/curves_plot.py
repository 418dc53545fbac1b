"""Draws what a script does to the avatar: waveform, phonemes, and every curve of mouth, head, eyes and camera.

    python benchmarks/curves_plot.py "Papa bought my brother a boat." out/curves.png
    python benchmarks/curves_plot.py examples/three-habits.yaml out/curves.png --seconds 0 8 --seed 3

Red bands are /p b m/, where `press` must reach 1 and `jaw` 0; blue bands are /f v/, where `tuck` must rise. The figures
printed: how far vowels open, how fast the head turns, how often the eyes blink.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.animation.base import Take
from tasks.animation.puppet import PuppetAnimation
from tasks.domain.plan import Voice
from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS, frame_count
from tasks.lipsync.dynamics import LEAD_S
from tasks.lipsync.viseme_table import is_vowel, visemes_of
from tasks.lipsync.visemes import VisemeLipSync
from tasks.media.audio.envelope import frame_loudness
from tasks.media.curves import Curves
from tasks.script.parse import parse_script, read_script
from tasks.speech.base import RATE_HZ
from tasks.speech.espeak import EspeakVoice

ROWS = (("jaw", "wide", "press"), ("upper", "lower", "tuck", "tongue"), ("yaw", "pitch", "roll", "sway"),
        ("brow", "smile", "blink", "breath"), ("gaze_x", "gaze_y"), ("zoom", "pan_x", "pan_y"))
BANDS = {"pbm": "tab:red", "fv": "tab:blue"}


@dataclass(frozen=True)
class Rehearsal:
    """A text spoken and acted, without being drawn."""

    samples: NDArray[np.float32]
    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    loudness: NDArray[np.float32]
    mouth: Curves
    motion: Curves


def rehearse(text_or_path: str, *, voice: str = "en-us", rate: float = 1.0, seed: int = 1, content: str = "",
             face_yaw_rad: float = 0.0) -> Rehearsal:
    """Speaks a script, a file or plain text, and moves a face to it, which may look to the side."""
    is_file = text_or_path.endswith((".yaml", ".yml", ".md", ".txt"))
    script = read_script(Path(text_or_path)) if is_file else parse_script(text_or_path)
    language = {"en-us": "en-US", "en-gb": "en-GB"}.get(voice.split("+")[0], voice.split("+")[0])
    recording = EspeakVoice(Voice(name=voice, language=language, rate=rate)).read(script)
    words, phonemes = recording.words or (), recording.phonemes or ()
    loudness = frame_loudness(recording.samples, RATE_HZ, FPS, frame_count(recording.duration_s))
    take = Take(words, phonemes, loudness, seed=seed, content=content, face_yaw_rad=face_yaw_rad,
                directions=[beat.direct for beat in script.beats])
    return Rehearsal(recording.samples, words, phonemes, loudness, VisemeLipSync().mouth(phonemes, loudness),
                     PuppetAnimation().motion(take))


def main() -> None:
    """Draws the plot and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("script", help="a script file, or the text itself")
    parser.add_argument("plot", type=Path, help="PNG to write")
    parser.add_argument("--seconds", type=float, nargs=2, metavar=("FROM", "TO"), help="part to draw (default: all)")
    parser.add_argument("--voice", default="en-us")
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rehearsal = rehearse(options.script, voice=options.voice, rate=options.rate, seed=options.seed)
    options.plot.parent.mkdir(parents=True, exist_ok=True)
    plot(rehearsal, options.plot, options.seconds or (0.0, len(rehearsal.samples) / RATE_HZ))
    print(figures(rehearsal))


def plot(rehearsal: Rehearsal, path: Path, part_s: tuple[float, float]) -> None:
    """Writes the picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1 + len(ROWS), 1, figsize=(20, 20), sharex=True, gridspec_kw={"hspace": 0.06})
    draw_sound(axes[0], rehearsal)
    instants_s = np.arange(len(rehearsal.loudness)) / FPS
    for axis, names in zip(axes[1:], ROWS, strict=True):
        for name in names:
            curve = {**rehearsal.mouth.values, **rehearsal.motion.values}[name]
            axis.plot(instants_s, curve, ".-", label=name, markersize=3, linewidth=1)
        axis.legend(loc="upper right")
        axis.grid(alpha=0.25)
    for axis in axes[1:3]:
        mark_sounds(axis, rehearsal.phonemes)
    for word in rehearsal.words:
        axes[3].text(word.start_s, 0.095, word.text, fontsize=9, clip_on=True)
    axes[3].set_ylim(-0.115, 0.115)
    axes[0].set_xlim(*part_s)
    figure.savefig(path, dpi=60, bbox_inches="tight")


def draw_sound(axis: Any, rehearsal: Rehearsal) -> None:
    """Waveform, loudness and phonemes; stressed ones in red."""
    axis.plot(np.arange(len(rehearsal.samples)) / RATE_HZ, rehearsal.samples, linewidth=0.4)
    axis.plot((np.arange(len(rehearsal.loudness)) + 0.5) / FPS, rehearsal.loudness * 0.5)
    for phoneme in rehearsal.phonemes:
        axis.text((phoneme.start_s + phoneme.end_s) / 2, 0.62, phoneme.ipa, ha="center", fontsize=10, clip_on=True,
                  color="tab:red" if phoneme.stress == 1 else "black")
    axis.set_ylim(-0.75, 0.75)


def mark_sounds(axis: Any, phonemes: tuple[Phoneme, ...]) -> None:
    """Bands where lips must meet, thin lines where other sounds begin; all moved by the lead, as the mouth is."""
    for phoneme in phonemes:
        colour = BANDS.get(visemes_of(phoneme.ipa)[0])
        if colour:
            axis.axvspan(phoneme.start_s - LEAD_S, phoneme.end_s - LEAD_S, color=colour, alpha=0.15)
        else:
            axis.axvline(phoneme.start_s - LEAD_S, color="black", alpha=0.12, linewidth=0.8)


def figures(rehearsal: Rehearsal) -> str:
    """What can be counted, one line each."""
    mouth, motion = rehearsal.mouth.values, rehearsal.motion.values
    parted = mouth["jaw"] + mouth["upper"] + mouth["lower"]
    near = {viseme: [frames_around(phoneme, len(parted)) for phoneme in rehearsal.phonemes
                     if viseme in visemes_of(phoneme.ipa)] for viseme in BANDS}
    vowels = [mouth["jaw"][frames_around(phoneme, len(parted))].max() for phoneme in rehearsal.phonemes
              if is_vowel(phoneme.ipa) and phoneme.stress == 1]
    speeds = {axis: np.degrees(np.abs(np.diff(motion[axis])).max() * FPS) for axis in ("yaw", "pitch", "roll")}
    blinks = np.count_nonzero((motion["blink"][1:] > 0.99) & (motion["blink"][:-1] <= 0.99))
    return "\n".join((
        f"{len(parted) / FPS:.1f} s, {len(rehearsal.words)} words, {len(rehearsal.phonemes)} phonemes",
        f"p b m: {sum(parted[frames].min() == 0 for frames in near['pbm'])} of {len(near['pbm'])} closed",
        f"f v: {sum(mouth['tuck'][frames].max() > 0.9 for frames in near['fv'])} of {len(near['fv'])} on the teeth",
        f"stressed vowels, greatest jaw: median {np.median(vowels):.2f}, least {min(vowels):.2f}, most {max(vowels):.2f}",
        "greatest change from frame to frame: " + ", ".join(
            f"{name} {np.abs(np.diff(curve)).max():.2f}" for name, curve in mouth.items()),
        "head, greatest angle in degrees: " + ", ".join(
            f"{axis} {np.degrees(np.abs(motion[axis]).max()):.1f}" for axis in speeds),
        "head, greatest speed in degrees a second: " + ", ".join(f"{axis} {speed:.1f}" for axis, speed in speeds.items()),
        f"blinks a minute: {blinks * 60 * FPS / len(parted):.1f}",
    ))


def frames_around(phoneme: Phoneme, frames: int) -> slice:
    """The frames that show a phoneme, and one before."""
    first = int(np.ceil((phoneme.start_s - LEAD_S) * FPS)) - 1
    return slice(min(max(first, 0), frames - 1), max(int(np.ceil((phoneme.end_s - LEAD_S) * FPS)), first + 2, 1))


if __name__ == "__main__":
    main()
