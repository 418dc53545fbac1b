"""Draws the default avatars.

    python make_avatars.py --out renders               all people, 1080x1920
    python make_avatars.py mei --draft --out renders   a half-size look in about a minute
    python make_avatars.py ada --close --out renders   the face only, for judging features
"""

import argparse
from dataclasses import replace
from pathlib import Path

from avatarkit.build import CLOSE, DRAFT, Finish, build_portrait
from avatarkit.people import PEOPLE


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="any of " + ", ".join(PEOPLE) + "; default: all")
    parser.add_argument("--out", type=Path, default=Path("renders"), help="folder for the pictures; default: renders")
    parser.add_argument("--samples", type=int, help="paths per pixel before denoising; default: 48, drafts fewer")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--draft", action="store_true", help="half size, coarse mesh, fewer strands")
    kind.add_argument("--close", action="store_true", help="a close-up of the face at 0.8 of the size")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in PEOPLE]
    if unknown:
        parser.error(f"nobody is called {unknown[0]!r}; there are {', '.join(PEOPLE)}")
    return arguments


def main() -> None:
    """Draws everyone asked for."""
    arguments = read_arguments()
    finish = DRAFT if arguments.draft else CLOSE if arguments.close else Finish()
    if arguments.samples:
        finish = replace(finish, samples=arguments.samples)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or PEOPLE:
        print(build_portrait(PEOPLE[name], arguments.out, finish))


if __name__ == "__main__":
    main()
