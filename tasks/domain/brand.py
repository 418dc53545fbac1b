"""A brand kit: templates/brands/<name>.yaml."""

import re
from typing import Literal

from pydantic import Field, field_validator

from tasks.domain.base import Frozen
from tasks.domain.pronunciations import Pronunciations
from tasks.domain.script import Colour, MediaPath
from tasks.domain.text import Words

LANGUAGE = re.compile(r"[a-z]{2,3}")
"""The part of a language's tag that says which language it is."""


class FontFile(Frozen):
    """A font: a file of an installed font package, or of the library.

    A plan holds a font of the library by its place in the store, where planning copied it.
    """

    package: str | None = Field(default=None, description="distribution that carries the font, e.g. 'font_roboto'; without"
                                                          " one, the file lies in the library")
    file: str = Field(description="path inside the package or the library, e.g. 'files/Roboto-Black.ttf'")
    face: str | None = Field(default=None, description="which font of a collection (.ttc), by its full name, e.g. 'Noto Sans"
                                                       " CJK SC Bold'")


class BrandFonts(Frozen):
    """Which font is used for what."""

    captions: FontFile = Field(description="caption words")
    label: FontFile = Field(description="the disclosure label")
    title: FontFile | None = Field(default=None, description="large texts on screen; default: that of the captions")
    text: FontFile | None = Field(default=None, description="smaller texts on screen; default: that of the label")
    others: tuple[FontFile, ...] = Field(default=(), description="for letters that the font of a text lacks, e.g. those of"
                                                                 " another script; the first that has a letter is taken")

    def all(self) -> tuple[FontFile, ...]:
        """Every font the brand uses, each once."""
        own = (self.captions, self.label, self.title or self.captions, self.text or self.label)
        return tuple(dict.fromkeys((*own, *self.others)))


class BrandColours(Frozen):
    """The brand's colours on the picture."""

    text: Colour = Field(description="caption words")
    highlight: Colour = Field(description="the word being spoken, and what else stands out")
    outline: Colour = Field(description="outline and shadow around caption words")
    panel: Colour = Field(default="#0b0b12", description="behind titles and on end cards")
    on_panel: Colour = Field(default="#ffffff", description="text on such a panel")


class Logo(Frozen):
    """The brand's logo on the picture."""

    image: MediaPath = Field(description="PNG with transparency, inside the library")
    place: Literal["top-left", "top-right", "bottom-left", "bottom-right"] = Field(
        default="top-right", description="corner of the safe zone")
    width_px: int = Field(default=140, ge=40, le=400, description="width on a picture of 1080 pixels")


class BrandMusic(Frozen):
    """Music under the voice."""

    name: str = Field(default="off", description="a piece of the built-in synthesiser, or 'off'")
    file: MediaPath | None = Field(default=None, description="a sound file inside the library instead")
    below_voice_db: float = Field(default=18.0, ge=12, le=40, description="how much softer than the voice it is while the"
                                                                        " voice speaks")


class EndCard(Frozen):
    """What is shown after the last word."""

    seconds: float = Field(default=2.4, ge=1.0, le=8.0, description="how long it stays")
    call: dict[str, Words] = Field(default_factory=dict, description="call to action per language, e.g. 'en', where the"
                                                                     " script has none; empty: no end card then")

    @field_validator("call")
    @classmethod
    def _must_name_languages(cls, call: dict[str, str]) -> dict[str, str]:
        return languages_only(call)

    def call_in(self, language: str) -> str | None:
        """The call to action for a BCP 47 tag; None where the brand has none in that language."""
        return self.call.get(subtag(language))


class Brand(Frozen):
    """Fonts, colours, sound, caption style and wording of a series of reels."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    fonts: BrandFonts
    colours: BrandColours
    logo: Logo | None = None
    caption_style: str = Field(default="karaoke", description="a style of templates/captions/")
    music: BrandMusic = BrandMusic()
    effects: bool = Field(default=False, description="quiet sounds with cuts and overlays")
    end_card: EndCard = EndCard()
    progress_bar: bool = Field(default=False, description="a line that fills as the reel runs")
    pronunciations: Pronunciations = Field(
        default_factory=dict, description="word, or words, as written -> how it is said, in ordinary letters, e.g."
                                          " `SQL: sequel`")
    label: dict[str, Words] = Field(description="disclosure wording per language, e.g. 'en', which must be there")
    label_shown: bool = Field(default=True, description="false turns the visible disclosure off, which the manifest records")

    @field_validator("label")
    @classmethod
    def _must_have_english(cls, label: dict[str, str]) -> dict[str, str]:
        if "en" not in label:
            raise ValueError("has no wording for 'en', which stands in for languages without one: add `en: AI-generated`")
        return languages_only(label)

    def disclosure(self, language: str) -> str:
        """The wording of the disclosure for a BCP 47 tag, English where the brand has none for the language."""
        return self.label.get(subtag(language), self.label["en"])


def subtag(language: str) -> str:
    """Which language a BCP 47 tag means: 'pt' for 'pt-BR'."""
    return language.replace("_", "-").partition("-")[0].lower()


def languages_only(wordings: dict[str, str]) -> dict[str, str]:
    """The same wordings, if each is for a language."""
    stranger = next((name for name in wordings if not LANGUAGE.fullmatch(name)), None)
    if stranger is not None:
        raise ValueError(f"has a wording for {stranger!r}, which is no language: write its two or three letters alone,"
                         " e.g. `de`")
    return wordings
