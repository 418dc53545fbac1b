"""What every speech engine promises, held by those that run models."""

import shutil
from pathlib import Path

import pytest

from file_modules import load_file
from tasks.domain.script import Script
from tasks.runtime.engines import ENGINES, MODELS, find_engine
from tasks.runtime.models import ModelFolder
from tasks.speech.base import Recording

HERE = Path(__file__).parent
CONTRACT = load_file(HERE.parent / "contracts" / "test_speech_contract.py", "speech_contract")
NAMES = [entry.name for entry in ENGINES if entry.stage == "speech" and entry.needs == MODELS]
WITHOUT_STRANGERS = [beat.model_copy(update={"say": beat.say.replace(" ꙮ", "")}) for beat in CONTRACT.SCRIPT.beats]
"""The contract's script without a letter that no model knows; these refuse to leave it out."""
CONTRACT.SCRIPT = Script(title="x", beats=tuple(WITHOUT_STRANGERS))


@pytest.fixture(scope="module", autouse=True)
def _models(vits_model: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One model of each engine, which speaks English."""
    root = tmp_path_factory.mktemp("one")
    shutil.copytree(vits_model, root / "coqui" / "lone")
    have = {"files": Path}
    CONTRACT.given = lambda name: {
        want: have.get(want, ModelFolder(root / name)) for want in find_engine("speech", name).wants}


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def recording(name: str) -> Recording:
    found: Recording = CONTRACT.engine(name).read(CONTRACT.SCRIPT)
    return found


class TestSpeechEngine(CONTRACT.TestSpeechEngine):  # type: ignore[misc, name-defined]
    """The same tests on a model that hums."""
