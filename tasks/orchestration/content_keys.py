"""Content keys: under which name a stage's result is kept, by what decides it, never by run or path."""

import hashlib
import json
from collections.abc import Mapping

from pydantic import BaseModel

Key = Mapping[str, object]
"""Everything that decides a stage's result."""


def content_key(name: str, key: Key) -> str:
    """The name under which a stage's result is kept: stage and SHA-256 over the canonical JSON of its key."""
    canonical = json.dumps(key, sort_keys=True, separators=(",", ":"), default=_plain)
    return f"{name}-{hashlib.sha256(canonical.encode()).hexdigest()}"


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{value!r} cannot be part of a content key: use JSON values or models")
