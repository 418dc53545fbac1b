"""Plans, words and captions that tests of overlays share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from tasks.captions.ass import AssCaptions
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.captions import Captions
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue
from tasks.domain.plan import CaptionLook, ReelPlan, Voice
from tasks.domain.script import Script
from tasks.domain.speech import Word
from tasks.media.face_place import face_on_picture, mouth_on_picture
from tasks.media.rig.model import Rig
from tasks.media.text.words import script_words
from tasks.overlays.ass import AssOverlays, OverlaySheet

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
BRAND = Brand.model_validate(yaml.safe_load((TEMPLATES / "brands" / "default.yaml").read_text("utf-8")))
NO_FILE = MediaFile(uri="x", sha256="0" * 64, size_bytes=1)
PAUSE_S = 0.4
"""Silence between two beats of the words made here."""
TAIL_S = 2.4
"""Length of the end card where a script has one."""


def words_of(script: Script, *, word_s: float = 0.3) -> list[Word]:
    """Every word as long as the others, without a gap, from 0.3 s on; a silence between beats."""
    words: list[Word] = []
    now_s = 0.3
    for beat, text in script_words(script, "en"):
        if words and words[-1].beat != beat:
            now_s += PAUSE_S
        words.append(Word(text=text, start_s=round(now_s, 6), end_s=round(now_s + word_s, 6), beat=beat))
        now_s += word_s
    return words


def plan_of(script: Script, brand: Brand = BRAND, *, logo: MediaFile | None = None) -> ReelPlan:
    """A plan that shows what a script shows."""
    avatar = AvatarSnapshot(name="ada", title="Ada", sha256="0" * 64, portrait=NO_FILE, rig=NO_FILE,
                            consent=Consent(kind="synthetic", statement="made by code"))
    return ReelPlan(
        script=script, avatar=avatar, voice=Voice(name="en-us", language="en-US"),
        captions=CaptionLook(style="karaoke", colour="#00ff00"), brand_name="default", brand=brand, hook=script.hook,
        call=script.call, tail_s=TAIL_S if script.call else 0.0, progress_bar=bool(script.progress_bar), logo=logo,
        engines={"captions": "ass", "overlays": "ass"}, seed=1, publish=(), sources={})


def captions_of(plan: ReelPlan, words: list[Word], mouth: Box) -> Captions:
    """The default captions."""
    sheet = AssCaptions(TEMPLATES, plan.captions).caption(words, plan.brand, language="en-US", mouth=mouth)
    return Captions(subtitles=NO_FILE, srt=NO_FILE, vtt=NO_FILE, pages=sheet.pages, label_text=sheet.label_text,
                    label_box=sheet.label_box, zone=sheet.zone, style=plan.captions.style)


@dataclass(frozen=True)
class Laid:
    """A reel's overlays and what they must keep clear of."""

    sheet: OverlaySheet
    captions: Captions
    words: list[Word]
    mouth: Box
    plan: ReelPlan

    def cue(self, kind: str) -> Cue:
        """The only cue of a kind."""
        (found,) = [cue for cue in self.sheet.cues if cue.kind == kind]
        return found


class Layer(Protocol):
    """Lays a script out."""

    def __call__(self, *beats: dict[str, Any], avatar: str = "ada", brand: dict[str, Any] | None = None,
                 logo_shape: float | None = None, word_s: float = 0.3, **script: Any) -> Laid: ...


@pytest.fixture(scope="session")
def lay() -> Layer:
    """Lays out overlays and captions of beats on a default avatar, with words of equal length."""

    def lay_out(*beats: dict[str, Any], avatar: str = "ada", brand: dict[str, Any] | None = None,
                logo_shape: float | None = None, word_s: float = 0.3, **script: Any) -> Laid:
        written = Script.model_validate({"title": "Test", "beats": list(beats), **script})
        words = words_of(written, word_s=word_s)
        rig = Rig.read(ROOT / "avatars" / avatar / "rig.json")
        kit = Brand.model_validate({**BRAND.model_dump(by_alias=True), **(brand or {})})
        plan, mouth = plan_of(written, kit, logo=NO_FILE if logo_shape else None), mouth_on_picture(rig)
        captions = captions_of(plan, words, mouth)
        sheet = AssOverlays(TEMPLATES).lay_out(plan, words[-1].end_s + PAUSE_S, words, captions, mouth=mouth,
                                               face=face_on_picture(rig), logo_shape=logo_shape)
        return Laid(sheet, captions, words, mouth, plan)

    return lay_out


@pytest.fixture(scope="session")
def plan_for() -> Callable[[Script], ReelPlan]:
    """Makes a plan that shows what a script shows."""
    return plan_of
