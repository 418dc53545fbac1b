"""The lip-sync stage: the performance gets its mouth."""

from tasks.domain.performance import ClipShot, Performance, PuppetShot, Shot
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import FPS
from tasks.lipsync.base import Heard, LipSync
from tasks.lipsync.unknown import unknown_stretches, unknown_words
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.wav import read_wav
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.stores import open_store


def _key(plan: ReelPlan, performance: Performance, speech: Speech, alignment: Alignment) -> dict[str, object]:
    engine = load_engine("lipsync", plan.engines["lipsync"])
    return {"engine": engine.name, "version": engine.version, "performance": performance, "audio": speech.audio.sha256,
            "phonemes": [phoneme.model_dump() for phoneme in alignment.phonemes],
            "unknown_s": unknown_stretches(alignment.words, alignment.phonemes, speech.duration_s)}


@stage("lipsync", key=_key)
def lip_sync(plan: ReelPlan, performance: Performance, speech: Speech, alignment: Alignment) -> Performance:
    """Adds the mouth that says the script.

    Args:
        plan: names the engine.
        performance: the shots; its mouth, if any, is replaced.
        speech: the voice, whose loudness drives the jaw, and whose sound shapes the mouth where phonemes are not known.
        alignment: when each phoneme is heard, and how sure that is.

    Returns:
        The performance with mouth curves in the store, one sample a frame; a warning tells how many words had no known
        phonemes. Without a mouth where no shot has a face that moves, or the film's own is to be seen.

    Raises:
        StoreDamaged: the voice is missing from the store.
    """
    engine: LipSync = load_engine("lipsync", plan.engines["lipsync"])()
    if not any(map(speaks, performance.shots)):
        return performance
    if not engine.draws:
        return performance.model_copy(update={"lipsync_engine": engine.name, "lipsync_version": engine.version})
    store = open_store()
    samples, rate = read_wav(store.path(speech.audio))
    loudness = frame_loudness(samples, rate, FPS, performance.frame_count)
    unknown_s = unknown_stretches(alignment.words, alignment.phonemes, speech.duration_s)
    report(0.3, "shaping the mouth")
    curves = engine.mouth(alignment.phonemes, loudness, Heard(samples, rate, unknown_s))
    mouth = store.put_text(curves.to_json(), ".json")
    told = (_listened(alignment),) if unknown_s and engine.listens == "where unknown" else ()
    return performance.model_copy(update={"mouth": mouth, "lipsync_engine": engine.name, "lipsync_version": engine.version,
                                          "warnings": performance.warnings + told})


def _listened(alignment: Alignment) -> str:
    """Says that the mouth followed the sound, and for how much of the text."""
    unknown, words = sum(unknown_words(alignment.words, alignment.phonemes)), len(alignment.words)
    part = f"of {unknown} of {words} words" if unknown < words else "of all words"
    return f"the phonemes {part} are not known: there the mouth follows the sound of the voice"


def speaks(shot: Shot) -> bool:
    """Whether a shot has a mouth that is drawn."""
    return isinstance(shot, PuppetShot) or (isinstance(shot, ClipShot) and shot.speaks)
