"""The plan of one reel: every choice settled, and where each value came from."""

import hashlib
import json
from typing import Any

from pydantic import Field

from tasks.domain.avatar import AvatarSnapshot
from tasks.domain.base import Record
from tasks.domain.brand import Brand
from tasks.domain.media import MediaFile
from tasks.domain.money import Price, total
from tasks.domain.overlays import ShownMedia
from tasks.domain.script import Script
from tasks.domain.voice import VoiceSnapshot


class Voice(Record):
    """The voice, settled."""

    name: str = Field(description="voice of the engine, e.g. 'en-us+f3'")
    language: str = Field(description="BCP 47 tag, e.g. 'en-US'")
    rate: float = 1.0
    pitch: float = 1.0
    takes: tuple[MediaFile, ...] = Field(default=(), description="recordings of the script, in order, in place of a voice")
    pronunciations: dict[str, str] = Field(default_factory=dict, description="word as written -> how it is said")
    clone: VoiceSnapshot | None = Field(default=None, description="whose voice the engine's model speaks like")


class CaptionLook(Record):
    """The look of the captions, settled."""

    style: str
    colour: str = Field(description="colour of the spoken word, #rrggbb")
    zone: str | None = Field(default=None, description="whose safe zone holds; None: the style's")
    keywords: tuple[str, ...] = ()


class MusicLook(Record):
    """The music, settled."""

    name: str = Field(default="off", description="a piece of the synthesiser, 'file', or 'off'")
    file: MediaFile | None = Field(default=None, description="the sound file where name is 'file'")
    below_voice_db: float = Field(default=18.0, description="how much softer than the voice it is while the voice speaks")


class ReelPlan(Record):
    """All that decides how a reel comes out; frozen at submission."""

    script: Script
    avatar: AvatarSnapshot
    voice: Voice
    captions: CaptionLook
    brand_name: str
    brand: Brand
    music: MusicLook = MusicLook()
    effects: bool = Field(default=False, description="sounds with cuts and overlays")
    hook: str | None = Field(default=None, description="large text over the first seconds")
    call: str | None = Field(default=None, description="what the end card says; None: no end card")
    tail_s: float = Field(default=0.0, ge=0, description="length of the end card, after the voice")
    progress_bar: bool = False
    logo: MediaFile | None = Field(default=None, description="the brand's logo, PNG")
    media: dict[str, ShownMedia] = Field(default_factory=dict, description="pictures and films by their name in the script")
    export: bool = Field(default=False, description="also make files for an editor")
    variant: str | None = Field(default=None, description="id of the variant this reel is, None for the script itself")
    engines: dict[str, str] = Field(description="stage -> engine")
    asked: dict[str, str] | None = Field(default=None, description="the engines asked for and approved, where another"
                                                                   " animation takes over")
    takes: int = Field(default=1, ge=1, description="how many takes a generator makes, of which the best is kept")
    take: int = Field(default=0, ge=0, description="which of them this is")
    ways_out: tuple[str, ...] = Field(default=(), description="what animates the avatar where no take is good enough, in"
                                                              " order: generators, or engines of the stage 'animation'")
    seed: int
    publish: tuple[str, ...] = Field(description="publish engines, in order")
    strict: bool = Field(default=False, description="fail instead of downgrading")
    sources: dict[str, str] = Field(description="field -> where its value came from, e.g. 'script', 'avatar', 'default'")
    warnings: tuple[str, ...] = ()
    cost_usd: float = Field(default=0.0, description="estimate of what the reel will cost, at most")
    prices: dict[str, Price] = Field(default_factory=dict, description="stage -> its part of the estimate, where it costs"
                                                                       " something")

    def priced(self, prices: dict[str, Price]) -> "ReelPlan":
        """The plan with what its stages cost."""
        return self.model_copy(update={"prices": prices, "cost_usd": float(total(price.usd for price in prices.values()))})

    def instead(self, **engines: str) -> "ReelPlan":
        """The plan with other engines; what was approved stays what it is."""
        return self.model_copy(update={"engines": {**self.engines, **engines}, "asked": self.asked or self.engines})

    def approval_sha256(self) -> str:
        """Digest of what a person approves: script, call to action, what is shown, avatar, voice, engine list and takes."""
        subject: dict[str, Any] = {
            "script": self.script.approved_content(), "call": self.call,
            "media": {name: shown.file.sha256 for name, shown in self.media.items()}, "avatar": self.avatar.sha256,
            "voice": self.voice.model_dump(mode="json"), "engines": self.asked or self.engines}
        if self.ways_out:
            subject |= {"takes": self.takes, "ways_out": self.ways_out}
        return hashlib.sha256(json.dumps(subject, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
