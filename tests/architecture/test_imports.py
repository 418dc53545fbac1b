"""The walls of the house: who may import whom, as .importlinter says."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")

INTRUDERS = {
    "Imports go down: flows, stages, orchestration, media and runtime, domain": (
        "tasks/media/intruder.py", "import flows.cli"),
    "Stages do not know each other": ("tasks/speech/intruder.py", "import tasks.captions"),
    "Of a stage, only task.py knows how tasks are run": ("tasks/render/intruder.py", "import tasks.orchestration.stages"),
    "Engines get values through their constructor, not from settings": (
        "tasks/animation/intruder.py", "from tasks.runtime.settings import current_settings"),
    "Prefect is imported by tasks, orchestration and flows only": ("tasks/lipsync/intruder.py", "from prefect import task"),
    "The domain needs pydantic and the standard library alone": ("tasks/domain/intruder.py", "import numpy"),
    "Arrays stay in media and in the engines that work on them": ("flows/arrays_intruder.py", "import cv2"),
    "OpenCV and Pillow: media, render and quality": ("tasks/captions/intruder.py", "from PIL import Image"),
    "SciPy: media": ("tasks/alignment/intruder.py", "from scipy import signal"),
    "mediapipe: one file": ("tasks/media/faces_intruder.py", "import mediapipe"),
    "PyAV and the ffmpeg binary: media": ("tasks/publish/intruder.py", "import av"),
    "moviepy: one file": ("tasks/media/cutting_intruder.py", "import moviepy"),
    "Buckets: two files": ("tasks/runtime/buckets_intruder.py", "import s3fs"),
    "OpenTimelineIO: the export stage": ("tasks/media/edit_intruder.py", "import opentimelineio"),
    "The openai package: one file": ("tasks/speech/protocol_intruder.py", "import openai"),
    "Fonts and spoken numbers: media.text": ("tasks/script/intruder.py", "from num2words import num2words"),
    "budoux: one file": ("tasks/media/phrases_intruder.py", "import budoux"),
    "espeak-ng: the speech stage": ("tasks/runtime/intruder.py", "import espeakng_loader"),
    "piper: a process of its own": ("tasks/speech/piper_intruder.py", "import piper"),
    "Torch and what stands on it: the engine that runs the model": ("tasks/speech/model_intruder.py", "import torch"),
    "rich: the flows' terminal": ("tasks/media/terminal_intruder.py", "import rich"),
    "Programs are started in few places": ("flows/programs_intruder.py", "import subprocess"),
}
"""Contract -> a file and an import in it that breaks the contract."""


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter over the rooms in a folder."""
    return subprocess.run([LINTER, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def contracts_of(report: str, verdict: str) -> set[str]:
    """Names of the contracts with a verdict, KEPT or BROKEN."""
    lines = [line.partition(f" {verdict}") for line in report.splitlines()]
    return {name for name, found, _ in lines if found}


@pytest.fixture(scope="module")
def report_with_intruders(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the linter says of a copy of the rooms into which every forbidden import was put."""
    folder = tmp_path_factory.mktemp("intruders")
    for room in ("flows", "tasks"):
        shutil.copytree(CHECKOUT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / ".importlinter", folder)
    for path, line in INTRUDERS.values():
        assert not (folder / path).exists()
        (folder / path).write_text(line + "\n", "utf-8")
    return lint(folder).stdout


class TestImportRules:
    """The contracts of .importlinter."""

    def test_rooms_keep_all_rules(self) -> None:
        """No file imports what its room may not use."""
        done = lint(CHECKOUT)
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr
        assert contracts_of(done.stdout, "KEPT") == set(INTRUDERS)

    @pytest.mark.parametrize("contract", INTRUDERS)
    def test_forbidden_import_is_caught(self, contract: str, report_with_intruders: str) -> None:
        """An import that breaks a rule fails the check, so the rule is not empty."""
        path, _ = INTRUDERS[contract]
        assert contract in contracts_of(report_with_intruders, "BROKEN")
        assert path.removesuffix(".py").replace("/", ".") in report_with_intruders

    def test_domain_uses_pydantic_and_the_standard_library(self) -> None:
        """No other distribution is needed to read or write a model."""
        allowed = {"pydantic", "tasks", *sys.stdlib_module_names}
        used = {name for path in (CHECKOUT / "tasks/domain").rglob("*.py") for name in imported_packages(path)}
        assert used - allowed == set()


def imported_packages(path: Path) -> set[str]:
    """Top-level names that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    taken_from = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in plain | taken_from}
