"""What every generator promises, held by those that run models: each on a tiny one."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tasks.runtime.engines import ENGINES, MODELS, load_engine
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning


def load(path: Path) -> ModuleType:
    """A file of tests as a module."""
    spec = importlib.util.spec_from_file_location(f"{path.stem}_here", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HERE = Path(__file__).parent
CONTRACT = load(HERE.parent / "contracts" / "test_generation_contract.py")
TINY = load(HERE / "tiny_films.py")
NAMES = [entry.name for entry in ENGINES if entry.stage == "generation" and entry.needs == MODELS]
TUNING = Tuning(width_px=64, height_px=128, steps=2, clip_s=0.6)


@pytest.fixture(scope="module", autouse=True)
def _models(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One model of each engine."""
    root = tmp_path_factory.mktemp("one")
    for name in NAMES:
        TINY.SAVE[name](root / name / "tiny")
    CONTRACT.engine = lambda name: load_engine("generation", name)(models=ModelFolder(root / name), tuning=TUNING)


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one."""
    found: Path = CONTRACT.small_portrait(tmp_path_factory.mktemp("portrait"))
    return found


class TestGenerator(CONTRACT.TestGenerator):  # type: ignore[misc, name-defined]
    """The same tests on models that make noise."""
