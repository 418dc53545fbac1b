"""The programs that live on a machine in operation: workers, watchdog, link server; how each is started and asked."""

import datetime as dt
import hashlib
import itertools
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.errors import FixRequest
from tasks.runtime.engines import QUEUES
from tasks.runtime.links import link_address, link_port, link_server_answers
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.processes import FOLDER, Program, ProgramRecord
from tasks.runtime.settings import Settings
from tasks.runtime.work_pool import POOL, online_workers


@dataclass(frozen=True)
class WorkerOptions:
    """What workers were asked for on the command line; empty and None: as they run, or the default."""

    queues: tuple[str, ...] = ()
    workers: int | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Resident:
    """One program, and how one sees that it does its work."""

    title: str
    program: Program
    command: tuple[str, ...]
    meant_for: str
    answers: Callable[[ProgramRecord], bool]
    said: str
    own: Mapping[str, str] = field(default_factory=dict)
    """Variables it gets besides the environment of all."""

    def start(self, environment: Mapping[str, str]) -> bool:
        """Starts it unless it runs for the same server; tells whether it did."""
        running = self.program.running()
        if running and running.meant_for == self.meant_for:
            return False
        self.program.stop()
        self.program.start(self.command, {**environment, **self.own}, meant_for=self.meant_for)
        return True

    def is_ready(self) -> bool:
        """True when it runs and answers."""
        running = self.program.running()
        return running is not None and self.answers(running)


def residents(settings: Settings, api: PrefectApi, options: WorkerOptions) -> list[Resident]:
    """All programs of a machine, those first that others need.

    Raises:
        FixRequest: an option names no queue, or workers run with other options.
    """
    for_server = f"{api.url} {hashlib.sha256(repr(sorted(api.headers.items())).encode()).hexdigest()[:12]}"
    return [_links(settings), *_workers(settings, api, options, for_server), _watchdog(settings, for_server)]


def worker_names(home: Path) -> list[str]:
    """Names of the workers that are known of in a home folder, running or not."""
    return sorted(path.stem for path in (home / FOLDER).glob("worker-*.json"))


def _workers(settings: Settings, api: PrefectApi, options: WorkerOptions, for_server: str) -> list[Resident]:
    for queue in options.queues:
        if queue not in QUEUES:
            raise FixRequest(f"--queue {queue!r}: there is no such queue; there are: {', '.join(QUEUES)}")
    known = worker_names(settings.home_path)
    running = [name for name in known if Program(settings.home_path, name).running()]
    number = options.workers or max(1, len(known))
    if options.workers and len(running) > options.workers:
        raise FixRequest(f"--workers {options.workers}: {len(running)} workers run already; run `reels down` first")
    return [_worker(settings, api, options, index, for_server) for index in range(1, number + 1)]


def _worker(settings: Settings, api: PrefectApi, options: WorkerOptions, index: int, for_server: str) -> Resident:
    program = Program(settings.home_path, f"worker-{index}")
    recorded, running = program.recorded(), program.running()
    name = f"{platform.node() or 'machine'}-{hashlib.sha256(str(settings.home_path).encode()).hexdigest()[:6]}-{index}"
    command = _worker_command(name, options, settings)
    if recorded and not (options.queues or options.limit):
        command = recorded.command if running else (sys.executable, *recorded.command[1:])
    if running and running.command != command:
        raise FixRequest(f"{program.name} runs already with other options; run `reels down` first")
    queues = [value for word, value in itertools.pairwise(command) if word == "--work-queue"]
    limit = command[command.index("--limit") + 1]
    return Resident(program.name, program, command, for_server, lambda record: _is_online(api, name, record),
                    f"queues {', '.join(queues)}; at most {limit} at a time", {"REELS_QUEUES": ",".join(queues)})


def _worker_command(name: str, options: WorkerOptions, settings: Settings) -> tuple[str, ...]:
    queues = [word for queue in options.queues or settings.queues for word in ("--work-queue", queue)]
    limit = options.limit or max(1, (os.cpu_count() or 1) // 2)
    return (sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process", "--name", name,
            "--limit", str(limit), "--install-policy", "never", *queues)


def _is_online(api: PrefectApi, name: str, record: ProgramRecord) -> bool:
    """True when the server has heard from this worker since it was started."""
    heard = online_workers(api).get(name)
    return heard is not None and dt.datetime.fromisoformat(heard).timestamp() >= record.started_s


def _watchdog(settings: Settings, for_server: str) -> Resident:
    program = Program(settings.home_path, "watchdog")
    return Resident("watchdog", program, (sys.executable, "-m", "flows.watchdog"), for_server,
                    _has_settled, "looks after runs whose process, worker or server died")


def _has_settled(record: ProgramRecord) -> bool:
    """True once it has run for a moment: a program that cannot work ends at once."""
    return time.time() - record.started_s > 2.0


def _links(settings: Settings) -> Resident:
    program = Program(settings.home_path, "links")
    port = link_port(settings, to_start=program.running() is None)
    return Resident("link server", program, (sys.executable, "-m", "flows.links", str(port)),
                    f"{settings.link_host} {settings.link_url}",
                    lambda _: link_server_answers(settings, port), f"shows finished reels at {link_address(settings)}")
