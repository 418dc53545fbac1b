"""Paints the pictures and the film of `examples/media`.

    ../../.venv/bin/python make_media.py            # all of them
    ../../.venv/bin/python make_media.py moon       # one
"""

import sys
from pathlib import Path

from mediakit.clouds import FPS, clouds
from mediakit.light import save, save_film
from mediakit.moon import moon
from mediakit.notebook import notebook
from mediakit.water import water
from mediakit.window import window

PICTURES = {"moon": moon, "notebook": notebook, "water": water, "window": window}
"""Name -> what paints it."""
FILMS = {"clouds": clouds}
"""Name -> what paints its frames."""
TARGET = Path(__file__).resolve().parents[1] / "media"
"""Where they go."""


def main(names: list[str]) -> int:
    """Paints what is named, or all; returns the exit code."""
    strange = [name for name in names if name not in (*PICTURES, *FILMS)]
    if strange:
        print(f"no {strange[0]!r}; there are {', '.join((*PICTURES, *FILMS))}", file=sys.stderr)
        return 2
    TARGET.mkdir(exist_ok=True)
    for name in names or (*PICTURES, *FILMS):
        if name in PICTURES:
            save(PICTURES[name](), TARGET / f"{name}.jpg")
        else:
            save_film(FILMS[name](), TARGET / f"{name}.mp4", fps=FPS)
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
