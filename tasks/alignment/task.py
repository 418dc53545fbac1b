"""The task that finds when each word and sound is heard."""

from collections.abc import Mapping
from typing import Any

from tasks.alignment.base import AlignmentEngine
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.stores import open_store


def _key(plan: ReelPlan, speech: Speech) -> Mapping[str, object]:
    engine = load_engine("alignment", plan.engines["alignment"])
    return {"engine": engine.name, "version": engine.version,
            "say": [[beat.say, beat.reading] for beat in plan.script.beats], "language": plan.voice.language,
            "speech": speech}


@stage("alignment", key=_key)
def align(plan: ReelPlan, speech: Speech) -> Alignment:
    """Word and phoneme times of the approved script: monotonic, none missing.

    Raises:
        FixRequest: the engine cannot time this voice, its times do not fit the script, or the recording says something else.
        UnknownName: the engine does not know the language.
    """
    chosen: Any = load_engine("alignment", plan.engines["alignment"])
    engine: AlignmentEngine = chosen()
    report(0.1, f"{engine.name} times the words")
    found = engine.align(plan.script, speech, open_store().path(speech.audio), plan.voice.language)
    report(0.9, f"{len(found.words)} words")
    return found
