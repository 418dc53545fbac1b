"""What every generator promises, held by those that run models: each on a tiny one."""

from pathlib import Path

import pytest

from file_modules import load_file
from tasks.runtime.engines import ENGINES, MODELS, load_engine
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

HERE = Path(__file__).parent
CONTRACT = load_file(HERE.parent / "contracts" / "test_generation_contract.py", "generation_contract")
TINY = load_file(HERE / "tiny_films.py")
NAMES = [entry.name for entry in ENGINES if entry.stage == "generation" and entry.needs == MODELS]
TUNING = Tuning(width_px=96, height_px=160, steps=2, clip_s=0.6)
"""As small as a face is still found on."""


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
