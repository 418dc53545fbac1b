"""Many reels with stand-ins through one Prefect server on PostgreSQL: what is finished, what it costs, what workers add.

    python -m benchmarks.hundred_reels                      # 100 reels, two workers; about half an hour on two cores
    python -m benchmarks.hundred_reels --reels 6 --waiting 4 --parts worker waiting

CPU seconds are user and system time of processes and of the children that they have waited for. A reel's *orchestration* is
all that server, workers and flow processes use from the first order to the last end, divided by the reels, less what a
program without Prefect uses to make such a reel (`plain_reel.py`): both are counted from the start of Python to its end,
imports and encoder included. What PostgreSQL uses is shown and not counted; the workers' and the server's idling is
counted. Every reel is another, so that no stage finds the result of an earlier one.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from benchmarks.cpu_time import children_s
from benchmarks.postgres import temporary_cluster
from benchmarks.workers import Operation, client_of, operating, wait_until_final

FAKES = {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}
WAITING = FAKES | {"animation": "distant"}
"""A remote service is waited for: 20 s."""
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
WORKER_LIMIT_S, MAKE_LIMIT_S, SPEED_UP = 6.0, 3.0, 1.7
"""What orchestration may cost a reel through a worker and by `reels make`; what the second of two workers must add."""
TIMEOUT_S = 3600.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--reels", type=int, default=100, help="through two workers")
    arguments.add_argument("--make", type=int, default=5, help="by `reels make`")
    arguments.add_argument("--waiting", type=int, default=8, help="that wait 20 s, by one worker and by two")
    arguments.add_argument("--limit", type=int, default=1, help="reels at once on a worker")
    arguments.add_argument("--parts", nargs="*", default=["worker", "make", "waiting"])
    chosen = arguments.parse_args()
    with (temporary_cluster() as database, tempfile.TemporaryDirectory(prefix="reels-bench-") as place,
          operating(Path(place), database=database, REELS_APPROVAL="never") as operation):
        stages_s = median(plain_cpu_s(operation, number) for number in range(3))
        print(f"a reel by a program without Prefect: {stages_s:.2f} CPU s\n", flush=True)
        if "make" in chosen.parts:
            by_command(operation, chosen.make, stages_s)
        operation.start_worker("first", limit=chosen.limit)
        if "waiting" in chosen.parts:
            by_waiting(operation, chosen.waiting, chosen.limit)
        elif "worker" in chosen.parts:
            operation.start_worker("second", limit=chosen.limit)
            wait_for_workers(operation, 2)
        if "worker" in chosen.parts:
            by_workers(operation, chosen.reels, stages_s)
        locked = sum(log.count("database is locked") for log in operation.logs.values())
        print(f"'database is locked' in the logs: {locked} times")


def by_workers(operation: Operation, count: int, stages_s: float) -> None:
    """Many reels through the workers that run."""
    parts = {"server": [operation.server], "workers and flow processes": list(operation.workers.values())}
    before, database_s, begun_s = {name: cpu_s(part) for name, part in parts.items()}, postgres_cpu_s(), time.monotonic()
    ended = order(operation, [f"many {number}" for number in range(count)], FAKES)
    used = {name: (cpu_s(part) - before[name]) / count for name, part in parts.items()}
    seconds, finished = time.monotonic() - begun_s, sum(state == "Completed" for state in ended)
    print(f"{count} reels through {len(operation.workers)} workers: {finished} finished in {seconds:.0f} s")
    for name, part_s in used.items():
        print(f"  {name:<28}{part_s:6.2f} CPU s a reel")
    print(f"  PostgreSQL{'':<18}{(postgres_cpu_s() - database_s) / count:6.2f} CPU s a reel, not counted")
    say("orchestration", sum(used.values()) - stages_s, "CPU s a reel", at_most=WORKER_LIMIT_S)


def by_command(operation: Operation, count: int, stages_s: float) -> None:
    """Reels by `reels make`, one after another, the server running."""
    folder, used = operation.folder, []
    for number in range(count):
        script = folder / f"make-{number}.yaml"
        script.write_text(json.dumps(script_of(f"make {number}")), "utf-8")
        command = [str(Path(sys.executable).with_name("reels")), "make", str(script), "--yes", "--avatar", "ada", "--out",
                   str(folder / "out")]
        for stage, engine in FAKES.items():
            command += ["--engine", f"{stage}={engine}"]
        server_s, before_s = cpu_s([operation.server]), children_s()
        subprocess.run(command, env=operation.environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        used.append((children_s() - before_s, cpu_s([operation.server]) - server_s))
    print(f"{count} reels by `reels make`, median")
    print(f"  the command{'':<17}{median(command_s for command_s, _ in used):6.2f} CPU s a reel")
    print(f"  server{'':<22}{median(server_s for _, server_s in used):6.2f} CPU s a reel")
    say("orchestration", median(map(sum, used)) - stages_s, "CPU s a reel", at_most=MAKE_LIMIT_S)


def by_waiting(operation: Operation, count: int, limit: int) -> None:
    """Reels that wait for a service, by the worker that runs, and by a second one besides."""
    seconds = []
    for name in ("first", "second"):
        if name not in operation.workers:
            operation.start_worker(name, limit=limit)
        wait_for_workers(operation, len(operation.workers))
        begun_s = time.monotonic()
        order(operation, [f"{name} {number}" for number in range(count)], WAITING)
        seconds.append(time.monotonic() - begun_s)
        print(f"{count} reels that wait 20 s each, {len(operation.workers)} worker(s): {seconds[-1]:.0f} s", flush=True)
    say("two workers against one", seconds[0] / seconds[1], "x", at_least=SPEED_UP)


def order(operation: Operation, titles: list[str], engines: dict[str, str]) -> list[str]:
    """Orders a reel for each title and waits; gives the names of the states they ended in."""
    with client_of(operation) as client:
        deployment = client.read_deployment_by_name("produce-reel/produce-reel")
        runs = {}
        for title in titles:
            parameters = {"script": script_of(title), "avatar": "ada", "engines": engines, "publish": ["nowhere"]}
            runs[title] = client.create_flow_run_from_deployment(deployment.id, parameters=parameters).id
        ended = wait_until_final(client, runs, timeout_s=TIMEOUT_S)
    return [run.state.name for run in ended.values()]


def script_of(title: str) -> dict[str, Any]:
    """A script of a few words, spoken at a pitch like no other's: of the stand-in's voice the words alone change little."""
    said = " ".join(NUMBERS[int(part)] if part.isdigit() else part for word in title.split()
                    for part in (word if word.isdigit() else [word]))
    pitch = 0.8 + 0.4 * zlib.crc32(title.encode()) / 2**32
    return {"title": title, "voice": {"pitch": round(pitch, 6)}, "beats": [{"say": f"{said}."}]}


def plain_cpu_s(operation: Operation, number: int) -> float:
    """CPU seconds that a program without Prefect uses to make one reel."""
    command = [sys.executable, "-m", "benchmarks.plain_reel", json.dumps(script_of(f"plain {number}")), json.dumps(FAKES)]
    before_s = children_s()
    subprocess.run(command, env=operation.environment, check=True, capture_output=True)
    return children_s() - before_s


def wait_for_workers(operation: Operation, count: int) -> None:
    """Waits until so many workers have said that they are there."""
    until_s = time.monotonic() + 120
    while time.monotonic() < until_s and sum("started!" in log for log in operation.logs.values()) < count:
        time.sleep(0.5)


def cpu_s(processes: list[subprocess.Popen[bytes]]) -> float:
    """User and system time of processes, their living children, and all those they have waited for."""
    return sum(_cpu_s(one) for process in processes for one in _family(process.pid))


def postgres_cpu_s() -> float:
    """What the clusters of this machine use, and what their ended sessions used."""
    return sum(_cpu_s(one) for one in psutil.process_iter() if _name(one) == "postgres")


def say(what: str, value: float, unit: str, *, at_most: float | None = None, at_least: float | None = None) -> None:
    """A line with its verdict."""
    kept = value <= at_most if at_most is not None else value >= (at_least or 0.0)
    limit = f"at most {at_most}" if at_most is not None else f"at least {at_least}"
    print(f"  {what:<28}{value:6.2f} {unit}; {limit}: {'kept' if kept else 'MISSED'}\n", flush=True)


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


if __name__ == "__main__":
    main()
