"""`reels brand`: the brand kits there are, and a specimen sheet of one."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows.planning import Overrides, plan_reel
from tasks.captions.ass import AssCaptions, CaptionSheet
from tasks.captions.style import caption_styles
from tasks.domain.brand import Brand
from tasks.domain.captions import Captions
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Show
from tasks.domain.speech import Word
from tasks.media.face_place import face_on_picture, mouth_on_picture
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.rig.model import Rig
from tasks.media.specimen import Face, Sample, Specimen, Swatch, draw_sample, draw_sheet
from tasks.media.text.contrast import contrast_ratio
from tasks.media.text.font import find_font, gather_fonts
from tasks.media.text.words import caption_words
from tasks.overlays.ass import AssOverlays
from tasks.overlays.brand_pictures import end_likeness, logo_shape
from tasks.runtime.library import Library
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store, writable

WORD_S = 0.6
"""Length of a word in the specimen's invented speech: long enough for everything on screen to have come."""
BEHIND = {"text": "outline", "highlight": "outline", "on_panel": "panel"}
"""Colour of letters -> what lies behind them."""
SEPARATOR = "   ·   "
"""Between facts on one line of the sheet."""
SHOWN = {"hook": "hook", "title": "title", "lower-third": "lower third", "number": "number", "end-card": "end card"}
"""What overlays are called on the sheet."""


def brands(arguments: argparse.Namespace) -> int:
    """Lists the brand kits, or draws one's specimen sheet."""
    settings = current_settings()
    library = Library(settings.library_path)
    if arguments.action == "list":
        return _list(library, as_json=arguments.json)
    brand = library.brand(arguments.name, styles=caption_styles(library.templates))
    target = (arguments.out or Path("out") / f"brand-{arguments.name}.png").absolute()
    width, height = draw_specimen(arguments.name, target, settings)
    if arguments.json:
        facts = {"name": arguments.name, "file": str(target), "width": width, "height": height, "contrast": contrasts(brand),
                 **brand.model_dump(mode="json", by_alias=True)}
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
    else:
        sys.stdout.write(f"the specimen sheet of {arguments.name!r}, {width} x {height} pixels: {target}\n")
    return 0


def contrasts(brand: Brand) -> dict[str, float]:
    """Contrast of each colour of letters to what lies behind it."""
    return {name: round(contrast_ratio(getattr(brand.colours, name), getattr(brand.colours, behind)), 1)
            for name, behind in BEHIND.items()}


def draw_specimen(name: str, target: Path, settings: Settings) -> tuple[int, int]:
    """Draws a brand's specimen sheet with the engines that make reels.

    Args:
        name: the brand.
        target: PNG to make.
        settings: where the library is.

    Returns:
        (width, height) in pixels.

    Raises:
        UnknownName, FixRequest: there is no such brand, or something is wrong with it.
        NotWritable: `target` cannot be written.
    """
    with writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".specimen-", dir=target.parent) as folder:
            store, draft = Store(Path(folder, "store")), Path(folder, "sheet.png")
            plan = plan_reel(_script(), overrides=Overrides(brand=name), store=store, settings=settings)
            samples = tuple(_samples(plan, store, settings.templates_path, Path(folder)))
            size = draw_sheet(_specimen(plan, store, samples), draft)
            os.replace(draft, target)
    return size


def _list(library: Library, *, as_json: bool) -> int:
    found = {name: library.brand(name, styles=caption_styles(library.templates)) for name in library.brand_names()}
    if as_json:
        facts = [{"name": name, "contrast": contrasts(brand), **brand.model_dump(mode="json", by_alias=True)}
                 for name, brand in found.items()]
        sys.stdout.write(json.dumps(facts, indent=2) + "\n")
        return 0
    for name, brand in found.items():
        colours = " ".join((brand.colours.text, brand.colours.highlight, brand.colours.panel))
        sys.stdout.write(f"{name:<12} captions {brand.caption_style}, music {brand.music.file or brand.music.name},"
                         f" colours {colours}\n")
    return 0


def _script() -> Script:
    """A little of everything that can be on screen."""
    return Script(
        title="Specimen", hook="Stop scrolling", call="Follow for more",
        beats=(Beat(say="Now for a hook and a calm start."),
               Beat(say="Every *single* word counts."),
               Beat(say="This is a title card here.", show=(Show(text="A title in three words", form="title"),)),
               Beat(say="She is our guest today.", show=(Show(text="Ada Ray | Host", form="lower-third"),)),
               Beat(say="It is seventeen percent of it.", show=(Show(text="17% less", form="number"),))))


def _samples(plan: ReelPlan, store: Store, templates: Path, folder: Path) -> Iterator[Sample]:
    """Each caption style, then each overlay, drawn over the avatar."""
    words, speech_s = _speech(plan.script, plan.voice.language)
    rig = Rig.read(store.path(plan.avatar.rig)) if plan.avatar.rig else None
    mouth, fonts = mouth_on_picture(rig) if rig else None, gather_fonts(plan.brand.fonts.all(), Path(folder, "fonts"))
    common: dict[str, Any] = {"fonts": fonts, "program": find_ffmpeg(os.environ.get("FFMPEG_BINARY")),
                              "open_media": store.path}
    portrait = store.path(plan.avatar.portrait)
    lit = next(word for word in words if "*" in word.text)
    sheets = {}
    for style in caption_styles(templates):
        look = plan.captions.model_copy(update={"style": style})
        sheets[style] = AssCaptions(templates, look).caption(words, plan.brand, language=plan.voice.language, mouth=mouth)
        picture = folder / f"style-{style}.png"
        draw_sample(portrait, picture, at_s=(lit.start_s + lit.end_s) / 2, **common,
                    subtitles=[store.path(store.put_text(sheets[style].ass, ".ass"))])
        yield Sample(f"captions: {style}", picture)
    captions = _captions(sheets[plan.captions.style], store, plan.captions.style)
    overlays = AssOverlays(templates).lay_out(
        plan, speech_s, words, captions, mouth=mouth, face=face_on_picture(rig) if rig else None,
        logo_shape=logo_shape(plan, store), likeness=end_likeness(plan, store, rig, templates=templates))
    subtitles = [store.path(store.put_text(overlays.ass, ".ass")), store.path(captions.subtitles)]
    for cue in overlays.cues:
        if cue.kind in SHOWN:
            picture = folder / f"{cue.kind}.png"
            draw_sample(portrait, picture, at_s=(cue.start_s + cue.end_s) / 2, subtitles=subtitles, scrims=overlays.scrims,
                        stickers=overlays.stickers, **common)
            yield Sample(SHOWN[cue.kind], picture)


def _speech(script: Script, language: str) -> tuple[list[Word], float]:
    """Words spoken one after another, and how long that takes."""
    said = [(beat, word) for beat, part in enumerate(script.beats) for word in caption_words(part.say, language)]
    words = [Word(text=word, beat=beat, start_s=round(index * WORD_S, 3), end_s=round((index + 1) * WORD_S, 3))
             for index, (beat, word) in enumerate(said)]
    return words, words[-1].end_s


def _captions(sheet: CaptionSheet, store: Store, style: str) -> Captions:
    kept = store.put_text(sheet.ass, ".ass")
    return Captions(subtitles=kept, srt=kept, vtt=kept, pages=sheet.pages, label_text=sheet.label_text,
                    label_box=sheet.label_box, zone=sheet.zone, style=style)


def _specimen(plan: ReelPlan, store: Store, samples: tuple[Sample, ...]) -> Specimen:
    brand, ratios = plan.brand, contrasts(plan.brand)
    swatches = tuple(
        Swatch(name.replace("_", " "), getattr(brand.colours, name),
               f"{ratios[name]:.1f}:1 on {BEHIND[name]}" if name in BEHIND else "")
        for name in type(brand.colours).model_fields)
    fonts = brand.fonts
    roles = {"captions": fonts.captions, "label": fonts.label, "title": fonts.title or fonts.captions,
             "text": fonts.text or fonts.label}
    faces = tuple(Face(role, find_font(file).name, find_font(file).path) for role, file in roles.items())
    paths = {face.role: face.path for face in faces}
    return Specimen(
        title=plan.brand_name, facts=_facts(brand), panel=brand.colours.panel, on_panel=brand.colours.on_panel,
        accent=brand.colours.highlight, heading=paths["title"], text=paths["text"], swatches=swatches, faces=faces,
        samples=samples, logo=store.path(plan.logo) if plan.logo else None)


def _facts(brand: Brand) -> tuple[str, ...]:
    """What cannot be seen, in words."""
    music, call = brand.music.file or brand.music.name, brand.end_card.call.get("en")
    sound = "no music" if music == "off" else f"music {music}, {brand.music.below_voice_db:g} dB softer than the voice"
    looks = (f"captions {brand.caption_style}", sound, f"effects {'on' if brand.effects else 'off'}",
             f"progress bar {'on' if brand.progress_bar else 'off'}")
    words = (f"label {brand.label['en']!r}{'' if brand.label_shown else ', turned off'}", _languages(len(brand.label)),
             f"end card {call!r}" if call else "end card where the script has a call to action")
    return SEPARATOR.join(looks), SEPARATOR.join(words)


def _languages(count: int) -> str:
    return f"{count} language{'s' if count > 1 else ''}"
