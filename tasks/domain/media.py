"""A file in the store, as stages hand it to each other: never the bytes, always name and digest."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from pydantic import Field

from tasks.domain.base import Record


class MediaFile(Record):
    """One file of the store."""

    uri: str = Field(description="path inside the store, e.g. 'files/ab/ab12….wav'")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="digest of the content, lowercase hex")
    size_bytes: int = Field(ge=0, description="length of the content")


def files_named(node: Any) -> Iterator[MediaFile]:
    """Every file of the store that a JSON document names, however deep; a text in it may be a document itself."""
    for found in objects_in(node):
        if {"uri", "sha256", "size_bytes"} <= found.keys():
            yield MediaFile.model_validate(found)


def objects_in(node: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a JSON document, however deep, also in texts that are documents themselves and name files."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from objects_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects_in(value)
    elif isinstance(node, str) and node.startswith(("{", "[")) and '"uri"' in node:
        with suppress(ValueError):  # it only looked like one
            yield from objects_in(json.loads(node))
