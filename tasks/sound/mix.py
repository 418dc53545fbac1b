"""The mix: voice, music that steps back for it, effects and room tone, finished for platforms.

Everything is made and mixed piece by piece and kept on disk in between, so that memory does not grow with the reel.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.overlays import Cue
from tasks.domain.speech import Alignment
from tasks.media.audio.decode import decode_pieces
from tasks.media.audio.finish import RATE, finish_sound, save_part
from tasks.media.audio.looping import find_loop, looped
from tasks.media.audio.loudness import step_powers
from tasks.media.audio.mix import Layer
from tasks.media.audio.music_file import read_music
from tasks.media.audio.pieces import Spool, exactly
from tasks.media.audio.synth.music import play
from tasks.media.audio.synth.room_tone import room_tone
from tasks.media.audio.synth.score import OFF, PIECES, require_music
from tasks.sound.balance import MOST_LU, below_voice_lu
from tasks.sound.cue_sounds import cue_layers
from tasks.sound.ducking import at_samples, duck_curve, speaking_steps, voice_spans

Samples = NDArray[np.float32]
"""(n, 2) float32."""

Parts = dict[str, Callable[[], Iterator[Samples]]]
"""What is mixed: name -> gives its pieces from the start, all parts in pieces of equal lengths."""

FILE = "file"
"""The music's name where it comes from a file."""
USUAL_HOME = 38
"""Key in which the bell sounds where there is no music: D."""
NEAREST_LU = 9.0
"""Music alone stays at least so much softer than the voice was: it is the same reel, not a concert after it."""
MOST_DUCK_DB = 9.0
"""Most that the music comes up where the voice is silent; more would be heard as a hand on the fader."""
SPARE_DB = 0.2
"""How much softer still the music is, since it is on its way already in the tenths of a second in which a voice begins."""
FADE_IN_S, FADE_OUT_S = 0.35, 1.8
"""How music begins and ends; a closing chord has died away half by then."""
CLOSING_S = 2.8
"""Length of the closing chord where there is no end card."""
PART_CLOSING = 0.25
"""Most of a reel that it may take."""


@dataclass(frozen=True)
class Score:
    """All that decides a mix.

    Attributes:
        voice: the mastered voice, a sound file at 48 kHz.
        alignment: when it speaks.
        duration_s: length of the reel.
        tail_s: how much of that is end card.
        music: a piece's name, 'file' or 'off'.
        music_file: sound file where it is 'file'.
        music_title: what messages call that file.
        below_voice_db: how much softer than the voice the music is.
        cues: what is accompanied by effects.
        seed: chooses melodies.
    """

    voice: Path
    alignment: Alignment
    duration_s: float
    tail_s: float = 0.0
    music: str = OFF
    music_file: Path | None = None
    music_title: str = ""
    below_voice_db: float = 18.0
    cues: tuple[Cue, ...] = ()
    seed: int = 0

    @property
    def length(self) -> int:
        """Samples of the reel."""
        return round(self.duration_s * RATE)


@dataclass(frozen=True)
class Mixed:
    """A finished mix.

    Attributes:
        track: mp4 with one AAC-LC track.
        music_below_voice_db: measured; None without music.
        stems: name -> FLAC file, where wanted.
        warnings: what the author should know of the music.
    """

    track: Path
    music_below_voice_db: float | None
    stems: dict[str, Path] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class MixedSound:
    """The sound engine: mixes all there is to hear.

    Args:
        program: ffmpeg.
    """

    name: ClassVar[str] = "mix"
    version: ClassVar[str] = "2"

    def __init__(self, *, program: str) -> None:
        self._program = program

    def mix(self, score: Score, folder: Path, *, stems: bool, progress: Callable[[float], None]) -> Mixed:
        """Makes the finished sound.

        Args:
            score: what is heard, and when.
            folder: where files are made.
            stems: also write voice, music, effects and room each to a file.
            progress: told the fraction done, 0 to 1.

        Raises:
            UnknownName: no such music.
            FixRequest: the music's file cannot be read.
            NotWritable, FixMachine: as ffmpeg does.
        """
        voice = Spool(folder / "voice").fill(exactly(decode_pieces(score.voice), score.length))
        music, warnings = _music(score, folder)
        progress(0.2)
        measured_db = None
        if music:
            music, measured_db = _ducked(score, voice, music, folder)
        parts = _parts(score, voice, music)
        whole = Spool(folder / "whole").fill(_sums(parts))
        progress(0.5)
        finished = finish_sound(whole, program=self._program, folder=folder)
        progress(0.9)
        written = {name: self._stem(name, pieces(), folder, finished.gain_db) for name, pieces in parts.items() if stems}
        return Mixed(finished.path, measured_db, written, warnings)

    def _stem(self, name: str, pieces: Iterator[Samples], folder: Path, gain_db: float) -> Path:
        spool = Spool(folder / f"stem-{name}").fill(pieces)
        saved = save_part(spool, gain_db=gain_db, program=self._program, target=folder / f"{name}.flac")
        spool.remove()
        return saved


def _parts(score: Score, voice: Spool, music: Spool | None) -> Parts:
    """All that is mixed, as often as it is wanted."""
    parts: Parts = {"voice": voice.pieces}
    if music:
        parts["music"] = music.pieces
    effects = cue_layers(score.cues, _home(score))
    if effects:
        parts["effects"] = lambda: _placed(effects, score.length)
    parts["room"] = lambda: room_tone(score.length)
    return parts


def _music(score: Score, folder: Path) -> tuple[Spool | None, tuple[str, ...]]:
    """The music, as long as the reel and as loud as it comes, and what is to be said of it."""
    if score.music == OFF:
        return None, ()
    if score.music != FILE:
        require_music(score.music)
        played = play(PIECES[score.music], score.length, ending=_ending(score), seed=score.seed)
        return Spool(folder / "music").fill(exactly(played, score.length)), ()
    assert score.music_file is not None  # noqa: S101  a plan with music from a file has the file
    read = read_music(score.music_file, folder / "read", name=score.music_title or score.music_file.name,
                      at_most_s=score.duration_s)
    if read.sound is None:
        return None, read.warnings
    loop = find_loop(read.sound, RATE) if len(read.sound) < score.length else None
    pieces = looped(read.sound, loop, score.length) if loop else read.sound.pieces()
    return Spool(folder / "music").fill(exactly(pieces, score.length)), read.warnings


def _ending(score: Score) -> int:
    """Sample at which the closing chord is struck: with the end card, else shortly before the end."""
    closing_s = score.tail_s or min(CLOSING_S, PART_CLOSING * score.duration_s)
    return max(1, score.length - round(closing_s * RATE))


def _ducked(score: Score, voice: Spool, music: Spool, folder: Path) -> tuple[Spool, float]:
    """The music at its level, stepping back for the voice, faded; and how far it is below the voice then."""
    powers = step_powers(voice.pieces(), RATE)
    sounds = [(sound.start_s, sound.end_s) for sound in score.alignment.phonemes or score.alignment.words]
    speaking = speaking_steps(sounds, len(powers))
    as_it_is = below_voice_lu(powers, step_powers(music.pieces(), RATE), speaking)
    under_db = as_it_is - score.below_voice_db - SPARE_DB if abs(as_it_is) < MOST_LU else 0.0
    duck_db = min(MOST_DUCK_DB, max(0.0, score.below_voice_db - NEAREST_LU))
    curve = duck_curve(voice_spans(score.alignment), score.duration_s)
    gains_db = under_db + duck_db * (1 - curve)
    ducked = Spool(folder / "ducked").fill(_under_gain(music, gains_db))
    music.remove()
    return ducked, below_voice_lu(powers, step_powers(ducked.pieces(), RATE), speaking)


def _under_gain(music: Spool, gains_db: NDArray[np.float64]) -> Iterator[Samples]:
    start, length = 0, len(music)
    for piece in music.pieces():
        times = start + np.arange(len(piece))
        fade = np.clip(times / (FADE_IN_S * RATE), 0, 1) * np.clip((length - 1 - times) / (FADE_OUT_S * RATE), 0, 1)
        gain = 10 ** (at_samples(gains_db, start, len(piece), RATE) / 20) * np.sin(fade * np.pi / 2) ** 2
        yield piece * gain[:, None].astype(np.float32)
        start += len(piece)


def _home(score: Score) -> int | None:
    """Root of the key the music is in; None where nobody knows."""
    if score.music in PIECES:
        return PIECES[score.music].home.bass
    return USUAL_HOME if score.music == OFF else None


def _placed(layers: list[Layer], length: int) -> Iterator[Samples]:
    """Short sounds at their places in a long silence."""
    start = 0
    for piece in exactly((), length):
        sound = np.zeros((len(piece), 2), np.float32)
        for layer in layers:
            first = max(layer.start, start)
            part = layer.samples[first - layer.start:max(0, start + len(piece) - layer.start)]
            sound[first - start:first - start + len(part)] += np.float32(10 ** (layer.gain_db / 20)) * part
        yield sound
        start += len(piece)


def _sums(parts: Parts) -> Iterator[Samples]:
    """All parts at once; their pieces are equally long."""
    for pieces in zip(*(part() for part in parts.values()), strict=True):
        yield np.asarray(sum(pieces[1:], pieces[0]), np.float32)
