"""The captions stage: the words on the picture and beside it."""

from pathlib import Path

from tasks.captions.legibility import ANYTHING, Span, needs_picture
from tasks.captions.style import read_style, read_zone, style_sha256
from tasks.domain.box import Box
from tasks.domain.captions import Captions
from tasks.domain.performance import Sticker
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment
from tasks.domain.timeline import SIZE_PX
from tasks.media.face_place import mouth_on_picture
from tasks.media.metrics.luminance_range import picture_luminance, widest
from tasks.media.rig.model import Rig
from tasks.media.text.font import fonts_sha256
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

EMOJI_FADE_S = 0.1
"""How long an emoji takes to come and to go, as the words around it do."""


def _key(plan: ReelPlan, alignment: Alignment) -> dict[str, object]:
    engine = load_engine("captions", plan.engines["captions"])
    return {
        "engine": engine.name, "version": engine.version, "style": style_sha256(_templates(), plan.captions.style),
        "look": plan.captions, "fonts": fonts_sha256(plan.brand.fonts), "colours": plan.brand.colours,
        "label": plan.brand.label if plan.brand.label_shown else None, "language": plan.voice.language,
        "words": [word.model_dump(mode="json", exclude={"confidence"}) for word in alignment.words],
        "face": plan.avatar.rig.sha256 if plan.avatar.rig else None,
        "behind": [plan.avatar.portrait.sha256, *(media.file.sha256 for media in plan.media.values()),
                   *["film"] * bool(plan.script.asked_films())]
        if needs_picture(read_style(_templates(), plan.captions.style)) else None,
    }


@stage("captions", key=_key)
def caption(plan: ReelPlan, alignment: Alignment) -> Captions:
    """Lays out the captions of a reel and writes them as ASS, SRT and VTT."""
    store = open_store()
    engine = load_engine("captions", plan.engines["captions"])(_templates(), plan.captions)
    mouth = mouth_on_picture(Rig.read(store.path(plan.avatar.rig))) if plan.avatar.rig else None
    sheet = engine.caption(alignment.words, plan.brand, language=plan.voice.language, mouth=mouth,
                           behind=_behind(plan, store, mouth))
    report(0.9, f"{len(sheet.pages)} pages")
    stickers = tuple(
        Sticker(picture=store.put_copy(emoji.picture), box=emoji.box, start_s=emoji.shown.start_s, end_s=emoji.shown.end_s,
                fade_s=EMOJI_FADE_S) for emoji in sheet.emoji)
    return Captions(
        subtitles=store.put_text(sheet.ass, ".ass"), srt=store.put_text(sheet.srt, ".srt"),
        vtt=store.put_text(sheet.vtt, ".vtt"), pages=sheet.pages, label_text=sheet.label_text,
        label_box=sheet.label_box, zone=sheet.zone, stickers=stickers, left_out=sheet.left_out,
        style=plan.captions.style, warnings=sheet.warnings)


def _templates() -> Path:
    return current_settings().templates_path


def _behind(plan: ReelPlan, store: Store, mouth: Box | None) -> Span:
    """How dark and how light it may be behind the captions: the portrait below the mouth, and all pictures shown.

    Without a mouth the camera moves, and any part of the picture may come behind them.
    """
    style = read_style(_templates(), plan.captions.style)
    films = plan.script.asked_films() or any(media.kind == "clip" for media in plan.media.values())
    if films or not needs_picture(style):
        return ANYTHING
    zone = read_zone(_templates(), plan.captions.zone or style.zones)
    below = Box(x0=zone.x0, y0=min(mouth.y1, zone.y1 - 1), x1=zone.x1, y1=zone.y1) if mouth else None
    portrait = picture_luminance(store.path(plan.avatar.portrait), size=SIZE_PX, part=below)
    return widest([portrait, *(picture_luminance(store.path(media.file)) for media in plan.media.values())])
