"""The plan of one reel: every choice settled, and where each value came from."""

import hashlib
import json

from pydantic import Field

from tasks.domain.avatar import AvatarSnapshot
from tasks.domain.base import Record
from tasks.domain.brand import Brand
from tasks.domain.script import Script


class Voice(Record):
    """The voice, settled."""

    name: str = Field(description="voice of the engine, e.g. 'en-us+f3'")
    language: str = Field(description="BCP 47 tag, e.g. 'en-US'")
    rate: float = 1.0
    pitch: float = 1.0


class CaptionLook(Record):
    """The look of the captions, settled."""

    style: str
    colour: str = Field(description="colour of the spoken word, #rrggbb")


class ReelPlan(Record):
    """All that decides how a reel comes out; frozen at submission."""

    script: Script
    avatar: AvatarSnapshot
    voice: Voice
    captions: CaptionLook
    brand_name: str
    brand: Brand
    engines: dict[str, str] = Field(description="stage -> engine")
    seed: int
    publish: tuple[str, ...] = Field(description="publish engines, in order")
    strict: bool = Field(default=False, description="fail instead of downgrading")
    sources: dict[str, str] = Field(description="field -> where its value came from, e.g. 'script', 'avatar', 'default'")
    warnings: tuple[str, ...] = ()
    cost_usd: float = Field(default=0.0, description="estimate of what the reel will cost")

    def approval_sha256(self) -> str:
        """Digest of what a person approves: the script, the avatar, the voice and the engine list."""
        subject = {"script": self.script.approved_content(), "avatar": self.avatar.sha256,
                   "voice": self.voice.model_dump(mode="json"), "engines": self.engines}
        return hashlib.sha256(json.dumps(subject, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
