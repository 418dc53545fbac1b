"""The script: what is said, by whom, how it looks, and what goes with the post.

`Script` is what a person wrote; nothing in it is resolved. Fields left out are filled from the avatar, the brand and the
defaults when a reel is planned (`tasks/domain/plan.py`).
"""

import hashlib
import json
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, field_validator, model_validator

from tasks.domain.base import Frozen
from tasks.domain.pronunciations import Pronunciations
from tasks.domain.text import Line, Lines, Words

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as `#rrggbb`."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
"""A name of a folder or file of the library: lowercase letters, digits, dash and underscore."""

MediaPath = Annotated[str, StringConstraints(pattern=r"^[^/\\:\x00-\x1f][^\\:\x00-\x1f]*$", max_length=200)]
"""A file inside the library, by its path from the library's root, with '/' between folders, e.g. 'media/cup.jpg'."""

KANA = re.compile(r"[ぁ-ゖァ-ヺー]")
"""One letter of the Japanese syllabaries."""
RECORDED = "recording"
"""The speech engine that plays what a script names under `voice.recording`."""
MOST_TAKES = 9
"""More takes of one reel are a mistake, or a fortune."""
MAIN = "main"
"""Id of the reel of the script itself, beside its variants."""


def has_words(text: str) -> bool:
    """True if there is something to say in `text`."""
    return any(character.isalnum() for character in text)


def _listed(value: object) -> object:
    """One thing stands for a list of one."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, dict | BaseModel) else value


def _list_of_one(value: object) -> object:
    """A single path stands for a list of one."""
    return (value,) if isinstance(value, str) else _listed(value)


class VoiceChoice(Frozen):
    """Which voice reads the script."""

    engine: str | None = Field(default=None, description="speech engine; default: 'recording' where one is named, else the"
                                                          " avatar's, else espeak")
    name: str | None = Field(default=None, description="voice of that engine, e.g. 'en-us' or 'en-us+f3'")
    clone: Name | None = Field(default=None, description="a voice under voices/, with a consent on record, that the engine's"
                                                         " model speaks like")
    rate: float | None = Field(default=None, ge=0.5, le=2.0, description="speed; 1.0 is the voice's normal speed")
    pitch: float | None = Field(default=None, ge=0.5, le=2.0, description="height; 1.0 is the voice's normal pitch")
    recording: Annotated[tuple[MediaPath, ...], BeforeValidator(
        _list_of_one, json_schema_input_type=MediaPath | tuple[MediaPath, ...])] = Field(
        default=(), description="your own recording of the script in place of a voice: a sound file inside the library, or"
                                " several in the order of the script")

    @model_validator(mode="after")
    def _must_be_one(self) -> Self:
        if self.recording and self.engine not in {None, RECORDED}:
            raise ValueError(f"has both a 'recording' and the engine {self.engine!r}: remove one of the two")
        return self


class CaptionChoice(Frozen):
    """How the captions look."""

    style: str | None = Field(default=None, description="caption style; default: the brand's")
    colour: Colour | None = Field(default=None, description="colour of the spoken word; default: the brand's highlight")
    zone: str | None = Field(default=None, description="whose safe zone holds: 'posts' (all apps), 'ads', 'tiktok', 'reels'"
                                                       " or 'shorts'; default: the style's")
    keywords: tuple[Words, ...] = Field(default=(), description="words that the style 'highlight' colours, besides those"
                                                                " emphasised in the text")


class MusicChoice(Frozen):
    """The music under the voice."""

    name: str | None = Field(default=None, description="a piece of the built-in synthesiser, or 'off'; default: the brand's")
    file: MediaPath | None = Field(default=None, description="music of your own instead: a sound file inside the library")
    below_voice_db: float | None = Field(default=None, ge=12, le=40, description="how much softer than the voice it is while"
                                         " the voice speaks; default: the brand's")

    @model_validator(mode="after")
    def _must_be_one(self) -> Self:
        if self.name is not None and self.file is not None:
            raise ValueError("has both 'name' and 'file': keep one")
        return self


class Show(Frozen):
    """Something on screen during a beat: one of `text`, `image`, `clip` and `generate`, the last also with an `image`."""

    text: Words | None = Field(default=None, description="text of an overlay")
    form: Literal["title", "lower-third", "number"] | None = Field(
        default=None, alias="as", description="how the text looks; default: 'number' for a short number, else 'title'")
    image: MediaPath | None = Field(default=None, description="a picture inside the library, shown while the voice goes on")
    clip: MediaPath | None = Field(default=None, description="a film inside the library, shown while the voice goes on")
    generate: Words | None = Field(default=None, description="a film that a generator makes of these words, e.g. 'steam"
                                                             " rises from a cup, close up'; with an image: how that moves")
    layout: Literal["full", "split"] | None = Field(
        default=None, description="picture or film alone, or below the avatar; default: full")
    at: Words | None = Field(default=None, description="the word it appears with; default: the beat's first")
    until: Words | None = Field(default=None, description="the word it leaves after; default: the beat's last, for text as"
                                                          " long as it takes to read")
    from_s: float | None = Field(default=None, ge=0, description="where in the film to begin, seconds; default: its start")

    @field_validator("generate")
    @classmethod
    def _must_have_words(cls, generate: str | None) -> str | None:
        if generate is not None and not has_words(generate):
            raise ValueError("has no words: write what is to be seen, or remove the line")
        return generate

    @model_validator(mode="after")
    def _must_be_one(self) -> Self:
        given = [name for name in ("text", "image", "clip", "generate") if getattr(self, name) is not None]
        if len(given) != 1 and given != ["image", "generate"]:
            what = " and ".join(map(repr, given)) or "none of them"
            raise ValueError(f"needs one of 'text', 'image', 'clip' and 'generate', and has {what}: write one, or a list of"
                             " several; only 'generate' may have an 'image' to begin with")
        for name, owners in (("form", ("text",)), ("layout", ("image", "clip", "generate")), ("from_s", ("clip",))):
            if getattr(self, name) is not None and given[0] not in owners:
                shown = "as" if name == "form" else name
                raise ValueError(f"{shown!r} belongs to {' or '.join(map(repr, owners))}, not to {given[0]!r}: remove it")
        return self


class Beat(Frozen):
    """One thought of the script: what is said and what is seen meanwhile."""

    say: Line = Field(description="the words, exactly as captions show them")
    reading: Line | None = Field(default=None, description="for Japanese: the same words in kana, as the voice says them")
    direct: Line | None = Field(default=None, description="visual direction for the avatar, in plain words")
    show: Annotated[tuple[Show, ...], BeforeValidator(_listed, json_schema_input_type=Show | tuple[Show, ...])] = Field(
        default=(), description="what appears on screen, one thing or a list")

    @field_validator("say")
    @classmethod
    def _must_have_words(cls, say: str) -> str:
        if not has_words(say):
            raise ValueError("has no words to say: write at least one, or remove the beat")
        return say

    @field_validator("reading")
    @classmethod
    def _must_be_kana(cls, reading: str | None) -> str | None:
        other = next((sign for sign in reading or "" if sign.isalnum() and not KANA.fullmatch(sign)), None)
        if other or (reading is not None and not has_words(reading)):
            what = f"has {other!r}, which is no kana" if other else "has no kana"
            raise ValueError(f"{what}: write all that the beat says in hiragana or katakana, or remove the reading")
        return reading


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


class Variant(Frozen):
    """Another reel from the same script: what is not said here is as in the script."""

    id: Name = Field(description="names the reel and its folder")
    opening: Words | None = Field(default=None, description="what the first beat says instead")
    hook: Words | None = Field(default=None, description="another `hook`")
    call: Words | None = Field(default=None, description="another `call`")
    avatar: str | None = Field(default=None, description="another avatar")
    style: str | None = Field(default=None, description="another caption style")
    brand: str | None = Field(default=None, description="another brand")
    music: str | None = Field(default=None, description="another piece of music, or 'off'")
    seed: int | None = Field(default=None, ge=0, description="another take")

    @field_validator("id")
    @classmethod
    def _must_not_be_taken(cls, name: str) -> str:
        if name == MAIN:
            raise ValueError(f"is {MAIN!r}, which names the reel of the script itself: choose another id")
        return name

    @field_validator("opening")
    @classmethod
    def _must_have_words(cls, opening: str | None) -> str | None:
        if opening is not None and not has_words(opening):
            raise ValueError("has no words to say: write at least one, or remove the line")
        return opening

    @model_validator(mode="after")
    def _must_change_something(self) -> Self:
        if not self.changes():
            raise ValueError(f"changes nothing: give it one of {', '.join(sorted(set(Variant.model_fields) - {'id'}))}")
        return self

    def changes(self) -> dict[str, str | int]:
        """What differs from the script: field -> value."""
        return self.model_dump(exclude={"id"}, exclude_none=True)


class Script(Frozen):
    """A script as its author wrote it."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    title: Words = Field(max_length=200, description="title of the reel; only text, never a path")
    avatar: str | None = Field(default=None, description="a folder under avatars/")
    language: str | None = Field(default=None, description="BCP 47 tag, e.g. 'en-US'")
    voice: VoiceChoice = VoiceChoice()
    pronunciations: Pronunciations = Field(
        default_factory=dict, description="word, or words, as written -> how it is said, in ordinary letters, e.g."
                                          " `SQL: sequel`; over the brand's")
    captions: CaptionChoice = CaptionChoice()
    brand: str | None = Field(default=None, description="a file templates/brands/<name>.yaml")
    music: MusicChoice = MusicChoice()
    effects: bool | None = Field(default=None, description="quiet sounds with cuts and overlays; default: the brand's")
    hook: Words | None = Field(default=None, description="large text over the first two seconds")
    call: Words | None = Field(default=None, description="call to action: an end card shows it after the last word")
    progress_bar: bool | None = Field(default=None, description="a line that fills as the reel runs; default: the brand's")
    seed: int | None = Field(default=None, ge=0, description="another seed is another take")
    takes: int | None = Field(default=None, ge=1, le=MOST_TAKES, description="films of the avatar that a generator makes, of"
                                                                             " which the best is kept; default: 1")
    beats: tuple[Beat, ...] = Field(min_length=1, description="the reel, thought by thought")
    variants: tuple[Variant, ...] = Field(default=(), description="other reels from this script, one each")
    post: Post = Post()

    @field_validator("variants")
    @classmethod
    def _must_differ(cls, variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
        names = [variant.id for variant in variants]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"has two variants with the id {twice!r}: name one differently")
        return variants

    def asked_films(self) -> tuple[tuple[int, Show], ...]:
        """What a generator is asked for: index of the beat, and the show."""
        return tuple((index, show) for index, beat in enumerate(self.beats) for show in beat.show if show.generate)

    def canonical(self) -> str:
        """The script as canonical JSON: what was approved, independent of layout and file format."""
        return json.dumps(self.model_dump(mode="json", by_alias=True), ensure_ascii=False, sort_keys=True,
                          separators=(",", ":"))

    def sha256(self) -> str:
        """Digest of the canonical script, lowercase hex."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def approved_content(self) -> dict[str, Any]:
        """What a person approves of the script: title, what is said, directed, shown and posted; not its looks."""
        return self.model_dump(mode="json", include={"title", "beats", "post", "hook", "call"})
