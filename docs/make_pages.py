"""Writes what is made from the program itself: the engine table, the command line's help, the limits of `reels check`.

    python docs/make_pages.py            # writes them
    python docs/make_pages.py --check    # fails if a page is not what the program says today
"""

import contextlib
import io
import os
import sys
from pathlib import Path

from flows.cli import build_parser
from tasks.quality.face_thresholds import RULES
from tasks.runtime.engines import ENGINES

FOLDER = Path(__file__).parent
BEGIN, END = "<!-- limits: written by docs/make_pages.py -->", "<!-- end of limits -->"
"""Lines around the table of limits."""
WIDTH = "100"
"""Columns of the help text, fixed so that it does not depend on a terminal."""


def main() -> int:
    """Writes or checks every page; returns the exit code."""
    pages = {"engines.md": engine_page(), "command-line.md": help_page(), "quality.md": quality_page()}
    if "--check" not in sys.argv[1:]:
        for name, text in pages.items():
            (FOLDER / name).write_text(text, "utf-8")
        return 0
    stale = [name for name, text in pages.items() if _on_disk(FOLDER / name) != text]
    for name in stale:
        sys.stderr.write(f"docs/{name} is not what the program says: run `.venv/bin/python docs/make_pages.py`\n")
    return 1 if stale else 0


def engine_page() -> str:
    """The engine menu as a table."""
    rows = ["| stage | engine | what it does | cost | needs | licence |", "| --- | --- | --- | --- | --- | --- |"]
    for entry in ENGINES:
        name = f"**{entry.name}**" if entry.default else entry.name
        summary = f"{entry.summary} (stand-in for tests and drafts)" if entry.fake else entry.summary
        rows.append(f"| {entry.stage} | {name} | {summary} | {entry.cost} | {entry.needs} | {entry.licence} |")
    return ("# Engines\n\nWhat each stage can be done by; bold is the default. Choose with `--engine STAGE=NAME`."
            " `docs/make_pages.py` writes this page.\n\n" + "\n".join(rows) + "\n")


def help_page() -> str:
    """The help of every command."""
    os.environ["COLUMNS"] = WIDTH
    commands = ([], ["make"], ["avatar"], ["avatar", "list"], ["brand"], ["brand", "list"], ["brand", "show"],
                ["check"], ["engines"], ["doctor"], ["up"], ["down"])
    parts = [f"## `{' '.join(['reels', *command])}`\n\n```text\n{_help(command)}```\n" for command in commands]
    return "# The command line\n\n`docs/make_pages.py` writes this page.\n\n" + "\n".join(parts)


def quality_page() -> str:
    """The page on measurements with its table of limits."""
    rows = ["| property | unit | limit | what it is | where the limit comes from |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {rule.title} | {rule.unit} | {rule.threshold} | {rule.means} | {rule.source} |" for rule in RULES]
    before, _, rest = (FOLDER / "quality.md").read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n" + "\n".join(rows) + f"\n\n{END}{rest.partition(END)[2]}"


def _on_disk(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _help(command: list[str]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        build_parser().parse_args([*command, "--help"])
    return said.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
