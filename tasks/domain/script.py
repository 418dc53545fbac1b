"""The script: what is said, by whom, how it looks, and what goes with the post.

`Script` is what a person wrote; nothing in it is resolved. Fields left out are filled from the avatar, the brand and the
defaults when a reel is planned (`tasks/domain/plan.py`).
"""

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from tasks.domain.base import Frozen
from tasks.domain.text import Line, Lines, Words

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as `#rrggbb`."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
"""A name of a folder or file of the library: lowercase letters, digits, dash and underscore."""


class VoiceChoice(Frozen):
    """Which voice reads the script."""

    engine: str | None = Field(default=None, description="speech engine; default: the avatar's, else espeak")
    name: str | None = Field(default=None, description="voice of that engine, e.g. 'en-us' or 'en-us+f3'")
    rate: float | None = Field(default=None, ge=0.5, le=2.0, description="speed; 1.0 is the voice's normal speed")
    pitch: float | None = Field(default=None, ge=0.5, le=2.0, description="height; 1.0 is the voice's normal pitch")


class CaptionChoice(Frozen):
    """How the captions look."""

    style: str | None = Field(default=None, description="caption style; default: the brand's")
    colour: Colour | None = Field(default=None, description="colour of the spoken word; default: the brand's highlight")


class Show(Frozen):
    """Something shown on screen during a beat. Read and kept; drawn by a later version."""

    text: Line | None = Field(default=None, description="text of an overlay")
    image: str | None = Field(default=None, description="a picture inside the library")
    clip: str | None = Field(default=None, description="a clip inside the library")
    at: str | None = Field(default=None, description="the word it appears with; default: the beat's start")


class Beat(Frozen):
    """One thought of the script: what is said and what is seen meanwhile."""

    say: Line = Field(description="the words, exactly as captions show them")
    direct: Line | None = Field(default=None, description="visual direction for the avatar, in plain words")
    show: Show | None = Field(default=None, description="what appears on screen")

    @field_validator("say")
    @classmethod
    def _must_have_words(cls, say: str) -> str:
        if not any(character.isalnum() for character in say):
            raise ValueError("has no words to say: write at least one, or remove the beat")
        return say


class Post(Frozen):
    """What is posted with the reel."""

    caption: Lines | None = Field(default=None, description="text of the post")
    hashtags: tuple[Line, ...] = Field(default=(), description="tags, with or without '#'")

    def tags(self) -> tuple[str, ...]:
        """The hashtags as they are posted: each once, with one '#' and without spaces."""
        bare = ("".join(tag.split()).lstrip("#") for tag in self.hashtags)
        found: dict[str, str] = {}
        for tag in filter(None, bare):
            found.setdefault(tag.casefold(), f"#{tag}")
        return tuple(found.values())


class Script(Frozen):
    """A script as its author wrote it."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    title: Words = Field(max_length=200, description="title of the reel; only text, never a path")
    avatar: str | None = Field(default=None, description="a folder under avatars/")
    language: str | None = Field(default=None, description="BCP 47 tag, e.g. 'en-US'")
    voice: VoiceChoice = VoiceChoice()
    captions: CaptionChoice = CaptionChoice()
    brand: str | None = Field(default=None, description="a file templates/brands/<name>.yaml")
    seed: int | None = Field(default=None, ge=0, description="another seed is another take")
    beats: tuple[Beat, ...] = Field(min_length=1, description="the reel, thought by thought")
    post: Post = Post()

    def canonical(self) -> str:
        """The script as canonical JSON: what was approved, independent of layout and file format."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True,
                          separators=(",", ":"))

    def sha256(self) -> str:
        """Digest of the canonical script, lowercase hex."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def approved_content(self) -> dict[str, Any]:
        """What a person approves of the script: title, what is said, directed, shown and posted; not how captions look."""
        return self.model_dump(mode="json", include={"title", "beats", "post"})
