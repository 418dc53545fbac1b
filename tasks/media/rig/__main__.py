"""`python -m tasks.media.rig FOLDER...`: makes rig.json anew from portrait.png in each avatar folder.

What was corrected by hand in the rig that is there stays.
"""

import sys
from pathlib import Path

from tasks.domain.errors import ReelsError
from tasks.media.rig.build import build_rig
from tasks.media.rig.corrections import corrections
from tasks.media.rig.model import Rig


def main(folders: list[str]) -> int:
    """Builds the rigs; returns the exit code."""
    if not folders:
        print("usage: python -m tasks.media.rig FOLDER...", file=sys.stderr)
        return 2
    try:
        for folder in map(Path, folders):
            path = folder / "rig.json"
            rig = build_rig(folder / "portrait.png", before=Rig.read(path) if path.exists() else None)
            path.write_text(rig.to_json(), "utf-8")
            print(path, *rig.warnings, *(f"kept, corrected by hand: {each}" for each in corrections(rig)), sep="\n  ")
    except ReelsError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
