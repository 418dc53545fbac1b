"""The overlays stage: what appears on screen besides avatar and captions, and when."""

from pathlib import Path

from tasks.domain.captions import Captions
from tasks.domain.overlays import Overlays
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.media.face_place import face_on_picture, mouth_on_picture
from tasks.media.rig.model import Rig
from tasks.media.text.font import fonts_sha256
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.overlays.brand_pictures import end_likeness, logo_shape
from tasks.overlays.look import looks_sha256
from tasks.runtime.engines import load_engine
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import open_store


def _key(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions) -> dict[str, object]:
    engine = load_engine("overlays", plan.engines["overlays"])
    brand = plan.brand
    return {
        "engine": engine.name, "version": engine.version, "looks": looks_sha256(_templates()),
        "shows": [[show.model_dump(mode="json") for show in beat.show] for beat in plan.script.beats],
        "language": plan.voice.language, "hook": plan.hook, "call": plan.call, "progress_bar": plan.progress_bar,
        "logo": [plan.logo, brand.logo] if plan.logo else None, "colours": brand.colours, "fonts": fonts_sha256(brand.fonts),
        "lengths": [speech.duration_s, plan.tail_s],
        "words": [word.model_dump(mode="json", exclude={"confidence"}) for word in alignment.words],
        "captions": [captions.zone, captions.label_box, [[page.start_s, page.end_s, page.box] for page in captions.pages]],
        "face": plan.avatar.rig,
    }


@stage("overlays", key=_key)
def overlay(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions) -> Overlays:
    """Times and lays out everything over the avatar besides captions."""
    store = open_store()
    engine = load_engine("overlays", plan.engines["overlays"])(_templates())
    rig = Rig.read(store.path(plan.avatar.rig)) if plan.avatar.rig else None
    sheet = engine.lay_out(
        plan, speech.duration_s, alignment.words, captions, mouth=mouth_on_picture(rig) if rig else None,
        face=face_on_picture(rig) if rig else None, logo_shape=logo_shape(plan, store),
        likeness=end_likeness(plan, store, rig, templates=_templates()))
    report(0.9, f"{len(sheet.cues)} things on screen")
    return Overlays(subtitles=store.put_text(sheet.ass, ".ass"), scrims=sheet.scrims, stickers=sheet.stickers,
                    cues=sheet.cues, engine=engine.name, version=engine.version, warnings=sheet.warnings)


def _templates() -> Path:
    return current_settings().templates_path
