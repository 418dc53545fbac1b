"""Times by whatever knows them best: the voice itself, else a model of its language, else the embedded voice."""

from pathlib import Path
from typing import Any, ClassVar

from tasks.alignment.base import AlignmentEngine
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Speech
from tasks.runtime.engines import load_engine
from tasks.runtime.models import ModelFolder

OWN, HEARD, COMPARED = "voice", "whisperx", "dtw"
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

    def chosen(self, speech: Speech, voice: Voice) -> AlignmentEngine:
        """The engine for a recording."""
        if speech.words is not None:
            return _made(load_engine("alignment", OWN))
        listener: Any = load_engine("alignment", HEARD)
        models = ModelFolder(self._models.root.parent / HEARD, self._models.accepted)
        if listener.has_model(voice.language, models):
            return _made(listener, models=models)
        return _made(load_engine("alignment", COMPARED))

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:
        """Times by the chosen engine; raises what that one raises."""
        return self.chosen(speech, voice).align(script, speech, sound, voice)


def _made(engine: Any, **given: Any) -> AlignmentEngine:
    found: AlignmentEngine = engine(**given)
    return found
