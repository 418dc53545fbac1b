"""What every generator is: an order in, a film file out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tasks.domain.generation import ClipOrder

SEEDS = 2**31
"""How many seeds an order can have."""
Progress = Callable[[float, str], None]
"""Told the fraction done, and with what."""
Source = Literal["picture", "text"]
"""What a clip can be made from."""
Follows = Literal["nothing", "voice", "puppet"]
"""What moves the face of a clip besides chance: the sound of the voice, or the embedded puppet."""


@dataclass(frozen=True)
class Drawing:
    """The embedded puppet, drawn: what a generator that follows it sees."""

    frame_count: int
    """At 30 frames a second."""
    draw: Callable[[tuple[int, int]], Iterator[NDArray[np.uint8]]]
    """Gives its frames at a size, (width, height), even numbers: I420, which `tasks.media.drawing.planes.to_image` makes
    pictures of."""


@dataclass(frozen=True)
class Material:
    """What an order names, on this machine."""

    picture: Path | None = None
    """Begins the clip."""
    voice: Path | None = None
    """WAV, mono, 48 kHz, as long as the clip."""
    driver: Drawing | None = None


@dataclass(frozen=True)
class Made:
    """What a generator says of the film that it wrote."""

    warnings: tuple[str, ...] = ()
    """Where it is not what was ordered, a sentence each."""


class ClipGenerator(Protocol):
    """An engine that makes films.

    Constructed with what the menu says that it wants (`tasks.runtime.given`: tuning, models, terms), and with `access` where
    it calls a service; making one loads no model and opens no connection.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    sources: ClassVar[frozenset[Source]]
    follows: ClassVar[Follows]
    prompts: ClassVar[str | None]
    """Its prompts are templates/prompts/<prompts>.yaml; None: the model reads none."""

    @property
    def model(self) -> str:
        """Which model makes the clips, as the manifest names it.

        Raises:
            FixMachine: no model, or several and none was named.
        """
        ...

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides a clip besides the order, as JSON values: the model and its digest, size, steps, guidance."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of its films in pixels, known before one is made; of a service what it is asked for."""
        ...

    @property
    def longest_s(self) -> float:
        """How long one clip can be, seconds; of a generator that follows the puppet as long as it is wanted."""
        ...

    def generate(self, order: ClipOrder, material: Material, target: Path, progress: Progress) -> Made:
        """Makes one clip.

        Args:
            order: what is to be seen.
            material: the files that it names.
            target: MP4 to write, H.264, BT.709.
            progress: told about every step.

        Raises:
            FixRequest: the order is refused, or this generator cannot carry it out.
            FixMachine: model, memory, key or address are wrong.
            TryAgain: a service is busy or silent.
        """
        ...
