"""A stage to try things with, and what it made."""

from typing import Any

import pytest

from tasks.domain.media import MediaFile
from tasks.orchestration.stages import stage
from tasks.runtime.stores import open_store

MADE: list[str] = []


@stage("shout", key=lambda text, _unimportant=0: {"engine": "test", "text": text})
def _shout(text: str, _unimportant: int = 0) -> MediaFile:
    MADE.append(text)
    return open_store().put_text(text.upper(), ".txt")


@pytest.fixture
def made() -> list[str]:
    """The texts for which the stage `shout` ran in this test."""
    MADE.clear()
    return MADE


@pytest.fixture
def shout(made: list[str]) -> Any:
    """A stage that records that it ran."""
    assert made == []
    return _shout
