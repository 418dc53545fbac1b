"""The lip-sync stage: the performance gets its mouth."""

from tasks.domain.performance import ClipShot, Performance, PuppetShot, Shot
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import FPS
from tasks.lipsync.base import LipSync
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.wav import read_wav
from tasks.orchestration import open_store, report, stage
from tasks.runtime.engines import load_engine


def _key(plan: ReelPlan, performance: Performance, speech: Speech, alignment: Alignment) -> dict[str, object]:
    engine = load_engine("lipsync", plan.engines["lipsync"])
    return {"engine": engine.name, "version": engine.version, "performance": performance, "audio": speech.audio.sha256,
            "phonemes": [phoneme.model_dump() for phoneme in alignment.phonemes]}


@stage("lipsync", key=_key)
def lip_sync(plan: ReelPlan, performance: Performance, speech: Speech, alignment: Alignment) -> Performance:
    """Adds the mouth that says the script.

    Args:
        plan: names the engine.
        performance: the shots; its mouth, if any, is replaced.
        speech: the voice, whose loudness drives the jaw.
        alignment: when each phoneme is heard.

    Returns:
        The performance with mouth curves in the store, one sample a frame; unchanged where no shot has a face that moves.

    Raises:
        StoreDamaged: the voice is missing from the store.
    """
    engine: LipSync = load_engine("lipsync", plan.engines["lipsync"])()
    if not any(map(speaks, performance.shots)):
        return performance
    store = open_store()
    samples, rate = read_wav(store.path(speech.audio))
    loudness = frame_loudness(samples, rate, FPS, performance.frame_count)
    report(0.3, "shaping the mouth")
    curves = engine.mouth(alignment.phonemes, loudness)
    mouth = store.put_text(curves.to_json(), ".json")
    return performance.model_copy(update={"mouth": mouth, "lipsync_engine": engine.name, "lipsync_version": engine.version})


def speaks(shot: Shot) -> bool:
    """Whether a shot has a mouth that is drawn."""
    return isinstance(shot, PuppetShot) or (isinstance(shot, ClipShot) and shot.speaks)
