"""Times by whatever knows them best: the voice itself, else comparison with the embedded voice."""

from pathlib import Path
from typing import Any, ClassVar

from tasks.alignment.base import AlignmentEngine
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Speech
from tasks.runtime.engines import load_engine
from tasks.runtime.models import ModelFolder

OWN, COMPARED = "voice", "dtw"
"""The engines it chooses from, the best first."""


class ChosenTimes:
    """Chooses for every recording; the alignment names the engine that was chosen.

    Args:
        models: where models lie.
    """

    name: ClassVar[str] = "auto"
    version: ClassVar[str] = "1"

    def __init__(self, models: ModelFolder) -> None:
        self._models = models

    def chosen(self, speech: Speech, voice: Voice) -> AlignmentEngine:  # noqa: ARG002  models know some languages only
        """The engine for a recording."""
        engine: Any = load_engine("alignment", COMPARED if speech.words is None else OWN)
        found: AlignmentEngine = engine()
        return found

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:
        """Times by the chosen engine; raises what that one raises."""
        return self.chosen(speech, voice).align(script, speech, sound, voice)
