r"""The notation of ASS subtitles: text, colours, times and shapes.

An author's text is data. libass reads `\{` and `\}` as braces and knows no way to write a backslash that keeps the next
character from being read with it, so a zero width space is put behind every backslash: it draws nothing.
"""

from collections.abc import Iterable

from tasks.domain.timeline import FPS
from tasks.media.text.ink import InkPart

ZERO_WIDTH_SPACE = "\u200b"
"""Stands between a backslash and what follows it."""
CURVE = 0.5523
"""How far the handles of a cubic curve reach along a quarter of a circle of radius 1."""


def ass_text(text: str) -> str:
    """`text` so that libass draws exactly it, in one line."""
    line = " ".join(text.splitlines())
    return line.replace("\\", "\\" + ZERO_WIDTH_SPACE).replace("{", "\\{").replace("}", "\\}")


def ass_parts(parts: Iterable[InkPart], ass_size: float) -> str:
    """A text in parts, so that libass draws it in one line; the style's own font and size hold until a part has another.

    Args:
        parts: of one font each.
        ass_size: size of the whole text.
    """
    written = []
    for number, part in enumerate(parts):
        if number or not part.usual:
            written.append(f"{{\\fn{ass_text(part.font)}\\fs{ass_size * part.scale:.3f}}}")
        written.append(ass_text(part.text))
    return "".join(written)


def ass_colour(colour: str, opacity: float = 1.0) -> str:
    """`#rrggbb` as a style writes it, `&HAABBGGRR`, where AA is 00 for opaque."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"&H{round(255 * (1 - opacity)):02X}{blue}{green}{red}".upper()


def ass_time(frame: int, fps: int = FPS) -> str:
    """The time from which on, or until which, something shows so that exactly `frame` is the first with the change.

    Convention: a hundredth near the middle between `frame` and the one before, so that no rounding of frame times, in
    whichever time base, moves the change to another frame.
    """
    hundredths = max(0, round((frame - 0.5) * 100 / fps))
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 100:02d}.{rest % 100:02d}"


def ass_box(width: float, height: float, radius: float) -> str:
    """A box with round corners as ASS drawing commands, its top left corner at the origin."""
    reach = radius * (1 - CURVE)
    right, bottom = width - radius, height - radius
    path = [
        ("m", radius, 0), ("l", right, 0), ("b", width - reach, 0, width, reach, width, radius),
        ("l", width, bottom), ("b", width, height - reach, width - reach, height, right, height),
        ("l", radius, height), ("b", reach, height, 0, height - reach, 0, bottom),
        ("l", 0, radius), ("b", 0, reach, reach, 0, radius, 0),
    ]
    return " ".join(part if isinstance(part, str) else f"{part:.1f}" for step in path for part in step)
