"""Writes what is made from the program itself: the engine table, the command line's help, the checks of photos and films.

    python docs/make_pages.py            # writes them
    python docs/make_pages.py --check    # fails if a page is not what the program says today
"""

import contextlib
import io
import os
import sys
from pathlib import Path

from flows.cli import build_parser
from tasks.generation.film_rules import Rules
from tasks.media.photo.rules import RULES as PHOTO_RULES
from tasks.quality.face_thresholds import RULES as FACE_RULES
from tasks.runtime.engines import ENGINES, MODELS, load_engine
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

FOLDER = Path(__file__).parent
BEGIN, END = "<!-- table: written by docs/make_pages.py -->", "<!-- end of table -->"
"""Lines around a table within a page."""
WIDTH = "100"
"""Columns of the help text, fixed so that it does not depend on a terminal."""


def main() -> int:
    """Writes or checks every page; returns the exit code."""
    pages = {"engines.md": engine_page(), "command-line.md": help_page(),
             "avatars.md": with_table("avatars.md", photo_table()), "quality.md": with_table("quality.md", face_table()),
             "films.md": with_table("films.md", tuning_table())}
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
    head = ("stage", "engine", "what it does", "cost", "needs", "licence", "tried against")
    rows = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for entry in ENGINES:
        name = f"**{entry.name}**" if entry.default else entry.name
        summary = f"{entry.summary} (stand-in for tests and drafts)" if entry.fake else entry.summary
        cost = f"{entry.cost}; ends {entry.sunset}" if entry.sunset else entry.cost
        rows.append(f"| {entry.stage} | {name} | {summary} | {cost} | {entry.needs} | {entry.licence} |"
                    f" {entry.tried} |")
    return ("# Engines\n\nWhat each stage can be done by; bold is the default. Choose with `--engine STAGE=NAME`."
            " `docs/make_pages.py` writes this page.\n\nThe last column says what an engine was tried against. **No"
            " published weights and no paid service were at hand**: whoever uses an engine that was tried with tiny models,"
            " or against a documented protocol, is among the first to see it work for real.\n\n" + "\n".join(rows) + "\n\n"
            "## Generators on this machine\n\nWhat each family of models makes unless `[generators.<engine>]` says otherwise"
            " ([films.md](films.md)); sizes and lengths are snapped to its rules, and that is said. Memory and licences are"
            " those published.\n\n" + family_table())


def family_table() -> str:
    """What each family of models makes on this machine, a row each."""
    head = ("engine", "usual size", "both sides a multiple of", "frames", "frames a second", "usual and longest film",
            "steps", "weights in half precision", "licence of the weights", "where the rules are from")
    rows = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for entry in ENGINES:
        if (entry.stage, entry.needs) == ("generation", MODELS):
            engine = load_engine("generation", entry.name)(models=ModelFolder(Path(entry.name)), tuning=Tuning())
            rows.append(f"| {entry.name} | {' | '.join(_family(engine.rules(None)))} |")
    return "\n".join(rows) + "\n"


def _family(rules: Rules) -> tuple[str, ...]:
    width, height = rules.usual_px
    frames = "any number" if rules.frame_step == 1 else f"a multiple of {rules.frame_step}, and one more"
    usual_s, longest_s = (count / rules.fps for count in (rules.usual_frames, rules.most_frames))
    return (f"{width}x{height}", str(rules.unit_px), frames, str(rules.fps), f"{usual_s:.1f} s, {longest_s:.1f} s",
            str(rules.steps), rules.memory, rules.licence, rules.source)


def help_page() -> str:
    """The help of every command."""
    os.environ["COLUMNS"] = WIDTH
    commands = ([], ["make"], ["avatar"], ["avatar", "list"], ["avatar", "add"], ["avatar", "show"],
                ["avatar", "check"], ["avatar", "revoke"], ["brand"], ["brand", "list"], ["brand", "show"],
                ["check"], ["up"], ["down"], ["doctor"], ["pending"], ["approve"], ["edit"], ["reject"], ["retry"],
                ["batch"], ["calendar"], ["link"], ["costs"], ["costs", "settle"], ["gc"], ["engines"])
    parts = [f"## `{' '.join(['reels', *command])}`\n\n```text\n{_help(command)}```\n" for command in commands]
    return "# The command line\n\n`docs/make_pages.py` writes this page.\n\n" + "\n".join(parts)


def with_table(name: str, table: str) -> str:
    """A page with today's table."""
    before, _, rest = (FOLDER / name).read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table}\n{END}{rest.partition(END)[2]}"


def photo_table() -> str:
    """Every check of a photo, a row each."""
    rows = ["| check | what is measured | rule | why there |", "| --- | --- | --- | --- |"]
    rows += [f"| {rule.check} | {rule.measures} | {rule.threshold()} | {rule.why} |" for rule in PHOTO_RULES]
    return "\n".join(rows) + "\n"


def face_table() -> str:
    """Every limit of `reels check`, a row each."""
    rows = ["| property | unit | limit | what it is | where the limit comes from |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {rule.title} | {rule.unit} | {rule.threshold} | {rule.means} | {rule.source} |" for rule in FACE_RULES]
    return "\n".join(rows) + "\n"


def tuning_table() -> str:
    """Every setting of a generator, a row each."""
    rows = ["| setting | what it is |", "| --- | --- |"]
    rows += [f"| `{name}` | {field.description} |" for name, field in Tuning.model_fields.items()]
    return "\n".join(rows) + "\n"


def _on_disk(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _help(command: list[str]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        build_parser().parse_args([*command, "--help"])
    return said.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
