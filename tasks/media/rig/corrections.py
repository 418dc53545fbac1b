"""Points corrected by hand: how they are known, and how they outlive the next analysis.

Whoever knows better changes a point in rig.json. The rig also keeps what the analysis itself had found there, packed; where
the two differ, a person has decided, and a rig that is made anew takes that over. A corrected landmark is put in its place
before lips, lids and depth are traced from the landmarks, so they follow it.
"""

import base64
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.media.rig.model import Rig

TRACED = ("mouth", "eyes", "skin", "lip", "eye_white")
"""Fields traced from landmarks and picture."""
KNOWN = ("landmarks", *TRACED)
"""Fields that may be corrected: the record holds what was found for each."""
POINTS = ("landmarks", "mouth", "eyes")
"""Fields that hold points of the picture; the others hold colours."""
SIDES = ("left eye", "right eye")
"""How people call the two eyes."""


Place = tuple[str | int, ...]
"""A way into rig.json: names of fields and indices, outermost first."""


@dataclass(frozen=True)
class Correction:
    """One value that a person changed."""

    place: Place
    """Where in rig.json, e.g. ('eyes', 0, 'upper', 12)."""
    value: Any
    found: Any
    """What the analysis had found there."""

    @property
    def moved_px(self) -> float | None:
        """How far a point was moved in the picture; None for what is no point."""
        if self.place[0] not in POINTS or not (_is_point(self.value) and _is_point(self.found)):
            return None
        return float(np.hypot(*np.subtract(self.value[:2], self.found[:2])))

    def __str__(self) -> str:
        moved = self.moved_px
        by = f"moved by {moved:.1f} px" if moved else f"{_short(self.value)} instead of {_short(self.found)}"
        return f"{_spoken(self.place)}: {by}"


def with_record(rig: Rig, found: NDArray[np.float32] | None = None) -> Rig:
    """The rig with a record of its own values as those the analysis found.

    Args:
        rig: as traced.
        found: (478, 3) the landmarks that were found, where others were put in their place; None: the rig's own.
    """
    values = {name: rig.model_dump(mode="json")[name] for name in KNOWN}
    if found is not None:
        values["landmarks"] = rounded(found)
    packed = zlib.compress(json.dumps(values, separators=(",", ":")).encode(), 9)
    return rig.model_copy(update={"found": base64.b64encode(packed).decode()})


def corrections(rig: Rig) -> tuple[Correction, ...]:
    """What a person changed in a rig; nothing for a rig without a record.

    Raises:
        AvatarError: the record is damaged.
    """
    found = rig.as_found()
    if found is None:
        return ()
    now = rig.model_dump(mode="json")
    return tuple(_differences((), {name: now[name] for name in KNOWN}, found))


def corrected_landmarks(points: NDArray[np.float32], before: Rig | None) -> NDArray[np.float32]:
    """(478, 3) the landmarks with those of `before` that a person corrected."""
    result = points.copy()
    for correction in corrections(before) if before else ():
        if correction.place[0] == "landmarks":
            result[int(correction.place[1])] = correction.value
    return result


def keep_corrections(rig: Rig, before: Rig | None) -> Rig:
    """A rig made anew, with what a person corrected in the one before.

    What no longer has a place, since a line is traced in more or fewer points today, becomes a warning of the rig.
    """
    fields, lost = rig.model_dump(mode="json", by_alias=True), []
    for correction in corrections(before) if before else ():
        line = _inside(fields, correction.place[:-1])
        if before and _size(line) == _size(_inside(before.model_dump(mode="json"), correction.place[:-1])):
            line[correction.place[-1]] = correction.value
        else:
            lost.append(f"a correction by hand could not be kept, correct it again: {correction}")
    fields["warnings"] += lost
    return Rig.model_validate_json(json.dumps(fields))


def rounded(points: NDArray[np.float32]) -> list[tuple[float, ...]]:
    """(n, d) points as the file writes them: hundredths of a pixel."""
    return [tuple(round(float(value), 2) for value in point) for point in points]


def _differences(place: Place, now: Any, found: Any) -> Iterator[Correction]:
    """Every point, number or flag that differs; a line of another length counts as a whole."""
    if now == found:
        return
    if isinstance(now, Mapping) and isinstance(found, Mapping):
        for name in now:
            if name in found:
                yield from _differences((*place, name), now[name], found[name])
    elif isinstance(now, list) and isinstance(found, list) and len(now) == len(found) and not _is_point(now):
        for index, (one, other) in enumerate(zip(now, found, strict=True)):
            yield from _differences((*place, index), one, other)
    else:
        yield Correction(place, now, found)


def _inside(fields: Any, place: Place) -> Any:
    for part in place:
        fields = fields[part]
    return fields


def _size(value: Any) -> int:
    """Length of a line; 0 for a group of fields, which have names."""
    return len(value) if isinstance(value, list) else 0


def _is_point(value: Any) -> bool:
    return isinstance(value, list) and len(value) in (2, 3) and all(isinstance(part, int | float) for part in value)


def _spoken(place: Place) -> str:
    """A place as people say it, e.g. 'left eye upper point 12'; points are counted from 0, as in the file."""
    first, *rest = place
    if first == "landmarks":
        return f"landmark {rest[0]}"
    if first == "eyes":
        first, *rest = SIDES[int(rest[0])], *rest[1:]
    words = [f"point {part}" if isinstance(part, int) else part for part in (first, *rest)]
    return " ".join(words).replace("_", " ")


def _short(value: Any) -> str:
    return f"{len(value)} points" if isinstance(value, list) and not _is_point(value) else json.dumps(value)
