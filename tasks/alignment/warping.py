"""The cheapest path through a recording: which column of the reference is heard at each moment.

Dynamic time warping (Sakoe and Chiba 1978), one column or none or two forward a look. Whoever pauses stays in a silent
column as long as it is quiet; whoever does not, steps over it. First every third look is compared with every third column;
then each look with the columns near that path alone. Between the two the reference is brought nearer to the speaker: it gets
the throat that fits best, and each sort of sound is moved by the mean difference heard so far.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tasks.alignment.reference import Columns, Reference
from tasks.media.audio.cepstra import FLOOR_PERCENTILE, LOUD_PERCENTILE, Cepstra, Frames

Costs = NDArray[np.float32]

COARSE = 3
"""Every so manieth look is compared first."""
REACH = 60
"""Columns on either side of the coarse path that are compared again; 0.6 s of the reference."""
BLOCK = 200
"""Looks compared at once, which bounds memory."""
STAY, SKIP = 0.3, 0.2
"""What it costs to stay in a column, and to leave one out; a typical look differs by 0.6."""
QUIET, LOUD = 0.3, 2.8
"""What silence costs where it is quiet, and where it is loud."""
QUIET_DB, LOUD_DB = -45.0, -20.0
"""Levels, relative to the loud moments of a voice, between which it goes from quiet to loud."""
ABOVE_FLOOR_DB, LOUDER_DB = 3.0, 12.0
"""In a noisy room quiet is what is this near the noise, and loud what is this much above that."""
BELIEF = 8.0
"""So many looks at a sort of sound are needed to believe half of their difference."""


@dataclass(frozen=True)
class Warp:
    """How a recording goes along with its reference."""

    path: Columns
    """(looks,) the column heard at each look; never falling."""
    costs: Costs
    """(looks,) how much the look differs from its column."""
    reference: Reference
    """As bent towards the speaker."""


def warp(looks: Cepstra, references: Sequence[Reference]) -> Warp | None:
    """Finds the path; None where the recording is too short for it.

    Args:
        looks: the recording.
        references: what it says, by a longer and longer throat; the same columns in all.
    """
    quiet, some = silence_costs(looks.level_db), looks.features[::COARSE]
    rough = _rough_path(some, quiet[::COARSE], references[len(references) // 2])
    if rough is None:
        return None
    differences = [_difference(some, reference, rough) for reference in references]
    fitting = references[int(np.argmin(differences))]
    path = _rough_path(some, quiet[::COARSE], fitting)
    assert path is not None  # noqa: S101  there was one through the same columns
    bent = bend(fitting, path, some)
    starts = _windows(path, len(looks.features), len(bent.silent))
    fine = cheapest_path(_Parts(looks.features, quiet, bent.features, bent.silent), starts,
                         min(2 * REACH + 1, len(bent.silent)))
    return None if fine is None else Warp(*fine, bent)


def _rough_path(some: Frames, quiet: Costs, reference: Reference) -> Columns | None:
    """The path of every `COARSE`-th look, none of them bound to a place beforehand."""
    thin = _thinned(reference)
    parts = _Parts(some, quiet, reference.features[thin], reference.silent[thin])
    found = cheapest_path(parts, np.zeros(len(some), np.intp), len(thin))
    return None if found is None else thin[found[0]]


def _difference(some: Frames, reference: Reference, path: Columns) -> float:
    """How much a reference differs along a path, on average."""
    spoken = ~reference.silent[path]
    return float(np.sqrt(((some[spoken] - reference.features[path[spoken]]) ** 2).mean(axis=1)).mean())


def silence_costs(level_db: NDArray[np.float64]) -> Costs:
    """(looks,) what it costs to take each look for silence."""
    relative_db = level_db - np.percentile(level_db, LOUD_PERCENTILE)
    quiet_db = max(QUIET_DB, float(np.percentile(relative_db, FLOOR_PERCENTILE)) + ABOVE_FLOOR_DB)
    return np.interp(relative_db, (quiet_db, max(LOUD_DB, quiet_db + LOUDER_DB)), (QUIET, LOUD)).astype(np.float32)


def distances(looks: Frames, columns: Frames) -> Costs:
    """(looks, columns) root mean square differences."""
    squares = (looks**2).sum(axis=1)[:, None] + (columns**2).sum(axis=1) - 2 * looks @ columns.T
    return np.asarray(np.sqrt(np.maximum(squares, 0) / looks.shape[1]), np.float32)


def bend(reference: Reference, path: Columns, looks: Frames) -> Reference:
    """The reference as this speaker would say it: every sort of sound moved by its mean difference along a path."""
    spoken = ~reference.silent[path]
    kinds = reference.kind[reference.sound[path[spoken]]]
    differences = looks[spoken] - reference.features[path[spoken]]
    count = int(reference.kind.max()) + 1
    totals = np.zeros((count, looks.shape[1]), np.float32)
    np.add.at(totals, kinds, differences)
    moved = totals / (np.bincount(kinds, minlength=count)[:, None] + np.float32(BELIEF / COARSE))
    moved[:, looks.shape[1] // 2:] = 0  # changes are alike in all voices
    features = reference.features.copy()
    features[~reference.silent] += moved[reference.kind[reference.sound[~reference.silent]]]
    return replace(reference, features=features)


@dataclass(frozen=True)
class _Parts:
    """What is compared: looks, what silence costs at each, columns, and which of them are silent."""

    looks: Frames
    quiet: Costs
    columns: Frames
    silent: NDArray[np.bool_]

    def rows(self, starts: Columns, width: int) -> Iterator[Costs]:
        """For each look what the columns `starts[look]` to `+ width` cost."""
        for begin in range(0, len(self.looks), BLOCK):
            own = slice(begin, min(begin + BLOCK, len(self.looks)))
            low, high = starts[own][0], starts[own][-1] + width
            costs = distances(self.looks[own], self.columns[low:high])
            costs = np.where(self.silent[low:high], self.quiet[own, None], costs)
            yield from np.take_along_axis(costs, (starts[own] - low)[:, None] + np.arange(width), axis=1)


def cheapest_path(parts: _Parts, starts: Columns, width: int) -> tuple[Columns, Costs] | None:
    """The cheapest path and what each look costs on it; None where there is none.

    Args:
        parts: what is compared.
        starts: (looks,) the first column that a look may be in; never falling.
        width: how many columns it may be in.
    """
    never = np.float32(np.inf)
    stay = np.where(parts.silent, np.float32(0), np.float32(STAY))
    skip = np.where(np.r_[False, parts.silent[:-1]], np.float32(0), np.float32(SKIP))
    moves = np.empty((len(starts), width), np.uint8)
    costs = np.empty((len(starts), width), np.float32)
    total = np.full(width, never)
    for look, row in enumerate(parts.rows(starts, width)):
        first = starts[look]
        if look == 0:
            total[:2] = row[:2]
        else:
            shift = first - starts[look - 1]
            before = np.concatenate([[never, never], total, np.full(shift, never)]).astype(np.float32)
            options = np.stack([before[shift + 2:shift + 2 + width] + stay[first:first + width],
                                before[shift + 1:shift + 1 + width],
                                before[shift:shift + width] + skip[first:first + width]])
            moves[look] = options.argmin(axis=0)
            total = options.min(axis=0) + row
        costs[look] = row
    return _traced(moves, costs, starts, total)


def _traced(moves: NDArray[np.uint8], costs: Costs, starts: Columns, total: Costs) -> tuple[Columns, Costs] | None:
    """The path back from the last column, or from the last sound where no silence follows it."""
    place = len(total) - 1 - int(total[-2] < total[-1])
    if not np.isfinite(total[place]):
        return None
    path, column = np.empty(len(starts), np.intp), int(starts[-1]) + place
    for look in range(len(starts) - 1, -1, -1):
        path[look] = column
        column -= int(moves[look, column - starts[look]]) if look else 0
    return path, costs[np.arange(len(path)), path - starts]


def _thinned(reference: Reference) -> Columns:
    """All silent columns, and the first of every `COARSE` of each sound's."""
    inside = np.arange(len(reference.silent))
    begins = np.r_[True, np.diff(np.where(reference.silent, -1, reference.sound)) != 0]
    since = inside - np.maximum.accumulate(np.where(begins, inside, 0))
    return np.flatnonzero(reference.silent | (since % COARSE == 0))


def _windows(rough: Columns, looks: int, columns: int) -> Columns:
    """(looks,) the first column each look may be in, around a path over every `COARSE`-th look."""
    centre = np.interp(np.arange(looks), np.arange(len(rough)) * COARSE, rough).astype(np.intp)
    return np.clip(centre - REACH, 0, max(columns - (2 * REACH + 1), 0))
