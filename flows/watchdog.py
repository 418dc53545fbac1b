"""The watchdog, `python -m flows.watchdog`: sees to it that no run is forgotten when a machine, a process or a server dies.

It looks every few seconds, and acts inside a Prefect flow run only when there is something to do, so that every action is on
record and quiet days leave no trace. Any number of watchdogs may run beside each other. While server or store are away it
keeps trying, and says so once.
"""

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType

from flows.connection import connect
from tasks.domain.errors import ReelsError
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.stores import open_store

INTERVAL_S = 15.0
"""Seconds between two looks: a person does not notice, and a server with 20 runs answers in a few hundredths of a second."""

Duty = Callable[[], object]
"""What is done each round; it may raise what says that server or store are away."""


def main(arguments: Sequence[str]) -> int:
    """Watches until it is told to end."""
    parser = argparse.ArgumentParser(prog="python -m flows.watchdog", description="Looks after runs that nobody works on.")
    parser.add_argument("--every", type=float, default=INTERVAL_S, metavar="SECONDS", help="time between two looks")
    every_s = parser.parse_args(arguments).every
    settings = current_settings()
    connect(settings)
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    watch(duties(settings), stop=stop, interval_s=every_s)
    return 0


def duties(settings: Settings) -> list[Duty]:
    """What a watchdog does each round: runs, deadlines of approvals, messages still owed."""
    from flows.gate import expire_due
    from flows.looking_after import Lookout
    from flows.notices import deliver_due

    lookout = Lookout()
    return [lambda: lookout.look(open_store()), lambda: expire_due(open_store(), settings),
            lambda: deliver_due(open_store(), settings)]


def watch(duties: Sequence[Duty], *, stop: threading.Event, interval_s: float = INTERVAL_S) -> None:
    """Does all duties again and again until `stop` is set.

    Args:
        duties: one that fails keeps no other from being done.
        stop: ends the watch, also in the middle of a pause.
        interval_s: seconds between two rounds.
    """
    said = ""
    while not stop.is_set():
        trouble = next(filter(None, [_trouble(duty) for duty in duties]), "")
        if trouble != said:
            sys.stderr.write(f"watchdog: {trouble or 'all is well again'}\n")
            sys.stderr.flush()
            said = trouble
        stop.wait(interval_s)


def _trouble(duty: Duty) -> str:
    """Does one duty and says what kept it from being done."""
    import httpx
    from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    try:
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):  # the next round is the retry
            duty()
    except httpx.HTTPError as error:
        return f"the Prefect server does not answer ({type(error).__name__}): trying again"
    except (ReelsError, OSError) as error:
        return f"{error}: trying again"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
