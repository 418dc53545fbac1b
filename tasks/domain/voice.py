"""A voice of somebody's own: recordings that a model speaks like, and the right to do so."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tasks.domain.avatar import Consent
from tasks.domain.base import Frozen, Record
from tasks.domain.media import MediaFile
from tasks.domain.text import Line, Words

FileName = Annotated[str, StringConstraints(pattern=r"^[^./\\:\x00-\x1f][^/\\:\x00-\x1f]*$", max_length=200)]
"""The name of a file in a folder."""


class CustomVoice(Frozen):
    """voices/<name>/voice.yaml."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    title: Words = Field(description="whose voice it is, e.g. 'Anna Berg'")
    description: Line = Field(default="", description="one sentence on how it sounds and where it is from")
    recordings: tuple[FileName, ...] = Field(min_length=1, max_length=20, description="sound files in the same folder that"
                                             " the voice is learnt from; half a minute of calm speech is enough")
    consent: Consent


class VoiceSnapshot(Record):
    """A voice as it was when the reel was planned; its recordings are in the store."""

    name: str
    title: str
    sha256: str = Field(description="digest over voice.yaml and the recordings, as they came")
    recordings: tuple[MediaFile, ...]
    consent: Consent
