"""A brand kit: templates/brands/<name>.yaml."""

from typing import Literal

from pydantic import Field, field_validator

from tasks.domain.base import Frozen
from tasks.domain.script import Colour


class FontFile(Frozen):
    """A font: a file of an installed font package."""

    package: str = Field(description="distribution that carries the font, e.g. 'font_roboto'")
    file: str = Field(description="path inside the package, e.g. 'files/Roboto-Black.ttf'")


class BrandFonts(Frozen):
    """Which font is used for what."""

    captions: FontFile
    label: FontFile


class BrandColours(Frozen):
    """The brand's colours on the picture."""

    text: Colour = Field(description="caption words")
    highlight: Colour = Field(description="the word being spoken")
    outline: Colour = Field(description="outline and shadow around caption words")


class Brand(Frozen):
    """Fonts, colours, caption style and wording of a series of reels."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    fonts: BrandFonts
    colours: BrandColours
    caption_style: str = "karaoke"
    label: dict[str, str] = Field(description="disclosure wording per language subtag; 'en' must be there")
    label_shown: bool = Field(default=True, description="false turns the visible disclosure off, which the manifest records")

    @field_validator("label")
    @classmethod
    def _must_have_english(cls, label: dict[str, str]) -> dict[str, str]:
        if not label.get("en", "").strip():
            raise ValueError("has no wording for 'en', which stands in for languages without one: add `en: AI-generated`")
        return label

    def disclosure(self, language: str) -> str:
        """The wording of the disclosure for a BCP 47 tag, English where the brand has none for the language."""
        return self.label.get(language.replace("_", "-").partition("-")[0].lower()) or self.label["en"]
