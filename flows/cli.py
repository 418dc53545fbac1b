"""The command line: arguments in, exit code out. Everything heavy is imported by the command that needs it."""

import argparse
import importlib
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import FrameType
from typing import NoReturn

from flows.collector import end_uncollected, uncollected
from tasks.domain.errors import FixRequest, ReelsError

INTERRUPTED = 130
"""Exit code after Ctrl-C or a polite request to end."""

GOES_ON = "the same command goes on from the last finished stage"
"""What an interrupted `make` is told."""

COMMANDS = {
    "make": "flows.make:make", "avatar": "flows.avatars:avatars", "brand": "flows.brands:brands",
    "check": "flows.check:check", "compare": "flows.compare:compare",
    "up": "flows.operation:up", "down": "flows.operation:down",
    "doctor": "flows.machine:doctor", "retry": "flows.retry:retry", "batch": "flows.batches:batch",
    "calendar": "flows.calendars:calendar", "link": "flows.linking:link", "costs": "flows.costs:costs",
    "pending": "flows.approvals:pending", "approve": "flows.approvals:approve", "edit": "flows.approvals:edit",
    "reject": "flows.approvals:reject",
    "gc": "flows.clearing:gc", "engines": "flows.machine:engines",
}
"""Command -> the function that carries it out, which takes the arguments and gives the exit code."""
TALK_TO_PREFECT = ("retry",)
"""Commands whose modules import Prefect, which reads when it is imported where its server is."""

LONGEST_NAME, LONGEST_PATH = 255, 4000
"""Bytes of a file's name, and letters of a path, that systems take."""
MOST_USD = 1_000_000
"""No amount on the command line is higher: whoever writes more has slipped."""
EXIT_CODES = """exit codes:
  0 done   1 failed, or refused by the quality checks   2 fix the request   3 fix the machine
  4 try again later   5 waiting for approval, or rejected   130 interrupted"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are errors of ours."""

    def error(self, message: str) -> NoReturn:
        raise FixRequest(f"{message}; `{self.prog} --help` shows what there is")


def run() -> NoReturn:
    """Entry point of the `reels` command."""
    prepare_streams()
    end_uncollected()
    raise SystemExit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Carries out one command line.

    Args:
        arguments: what follows the program's name.

    Returns:
        The exit code. An error of ours is one sentence on the error stream, never a traceback.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        parsed = build_parser().parse_args(arguments)
        code = _command(parsed.command)(parsed)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _forget_readers()
        return ReelsError.exit_code
    except ReelsError as error:
        sys.stderr.write(f"reels: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        told = GOES_ON if list(arguments[:1]) == ["make"] else "nothing is left half done"
        sys.stderr.write(f"\nreels: interrupted; {told}\n")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)


def prepare_streams() -> None:
    """Opens the standard streams a caller has closed, and lets every stream write every letter, escaped if need be."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  open until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def build_parser() -> Parser:
    """The grammar of the command line."""
    parser = Parser(prog="reels", description="Turns a script and one portrait into a vertical talking-avatar reel.",
                    epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    _add_make(commands.add_parser("make", help="make a reel from a script", description="Makes a reel from a script."))
    _add_avatar(commands.add_parser("avatar", help="the avatars there are; make one of a photo").add_subparsers(
        dest="action", required=True, parser_class=Parser))
    brand = commands.add_parser("brand", help="the brand kits there are").add_subparsers(dest="action", required=True,
                                                                                       parser_class=Parser)
    _with_json(brand.add_parser("list", help="list the brand kits"))
    _add_brand_show(brand.add_parser("show", help="draw a specimen sheet", description="Draws a brand's specimen sheet: its"
                                     " colours, fonts, caption styles and what appears on screen."))
    _add_check(commands.add_parser("check", help="the quality report of any video of a talking face",
                                   description="Measures a video of a talking face on its finished pixels and its sound."))
    _add_compare(commands.add_parser("compare", help="which of several films of a face is the best", description="Measures"
                                     " films of one face as they came, before a mouth is drawn: likeness, steadiness,"
                                     " flicker, jumps, sharpness, movement. The best comes first."))
    batch = commands.add_parser("batch", help="how the reels of a batch stand", description="Lists the batches, or the reels"
                                " of one with their states.")
    batch.add_argument("id", nargs="?", metavar="ID", help="the id of a batch, or its beginning; default: list the newest")
    _with_json(batch)
    _add_calendar(commands.add_parser("calendar", help="what is due, taken, waiting and done", description="Checks a"
                                      " calendar and shows how each entry stands. Exit code 2 if one cannot be made."))
    _add_approvals(commands)
    _with_json(commands.add_parser("engines", help="what each stage can be done by"))
    _add_costs(commands.add_parser("costs", help="what was spent, and what is left", description="Shows what was spent, set"
                                   " aside and left unknown, by day (UTC), provider and reel, and what is left of limits."))
    _with_json(commands.add_parser("doctor", help="what is wrong with this machine"))
    _add_gc(commands.add_parser("gc", help="clear away what the store has not needed for a while", description="Clears the"
                                " store: results of stages and files that were not used for a while and that no unfinished"
                                " run, finished set, publication or claim needs. Those, and the ledger, always stay."))
    again = commands.add_parser("retry", help="let a run that ended badly go on",
                                description="Lets a run that failed, crashed or was cancelled go on from its last finished"
                                " stage.")
    again.add_argument("run", metavar="RUN", help="a run's id, the beginning of it, or its name")
    _with_json(again)
    _add_up(commands.add_parser("up", help="start what runs reels on this machine", description="Starts, of this machine's"
                                " server, workers, watchdog and link server, what is not running, and brings the deployments"
                                " to the server. With PREFECT_API_URL set, that server is used."))
    _add_down(commands.add_parser("down", help="end it", description="Ends what `reels up` started. Reels being made"
                                  " here are finished first."))
    _add_link(commands.add_parser("link", help="a fresh link to a finished reel", description="Prints a link to the page of"
                                  " a finished reel; settings say for how many days it is good."))
    return parser


def _add_make(make: argparse.ArgumentParser) -> None:
    make.add_argument("script", type=_path, metavar="SCRIPT", help="a .yaml, .md or .txt file")
    make.add_argument("--avatar", metavar="A", help="a folder under avatars/")
    make.add_argument("--brand", metavar="B", help="a brand kit: templates/brands/<name>.yaml")
    make.add_argument("--style", metavar="S", help="caption style")
    make.add_argument("--variant", action="append", default=[], metavar="ID",
                      help="make this variant of the script only ('main' is the script itself); may be given again")
    make.add_argument("--out", type=_path, metavar="DIR", help="output folder; default: out/<script's name>")
    make.add_argument("--engine", action="append", default=[], metavar="STAGE=NAME", help="another engine for a stage")
    make.add_argument("--seed", type=int, metavar="N", help="another seed is another take")
    make.add_argument("--takes", type=int, metavar="N", help="films of the avatar that a generator makes; the best is kept;"
                      " default: 1")
    make.add_argument("--yes", action="store_true", help="approve the script without being asked; this is recorded")
    make.add_argument("--cost-at-most", type=_dollars, metavar="USD", help="approve up to this cost; default: the estimate")
    make.add_argument("--dry-run", action="store_true", help="show what would be made and where each value comes from")
    make.add_argument("--strict", action="store_true", help="fail instead of downgrading")
    make.add_argument("--export", action="store_true", help="also make files for an editor")
    _with_json(make)


def _add_approvals(commands: "argparse._SubParsersAction[Parser]") -> None:
    _with_json(commands.add_parser("pending", help="list the runs that wait for an answer"))
    approve = commands.add_parser("approve", help="let a waiting run go on", description="Approves what a run waits with."
                                  " Exit code 0 only if the run goes on.")
    edit = commands.add_parser("edit", help="change the script a run waits with", description="Sends a changed script; the"
                               " run asks again with it.")
    reject = commands.add_parser("reject", help="end a waiting run", description="Says no to what a run waits with.")
    for parser in (approve, edit, reject):
        parser.add_argument("run", metavar="RUN", help="the run's id, the beginning of it, or its name")
    approve.add_argument("--at-most", type=_dollars, metavar="USD", help="ceiling for all that is spent on the reel;"
                         " default: the estimate")
    edit.add_argument("--script", type=_path, metavar="FILE", help="the changed script; default: opens $EDITOR")
    reject.add_argument("--reason", metavar="R", help="why, kept with the decision")


def _add_avatar(actions: "argparse._SubParsersAction[Parser]") -> None:
    _with_json(actions.add_parser("list", help="list the avatars"))
    _add_avatar_add(actions.add_parser("add", help="make an avatar of a photo", description="Makes an avatar of a photo:"
                                       " checks it, crops it, finds the face, and writes a folder under avatars/."))
    show = actions.add_parser("show", help="draw what is known about a face, and every mouth it makes",
                              description="Draws two sheets: the avatar's rig over its portrait, and all its visemes.")
    show.add_argument("name", metavar="NAME", help="a folder under avatars/")
    show.add_argument("--out", type=_path, metavar="DIR|FILE",
                      help="folder for the sheets, or a .jpg or .png for the first; default: out/avatar-<name>")
    check = actions.add_parser("check", help="repeat the checks", description="Repeats the checks of the photo, and looks at"
                               " rig, consent and voice. Exit code 2 if no reel can be made with the avatar.")
    check.add_argument("name", metavar="NAME", help="a folder under avatars/")
    _with_json(show)
    _with_json(check)
    revoke = actions.add_parser("revoke", help="stop every new reel with an avatar", description="Writes `revoked: true`"
                                " into the avatar's consent: no new reel is made with it.")
    revoke.add_argument("name", metavar="NAME", help="a folder under avatars/")


def _add_avatar_add(add: argparse.ArgumentParser) -> None:
    add.add_argument("photo", type=_path, metavar="PHOTO", help="a PNG, JPEG or WebP file")
    add.add_argument("--name", required=True, metavar="NAME", help="name of its folder, e.g. 'jo'")
    add.add_argument("--title", metavar="T", help="how it is called; default: from the name")
    add.add_argument("--face", type=int, metavar="N", help="which face, if there are several: 1 is the leftmost")
    add.add_argument("--language", metavar="L", help="language it speaks unless the script says, e.g. de-DE")
    add.add_argument("--voice", metavar="V", help="its voice; default: the language's")
    add.add_argument("--brand", metavar="B", help="its brand kit: templates/brands/<name>.yaml")
    add.add_argument("--replace", action="store_true", help="make an avatar that is there anew; of the same photo, consent"
                     " and points corrected by hand stay")
    why = add.add_argument_group("consent", "Whose face it is; asked in a terminal where none of these is given.")
    why.add_argument("--synthetic", action="store_true", help="nobody's: drawn, rendered or generated")
    why.add_argument("--public-domain", metavar="WHAT", help="a work in the public domain: what it is, where it is from")
    why.add_argument("--consent-by", metavar="WHO", help="a real person's, who agrees")
    why.add_argument("--relation", metavar="R", help="what that person is to you, e.g. self, employee, client")
    why.add_argument("--scope", metavar="S", help="what it may be used for")
    why.add_argument("--expires", metavar="DATE", help="no new reel from that day on, e.g. 2027-12-31")
    why.add_argument("--consent-date", metavar="DATE", help="when it was given; default: today")
    why.add_argument("--consent-document", metavar="FILE", help="a signed document, copied into the avatar's folder")
    _with_json(add)


def _add_brand_show(show: argparse.ArgumentParser) -> None:
    show.add_argument("name", metavar="NAME", help="a brand kit: templates/brands/<name>.yaml")
    show.add_argument("--out", type=_path, metavar="FILE", help="PNG to make; default: out/brand-<name>.png")
    _with_json(show)


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument("video", type=_path, metavar="VIDEO", help="an MP4, MOV, WebM, MKV or AVI file")
    check.add_argument("--script", type=_path, metavar="S", help="what is spoken, where no manifest says it")
    whose = check.add_mutually_exclusive_group()
    whose.add_argument("--portrait", type=_path, metavar="FILE", help="whose face it should be; default: the manifest's"
                       " avatar, else the face of the first frames")
    whose.add_argument("--avatar", metavar="NAME", help="the same, by a folder under avatars/")
    check.add_argument("--manifest", type=_path, metavar="FILE", help="when which sound is spoken; default: the reel.json"
                       " beside the video")
    check.add_argument("--html", nargs="?", const="", metavar="FILE", help="also write a page with plots;"
                       " default: <video>-check.html beside the video")
    _with_json(check)


def _add_compare(compare: argparse.ArgumentParser) -> None:
    compare.add_argument("videos", type=_path, nargs="+", metavar="VIDEO", help="takes of the same face")
    whose = compare.add_mutually_exclusive_group()
    whose.add_argument("--portrait", type=_path, metavar="FILE", help="whose face it should be; default: each film's own")
    whose.add_argument("--avatar", metavar="NAME", help="the same, by a folder under avatars/")
    _with_json(compare)


def _add_gc(gc: argparse.ArgumentParser) -> None:
    gc.add_argument("--keep", required=True, metavar="T", help="keep what was used within this time: 12h, 30d, 2w")
    gc.add_argument("--dry-run", action="store_true", help="only say what would go")
    _with_json(gc)


def _add_calendar(calendar: argparse.ArgumentParser) -> None:
    calendar.add_argument("file", nargs="?", default="calendar.yaml", metavar="FILE",
                          help="a calendar inside the library; default: calendar.yaml")
    _with_json(calendar)


def _add_up(up: argparse.ArgumentParser) -> None:
    up.add_argument("--queue", action="append", default=[], metavar="Q", help="a queue the workers take runs from; may be"
                    " given again; default: cpu, gpu and publish")
    up.add_argument("--workers", type=_count, metavar="N", help="how many workers; default: 1")
    up.add_argument("--limit", type=_count, metavar="N", help="how many reels a worker makes at once; default: half of the"
                    " processors")


def _add_down(down: argparse.ArgumentParser) -> None:
    down.add_argument("--now", action="store_true", help="end reels that are being made where they stand")


def _add_link(link: argparse.ArgumentParser) -> None:
    link.add_argument("reel", metavar="RUN|ID", help="id of the run that made it, or of the reel")
    _with_json(link)


def _path(text: str) -> Path:
    """A file or folder on the command line; every look at a name that no disk can hold would be an error."""
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in text.split("/")) or len(text) > LONGEST_PATH:
        raise argparse.ArgumentTypeError(f"{text[:20] + '…'!r} is too long for the name of a file")
    return Path(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= 64):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 64")
    return int(text)


def _add_costs(costs: argparse.ArgumentParser) -> None:
    when = costs.add_mutually_exclusive_group()
    when.add_argument("--days", type=int, metavar="N", help="the last N days; default: 7")
    when.add_argument("--month", metavar="YYYY-MM", help="one month")
    _with_json(costs)
    settle = costs.add_subparsers(dest="action", parser_class=Parser, metavar="ACTION").add_parser(
        "settle", help="say what became of a payment nobody knows about", description="Says what became of a paid request"
        " that broke off, after a look at the service's own bill.")
    settle.add_argument("key", metavar="KEY", help="the payment, as `reels costs` calls it")
    found = settle.add_mutually_exclusive_group(required=True)
    found.add_argument("--lost", action="store_true", help="it never arrived and was not charged")
    found.add_argument("--charged", type=_dollars, metavar="USD", help="it was charged, and this much")


def _dollars(text: str) -> Decimal:
    """An amount of money on the command line."""
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount: write dollars like 0.50") from error
    if not amount.is_finite() or not 0 <= amount <= MOST_USD:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount: write dollars like 0.50")
    return amount


def _with_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function that carries out a command, imported only now."""
    if name in TALK_TO_PREFECT:
        from flows.connection import connect
        from tasks.runtime.settings import current_settings

        connect(current_settings())
    module, _, function = COMMANDS[name].partition(":")
    with uncollected():
        command: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(module), function)
    return command


def _forget_readers() -> None:
    """Nobody reads any more: what is still to be written, at the very end too, goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
