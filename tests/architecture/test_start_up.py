"""What happens when modules are imported: little, and nothing beyond importing."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import COMMANDS, TALK_TO_PREFECT

CHECKOUT = Path(__file__).resolve().parents[2]
HEAVY = {"PIL", "TTS", "av", "botocore", "cv2", "fontTools", "jinja2", "mediapipe", "numpy", "prefect", "rich", "s3fs",
         "scipy", "torch", "transformers", "whisperx"}
"""Libraries that take long to import: the command line starts without them."""

LIST_MODULES = "import sys, json, flows.cli; print(json.dumps(sorted(sys.modules)))"

LIBRARIES = "import cv2, numpy, prefect.artifacts, prefect.cache_policies, prefect.main, scipy.signal"
"""What libraries do when they are imported is theirs: it happens before the guard."""

GUARD = """
import sys, threading

FORBIDDEN = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.posix_spawn", "os.fork", "os.exec",
             "os.mkdir", "os.remove", "os.rename", "os.putenv")

def forbid(event, arguments):
    if event in FORBIDDEN or (event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")):
        raise RuntimeError(f"{event} {arguments!r}")

threads = threading.active_count()
sys.addaudithook(forbid)
"""

IMPORT_ALL = """
import importlib, pkgutil, flows, tasks
found = 0
for room in (flows, tasks):
    for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            found += 1
assert threading.active_count() == threads, threading.enumerate()
print(found)
"""


def run_python(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Runs this interpreter in the checkout, with no file of its own written."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PREFECT_HOME": str(home), "HOME": str(home)}
    return subprocess.run([sys.executable, *arguments], cwd=CHECKOUT, env=environment, capture_output=True, text=True,
                          timeout=120, check=False)


def command_modules() -> set[str]:
    """The modules of commands for which Prefect is not pointed at a server before they are imported."""
    return {COMMANDS[name].partition(":")[0] for name in COMMANDS if name not in TALK_TO_PREFECT}


def connecting_modules() -> set[str]:
    """Our modules that point Prefect at a server."""
    calls = {path.stem: [getattr(node.func, "id", "") for node in ast.walk(ast.parse(path.read_text("utf-8")))
                         if isinstance(node, ast.Call)] for path in sorted((CHECKOUT / "flows").glob("*.py"))}
    return {f"flows.{name}" for name, called in calls.items() if "connect" in called}


class TestStartUp:
    """The start of the command line."""

    def test_modules_that_connect_are_found(self) -> None:
        """The command that makes a reel is one of them, and so are those that ask how runs stand."""
        assert {"flows.make", "flows.batches", "flows.calendars"} <= connecting_modules()

    @pytest.mark.parametrize("module", sorted(command_modules() | connecting_modules()))
    def test_prefect_is_not_imported_before_it_is_pointed_at_a_server(self, module: str, tmp_path: Path) -> None:
        """It reads its settings when it is imported: what it has not been told by then, it makes up by itself, with a server
        of its own that lasts as long as the command and results in the user's home folder. Commands that need no server
        leave no folder of Prefect's there either.
        """
        done = run_python("-c", f"import sys, {module}; sys.exit('prefect' in sys.modules)", home=tmp_path)
        assert done.returncode == 0, done.stderr

    def test_command_line_imports_nothing_heavy(self, tmp_path: Path) -> None:
        """`import flows.cli` leaves heavy libraries to the commands that need them."""
        done = run_python("-c", LIST_MODULES, home=tmp_path)
        assert done.returncode == 0, done.stderr
        assert HEAVY & {name.partition(".")[0] for name in json.loads(done.stdout)} == set()

    def test_help_imports_nothing_heavy(self, tmp_path: Path) -> None:
        """`reels --help` as installed answers without heavy libraries."""
        command = Path(sys.executable).with_name("reels")
        done = run_python("-X", "importtime", str(command), "--help", home=tmp_path)
        assert done.returncode == 0, done.stderr[-2000:]
        assert "usage: reels" in done.stdout
        imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
        assert "flows.cli" in imported
        assert HEAVY & {name.partition(".")[0] for name in imported} == set()


class TestImport:
    """Importing any of our modules."""

    def test_nothing_happens_at_import(self, tmp_path: Path) -> None:
        """No module opens a connection, starts a program or a thread, or changes a file when it is imported."""
        done = run_python("-c", LIBRARIES + GUARD + IMPORT_ALL, home=tmp_path)
        assert done.returncode == 0, done.stderr[-3000:]
        modules = [path for room in ("flows", "tasks") for path in (CHECKOUT / room).rglob("[!_]*.py")]
        assert int(done.stdout) >= len(modules)

    @pytest.mark.parametrize(("act", "seen"), [
        ("import subprocess; subprocess.run(['true'])", "subprocess.Popen"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "socket.connect"),
        ("open('new.txt', 'w')", "open"),
    ])
    def test_guard_sees_what_it_forbids(self, act: str, seen: str, tmp_path: Path) -> None:
        """The guard of the test above is not blind."""
        done = run_python("-c", GUARD + act, home=tmp_path)
        assert f"RuntimeError: {seen}" in done.stderr
