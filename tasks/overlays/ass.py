"""Overlays as ASS subtitles: titles, lower thirds, numbers, hook, end card and progress bar, burnt in under the captions.

Every text is measured, so its box is known exactly; it is placed where nothing else is while it is on screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from tasks.domain.box import Box
from tasks.domain.captions import Captions
from tasks.domain.errors import FixRequest
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue
from tasks.domain.performance import Scrim, Sticker
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, HEIGHT_PX, WIDTH_PX, frame_time_s
from tasks.media.text.templates import render_template
from tasks.overlays.corners import bar_box, logo_box
from tasks.overlays.cues import measure_length, time_shows
from tasks.overlays.lanes import view_of
from tasks.overlays.look import BarLook, CardLook, TextLook, read_look, text_look
from tasks.overlays.motion import Step, steps
from tasks.overlays.placement import Screen, place
from tasks.overlays.setting import Block
from tasks.overlays.texts import Fonts, called, fitting, text_parts
from tasks.overlays.timed import Length, Timed, frames_of

SHEET = "overlays/sheet.ass.j2"
"""The template around all looks."""
LOGO_FADE_S = 0.3
"""How long the logo takes to come and go."""
TOO_BRIEF_S = 0.8
"""A text on screen for a shorter time is reported: nobody reads it."""


@dataclass(frozen=True)
class OverlaySheet:
    """All overlays of a reel, timed, placed and written down."""

    ass: str
    cues: tuple[Cue, ...]
    scrims: tuple[Scrim, ...]
    stickers: tuple[Sticker, ...]
    warnings: tuple[str, ...]


class AssOverlays:
    """Lays out everything on screen besides avatar and captions.

    Args:
        templates: the library's `templates/`.
    """

    name: ClassVar[str] = "ass"
    version: ClassVar[str] = "8"

    def __init__(self, templates: Path) -> None:
        self.templates = templates

    def lay_out(self, plan: ReelPlan, speech_s: float, words: Sequence[Word], captions: Captions, *, mouth: Box | None,
                face: Box | None, logo_shape: float | None = None, likeness: MediaFile | None = None) -> OverlaySheet:
        """Times, places and writes down what is on screen.

        Args:
            plan: what is shown, and the brand.
            speech_s: length of the voice.
            words: in order, with their times.
            captions: where captions and label stand, and the safe zone.
            mouth: where the mouth may be on the picture; None if no face is seen.
            face: from the brows to the chin.
            logo_shape: the logo's height by its width; None without a logo.
            likeness: a round picture of the avatar for the end card, square; None without a face.

        Raises:
            FixRequest: a show names a word that is not spoken, or a text has no room.
            GlyphMissing: a font lacks a letter.
            FixMachine: a look, its template or a font is missing or wrong.
        """
        spoken_until_s = max((page.end_s for page in captions.pages), default=0.0)
        length = measure_length(speech_s, plan.tail_s, called=bool(plan.call), captions_end_s=spoken_until_s)
        shows = time_shows(plan.script, words, length, hook=plan.hook)
        sheet = _Sheet(self.templates, plan, length, captions, mouth, face, logo_shape, likeness)
        sheet.add_texts([show for show in shows if show.media is None], [show for show in shows if show.media is not None])
        return sheet.finished()


class _Sheet:
    """Gathers what is on screen, from what is fixed to what finds its place beside it."""

    def __init__(self, templates: Path, plan: ReelPlan, length: Length, captions: Captions, mouth: Box | None,
                 face: Box | None, logo_shape: float | None, likeness: MediaFile | None) -> None:
        self._templates, self._plan, self._length = templates, plan, length
        self._fonts = Fonts(plan.brand, plan.voice.language)
        self._events: list[str] = []
        self._cues: list[Cue] = []
        self._scrims: list[Scrim] = []
        self._stickers: list[Sticker] = []
        self._warnings: list[str] = []
        self._logo_shape, self._likeness = logo_shape if plan.logo and plan.brand.logo else None, likeness
        bar = self._add_bar(captions) if plan.progress_bar else None
        logo = self._add_logo(captions, bar) if self._logo_shape is not None else None
        self._screen = Screen(captions.zone, captions.pages, tuple(box for box in (captions.label_box, bar) if box), logo,
                              mouth, face)

    def add_texts(self, texts: Sequence[Timed], pictures: Sequence[Timed]) -> None:
        """Adds pictures as cues, texts where they find a place, and the end card."""
        for picture in pictures:
            self._cues.append(Cue(kind=picture.kind, start_s=picture.start_s, end_s=picture.end_s, media=picture.media,
                                  layout=picture.layout, from_s=picture.from_s, generate=picture.generate,
                                  picture=picture.picture, beat=picture.beat if picture.generate else None))
        for text in texts:
            self._add_text(text, text_look(self._templates, text.kind), pictures)
        if self._length.card is not None and self._plan.call:
            self._add_card(Timed("end-card", self._length.card, self._length.reel, self._plan.call))

    def finished(self) -> OverlaySheet:
        """The sheet with everything added so far."""
        ass = render_template(self._templates, SHEET, width_px=WIDTH_PX, height_px=HEIGHT_PX, font=self._fonts.text.ass_name,
                              looks=self._events)
        return OverlaySheet(ass, tuple(sorted(self._cues, key=lambda cue: cue.start_s)), tuple(self._scrims),
                            tuple(self._stickers), tuple(dict.fromkeys(self._warnings)))

    def _add_text(self, text: Timed, look: TextLook, pictures: Sequence[Timed], down_px: float = 0.0) -> Box:
        """Adds a text and gives its box."""
        parts, _reported = text_parts(text, look, self._fonts)
        placed = place(fitting(text, parts, look, self._screen), look, text, view_of(text, pictures), self._screen)
        if placed is None:
            raise FixRequest(f"{called(text)} finds no room beside captions and label: shorten it, show it with another"
                             " word, or choose another caption style")
        if placed.on_face:
            self._warnings.append(f"{called(text)} covers a part of the face: shorten it")
        if text.end_s - text.start_s < TOO_BRIEF_S:
            self._warnings.append(f"{called(text)} is on screen for {text.end_s - text.start_s:.1f} s only: show it with an"
                                  " earlier word")
        block = placed.block.moved(0, down_px)
        self._render(look.template, look=look, block=block,
                     steps=steps(text.start, text.stop, look, stays=text.stop >= self._length.reel))
        self._cue(text, block)
        return block.box

    def _add_card(self, card: Timed) -> None:
        """The end card: a veil over everything, the call to action, the logo or the avatar's picture above it."""
        look = read_look(self._templates, "end-card", CardLook)
        self._scrims.append(Scrim(start_s=card.start_s, end_s=card.end_s, colour=self._plan.brand.colours.panel,
                                  opacity=look.veil_opacity, fade_s=look.veil_fade_s))
        text = replace(card, start=min(card.start + frames_of(look.delay_s), card.stop - 1))
        picture, width, height = self._above_text(look)
        box = self._add_text(text, look, (), down_px=round((height + look.logo_gap_px) / 2) if picture else 0.0)
        if picture:
            y0 = box.y0 - look.logo_gap_px - height
            self._stickers.append(Sticker(
                picture=picture, start_s=text.start_s, end_s=card.end_s, fade_s=look.enter_s,
                box=Box(x0=(WIDTH_PX - width) / 2, y0=y0, x1=(WIDTH_PX + width) / 2, y1=y0 + height)))

    def _above_text(self, look: CardLook) -> tuple[MediaFile | None, int, int]:
        """What stands above the end card's text, its width and its height."""
        if self._plan.logo and self._logo_shape is not None:
            return self._plan.logo, look.logo_px, round(look.logo_px * self._logo_shape)
        return self._likeness, look.likeness_px, look.likeness_px

    def _add_bar(self, captions: Captions) -> Box:
        look = read_look(self._templates, "progress-bar", BarLook)
        box = bar_box(captions, look.height_px)
        self._render(look.template, look=look, bar=box, steps=[Step(0, self._length.reel, 0, 1.0)])
        self._cues.append(Cue(kind="progress-bar", start_s=0.0, end_s=frame_time_s(self._length.reel), box=box))
        return box

    def _add_logo(self, captions: Captions, bar: Box | None) -> Box | None:
        """The logo in its corner, until the end card shows it larger."""
        logo, picture = self._plan.brand.logo, self._plan.logo
        if logo is None or picture is None or self._logo_shape is None:
            return None
        box, end_s = logo_box(logo, self._logo_shape, captions, bar), self._length.stage / FPS
        self._stickers.append(Sticker(picture=picture, box=box, start_s=0.0, end_s=end_s, fade_s=LOGO_FADE_S))
        self._cues.append(Cue(kind="logo", start_s=0.0, end_s=end_s, box=box))
        return box

    def _cue(self, text: Timed, block: Block) -> None:
        self._cues.append(Cue(kind=text.kind, start_s=text.start_s, end_s=text.end_s, text=text.text, box=block.box))

    def _render(self, template: str, **values: object) -> None:
        self._events.append(render_template(self._templates, template, colours=self._plan.brand.colours, **values))
