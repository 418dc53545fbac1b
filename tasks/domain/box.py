"""Rectangles on the picture."""

from pydantic import Field

from tasks.domain.base import Record


class Box(Record):
    """A rectangle on the picture in pixels, origin top left, half open."""

    x0: float = Field(description="left edge, inclusive")
    y0: float = Field(description="upper edge, inclusive")
    x1: float = Field(description="right edge, exclusive")
    y1: float = Field(description="lower edge, exclusive")
