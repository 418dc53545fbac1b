"""What a reel needs of a machine, looked at one by one."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tasks.domain.errors import ReelsError
from tasks.runtime.local_server import LocalServer
from tasks.runtime.model_environment import FOLDER, find_model_environment, has_gpu
from tasks.runtime.settings import Settings, checkout
from tasks.runtime.stores import store_of

LEAST_FREE_GB = 2.0
"""Room a day's work needs on the store's disk."""
MOST_MODELS = 12
"""How many models are told by name."""
PIPER_PACKAGE = "piper-tts"
"""What runs piper's voices, as the package index calls it."""
PYTHONS = ((3, 11), (3, 12))
"""Versions the requirement files are made for."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    well: bool
    fact: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Looks at everything; never raises for what is wrong with the machine."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python, _processors, _store, _disk, _ffmpeg, _voice, _piper, _faces, _models, _avatars, _server)
    from flows.operation_checkup import examine_operation

    return [*(_looked_at(check, settings) for check in checks), *examine_operation(settings)]


def _looked_at(check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return check(settings)
    except (ReelsError, OSError, subprocess.SubprocessError, ImportError) as error:
        return Finding(check.__name__.strip("_"), False, str(error), "mend that, then run `reels doctor` again")


def _python(_: Settings) -> Finding:
    return Finding("python", sys.version_info[:2] in PYTHONS, f"{platform.python_version()} at {sys.executable}",
                   "run `make` with Python 3.11 or 3.12 first on the PATH")


def _processors(_: Settings) -> Finding:
    return Finding("processors", True, f"{os.cpu_count()} cores, {platform.machine()}")


def _store(settings: Settings) -> Finding:
    store = store_of(settings)
    store.check_writable()
    return Finding("store", True, f"{store.place.address} can be written")


def _disk(settings: Settings) -> Finding:
    wanted = settings.home_path if settings.bucket else settings.store_path
    there = next(folder for folder in (wanted, *wanted.parents) if folder.exists())
    free_gb = shutil.disk_usage(there).free / 1e9
    return Finding("disk", free_gb >= LEAST_FREE_GB, f"{free_gb:.1f} GB free at {there}",
                   f"free at least {LEAST_FREE_GB:.0f} GB, or set another store with REELS_STORE")


def _ffmpeg(_: Settings) -> Finding:
    from tasks.media.ffmpeg import find_ffmpeg, version_line

    return Finding("ffmpeg", True, version_line(find_ffmpeg(os.environ.get("FFMPEG_BINARY"))))


def _voice(_: Settings) -> Finding:
    from tasks.speech.espeak import list_voices

    return Finding("voice", True, f"espeak-ng speaks with {len(list_voices())} voices")


def _piper(_: Settings) -> Finding:
    try:
        version = importlib.metadata.version(PIPER_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return Finding("piper", True, "not installed; `make setup-piper` (200 MB) adds what its voices need")
    return Finding("piper", True, f"{PIPER_PACKAGE} {version} runs voices that lie in the folder of models")


def _faces(_: Settings) -> Finding:
    found = importlib.util.find_spec("mediapipe") is not None
    return Finding("faces", found, "mediapipe is installed" if found else "mediapipe is missing",
                   "run `make setup` again")


def _models(settings: Settings) -> Finding:
    found, lie = find_model_environment(checkout()), _model_folders(settings)
    if found is None:
        return Finding("models", True, "not installed; `make setup-models` (8 GB) adds what engines that run models need; "
                       + lie)
    facts = [f"{name} {version}" for name, version in found.versions.items()]
    facts += [f"no {name}" for name in found.missing]
    card = "a graphics card" if has_gpu() else "no driver of a graphics card, so the processor does it all"
    called = "" if found.place != FOLDER else f" (programs started as {FOLDER}/bin/reels use it)"
    return Finding("models", not found.missing, f"{found.place}{called}: {', '.join(facts)}; {card}; {lie}",
                   "run `make setup-models` again")


def _model_folders(settings: Settings) -> str:
    """The models there are, in words: 'piper/amy.onnx, whisperx/de in <folder>'."""
    root = settings.models_path
    found = sorted("/".join(path.relative_to(root).parts) for path in root.glob("*/*") if not path.name.startswith("."))
    more = f" and {len(found) - MOST_MODELS} more" if len(found) > MOST_MODELS else ""
    return f"{', '.join(found[:MOST_MODELS]) or 'no models'}{more} in {str(root)!r}"


def _avatars(settings: Settings) -> Finding:
    from tasks.runtime.library import Library

    names = Library(settings.library_path).avatar_names()
    return Finding("avatars", bool(names), ", ".join(names) or "none", f"put one under {settings.library_path / 'avatars'}")


def _server(settings: Settings) -> Finding:
    if url := os.environ.get("PREFECT_API_URL"):
        return Finding("server", True, f"yours, at {url} (PREFECT_API_URL)")
    running = LocalServer(settings.home_path).running()
    return Finding("server", True, f"running at {running.ui_url}" if running else "not running; it starts when needed")
