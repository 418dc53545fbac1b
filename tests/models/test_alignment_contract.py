"""What every alignment engine promises, held by those that run models."""

from pathlib import Path
from types import ModuleType

import pytest

from file_modules import load_file
from tasks.alignment.base import AlignmentEngine
from tasks.domain.media import MediaFile
from tasks.domain.script import Script
from tasks.domain.speech import Speech
from tasks.media.audio.wav import write_wav
from tasks.runtime.engines import ENGINES, MODELS, load_engine
from tasks.runtime.models import ModelFolder
from tasks.speech.base import RATE_HZ

CONTRACT = load_file(Path(__file__).parents[1] / "contracts" / "test_alignment_contract.py", "alignment_contract")
NAMES = [entry.name for entry in ENGINES if entry.stage == "alignment" and entry.needs == MODELS]


@pytest.fixture(params=NAMES)
def engine(request: pytest.FixtureRequest, models: Path, letter_model: Path) -> AlignmentEngine:
    made: AlignmentEngine = load_engine("alignment", request.param)(ModelFolder(models / request.param))
    return made


@pytest.fixture(params=list(CONTRACT.SCRIPTS))
def script(request: pytest.FixtureRequest) -> Script:
    found: Script = CONTRACT.SCRIPTS[request.param]
    return found


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return tmp_path / "voice.wav"


@pytest.fixture
def speech(script: Script, sound: Path, tones: ModuleType) -> Speech:
    samples = tones.toned_script(script).samples
    write_wav(sound, samples, RATE_HZ)
    return Speech(audio=MediaFile(uri="voice.wav", sha256="0" * 64, size_bytes=1), duration_s=len(samples) / RATE_HZ,
                  engine="tones", version="1")


class TestAlignmentEngine(CONTRACT.TestAlignmentEngine):  # type: ignore[misc, name-defined]
    """The same tests on the language of tones."""
