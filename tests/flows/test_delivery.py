"""Delivery: the output folder holds one whole set, the new one or the old."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from flows.delivery import check_writable, deliver
from tasks.domain.errors import NotWritable
from tasks.domain.reel import FinishedSet
from tasks.runtime.store import Store

NAMES = ("captions.srt", "cover.jpg", "reel.json", "reel.mp4")


def finished_set(store: Store, mark: str) -> FinishedSet:
    """A set whose files all hold `mark`."""
    files = {name: store.put_text(f"{mark} {name}", Path(name).suffix) for name in NAMES}
    return FinishedSet(id=mark, slug=mark, files=files)


def contents(out: Path) -> dict[str, str]:
    """Name -> text of everything in a folder."""
    return {path.name: path.read_text() for path in out.iterdir()}


class TestDeliver:
    def test_second_set_replaces_the_first_and_nothing_else(self, store: Store, tmp_path: Path) -> None:
        """A rerun replaces its own files; what else lies there stays."""
        out = tmp_path / "a" / "out"
        deliver(finished_set(store, "one"), store, out)
        (out / "notes.txt").write_text("mine")
        deliver(finished_set(store, "two"), store, out)
        assert contents(out) == {**{name: f"two {name}" for name in NAMES}, "notes.txt": "mine"}

    def test_takes_of_an_earlier_set_go_with_it(self, store: Store, tmp_path: Path) -> None:
        """A reel of the puppet has no takes: a sheet of some beside it would show what is not in it."""
        out = tmp_path / "out"
        filmed = finished_set(store, "one").model_copy(update={"aside": {"takes.jpg": store.put_text("sheet", ".jpg")}})
        deliver(filmed, store, out)
        assert contents(out)["takes.jpg"] == "sheet"
        deliver(finished_set(store, "two"), store, out)
        assert contents(out) == {name: f"two {name}" for name in NAMES}

    def test_an_edit_lies_in_a_folder_of_its_own(self, store: Store, tmp_path: Path) -> None:
        """Files for an editing program keep their folders, below 'edit'."""
        edit = {"reel.otio": store.put_text("{}", ".otio"), "stems/voice.flac": store.put_text("fLaC", ".flac")}
        finished = finished_set(store, "one").model_copy(update={"edit": edit})
        for _ in range(2):
            deliver(finished, store, tmp_path / "out")
        assert (tmp_path / "out" / "edit" / "stems" / "voice.flac").read_text() == "fLaC"
        assert (tmp_path / "out" / "edit" / "reel.otio").is_file()
        assert {path.name for path in (tmp_path / "out").iterdir()} == {*NAMES, "edit"}

    def test_disk_that_fills_up_leaves_the_earlier_set_whole(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """However late the copying fails: no file of the new set beside files of the old one, and no draft."""
        copied = shutil.copyfile

        def full(source: Path, target: Path) -> Path:
            if Path(target).name == "reel.mp4":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return copied(source, target)

        out = tmp_path / "out"
        deliver(finished_set(store, "one"), store, out)
        second = finished_set(store, "two")
        monkeypatch.setattr(shutil, "copyfile", full)
        with pytest.raises(NotWritable, match="no space left"):
            deliver(second, store, out)
        assert contents(out) == {name: f"one {name}" for name in NAMES}


class TestCheckWritable:
    @pytest.mark.parametrize("name", ["a" * 300, "loop/out"])
    def test_impossible_folder_is_a_clear_error(self, name: str, tmp_path: Path) -> None:
        """A name too long for the file system, links in a circle."""
        (tmp_path / "loop").symlink_to("loop")
        with pytest.raises(NotWritable, match="cannot write to"):
            check_writable(tmp_path / name)

    def test_probe_leaves_nothing(self, tmp_path: Path) -> None:
        """The folder is made, and empty."""
        check_writable(tmp_path / "out")
        assert contents(tmp_path / "out") == {}
