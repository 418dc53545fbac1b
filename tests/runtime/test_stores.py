"""Which store an installation uses."""

from pathlib import Path

from tasks.runtime.stores import open_store


def test_open_store_lies_in_the_home_folder(home: Path) -> None:
    """Tests and programs write where the settings say."""
    assert open_store().root == home / "store"
