"""How far writing on the picture reaches out of the zone it must stay in, in pixels.

Zero when every box lies inside; else the greatest distance by which any edge of any box passes the same edge of the zone.
"""

from collections.abc import Iterable

from tasks.domain.box import Box


def overreach_px(boxes: Iterable[Box], zone: Box) -> float:
    """Greatest distance in pixels by which a box passes an edge of the zone; 0.0 when none does."""
    edges = (max(zone.x0 - box.x0, zone.y0 - box.y0, box.x1 - zone.x1, box.y1 - zone.y1) for box in boxes)
    return max(0.0, max(edges, default=0.0))
