"""What every speech engine promises, held by those that run models."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from tasks.domain.script import Script
from tasks.runtime.engines import ENGINES, MODELS
from tasks.runtime.models import ModelFolder
from tasks.speech.base import Recording

PATH = Path(__file__).parents[1] / "contracts" / "test_speech_contract.py"
SPEC = importlib.util.spec_from_file_location("speech_contract", PATH)
assert SPEC
assert SPEC.loader
CONTRACT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(CONTRACT)
NAMES = [entry.name for entry in ENGINES if entry.stage == "speech" and entry.needs == MODELS]
WITHOUT_STRANGERS = [beat.model_copy(update={"say": beat.say.replace(" ꙮ", "")}) for beat in CONTRACT.SCRIPT.beats]
"""The contract's script without a letter that no model knows; these refuse to leave it out."""
CONTRACT.SCRIPT = Script(title="x", beats=tuple(WITHOUT_STRANGERS))


@pytest.fixture(scope="module", autouse=True)
def _models(vits_model: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One model, which speaks English."""
    root = tmp_path_factory.mktemp("one")
    shutil.copytree(vits_model, root / "coqui" / "lone")
    CONTRACT.given = lambda name: {"models": ModelFolder(root / name), "files": Path}


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def recording(name: str) -> Recording:
    found: Recording = CONTRACT.engine(name).read(CONTRACT.SCRIPT)
    return found


class TestSpeechEngine(CONTRACT.TestSpeechEngine):  # type: ignore[misc, name-defined]
    """The same tests on a model that hums."""
