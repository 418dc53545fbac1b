"""The animation stage: who is seen, and how the avatar moves."""

import hashlib

from tasks.animation.base import Animation, Take
from tasks.domain.performance import Performance, PuppetShot
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import FPS, frame_count
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.wav import read_wav
from tasks.media.rig.model import Rig
from tasks.orchestration import open_store, report, stage
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store


def _key(plan: ReelPlan, speech: Speech, alignment: Alignment) -> dict[str, object]:
    engine = load_engine("animation", plan.engines["animation"])
    return {"engine": engine.name, "version": engine.version, "seed": plan.seed, "portrait": plan.avatar.portrait,
            "rig": plan.avatar.rig, "audio": speech.audio.sha256, "duration_s": speech.duration_s,
            "words": [word.model_dump() for word in alignment.words],
            "phonemes": [phoneme.model_dump() for phoneme in alignment.phonemes]}


@stage("animation", key=_key)
def animate(plan: ReelPlan, speech: Speech, alignment: Alignment) -> Performance:
    """Moves the avatar for the whole reel.

    Args:
        plan: names engine, avatar and seed.
        speech: the voice; its length is the reel's.
        alignment: when each word and phoneme is heard.

    Returns:
        A performance of one shot, without a mouth; its motion curves are in the store.

    Raises:
        StoreDamaged: the voice or the avatar's rig is missing from the store.
        AvatarError: the avatar's rig cannot be read.
    """
    engine: Animation = load_engine("animation", plan.engines["animation"])()
    store = open_store()
    take = _take(store, plan, speech, alignment)
    report(0.4, "moving head and eyes")
    motion = store.put_text(engine.motion(take).to_json(), ".json")
    frames = len(take.loudness)
    shot = PuppetShot(start_s=0.0, end_s=frames / FPS, portrait=plan.avatar.portrait, rig=plan.avatar.rig, motion=motion)
    return Performance(fps=FPS, frame_count=frames, shots=(shot,), engine=engine.name, version=engine.version)


def _take(store: Store, plan: ReelPlan, speech: Speech, alignment: Alignment) -> Take:
    samples, rate = read_wav(store.path(speech.audio))
    rig = Rig.read(store.path(plan.avatar.rig))
    text = " ".join(word.text for word in alignment.words)
    return Take(words=alignment.words, phonemes=alignment.phonemes, seed=plan.seed,
                loudness=frame_loudness(samples, rate, FPS, frame_count(speech.duration_s)),
                content=hashlib.sha256(f"{plan.avatar.portrait.sha256}/{text}".encode()).hexdigest(),
                face_yaw_rad=rig.yaw_rad)
