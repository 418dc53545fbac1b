"""`reels make` as a newcomer runs it: in a process of its own, with a server of its own, interrupted and run again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from seen_processes import words_of

REELS = Path(sys.executable).with_name("reels")
ENDED_S = 20.0
"""Longest an interrupted command may take to be gone, on a busy machine."""
ENCODED_S = 0.5
"""How long the picture is encoded before the command is interrupted."""
SCRIPT = "title: Interrupted\nbeats: [{say: 'This is long enough to be interrupted while it is being drawn, is it not?'}]\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A home folder of its own; its server ends with the module."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_"))}
    own["HOME"] = str(tmp_path_factory.mktemp("person"))
    own["REELS_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield own
    subprocess.run([REELS, "down"], env=own, check=True, stdout=subprocess.DEVNULL)


def test_interrupted_command_stops_cleanly_and_the_next_goes_on(environment: dict[str, str], tmp_path: Path) -> None:
    """Ctrl-C while rendering: exit 130, no child, no half file; the second run keeps server and finished stages."""
    script, out = tmp_path / "script.yaml", tmp_path / "out"
    script.write_text(SCRIPT, "utf-8")
    command = [REELS, "make", script, "--yes", "--out", out]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    children = interrupt_while_rendering(process)
    _, said = process.communicate(timeout=ENDED_S)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert list(out.iterdir()) == []
    assert list((Path(environment["REELS_HOME"]) / "store" / "scratch").iterdir()) == []

    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 0, second.stderr
    assert "server" not in second.stderr, "a server was started again, or another one"
    assert list(Path(environment["HOME"]).iterdir()) == [], "something is kept outside the home folder of reels"
    stages = json.loads((out / "reel.json").read_text("utf-8"))["stages"]
    assert [stage["name"] for stage in stages if stage["cached"]] == [
        "speech", "alignment", "animation", "lipsync", "captions", "overlays", "sound"]


def interrupt_while_rendering(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Waits until `process` has had the picture encoded for a while, presses Ctrl-C, and gives the encoders there were."""
    until_s = time.monotonic() + 150
    seen_s: dict[psutil.Process, float] = {}
    while time.monotonic() < until_s and process.poll() is None:
        children = psutil.Process(process.pid).children(recursive=True)
        encoders = [child for child in children if "libx264" in words_of(child)]
        if any(time.monotonic() - seen_s.setdefault(encoder, time.monotonic()) > ENCODED_S for encoder in encoders):
            process.send_signal(signal.SIGINT)
            return encoders
        time.sleep(0.02)
    raise AssertionError(f"the command never rendered: {process.communicate()}")
