"""The light of every portrait: warm key, cool fill, two rims, and two small lamps that only the eyes see."""

from dataclasses import dataclass

Place = tuple[float, float, float]
"""(x, y, z) in cm, axes as in `Face`."""


@dataclass(frozen=True)
class AreaLight:
    """A round lamp."""

    name: str
    at: Place
    """Its middle."""
    target: Place
    """Where it points."""
    size: float
    """Diameter, cm."""
    energy: float
    """Watts, in Blender's sense."""
    colour: tuple[float, float, float]
    """Linear red, green, blue."""
    eyes_only: bool = False
    """Lights nothing but the eyes: a catch light."""


SKY = (0.75, 0.82, 1.0)
"""Colour of the light from everywhere."""
SKY_STRENGTH = 0.26
"""Its strength."""
EXPOSURE = 0.38
"""Brightness of the picture, stops."""

AREA_LIGHTS = (
    AreaLight("key", (-52, 52, 85), (0, -4, 5), 52, 125000, (1.0, 0.90, 0.78)),
    AreaLight("fill", (75, 5, 70), (0, -4, 3), 80, 18000, (0.90, 0.93, 1.0)),
    AreaLight("rim_r", (60, 35, -60), (0, -4, 0), 40, 40000, (1.0, 0.84, 0.66)),
    AreaLight("rim_l", (-65, 25, -55), (0, -4, 0), 40, 26000, (0.80, 0.90, 1.0)),
    AreaLight("under", (0, -60, 60), (0, -5, 5), 60, 3500, (1.0, 0.85, 0.75)),
    AreaLight("catch", (-34, 40, 100), (0, 0, 7), 13, 75000, (1.0, 0.97, 0.93), eyes_only=True),
    AreaLight("catch2", (30, -32, 110), (0, 0, 7), 16, 12000, (0.9, 0.95, 1.0), eyes_only=True),
)
"""All lamps."""
