"""Safe zones: the part of the picture that the apps leave free of their own buttons and texts."""

import datetime as dt
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError

from tasks.domain.base import Frozen
from tasks.domain.box import Box
from tasks.domain.errors import FixMachine


class SafeZone(Frozen):
    """What one app covers at each edge, and who says so."""

    app: str = Field(description="the app, e.g. 'TikTok'")
    top_px: int = Field(ge=0)
    right_px: int = Field(ge=0)
    bottom_px: int = Field(ge=0)
    left_px: int = Field(ge=0)
    source: str = Field(description="where the margins come from")
    read: dt.date = Field(description="the day the source was read")
    note: str = Field(default="", description="how certain the margins are")


class SafeZones(Frozen):
    """templates/captions/safe_zones.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    width_px: int = Field(gt=0, description="width of the picture the margins are meant for")
    height_px: int = Field(gt=0, description="height of that picture")
    zones: dict[str, tuple[SafeZone, ...]] = Field(description="use of the reel, e.g. 'posts' or 'ads' -> the apps' zones")

    def common(self, use: str) -> Box:
        """The part of the picture that is free in every app: the intersection of their zones.

        Raises:
            FixMachine: the file has no zones for that use, or they have nothing in common.
        """
        if not self.zones.get(use):
            raise FixMachine(f"there are no safe zones for {use!r}: choose one of {', '.join(sorted(self.zones))}")
        apps = self.zones[use]
        box = Box(x0=max(app.left_px for app in apps), y0=max(app.top_px for app in apps),
                  x1=self.width_px - max(app.right_px for app in apps),
                  y1=self.height_px - max(app.bottom_px for app in apps))
        if box.x0 >= box.x1 or box.y0 >= box.y1:
            raise FixMachine(f"the safe zones for {use!r} have nothing in common: correct the margins")
        return box


def read_zones(path: Path) -> SafeZones:
    """Reads a file of safe zones.

    Raises:
        FixMachine: it is missing or wrong.
    """
    try:
        return SafeZones.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error
        raise FixMachine(f"the safe zones {str(path)!r} cannot be read ({reason}): restore the file") from error
