"""Takes the disclosure out of the captions' subtitles, so that an editor who replaces the captions keeps it."""

LABEL = "Label"
"""What the names of the label's styles begin with in every caption template."""
EVENT = "Dialogue:"
"""What an event's line begins with."""
STYLE_FIELD = 3
"""Which field of an event is its style."""


def split_label(subtitles: str) -> tuple[str, str | None]:
    """Two ASS files made of one.

    Args:
        subtitles: captions and label.

    Returns:
        The captions alone, and the label alone; None where there is no label.
    """
    lines = subtitles.splitlines(keepends=True)
    captions = [line for line in lines if not _is_label(line)]
    label = [line for line in lines if _is_label(line) or not line.startswith(EVENT)]
    return "".join(captions), "".join(label) if len(captions) < len(lines) else None


def _is_label(line: str) -> bool:
    fields = line.split(",", STYLE_FIELD + 1)
    return line.startswith(EVENT) and len(fields) > STYLE_FIELD and fields[STYLE_FIELD].strip().startswith(LABEL)
