"""Draws sheets of everything the puppet can do: every viseme, smiles, a blink in phases, turns of the head.

    python benchmarks/viseme_sheet.py out/sheets                            # a sheet of each avatar
    python benchmarks/viseme_sheet.py out/sheets --avatar ada --part mouth  # one avatar, one part
    python benchmarks/viseme_sheet.py out/sheets --folder out/mona          # any folder with portrait.png and rig.json
"""

import argparse
import time
from pathlib import Path

from tasks.lipsync.viseme_table import EXAMPLES, VISEMES
from tasks.media.rig.model import Rig
from tasks.media.sheet import lettering_of
from tasks.media.viseme_sheet import EYES, HEADS, SMILES, draw_viseme_sheet, viseme_section
from tasks.runtime.library import Library

CHECKOUT = Path(__file__).parents[1]
SECTIONS = {"mouth": viseme_section(VISEMES, EXAMPLES), "smile": SMILES, "eyes": EYES, "head": HEADS}


def main() -> None:
    """Draws the sheets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path, help="folder for the sheets, PNG")
    parser.add_argument("--avatar", action="append", default=[], help="only these (default: all)")
    parser.add_argument("--folder", action="append", type=Path, default=[], help="a folder with portrait.png and rig.json")
    parser.add_argument("--part", action="append", choices=SECTIONS, help="only these (default: all)")
    options = parser.parse_args()
    library = Library(CHECKOUT)
    names = options.avatar or ([] if options.folder else library.avatar_names())
    fonts = library.brand("default").fonts
    lettering = lettering_of(fonts)
    options.target.mkdir(parents=True, exist_ok=True)
    for folder in [*(CHECKOUT / "avatars" / name for name in names), *options.folder]:
        begun, sections = time.perf_counter(), [SECTIONS[part] for part in options.part or SECTIONS]
        sheet = options.target / f"{folder.name}.png"
        width, height = draw_viseme_sheet(
            folder / "portrait.png", Rig.read(folder / "rig.json"), sections, sheet, lettering, title=folder.name)
        print(f"{sheet}: {width} x {height}, {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
