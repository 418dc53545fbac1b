"""`python -m tasks.media.rig FOLDER...`: makes rig.json anew from portrait.png in each avatar folder."""

import sys
from pathlib import Path

from tasks.domain.errors import ReelsError
from tasks.media.rig.build import build_rig


def main(folders: list[str]) -> int:
    """Builds the rigs; returns the exit code."""
    if not folders:
        print("usage: python -m tasks.media.rig FOLDER...", file=sys.stderr)
        return 2
    try:
        for folder in map(Path, folders):
            rig = build_rig(folder / "portrait.png")
            (folder / "rig.json").write_text(rig.to_json(), "utf-8")
            print(folder / "rig.json", *rig.warnings, sep="\n  ")
    except ReelsError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
