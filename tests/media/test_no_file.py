"""What lies where a file should be."""

import os
import socket
from pathlib import Path

import pytest

from tasks.media.no_file import in_place_of_file


class TestInPlaceOfFile:
    def test_files_and_nothing_are_nothing_else(self, tmp_path: Path) -> None:
        """A link to a file is one too."""
        (tmp_path / "file").touch()
        (tmp_path / "link").symlink_to("file")
        assert [in_place_of_file(tmp_path / name) for name in ("file", "link", "none", "file/none", "\0")] == [None] * 5

    def test_what_else_there_is_is_named(self, tmp_path: Path) -> None:
        """Without opening it, which would wait for ever for a pipe."""
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "link").symlink_to("gone")
        assert [in_place_of_file(tmp_path / name) for name in ("", "pipe", "loop", "link")] == [
            "a folder", "a pipe", "a link that leads nowhere", "a link that leads nowhere"]
        assert in_place_of_file(Path("/dev/null")) == "a device"

    def test_a_socket_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It lies in a folder as files do."""
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as ear:
            ear.bind("ear")
            assert in_place_of_file(Path("ear")) == "a socket"
