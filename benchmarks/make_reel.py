"""Times `reels make` as a user runs it: seconds by stage, everything but render, orchestration's CPU, peak memory.

    python benchmarks/make_reel.py                      # 30 s and 3 min scripts, a warm server of its own
    python benchmarks/make_reel.py --seconds 30 --runs 3

Each run has a fresh store (nothing cached) and uses one server, started before the clock. Memory is the proportional set
size of the command and all its children, sampled every 50 ms; the server is not counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
import yaml

REELS = Path(sys.executable).with_name("reels")
RENDER = ("sound", "picture", "render")
SAMPLE_S = 0.05
WORDS_A_SECOND = 2.45
SENTENCES = (
    "Most people think big changes need big moves.",
    "Five quiet minutes before breakfast will prove them wrong.",
    "Put your phone in another room, open the window, and breathe.",
    "Write down one thing that matters today, and nothing else.",
    "Then begin, before anybody asks you to.",
    "Small steps, every day, carry you further than you believe.",
)


@dataclass
class Run:
    """What one command cost."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_pss_mb: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    cached: list[str] = field(default_factory=list)
    duration_s: float = 0.0

    @property
    def rest_s(self) -> float:
        """Everything but sound, picture and finished file."""
        return self.seconds - self.render_s

    @property
    def render_s(self) -> float:
        """What makes the file out of what was decided: sound, picture, and both joined."""
        return sum(self.stages.get(name, 0.0) for name in RENDER)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=float, nargs="*", default=[30.0, 180.0], help="lengths of the scripts")
    arguments.add_argument("--runs", type=int, default=1)
    arguments.add_argument("--avatar", default="ada")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="reels-bench-") as folder:
        home = Path(folder)
        subprocess.run([REELS, "up"], env=environment(home, 0), check=True, stdout=subprocess.DEVNULL)
        try:
            for seconds in chosen.seconds:
                measure(home, seconds, chosen.runs, chosen.avatar)
        finally:
            subprocess.run([REELS, "down"], env=environment(home, 0), check=True, stdout=subprocess.DEVNULL)
    print(f"reels --help: {help_seconds():.2f} s")


def measure(home: Path, seconds: float, count: int, avatar: str) -> None:
    """Runs a script of about `seconds` `count` times from nothing, then once with another caption colour."""
    script = write_script(home, seconds, avatar, colour=None)
    runs = [run(home, number, script) for number in range(1, count + 1)]
    shown = sorted(runs, key=lambda one: one.seconds)[len(runs) // 2]
    print(f"\nscript of {shown.duration_s:.1f} s, {count} run(s), median:")
    print(f"  reels make      {median(one.seconds for one in runs):6.2f} s   CPU {median(one.cpu_s for one in runs):.1f} s")
    print(f"  {' + '.join(RENDER):<24}{median(one.render_s for one in runs):6.2f} s")
    print(f"  all the rest    {median(one.rest_s for one in runs):6.2f} s")
    print(f"  peak PSS        {max(one.peak_pss_mb for one in runs):6.0f} MB")
    print("  stages          " + "  ".join(f"{name} {value:.2f}" for name, value in shown.stages.items()))
    again = run(home, count, script)
    print(f"  the same again  {again.seconds:6.2f} s   CPU {again.cpu_s:.1f} s, which is orchestration;"
          f" kept: {' '.join(again.cached)}")
    recoloured = run(home, count, write_script(home, seconds, avatar, colour="#00e5ff"))
    fresh = [name for name in recoloured.stages if name not in recoloured.cached]
    print(f"  another colour  {recoloured.seconds:6.2f} s   made again: {' '.join(fresh)}")


def write_script(home: Path, seconds: float, avatar: str, *, colour: str | None) -> Path:
    """A script whose speech lasts about `seconds`."""
    wanted, beats, words = seconds * WORDS_A_SECOND, [], 0
    while words < wanted:
        sentence = SENTENCES[len(beats) % len(SENTENCES)]
        beats.append({"say": sentence})
        words += len(sentence.split())
    script = {"schema": 1, "title": "Benchmark", "avatar": avatar, "beats": beats}
    if colour:
        script["captions"] = {"colour": colour}
    path = home / f"script-{seconds:.0f}{'-coloured' if colour else ''}.yaml"
    path.write_text(yaml.safe_dump(script), "utf-8")
    return path


def environment(home: Path, number: int) -> dict[str, str]:
    """One server, a store for each run."""
    return {**os.environ, "REELS_HOME": str(home), "REELS_STORE": str(home / f"store-{number}")}


def run(home: Path, number: int, script: Path) -> Run:
    """One `reels make`, watched from outside."""
    result, out = Run(), home / "out"
    begun_s = time.monotonic()
    process = psutil.Popen([REELS, "make", script, "--yes", "--out", out], env=environment(home, number),
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watcher = threading.Thread(target=_watch, args=(process, result))
    watcher.start()
    _, complaint = process.communicate()
    result.seconds = time.monotonic() - begun_s
    watcher.join()
    if process.returncode:
        raise SystemExit(f"reels make ended with {process.returncode}: {complaint.decode()}")
    manifest = json.loads((out / "reel.json").read_text("utf-8"))
    result.stages = {stage["name"]: stage["seconds"] for stage in manifest["stages"]}
    result.cached = [stage["name"] for stage in manifest["stages"] if stage["cached"]]
    result.duration_s = manifest["media"]["duration_s"]
    return result


def help_seconds() -> float:
    """Median of five."""
    return median(_seconds([REELS, "--help"]) for _ in range(5))


def _watch(process: psutil.Popen, result: Run) -> None:
    cpu: dict[int, float] = {}
    while process.poll() is None:
        pss = 0
        for one in _family(process):
            try:
                pss += one.memory_full_info().pss
                times = one.cpu_times()
                cpu[one.pid] = times.user + times.system
            except psutil.Error:
                continue
        result.peak_pss_mb = max(result.peak_pss_mb, pss / 1e6)
        result.cpu_s = sum(cpu.values())
        time.sleep(SAMPLE_S)


def _family(process: psutil.Popen) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _seconds(command: list[object]) -> float:
    begun_s = time.monotonic()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun_s


if __name__ == "__main__":
    main()
