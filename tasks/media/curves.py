"""Named curves over time, one sample a frame: how motion and mouth travel between stages.

A file is JSON, `{"schema": 1, "fps": 30, "curves": {"jaw": [0.0, …]}}`, values rounded to 1e-4, so that the same curves
always give the same bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import StoreDamaged

CAMERA = ("zoom", "pan_x", "pan_y")
"""Curves of the camera: zoom, natural logarithm of the enlargement, 0 the whole frame and never below; pan, how far the
camera looks to the right and down of the middle it would have, in frame widths (both). Drawing keeps the camera inside the
picture."""
MOTION = ("yaw", "pitch", "roll", "sway", "brow", "blink", "gaze_x", "gaze_y", "breath", "smile", *CAMERA)
"""Curves of a puppet's motion. Angles in radians, sway in eye distances, blink 0 open to 1 closed, smile -1 serious over 0
as the portrait to 1 a broad smile; and those of the camera."""
COURSE = ("frame",)
"""The curve of a film that is walked forwards and backwards: which of its frames is shown."""
MOUTH = ("jaw", "wide", "upper", "lower", "tuck", "press", "tongue")
"""Curves of a mouth, each about 0 to 1; wide runs from -1 (rounded) to 1 (spread)."""


@dataclass(frozen=True)
class Curves:
    """Curves of equal length: name -> (n,) float32."""

    values: Mapping[str, NDArray[np.float32]]
    fps: int = 30

    def __len__(self) -> int:
        return len(next(iter(self.values.values()), ()))

    def at(self, frame: int) -> dict[str, float]:
        """The values at `frame`; past the end the last sample holds."""
        index = min(max(frame, 0), len(self) - 1)
        return {name: float(curve[index]) for name, curve in self.values.items()}

    def to_json(self) -> str:
        """The curves as the JSON file format, deterministic."""
        rounded = {name: [round(float(value), 4) + 0.0 for value in curve] for name, curve in self.values.items()}
        return json.dumps({"schema": 1, "fps": self.fps, "curves": rounded}, separators=(",", ":"), sort_keys=True)


def read_curves(path: Path) -> Curves:
    """Reads a curves file.

    Raises:
        StoreDamaged: the file is no curves file, or its curves differ in length.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        values = {name: np.asarray(curve, np.float32) for name, curve in document["curves"].items()}
        fps = int(document["fps"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreDamaged(f"{path.name!r} is not a curves file ({error}): delete it, it will be made again") from error
    if len({curve.shape for curve in values.values()}) != 1:
        raise StoreDamaged(f"{path.name!r} holds curves of different lengths: delete it, it will be made again")
    return Curves(values, fps)
