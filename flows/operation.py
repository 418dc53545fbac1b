"""`reels up` and `reels down`: server, workers, watchdog and link server of one machine, all or what is missing of them."""

import argparse
import sys
import time
from collections.abc import Sequence

from flows.connection import background_environment, running_api, users_server
from flows.deploying import deploy
from flows.residents import Resident, WorkerOptions, residents, worker_names
from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime.local_server import LocalServer
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.processes import FOLDER, Program, end_flows, flow_processes, locked, private_folder
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.work_pool import set_up_limits, set_up_pool

READY_TIMEOUT_S = 150.0
"""How long all programs together may take to answer; a worker needs some seconds, on a busy machine many."""
POLL_S = 0.25
"""Seconds between two looks at starting and ending programs."""


def up(arguments: argparse.Namespace) -> int:
    """Starts what is not running here, waits until everything answers, and says where to look.

    Raises:
        FixRequest: workers run with other options.
        FixMachine: a program ends instead of answering.
        TryAgain: one does not answer in time.
    """
    settings = current_settings()
    options = WorkerOptions(tuple(arguments.queue), arguments.workers, arguments.limit)
    with locked(settings.home_path):
        started, api = start_all(settings, options)
    sys.stdout.write(_report(settings, api, started))
    return 0


def start_all(settings: Settings, options: WorkerOptions) -> tuple[list[Resident], PrefectApi]:
    """Starts what is not running and waits until everything answers; the caller holds the lock of the home folder.

    Returns:
        All programs, and the API of the server.

    Raises:
        FixRequest: workers run with other options.
        FixMachine: a program ends instead of answering.
        TryAgain: one does not answer in time.
    """
    environment = background_environment(settings)
    api = running_api(settings)
    if api is None:
        raise TryAgain(f"the Prefect server at {users_server()!r} (PREFECT_API_URL) gives no answer: start it, check its key"
                       " (PREFECT_API_AUTH_STRING), or unset the variable to use a server of this program's own")
    set_up_pool(api)
    set_up_limits(api, settings)
    everybody = residents(settings, api, options)
    for resident in everybody:
        resident.start(environment)
    deploy(api, private_folder(settings.home_path / FOLDER), environment)
    wait_for(everybody)
    return everybody, api


def wait_for(everybody: Sequence[Resident], *, timeout_s: float = READY_TIMEOUT_S) -> None:
    """Waits until every program answers.

    Raises:
        FixMachine: one ended; the message holds the last line it printed.
        TryAgain: one does not answer in time.
    """
    until_s = time.monotonic() + timeout_s
    for resident in everybody:
        while not resident.is_ready():
            program = resident.program
            if program.running() is None:
                raise FixMachine(f"{resident.title} ended while starting: {program.last_words()!r}; see"
                                 f" {str(program.log)!r}, then run `reels up` again")
            if time.monotonic() > until_s:
                raise TryAgain(f"{resident.title} gives no answer within {timeout_s:.0f} s: the machine may be busy; run"
                               f" `reels up` again; its log is {str(program.log)!r}")
            time.sleep(POLL_S)


def down(arguments: argparse.Namespace) -> int:
    """Ends everything `reels up` started; reels that are being made are finished first unless `--now` is given.

    Raises:
        NotWritable: the home folder cannot be written.
    """
    settings = current_settings()
    if not settings.home_path.is_dir():
        sys.stdout.write("nothing was running: no local server, no worker\n")
        return 0
    with locked(settings.home_path):
        ended = stop_all(settings, now=arguments.now)
    sys.stdout.write(f"ended: {', '.join(ended)}\n" if ended else "nothing was running: no local server, no worker\n")
    return 0


def stop_all(settings: Settings, *, now: bool) -> list[str]:
    """Ends all programs of the home folder; gives their names. The caller holds its lock.

    A worker that is asked politely ends its runs with itself (Prefect 3.9); one that is ended at once leaves them at work.
    """
    home = settings.home_path
    ended = ["watchdog"] if Program(home, "watchdog").stop() else []
    ended += [name for name in worker_names(home) if Program(home, name).leave()]
    flows = flow_processes(home)
    if now:
        end_flows(flows)
        ended += [_counted(len(flows))] if flows else []
    elif flows:
        sys.stderr.write(f"being made here: {_counted(len(flows))}; waiting until finished. Ctrl-C leaves them at work;"
                         " `reels down --now` ends them where they stand\n")
        while flow_processes(home):
            time.sleep(POLL_S)
    ended += ["link server"] if Program(home, "links").stop() else []
    ended += ["local server"] if LocalServer(home).stop() else []
    return ended


def _counted(number: int) -> str:
    return "1 run" if number == 1 else f"{number} runs"


def _report(settings: Settings, api: PrefectApi, everybody: Sequence[Resident]) -> str:
    lines = [f"runs and artifacts: {api.ui_url}"]
    if users_server() is None:
        record = LocalServer(settings.home_path).folder / "server.json"
        lines.append(f"the page asks for a password: the value of \"key\" in {record}")
    lines += [f"  {resident.title:<12} {resident.said}" for resident in everybody]
    return "\n".join([*lines, f"logs: {settings.home_path / FOLDER}/*.log; `reels down` ends everything"]) + "\n"
