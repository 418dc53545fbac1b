"""Local copies of a bucket's files: checked, and within a limit."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from tasks.domain.media import MediaFile
from tasks.runtime.store_cache import IN_USE_S, StoreCache

SIZE = 100
"""Bytes of each copy."""


@pytest.fixture
def cache(tmp_path: Path) -> StoreCache:
    """Room for three copies."""
    return StoreCache(tmp_path / "cache", limit_bytes=3 * SIZE)


def admit(cache: StoreCache, content: str, *, age_s: float = 0.0) -> MediaFile:
    """Puts a copy in that was last used so long ago."""
    data = content.ljust(SIZE).encode()
    digest = hashlib.sha256(data).hexdigest()
    file = MediaFile(uri=f"files/{digest[:2]}/{digest}.txt", sha256=digest, size_bytes=SIZE)
    with cache.draft() as draft:
        draft.write_bytes(data)
        path = cache.admit(draft, file)
    os.utime(path, (time.time() - age_s, time.time() - age_s))
    return file


class TestStoreCache:
    def test_finds_what_was_admitted(self, cache: StoreCache) -> None:
        """Nothing but the copy is left of its making."""
        file = admit(cache, "a")
        found = cache.find(file)
        assert found is not None
        assert found.read_text().strip() == "a"
        assert [path for path in cache.folder.rglob("*") if path.is_file()] == [found]

    def test_damaged_copy_is_none(self, cache: StoreCache) -> None:
        """It goes, so that a sound one can take its place."""
        file = admit(cache, "a")
        found = cache.find(file)
        assert found is not None
        found.write_bytes(b"x" * SIZE)
        assert cache.find(file) is None
        assert not found.exists()

    def test_past_the_limit_the_longest_unused_goes(self, cache: StoreCache) -> None:
        """Being found counts as use."""
        oldest, older, old = (admit(cache, name, age_s=IN_USE_S * age) for name, age in (("a", 9), ("b", 8), ("c", 7)))
        assert cache.find(oldest) is not None
        new = admit(cache, "d")
        assert [cache.find(file) is not None for file in (oldest, older, old, new)] == [True, False, True, True]

    def test_copies_in_use_stay_past_the_limit(self, cache: StoreCache) -> None:
        """A stage may hold their paths; the limit gives way."""
        files = [admit(cache, name) for name in "abcde"]
        assert all(cache.find(file) for file in files)
