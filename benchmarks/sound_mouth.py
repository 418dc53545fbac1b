"""The mouth that `sound` hears against the one that `visemes` makes of the known phonemes, for several voices.

    python benchmarks/sound_mouth.py                                     # the table
    python benchmarks/sound_mouth.py --plot out/sound.png --seconds 0 4  # and a plot of the first voice
    python benchmarks/sound_mouth.py --wav voice.wav --plot out/wav.png  # a recording, without truth

r: correlation of the gap between the lips, its median over texts; shape: that of `wide`; lag: where r is greatest, positive
is late; silence: gap in pauses over 0.3 s, as part of its mean in speech; p b m: part of the bilabials on which lips meet;
shut: part of the time in speech in which they meet and should not; size: mean gap over that of `visemes`; envelope:
correlation of the gap with the loudness of the voice, and that of `visemes`.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from curves_plot import mark_sounds
from numpy.typing import NDArray

from tasks.domain.plan import Voice
from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS, frame_count
from tasks.lipsync.base import Heard
from tasks.lipsync.dynamics import LEAD_S
from tasks.lipsync.sound import SoundLipSync, closures
from tasks.lipsync.viseme_table import visemes_of
from tasks.lipsync.visemes import VisemeLipSync
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.voice_features import listen
from tasks.media.audio.wav import read_wav
from tasks.media.curves import Curves
from tasks.script.parse import parse_script
from tasks.speech.base import RATE_HZ
from tasks.speech.espeak import EspeakVoice

TEXTS = (
    "Papa bought my brother a big blue boat. Mama made some warm apple pie before five.",
    "The invention of movable letters may justly be considered as the invention of the art of printing. Do you know why?",
    "Want calmer mornings? Try three small habits. Drink a glass of water before your first coffee, and open a window.",
    "We choose to move slowly. Bob keeps pushing the pump. Peter and Amy hope to become famous bakers in Mumbai.",
)
VOICES = (("en-us", 1.0), ("en-us", 1.25), ("en-us+f3", 1.0), ("en-us+f3", 1.25), ("en-us+f2", 1.0), ("en-gb", 1.0),
          ("en-us+m3", 1.0), ("en-us+m7", 1.0))
SETTINGS = (("as spoken", 0.0, None), ("-30 dB", -30.0, None), ("noise at 20 dB SNR", 0.0, 20.0),
            ("-20 dB, noise at 20 dB SNR", -20.0, 20.0))
"""Name, level, signal-to-noise ratio."""
GAP = {"jaw": 0.30, "upper": 0.042, "lower": 0.050}
"""What each curve parts the lips by, in eye distances, as `tasks/media/drawing/lips.py` draws it."""
MET = 0.005
"""Gap in eye distances at which lips are seen to meet."""
PAUSE_S = 0.3


@dataclass(frozen=True)
class Spoken:
    """A voice with its truth."""

    samples: NDArray[np.float32]
    rate_hz: int
    phonemes: tuple[Phoneme, ...] = ()

    @property
    def loudness(self) -> NDArray[np.float32]:
        return frame_loudness(self.samples, self.rate_hz, FPS, frame_count(len(self.samples) / self.rate_hz))


def main() -> None:
    """Prints the table, draws the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plot", type=Path, help="PNG to write")
    parser.add_argument("--wav", type=Path, help="a recording instead")
    parser.add_argument("--seconds", type=float, nargs=2, metavar=("FROM", "TO"), help="part to draw (default: all)")
    options = parser.parse_args()
    if options.wav:
        spoken = Spoken(*read_wav(options.wav))
        gap = gap_of(heard_mouth(spoken))
        print(f"{options.wav.name}: envelope {np.corrcoef(gap, spoken.loudness)[0, 1]:.2f}, greatest gap {gap.max():.3f}")
    else:
        spoken = speak(VOICES[0][0], VOICES[0][1], TEXTS[0])
        table()
    if options.plot:
        options.plot.parent.mkdir(parents=True, exist_ok=True)
        plot(spoken, options.plot, options.seconds or (0.0, len(spoken.samples) / spoken.rate_hz))


def table() -> None:
    """One line a voice, one a setting."""
    columns = ("r", "shape", "lag", "silence", "p b m", "shut", "size", "envelope", "of visemes")
    print(f"{'':34}" + "".join(f"{name:>11}" for name in columns))
    spoken = {(voice, rate): [speak(voice, rate, text) for text in TEXTS] for voice, rate in VOICES}
    for (voice, rate), takes in spoken.items():
        line(f"{voice}, rate {rate:g}", [figures(take, take) for take in takes])
    for name, level_db, snr_db in SETTINGS:
        line(f"all, {name}", [figures(take, soiled(take, level_db, snr_db)) for takes in spoken.values() for take in takes])


def line(name: str, rows: list[dict[str, float]]) -> None:
    """The medians of several takes; of what is counted, the means."""
    counted = ("p b m", "shut", "silence")
    values = [(np.mean if column in counted else np.median)([row[column] for row in rows]) for column in rows[0]]
    print(f"{name:34}" + "".join(f"{value:11.2f}" if column != "lag" else f"{value:8.0f} ms"
                                 for column, value in zip(rows[0], values, strict=True)))


def speak(voice: str, rate: float, text: str) -> Spoken:
    """The embedded voice, which knows its phonemes."""
    language = "en-GB" if voice.startswith("en-gb") else "en-US"
    recording = EspeakVoice(Voice(name=voice, language=language, rate=rate)).read(parse_script(text))
    return Spoken(recording.samples, RATE_HZ, recording.phonemes or ())


def soiled(spoken: Spoken, level_db: float, snr_db: float | None) -> Spoken:
    """The same at another level, with white noise."""
    samples = spoken.samples * np.float32(10 ** (level_db / 20))
    if snr_db is not None:
        power = np.mean(np.square(samples[np.abs(samples) > 0]))
        noise = np.random.default_rng(1).normal(0, np.sqrt(power) * 10 ** (-snr_db / 20), len(samples))
        samples = samples + noise.astype(np.float32)
    return Spoken(samples, spoken.rate_hz, spoken.phonemes)


def heard_mouth(spoken: Spoken) -> Curves:
    """The mouth from sound alone."""
    return SoundLipSync().mouth((), spoken.loudness, Heard(spoken.samples, spoken.rate_hz))


def gap_of(mouth: Curves) -> NDArray[np.float64]:
    """Gap between the lips on each frame, eye distances."""
    return np.sum([share * mouth.values[name].astype(float) for name, share in GAP.items()], axis=0)


def figures(truth: Spoken, heard: Spoken) -> dict[str, float]:
    """All that is compared."""
    known, found = VisemeLipSync().mouth(truth.phonemes, truth.loudness), heard_mouth(heard)
    want, gap = gap_of(known), gap_of(found)
    instants_s = np.arange(len(gap)) / FPS
    speech = np.zeros(len(gap), bool)
    for phoneme in truth.phonemes:
        speech |= (instants_s > phoneme.start_s - PAUSE_S / 2) & (instants_s < phoneme.end_s + PAUSE_S / 2)
    bilabial = np.zeros(len(gap), bool)
    met = []
    for frames in contacts(truth.phonemes, len(gap)):
        bilabial[max(frames.start - 1, 0):frames.stop + 1] = True
        met.append(gap[frames].min() < MET)
    return {"r": float(np.corrcoef(want, gap)[0, 1]),
            "shape": float(np.corrcoef(known.values["wide"], found.values["wide"])[0, 1]),
            "lag": lag_ms(want, gap), "silence": gap[~speech].mean() / gap[speech].mean(), "p b m": float(np.mean(met)),
            "shut": float(np.mean((gap < MET) & (want > 4 * MET) & speech & ~bilabial) / np.mean(speech)),
            "size": gap.mean() / want.mean(), "envelope": float(np.corrcoef(gap, heard.loudness)[0, 1]),
            "of visemes": float(np.corrcoef(want, truth.loudness)[0, 1])}


def contacts(phonemes: tuple[Phoneme, ...], frames: int) -> Iterator[slice]:
    """The frames that show each bilabial, and one on either side."""
    for phoneme in phonemes:
        if "pbm" in visemes_of(phoneme.ipa):
            first, last = ((time_s - LEAD_S) * FPS for time_s in (phoneme.start_s, phoneme.end_s))
            yield slice(min(max(int(first) - 1, 0), frames - 1), int(last) + 2)


def lag_ms(want: NDArray[np.float64], gap: NDArray[np.float64]) -> float:
    """By how much `gap` comes after `want`, to a tenth of a frame."""
    fine = np.arange(0, len(want) - 1, 0.1)
    one, other = (np.interp(fine, np.arange(len(want)), curve) for curve in (want, gap))
    lags = range(-50, 51)
    scores = [np.corrcoef(one[50:-50], other[50 + lag:len(other) - 50 + lag])[0, 1] for lag in lags]
    return 100 / FPS * lags[int(np.argmax(scores))]


def plot(spoken: Spoken, path: Path, part_s: tuple[float, float]) -> None:
    """Waveform, spectrogram with resonances and closures, and both mouths."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(5, 1, figsize=(20, 15), sharex=True, gridspec_kw={"hspace": 0.06})
    found, features = heard_mouth(spoken), listen(spoken.samples, spoken.rate_hz)
    known = VisemeLipSync().mouth(spoken.phonemes, spoken.loudness) if spoken.phonemes else None
    instants_s = np.arange(len(found)) / FPS
    axes[0].plot(np.arange(len(spoken.samples)) / spoken.rate_hz, spoken.samples, linewidth=0.4)
    axes[0].plot(instants_s + 0.5 / FPS, spoken.loudness * np.abs(spoken.samples).max() / 2)
    for phoneme in spoken.phonemes:
        axes[0].text((phoneme.start_s + phoneme.end_s) / 2, 0.9 * np.abs(spoken.samples).max(), phoneme.ipa, ha="center",
                     clip_on=True)
    hush = np.random.default_rng(1).normal(0, 1e-6, len(spoken.samples))
    axes[1].specgram(spoken.samples + hush, NFFT=512, Fs=spoken.rate_hz, noverlap=384, vmin=-130, vmax=-40)
    for places_hz in (features.f1_hz, features.f2_hz):
        axes[1].plot(features.instants_s, np.where(features.sounding, places_hz, np.nan), "w.", markersize=3)
    axes[1].set_ylim(0, 8000)
    for closure in closures(features):
        axes[1].axvspan(closure.start_s, closure.end_s, color="red", alpha=0.35)
    axes[2].plot(instants_s, gap_of(found), ".-", label="gap, heard")
    if known:
        axes[2].plot(instants_s, gap_of(known), "k.-", label="gap, from phonemes", alpha=0.5)
        mark_sounds(axes[2], spoken.phonemes)
    rows(axes[3], found, known, instants_s, ("jaw", "wide"))
    rows(axes[4], found, known, instants_s, ("upper", "lower", "press", "tongue"))
    for axis in axes[2:]:
        axis.legend(loc="upper right")
        axis.grid(alpha=0.25)
    axes[0].set_xlim(*part_s)
    figure.savefig(path, dpi=60, bbox_inches="tight")


def rows(axis: Any, found: Curves, known: Curves | None, instants_s: NDArray[np.float64], names: tuple[str, ...]) -> None:
    """Curves as heard, and dashed as phonemes make them."""
    for name in names:
        drawn = axis.plot(instants_s, found.values[name], ".-", label=name, markersize=4)
        if known:
            axis.plot(instants_s, known.values[name], "--", color=drawn[0].get_color(), alpha=0.5)


if __name__ == "__main__":
    main()
