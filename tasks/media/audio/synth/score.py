"""The pieces of music there are, written down: tempo, chords, and who plays when.

A chord's notes never stand a semitone, or a semitone and octaves, above each other, so nothing grates, whatever is played
when; every piece is at home in its first chord, and its last chord leads there.
"""

import difflib
from dataclasses import dataclass

from tasks.domain.errors import UnknownName

OFF = "off"
"""The name that stands for no music."""

Note = tuple[float, int, float]
"""(beat of the bar, index of the note in its chord, loudness 0 to 1)."""


@dataclass(frozen=True)
class Chord:
    """One bar's harmony, as MIDI notes.

    Attributes:
        bass: the low note.
        held: what the pad holds.
        struck: what plucked notes choose from, ascending.
    """

    bass: int
    held: tuple[int, ...]
    struck: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of music.

    Attributes:
        name: what scripts call it.
        mood: what it is good for, a few words.
        beats_per_minute: tempo; four beats a bar.
        chords: one a bar, round and round.
        melodies: bars of plucked notes; each bar takes one by chance.
        bass: beats of the bar on which the bass sounds.
        kick: beats of the soft drum.
        shaker: beats of the shaker.
        pad_level, pluck_level, bass_level: loudness of each.
        pluck_decay_s, bass_decay_s: how long notes ring.
    """

    name: str
    mood: str
    beats_per_minute: float
    chords: tuple[Chord, ...]
    melodies: tuple[tuple[Note, ...], ...]
    bass: tuple[float, ...]
    kick: tuple[float, ...] = ()
    shaker: tuple[float, ...] = ()
    pad_level: float = 0.05
    pluck_level: float = 0.2
    bass_level: float = 0.13
    pluck_decay_s: float = 0.7
    bass_decay_s: float = 0.8

    @property
    def bar_s(self) -> float:
        """Length of a bar."""
        return 4 * 60 / self.beats_per_minute

    @property
    def home(self) -> Chord:
        """The chord it ends on."""
        return self.chords[0]


CALM = Piece(
    "calm", "warm and unhurried: advice, stories, wellbeing", 74,
    chords=(Chord(38, (50, 57, 64, 66), (62, 66, 69, 74)), Chord(47, (54, 57, 62, 66), (62, 66, 69, 74)),
            Chord(43, (55, 59, 62, 66), (62, 66, 71, 74)), Chord(45, (57, 62, 64, 69), (62, 64, 69, 74))),
    melodies=(((0, 0, 0.8), (1.5, 2, 0.6), (3, 1, 0.5)), ((0, 1, 0.7), (1, 2, 0.5), (2.5, 3, 0.6)),
              ((0.5, 0, 0.6), (2, 2, 0.7), (3.5, 1, 0.4))),
    bass=(0,), pluck_decay_s=0.9, bass_decay_s=1.4)
"""D major: D add 9, B minor 7, G major 7, A suspended."""

BRIGHT = Piece(
    "bright", "light and friendly, with a gentle beat: tips, products, news", 100,
    chords=(Chord(43, (55, 59, 62, 67), (67, 71, 74, 79)), Chord(40, (55, 59, 62, 64), (67, 71, 74, 76)),
            Chord(36, (55, 62, 64, 67), (67, 72, 74, 76)), Chord(38, (57, 62, 66, 69), (66, 69, 74, 78))),
    melodies=(((0, 0, 0.8), (0.5, 1, 0.5), (1.5, 2, 0.7), (2.5, 1, 0.5), (3, 3, 0.6)),
              ((0, 2, 0.7), (1, 1, 0.5), (1.5, 0, 0.6), (2.5, 2, 0.6), (3.5, 1, 0.4)),
              ((0.5, 1, 0.6), (1, 2, 0.7), (2, 3, 0.6), (3, 1, 0.5))),
    bass=(0, 1.5, 2), kick=(0, 2), shaker=(0.5, 1.5, 2.5, 3.5), pad_level=0.035, pluck_decay_s=0.45, bass_decay_s=0.35)
"""G major: G, E minor 7, C add 9, D."""

PULSE = Piece(
    "pulse", "minimal and driving: technology, facts, countdowns", 112,
    chords=(Chord(40, (52, 59, 64, 67), (64, 67, 71, 76)), Chord(36, (52, 55, 60, 64), (64, 67, 72, 76)),
            Chord(43, (50, 55, 59, 62), (62, 67, 71, 74)), Chord(38, (50, 54, 57, 62), (62, 66, 69, 74))),
    melodies=(tuple((step / 2, (0, 1, 2, 1, 3, 1, 2, 1)[step], (0.7, 0.4)[step % 2]) for step in range(8)),
              tuple((step / 2, (0, 2, 1, 2, 0, 2, 3, 2)[step], (0.7, 0.4)[step % 2]) for step in range(8))),
    bass=tuple(step / 2 for step in range(8)), kick=(0, 1, 2, 3), shaker=(0.5, 1.5, 2.5, 3.5), pad_level=0.035,
    pluck_level=0.16, bass_level=0.10, pluck_decay_s=0.22, bass_decay_s=0.14)
"""E minor: E minor, C, G, D."""

NIGHT = Piece(
    "night", "slow and dark: late hours, history, suspense", 63,
    chords=(Chord(45, (52, 57, 60, 67), (64, 69, 72, 76)), Chord(41, (53, 57, 60, 64), (64, 69, 72, 76)),
            Chord(38, (53, 57, 60, 62), (65, 69, 72, 74)), Chord(40, (55, 59, 62, 67), (62, 67, 71, 74))),
    melodies=(((0, 1, 0.6), (2.5, 2, 0.45)), ((1, 3, 0.5), (1.75, 2, 0.35)), ((0.5, 0, 0.55), (3, 1, 0.4))),
    bass=(0, 2.5), pad_level=0.055, pluck_level=0.16, pluck_decay_s=1.3, bass_decay_s=1.1)
"""A minor: A minor 7, F major 7, D minor 7, E minor 7."""

PIECES = {piece.name: piece for piece in (CALM, BRIGHT, PULSE, NIGHT)}
"""Every piece by its name."""


def music_names() -> tuple[str, ...]:
    """Names of the pieces, in order, and 'off' at the end."""
    return (*PIECES, OFF)


def require_music(name: str) -> None:
    """Refuses a name that stands for nothing.

    Raises:
        UnknownName: with the nearest right one, and all there are.
    """
    if name in music_names():
        return
    near = difflib.get_close_matches(name, music_names(), n=1)
    hint = f"did you mean {near[0]!r}? There are" if near else "there are"
    raise UnknownName(f"no music {name!r}; {hint}: {', '.join(music_names())}")
