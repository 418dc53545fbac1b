"""The captions stage: the words on the picture and beside it."""

from pathlib import Path

from tasks.captions.style import style_sha256
from tasks.domain.captions import Captions
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment
from tasks.media.face_place import mouth_on_picture
from tasks.media.rig.model import Rig
from tasks.media.text.font import fonts_sha256
from tasks.orchestration import open_store, report, stage
from tasks.runtime.engines import load_engine
from tasks.runtime.settings import current_settings


def _key(plan: ReelPlan, alignment: Alignment) -> dict[str, object]:
    engine = load_engine("captions", plan.engines["captions"])
    return {
        "engine": engine.name, "version": engine.version, "style": style_sha256(_templates(), plan.captions.style),
        "look": plan.captions, "fonts": fonts_sha256(plan.brand.fonts), "colours": plan.brand.colours,
        "label": plan.brand.label if plan.brand.label_shown else None, "language": plan.voice.language,
        "words": [word.model_dump(mode="json", exclude={"confidence"}) for word in alignment.words],
        "face": plan.avatar.rig.sha256,
    }


@stage("captions", key=_key)
def caption(plan: ReelPlan, alignment: Alignment) -> Captions:
    """Lays out the captions of a reel and writes them as ASS, SRT and VTT."""
    store = open_store()
    engine = load_engine("captions", plan.engines["captions"])(_templates(), plan.captions.style)
    rig = Rig.read(store.path(plan.avatar.rig))
    sheet = engine.caption(alignment.words, plan.brand, highlight=plan.captions.colour, language=plan.voice.language,
                           mouth=mouth_on_picture(rig))
    report(0.9, f"{len(sheet.pages)} pages")
    return Captions(
        subtitles=store.put_text(sheet.ass, ".ass"), srt=store.put_text(sheet.srt, ".srt"),
        vtt=store.put_text(sheet.vtt, ".vtt"), pages=sheet.pages, label_text=sheet.label_text,
        label_box=sheet.label_box, zone=sheet.zone, left_out=sheet.left_out, style=plan.captions.style)


def _templates() -> Path:
    return current_settings().library_path / "templates"
