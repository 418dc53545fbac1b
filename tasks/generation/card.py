"""Where a model runs: on which device, in which precision, and what of it waits in the machine's memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tasks.domain.errors import FixMachine
from tasks.runtime.tuning import Tuning

Precision = Literal["bfloat16", "float16", "float32"]
"""Of the numbers of a model."""
Offload = Literal["none", "model", "layers"]
"""What of a model waits in the machine's memory while it runs: nothing, whole parts, or single layers."""
NUMBER_BYTES: Mapping[Precision, int] = {"bfloat16": 2, "float16": 2, "float32": 4}
"""Size of one number."""
WORK_NUMBERS = 40
"""Numbers that are at work for each pixel of each frame while the film is decoded at once: a guess from the decoders'
widths, not measured."""
TILED = 1 / 6
"""The share of these where it is decoded tile by tile."""
LAYER = 1 / 16
"""The share of a part that one layer is, about."""
SPARE_BYTES = 1 << 30
"""Left free for the driver and whatever else shows pictures."""
WAYS: tuple[tuple[Offload, bool], ...] = (("none", False), ("none", True), ("model", False), ("model", True),
                                          ("layers", True))
"""What waits, and whether the film is decoded in tiles: the quickest first, each needing less memory than the one before."""


@dataclass(frozen=True)
class Card:
    """A graphics card."""

    name: str
    free_bytes: int
    bfloat16: bool
    """Whether it works with these numbers."""


class Placement(NamedTuple):
    """How a model runs."""

    device: str
    """'cuda' or 'cpu', as torch calls it."""
    precision: Precision
    offload: Offload
    tiled: bool
    """Whether the film is decoded tile by tile, which needs less memory and takes longer."""
    fits: bool = True
    """Whether the memory should be enough."""


def place(card: Card | None, numbers: Mapping[str, int], film_pixels: int, tuning: Tuning, *,
          full_precision: tuple[str, ...] = (), halves: tuple[Precision, ...] = ("bfloat16", "float16")) -> Placement:
    """The quickest way to run a model that fits into the memory of a card.

    Args:
        card: None: there is none.
        numbers: how many numbers each part of the model has.
        film_pixels: width x height x frames of the film.
        tuning: what the installation insists on.
        full_precision: parts that stay in float32.
        halves: the half precisions in which the model works.

    Raises:
        FixMachine: the installation insists on another precision.
    """
    if tuning.precision not in (None, "float32", *halves):
        raise FixMachine(f"precision = {tuning.precision!r} is set, in which this model does not work: set 'float32' or"
                         f" {' or '.join(map(repr, halves))}, or leave it out")
    if card is None:
        return Placement("cpu", tuning.precision or "float32", "none", tiled=False)
    precision: Precision = tuning.precision or ("bfloat16" if card.bfloat16 and "bfloat16" in halves else "float16")
    sizes = [count * NUMBER_BYTES["float32" if part in full_precision else precision] for part, count in numbers.items()]
    work = film_pixels * WORK_NUMBERS * NUMBER_BYTES[precision]
    ways = [way for way in WAYS if tuning.offload in (None, way[0])]
    for offload, tiled in ways:
        if need(sizes, work, offload, tiled=tiled) + SPARE_BYTES <= card.free_bytes:
            return Placement("cuda", precision, offload, tiled)
    return Placement("cuda", precision, *ways[-1], fits=False)


def need(sizes: list[int], work: int, offload: Offload, *, tiled: bool) -> int:
    """Bytes on the card: what is there of the model's parts, and the film in the making."""
    there = {"none": sum(sizes), "model": max(sizes, default=0), "layers": round(max(sizes, default=0) * LAYER)}
    return there[offload] + (round(work * TILED) if tiled else work)


def told(placement: Placement, card: Card | None) -> str:
    """How a model runs, a few words."""
    if card is None:
        return f"on the processor, in {placement.precision}"
    waits = {"none": "all of it at once", "model": "part by part", "layers": "layer by layer"}
    return f"on {card.name}, in {placement.precision}, {waits[placement.offload]}"


def concerns(placement: Placement, card: Card | None, tuning: Tuning) -> tuple[str, ...]:
    """What the keeper of the machine should know of how a model runs, a sentence each."""
    said = []
    if card is None and tuning.offload not in (None, "none"):
        said.append(f"offload = {tuning.offload!r} did nothing, as there is no graphics card")
    if not placement.fits and card is not None:
        said.append(f"the graphics card {card.name} had {card.free_bytes / 2**30:.1f} GiB free, less than the model should"
                    " need: a smaller size, a shorter 'clip_s' or offload = 'layers' is safer")
    return tuple(said)
