"""The task that finds when each word and sound is heard."""

from collections.abc import Mapping
from typing import Any

from tasks.alignment.auto import ChosenTimes
from tasks.alignment.base import AlignmentEngine, ModelTimes
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.media.text.words import script_words
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.given import given_to
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import open_store


def _key(plan: ReelPlan, speech: Speech) -> Mapping[str, object]:
    engine = _engine(plan, speech)
    model = {"model": engine.digest(plan.voice.language)} if isinstance(engine, ModelTimes) else {}
    return {"engine": engine.name, "version": engine.version,
            "words": script_words(plan.script, plan.voice.language),
            "readings": [beat.reading for beat in plan.script.beats], "language": plan.voice.language,
            "pronunciations": plan.voice.pronunciations, "speech": speech, **model}


@stage("alignment", key=_key)
def align(plan: ReelPlan, speech: Speech) -> Alignment:
    """Word and phoneme times of the approved script: monotonic, none missing.

    Raises:
        FixRequest: the engine cannot time this voice, its times do not fit the script, or the recording says something else.
        UnknownName: the engine does not know the language.
    """
    engine = _engine(plan, speech)
    report(0.1, f"{engine.name} times the words")
    found = engine.align(plan.script, speech, open_store().path(speech.audio), plan.voice)
    report(0.9, f"{len(found.words)} words")
    return found


def _engine(plan: ReelPlan, speech: Speech) -> AlignmentEngine:
    """The engine that does it: the plan's, or the one that the plan's chooses."""
    name = plan.engines["alignment"]
    engine: Any = load_engine("alignment", name)(**given_to("alignment", name, current_settings(), open_store()))
    found: AlignmentEngine = engine.chosen(speech, plan.voice) if isinstance(engine, ChosenTimes) else engine
    return found
