"""An avatar: the face and the voice that present, and the right to use them."""

import datetime as dt
from typing import Literal

from pydantic import Field, field_validator

from tasks.domain.base import Frozen, Record
from tasks.domain.media import MediaFile
from tasks.domain.photo import Finding
from tasks.domain.script import MediaPath, VoiceChoice
from tasks.domain.text import Line, Words


class ConsentDocument(Frozen):
    """The paper that shows the consent; only its place and its digest go into a reel's manifest."""

    file: MediaPath = Field(description="path inside the folder of avatar or voice, e.g. 'consent.pdf'")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="digest of its content; another content is refused")


class Consent(Frozen):
    """Why this face or this voice may be used."""

    kind: Literal["synthetic", "public-domain", "consent"] = Field(
        description="'synthetic' for a face or a voice that no person has, 'public-domain' for a work whose rights have"
                    " ended, 'consent' for a real person")
    statement: Words = Field(description="one sentence anyone may read; for a public-domain work: what it is and where it is"
                                         " from")
    given_by: Words | None = Field(default=None, description="who consents, for a real person")
    relation: Words | None = Field(default=None, description="what that person is to the reel's maker, e.g. 'self',"
                                                             " 'employee', 'client'")
    date: dt.date | None = Field(default=None, description="when it was given")
    scope: Words | None = Field(default=None, description="what it covers, e.g. 'reels in German and English for our"
                                                          " channels'")
    expires: dt.date | None = Field(default=None, description="no new reel from that day on")
    revoked: bool = Field(default=False, description="true stops every new reel")
    document: ConsentDocument | None = None

    def in_words(self) -> str:
        """What is on record in a few words, e.g. 'consent of Jo Ray (self) until 2027-12-31'."""
        if self.revoked:
            return f"revoked ({self.kind})"
        until = f" until {self.expires}" if self.expires else ""
        who = f"consent of {self.given_by or 'nobody named'}" + (f" ({self.relation})" if self.relation else "")
        return {"synthetic": "synthetic", "public-domain": "public domain", "consent": who}[self.kind] + until


class Avatar(Frozen):
    """avatars/<name>/avatar.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    title: Words = Field(description="how the avatar is called, e.g. 'Ada'")
    description: Line = Field(default="", description="one sentence on look and origin")
    look: Line = Field(default="", description="how a generator of films should describe the person, e.g. 'A woman with long"
                                               " red hair in a warm room'; default: the description")
    language: str | None = Field(default=None, description="BCP 47 tag the avatar speaks unless the script says")
    voice: VoiceChoice = VoiceChoice()
    brand: str | None = Field(default=None, description="its brand kit unless the script names one")
    face: bool = Field(default=True, description="false for a picture without a face, e.g. a product or a landscape: the"
                                                 " camera alone moves")
    clip: str | None = Field(default=None, description="a film of the avatar in its folder, e.g. 'clip.mp4': it moves as it"
                                                       " was filmed, and its mouth is drawn anew")
    animation: tuple[str, ...] = Field(default=(), description="what animates it, the first unless another is asked for; the"
                                       " others follow in order where a generator makes nothing good, e.g. [ltx, puppet]")
    consent: Consent

    @field_validator("voice")
    @classmethod
    def _must_not_be_recorded(cls, voice: VoiceChoice) -> VoiceChoice:
        if voice.recording:
            raise ValueError("has a 'recording', which is of one script: name it there, under 'voice'")
        return voice


class PhotoRecord(Record):
    """avatars/<name>/photo.json: the photo an avatar was made of, and what its checks found."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    sha256: str = Field(description="digest of the photo's file, which is not kept")
    face: int | None = Field(default=None, description="number of the face, where its owner chose among several")
    findings: tuple[Finding, ...] = Field(description="every check, also those passed")
    told: tuple[str, ...] = Field(default=(), description="what was done to the photo, a sentence each")


class AvatarSnapshot(Record):
    """An avatar as it was when the reel was planned; its files are in the store."""

    name: str
    title: str
    sha256: str = Field(description="digest over avatar.yaml, portrait, rig and film, as they came")
    look: str = Field(default="", description="how a generator of films is to describe the person")
    portrait: MediaFile
    rig: MediaFile | None = Field(default=None, description="what is known about the face; None where there is none")
    clip: MediaFile | None = Field(default=None, description="a film of the avatar, as it came")
    clip_warnings: tuple[str, ...] = Field(default=(), description="what its owner should know of that film")
    consent: Consent
