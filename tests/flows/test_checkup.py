"""`reels doctor`: whether the store can be written, be it a folder or a bucket."""

from pathlib import Path
from typing import Any

import pytest

from flows.checkup import Finding, examine
from tasks.runtime.settings import current_settings


def finding(name: str) -> Finding:
    """What is found about one thing, on this machine as it is."""
    (found,) = [found for found in examine(current_settings()) if found.name == name]
    return found


class TestStore:
    def test_folder_can_be_written(self, home: Path) -> None:
        """Its path is told."""
        assert finding("store") == Finding("store", True, f"{home / 'store'} can be written")

    def test_bucket_can_be_written(self, bucket: Any) -> None:
        """Tried for real, and no trace is left."""
        assert finding("store") == Finding("store", True, f"{bucket.address} can be written")
        assert bucket.names() == []

    def test_missing_bucket_is_found(self, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sentence names it."""
        bucket.client.delete_bucket(Bucket=bucket.name)
        found = finding("store")
        assert not found.well
        assert f"there is no bucket {bucket.address!r}" in found.fact

    def test_disk_of_a_bucket_store_is_the_one_of_the_cache(self, bucket: Any, home: Path) -> None:
        """Copies and work in progress lie in the home folder."""
        assert finding("disk").fact.endswith(f"free at {home}")
