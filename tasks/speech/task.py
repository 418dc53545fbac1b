"""The task that gives a script its voice."""

from collections.abc import Mapping
from typing import Any

from tasks.domain.approval import Approval, require
from tasks.domain.errors import ScriptError
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Speech
from tasks.media.audio.wav import write_wav
from tasks.media.text.duration import require_short
from tasks.media.text.words import script_words
from tasks.orchestration.payment import access_to, cost_of
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import find_engine, load_engine
from tasks.runtime.given import given_to
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import open_store
from tasks.speech.base import RATE_HZ, ModelSpeech, SpeechEngine


def _key(plan: ReelPlan, approval: Approval) -> Mapping[str, object]:  # noqa: ARG001  a signature like the task's
    engine = load_engine("speech", plan.engines["speech"])
    return {"engine": engine.name, "version": engine.version, "voice": plan.voice,
            "words": script_words(plan.script, plan.voice.language),
            "readings": [beat.reading for beat in plan.script.beats], **_model(plan)}


def _model(plan: ReelPlan) -> Mapping[str, object]:
    """Which model speaks, where a model does."""
    name = plan.engines["speech"]
    if "models" not in find_engine("speech", name).wants:
        return {}
    engine: type[ModelSpeech] = load_engine("speech", name)
    return {"model": engine.digest(plan.voice, given_to("speech", name, current_settings(), open_store())["models"])}


@stage("speech", key=_key)
def speak(plan: ReelPlan, approval: Approval) -> Speech:
    """Speaks the approved script.

    Raises:
        ApprovalMissing: the approval is not for this plan.
        ScriptError: nothing can be said, or it takes longer than the installation allows.
        UnknownName: no such voice or language.
        OverLimit, DayLimitReached, PaymentUnknown, TryAgain: the voice is paid, and it was not to be, or nobody answers.
    """
    require(approval, plan)
    if not script_words(plan.script, plan.voice.language):
        raise ScriptError(f"the script {plan.script.title!r} has no words to say: write some under 'say'")
    require_short(plan.script, plan.voice.rate, current_settings().max_minutes, language=plan.voice.language,
                  pronunciations=plan.voice.pronunciations)
    store, name = open_store(), plan.engines["speech"]
    chosen: Any = load_engine("speech", name)
    access = access_to("speech", plan, approval)
    engine: SpeechEngine = chosen(plan.voice, **access, **given_to("speech", name, current_settings(), store))
    report(0.1, f"{engine.name} speaks")
    recording = engine.read(plan.script)
    report(0.9, f"{recording.duration_s:.1f} s of speech")
    with store.scratch() as folder:
        write_wav(folder / "voice.wav", recording.samples, RATE_HZ)
        audio = store.put(folder / "voice.wav")
    return Speech(audio=audio, duration_s=recording.duration_s, words=recording.words, phonemes=recording.phonemes,
                  engine=engine.name, version=engine.version, cost_usd=cost_of(access))
