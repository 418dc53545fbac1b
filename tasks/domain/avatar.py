"""An avatar: the face and the voice that present, and the right to use them."""

import datetime as dt
from typing import Literal

from pydantic import Field

from tasks.domain.base import Frozen, Record
from tasks.domain.media import MediaFile
from tasks.domain.script import VoiceChoice


class Consent(Frozen):
    """Why this face may be used."""

    kind: Literal["synthetic", "public-domain", "consent"] = Field(description="'consent' for a real person")
    statement: str = Field(description="one sentence anyone may read")
    given_by: str | None = Field(default=None, description="who consents, for a real person")
    date: dt.date | None = Field(default=None, description="when it was given")
    expires: dt.date | None = Field(default=None, description="no new reel from that day on")
    revoked: bool = Field(default=False, description="true stops every new reel")


class Avatar(Frozen):
    """avatars/<name>/avatar.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    title: str = Field(description="how the avatar is called, e.g. 'Ada'")
    description: str = Field(default="", description="one sentence on look and origin")
    language: str | None = Field(default=None, description="BCP 47 tag the avatar speaks unless the script says")
    voice: VoiceChoice = VoiceChoice()
    brand: str | None = None
    face: bool = Field(default=True, description="false for a picture without a face, e.g. a product or a landscape: the"
                                                 " camera alone moves")
    clip: str | None = Field(default=None, description="a film of the avatar in its folder, e.g. 'clip.mp4': it moves as it"
                                                       " was filmed, and its mouth is drawn anew")
    consent: Consent


class AvatarSnapshot(Record):
    """An avatar as it was when the reel was planned; its files are in the store."""

    name: str
    title: str
    sha256: str = Field(description="digest over avatar.yaml, portrait, rig and film, as they came")
    portrait: MediaFile
    rig: MediaFile | None = Field(default=None, description="what is known about the face; None where there is none")
    clip: MediaFile | None = Field(default=None, description="a film of the avatar, as it came")
    clip_warnings: tuple[str, ...] = Field(default=(), description="what its owner should know of that film")
    consent: Consent
