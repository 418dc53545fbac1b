"""Draws what happens to the sound of a reel: the voice before and after mastering, music that steps back, and every piece.

    python benchmarks/sound_plots.py docs/sound
    python benchmarks/sound_plots.py /tmp/plots --script examples/moon-distance.md --music bright

Writes mastering.jpg, ducking.png and pieces.jpg, and prints the figures of docs/sound.md.
"""

import argparse
import math
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import soxr
from numpy.typing import NDArray

from tasks.domain.overlays import Cue
from tasks.domain.plan import Voice
from tasks.domain.speech import Alignment
from tasks.domain.timeline import FPS, frame_count
from tasks.media.audio import mastering
from tasks.media.audio.decode import decode_audio
from tasks.media.audio.loudness import lufs, measure, step_powers
from tasks.media.audio.synth.music import play
from tasks.media.audio.synth.score import PIECES
from tasks.media.audio.wav import write_wav
from tasks.media.ffmpeg import find_ffmpeg
from tasks.script.parse import read_script
from tasks.sound.ducking import POINT_S, duck_curve, voice_spans
from tasks.sound.mix import MOST_DUCK_DB, MixedSound, Score
from tasks.speech import espeak

RATE = 48_000
TAIL_S = 2.4
BANDS_HZ = ((80, 250), (250, 1000), (1000, 4000), (4000, 8000), (8000, 16_000))


def main() -> None:
    """Draws the plots and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where plots are written")
    parser.add_argument("--script", type=Path, default=Path("examples/three-habits.yaml"))
    parser.add_argument("--music", default="calm", choices=sorted(PIECES))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    dry, mastered, alignment = speak(options.script)
    plot_mastering(dry, mastered, options.folder / "mastering.jpg")
    print(table(dry, mastered))
    plot_ducking(mastered, alignment, options.music, options.folder / "ducking.png")
    plot_pieces(options.folder / "pieces.jpg")


def speak(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32], Alignment]:
    """A script's voice as the synthesiser gives it, at 48 kHz, the same mastered, and its times."""
    heard: list[NDArray[np.float32]] = []

    def master(samples: NDArray[np.float32], rate_hz: int, to_rate_hz: int) -> NDArray[np.float32]:
        heard.append(soxr.resample(samples, rate_hz, to_rate_hz))
        return mastering.master_voice(samples, rate_hz, to_rate_hz)

    with patch.object(espeak, "master_voice", master):
        recording = espeak.EspeakVoice(Voice(name="en-us", language="en-US")).read(read_script(path))
    times = Alignment(words=recording.words or (), phonemes=recording.phonemes or (), engine="voice", version="1")
    return heard[0], recording.samples, times


def table(dry: NDArray[np.float32], mastered: NDArray[np.float32]) -> str:
    """The figures of both, one line each."""
    rows = [f"{'':34}before   after"]
    for name, figure in (("loudness, LUFS", lambda sound: measure([sound], RATE).integrated_lufs),
                         ("true peak, dBTP", lambda sound: measure([sound], RATE).true_peak_dbtp),
                         ("peak over mean, dB", lambda sound: 20 * math.log10(np.abs(sound).max() / sounding(sound).std())),
                         ("spread of syllables, LU", spread)):
        rows.append(f"{name:32}{figure(dry):8.1f}{figure(mastered):8.1f}")
    for low, high in BANDS_HZ:
        rows.append(f"{f'{low} to {high} Hz, dB of all':32}{band(dry, low, high):8.1f}{band(mastered, low, high):8.1f}")
    return "\n".join(rows)


def sounding(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The sound without its pauses."""
    frames = sound[:len(sound) // 480 * 480].reshape(-1, 480)
    level = frames.std(axis=1)
    return frames[level > 0.05 * level.max()].ravel()


def spread(sound: NDArray[np.float32]) -> float:
    """How far loud and soft tenths of a second of speech are apart: 90th to 20th percentile."""
    levels = lufs(step_powers([sound], RATE))
    spoken = levels[levels > levels.max() - 30]
    return float(np.percentile(spoken, 90) - np.percentile(spoken, 20))


def band(sound: NDArray[np.float32], low: int, high: int) -> float:
    """Level of a band beside the whole."""
    power, at_hz = np.abs(np.fft.rfft(sound)) ** 2, np.fft.rfftfreq(len(sound), 1 / RATE)
    return float(10 * np.log10(power[(at_hz >= low) & (at_hz < high)].sum() / power.sum()))


def plot_mastering(dry: NDArray[np.float32], mastered: NDArray[np.float32], path: Path) -> None:
    """Waveform, spectrum and loudness over time, before and after."""
    figure, axes = figure_of(3, 2, (15, 10))
    hush = 1e-7 * np.random.default_rng(0).standard_normal(2 * len(dry))
    for column, (name, sound) in enumerate((("before", dry), ("after", mastered))):
        axes[0, column].plot(np.arange(len(sound))[::6] / RATE, sound[::6], linewidth=0.3)
        axes[0, column].set(title=f"{name}: waveform", ylim=(-1, 1), xlabel="s")
        axes[1, column].specgram(sound + hush[:len(sound)], NFFT=1024, noverlap=512, Fs=RATE, vmin=-140, vmax=-40,
                                 cmap="magma")
        axes[1, column].set(title=f"{name}: spectrum over time", ylim=(0, 10_000), ylabel="Hz", xlabel="s")
    for name, sound in (("before", dry), ("after", mastered)):
        at_hz, power = mean_spectrum(sound)
        axes[2, 0].semilogx(at_hz, power, label=name)
        levels = lufs(np.maximum(step_powers([sound], RATE), 1e-7))
        axes[2, 1].plot((np.arange(len(levels)) + 0.5) / 10, levels, label=name)
    axes[2, 0].set(title="mean spectrum, third octaves", xlim=(60, 16_000), ylim=(-60, 0), xlabel="Hz", ylabel="dB of all")
    axes[2, 1].set(title="loudness of every tenth of a second", ylim=(-50, 0), xlabel="s", ylabel="LUFS")
    save(figure, axes[2], path)


def mean_spectrum(sound: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Level of every third of an octave beside the whole."""
    middles = 1000 * 2.0 ** (np.arange(-12, 13) / 3)
    levels = [band(sound, *(middle * 2.0 ** (side / 6) for side in (-1, 1))) for middle in middles]  # type: ignore[arg-type]
    return middles, np.array(levels)


def plot_ducking(voice: NDArray[np.float32], alignment: Alignment, music: str, path: Path) -> None:
    """Voice, music, effects and room of a mix, and what was measured."""
    end_s = len(voice) / RATE
    cues = (Cue(kind="title", start_s=2.0, end_s=4.0), Cue(kind="image", start_s=8.0, end_s=11.0),
            Cue(kind="end-card", start_s=end_s, end_s=end_s + TAIL_S))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_wav(folder / "voice.wav", voice, RATE)
        score = Score(voice=folder / "voice.wav", alignment=alignment, duration_s=frame_count(end_s + TAIL_S) / FPS,
                      tail_s=TAIL_S, music=music, cues=cues, seed=1)
        begun = time.perf_counter()
        mixed = MixedSound(program=find_ffmpeg()).mix(score, folder, stems=True, progress=lambda _: None)
        seconds = time.perf_counter() - begun
        track, parts = decode_audio(mixed.track)[0], {stem: decode_audio(at)[0] for stem, at in mixed.stems.items()}
    levels = {name: lufs(np.maximum(step_powers([part], RATE), 1e-8)) for name, part in parts.items()}
    print_mix(track, levels["music"], alignment, score.duration_s, seconds, mixed.music_below_voice_db)
    figure, axes = figure_of(3, 1, (15, 11))
    for stem, found in levels.items():
        axes[0].plot((np.arange(len(found)) + 0.5) / 10, found, label=stem)
    for start_s, end_s in voice_spans(alignment):
        axes[0].axvspan(start_s, end_s, alpha=0.08)
    axes[0].set(title=f"loudness of every tenth of a second, music '{music}'; shaded: the voice speaks",
                ylim=(-75, -5), xlabel="s", ylabel="LUFS")
    axes[0].grid(alpha=0.3)
    curve = duck_curve(voice_spans(alignment), score.duration_s)
    axes[1].plot(np.arange(len(curve)) * POINT_S, -MOST_DUCK_DB * curve, label="what the music is turned down by")
    axes[1].set(title="the music's fader", xlabel="s", ylabel="dB", ylim=(-10, 1))
    axes[1].grid(alpha=0.3)
    axes[2].plot(np.arange(len(track))[::6] / RATE, track[::6, 0], linewidth=0.3, label="finished")
    axes[2].plot(np.arange(len(track))[::6] / RATE, parts["music"][::6, 0], linewidth=0.3, label="music in it")
    axes[2].set(title="the finished track, left", xlabel="s", ylim=(-1, 1))
    save(figure, axes, path)


def print_mix(track: NDArray[np.float32], music: NDArray[np.float64], alignment: Alignment, duration_s: float,
              seconds: float, below_db: float | None) -> None:
    """The figures of a mix."""
    heard = measure([track], RATE)
    last_s = voice_spans(alignment)[-1][1]
    under = music[round(last_s * 10) - 40:round(last_s * 10) - 2].mean()
    after = music[round((last_s + 0.6) * 10) + 1]
    print(f"finished: {heard.integrated_lufs:.2f} LUFS, {heard.true_peak_dbtp:.2f} dBTP; music {below_db:.1f} LU below the"
          f" voice while it speaks; 0.6 s after the last word {after - under:.1f} LU louder than under it;"
          f" mixed in {seconds:.1f} s for {duration_s:.1f} s")


def plot_pieces(path: Path) -> None:
    """A spectrogram of twenty seconds of each piece."""
    figure, axes = figure_of(len(PIECES), 1, (15, 13))
    for axis, piece in zip(axes, PIECES.values(), strict=True):
        sound = np.concatenate(list(play(piece, 20 * RATE, ending=17 * RATE, seed=1))).mean(axis=1)
        axis.specgram(sound, NFFT=4096, noverlap=2048, Fs=RATE, vmin=-140, vmax=-40, cmap="magma")
        axis.set(title=f"{piece.name}: {piece.mood}", yscale="log", ylim=(40, 10_000), ylabel="Hz")
        print(f"{piece.name}: {band(sound, 1000, 4000):.1f} dB of it lie between 1 and 4 kHz")
    save(figure, (), path)


def figure_of(rows: int, columns: int, size: tuple[int, int]) -> tuple[Any, Any]:
    """An empty picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt.subplots(rows, columns, figsize=size, layout="constrained")


def save(figure: Any, with_legend: Any, path: Path) -> None:
    """Writes the picture."""
    for axis in with_legend:
        for line in axis.legend(loc="upper right").get_lines():
            line.set_linewidth(2)
    figure.savefig(path, dpi=60)


if __name__ == "__main__":
    main()
