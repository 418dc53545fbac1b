"""A file in the store, as stages hand it to each other: never the bytes, always name and digest."""

from pydantic import Field

from tasks.domain.base import Record


class MediaFile(Record):
    """One file of the store."""

    uri: str = Field(description="path inside the store, e.g. 'files/ab/ab12….wav'")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="digest of the content, lowercase hex")
    size_bytes: int = Field(ge=0, description="length of the content")
