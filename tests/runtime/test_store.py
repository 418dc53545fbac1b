"""The store: files under their digest, claims that one caller wins."""

import errno
import hashlib
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from tasks.domain.errors import NotWritable, StoreDamaged
from tasks.runtime.store import Store, sha256_of, writable


class TestFiles:
    """Artifacts, named by their content."""

    def test_file_is_kept_under_its_digest(self, store: Store) -> None:
        """Digest and size are those of the bytes, and the bytes come back."""
        file = store.put_text("grüße", ".txt")
        expected = "grüße".encode()
        assert file.sha256 == hashlib.sha256(expected).hexdigest()
        assert file.size_bytes == len(expected)
        assert store.path(file).read_bytes() == expected

    def test_same_content_is_kept_once(self, store: Store) -> None:
        """Two puts of one content give one file."""
        assert store.put_text("twice", ".txt") == store.put_text("twice", ".txt")
        assert len([path for path in (store.root / "files").rglob("*") if path.is_file()]) == 1

    def test_altered_file_is_noticed(self, store: Store) -> None:
        """One changed byte of equal length is damage."""
        file = store.put_text("right", ".txt")
        store.path(file).write_text("wrong")
        assert not store.intact(file)
        with pytest.raises(StoreDamaged, match="missing or damaged"):
            store.path(file)

    def test_putting_again_mends_a_damaged_file(self, store: Store) -> None:
        """What is made again replaces what was damaged."""
        file = store.put_text("right", ".txt")
        store.path(file).write_text("wrong")
        assert store.intact(store.put_text("right", ".txt"))

    def test_copy_leaves_the_original(self, store: Store, tmp_path: Path) -> None:
        """Library files stay where they are."""
        original = tmp_path / "portrait.png"
        original.write_bytes(b"png")
        assert store.path(store.put_copy(original)).read_bytes() == original.read_bytes() == b"png"

    def test_scratch_is_gone_afterwards_even_on_errors(self, store: Store) -> None:
        """Nothing half-made stays."""
        with pytest.raises(ValueError, match="stop"), store.scratch() as folder:
            (folder / "half").write_text("x")
            raise ValueError("stop")
        assert list((store.root / "scratch").iterdir()) == []


class TestFullDisk:
    """No room for what is to be kept: one sentence, and nothing half-written."""

    @pytest.fixture
    def full(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A disk on which the first bytes of a file find room and the others do not."""

        def half(path: Path, content: bytes) -> int:
            with path.open("wb") as stream:
                stream.write(content[:1])
            raise OSError(errno.ENOSPC, "No space left on device")

        def half_copy(source: Path, target: Path) -> None:
            half(Path(target), Path(source).read_bytes())

        monkeypatch.setattr(Path, "write_bytes", half)
        monkeypatch.setattr("tasks.runtime.store_place.shutil.copyfile", half_copy)

    @pytest.mark.parametrize("act", [
        lambda store: store.claim("x/1", {"by": 1}), lambda store: store.complete("x/1", {"by": 1}),
        lambda store: store.keep_result("speech-1", b"{}")], ids=["claim", "complete", "result"])
    def test_record_is_there_whole_or_not_at_all(self, store: Store, full: None, act: Callable[[Store], object]) -> None:
        """Who looks finds nothing under its name, and no draft."""
        with pytest.raises(NotWritable, match="no space left on the disk of .*free some and run the command again"):
            act(store)
        assert [path for path in store.root.rglob("*") if path.is_file()] == []

    def test_file_from_another_disk_leaves_no_draft(
        self, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: None,
    ) -> None:
        """Scratch may lie elsewhere; then a move is a copy."""
        path = tmp_path / "voice.wav"
        path.write_text("voice", "utf-8")
        replace = os.replace

        def across(source: Path, target: Path) -> None:
            if Path(source) == path:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            replace(source, target)

        monkeypatch.setattr("tasks.runtime.store_place.os.replace", across)
        with pytest.raises(NotWritable, match="no space left"):
            store.put(path)
        assert [path for path in store.root.rglob("*") if path.is_file()] == []
        assert path.is_file()


class TestClaims:
    """What must happen once."""

    def test_first_claim_wins(self, store: Store) -> None:
        """The second caller is told no and the first record stays."""
        assert store.claim("publish/x", {"by": 1}) is True
        assert store.claim("publish/x", {"by": 2}) is False
        assert store.claimed("publish/x") == {"by": 1}

    def test_one_of_many_threads_wins(self, store: Store) -> None:
        """However many try at once."""
        won: list[int] = []
        barrier = threading.Barrier(8)

        def attempt(number: int) -> None:
            barrier.wait()
            if store.claim("lease", {"by": number}):
                won.append(number)

        threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert store.claimed("lease") == {"by": won[0]}

    def test_completion_replaces_the_record(self, store: Store) -> None:
        """A completed claim says what came of it."""
        store.claim("x", {"state": "begun"})
        store.complete("x", {"state": "done"})
        assert store.claimed("x") == {"state": "done"}

    def test_a_released_key_can_be_claimed_again(self, store: Store) -> None:
        """Releasing what nobody claimed changes nothing."""
        store.claim("x", {"by": 1})
        store.release("x")
        store.release("x")
        assert store.claim("x", {"by": 2}) is True

    def test_lists_the_keys_below_a_prefix(self, store: Store) -> None:
        """Keys keep their dots; a prefix that nothing stands under has none."""
        for key in ("costs/2026-11-28/b", "costs/2026-11-28/a.1", "costs/2026-11-29/c", "publish/x"):
            store.claim(key, {})
        assert store.claims("costs/2026-11-28") == ["costs/2026-11-28/a.1", "costs/2026-11-28/b"]
        assert len(store.claims("costs")) == 3
        assert store.claims("never") == []

    def test_unclaimed_is_none(self, store: Store) -> None:
        """Nothing claimed, nothing found."""
        assert store.claimed("never") is None

    @pytest.mark.parametrize("record", ["", "{", "[]", "{}", '{"version": "two"}', "\0"])
    def test_damaged_record_is_named_with_its_file(self, record: str, store: Store) -> None:
        """Half a record, or one of something else, is no record and no accident either."""
        path = store.root / "claims" / "x.json"
        path.parent.mkdir(parents=True)
        path.write_text(record)
        with pytest.raises(StoreDamaged, match=re.escape(str(path))):
            store.claimed_as("x", RunLease)


class RunLease(BaseModel):
    """A record for tests."""

    version: int


class TestWritable:
    """Refusals of the operating system become one clear error."""

    @pytest.mark.parametrize(("number", "phrase"), [(errno.ENOSPC, "no space left"), (errno.EACCES, "cannot write"),
                                                   (errno.EROFS, "cannot write"), (errno.ENOTDIR, "cannot write"),
                                                   (errno.EDQUOT, "no space left"), (errno.ENAMETOOLONG, "cannot write"),
                                                   (errno.ENOENT, "cannot write")])
    def test_names_the_place_and_the_remedy(self, number: int, phrase: str) -> None:
        """Place and reason are in the message."""
        with pytest.raises(NotWritable, match=phrase) as caught, writable(Path("/some/place")):
            raise OSError(number, "reason")
        assert "/some/place" in str(caught.value)

    def test_other_errors_pass_through(self) -> None:
        """Only refusals to write are translated."""
        with pytest.raises(OSError, match="odd"), writable(Path("/x")):
            raise OSError(errno.EPIPE, "odd")

    def test_file_in_the_way_of_the_store_is_a_clear_error(self, tmp_path: Path) -> None:
        """A store whose root is a file cannot be written."""
        (tmp_path / "store").write_text("in the way")
        with pytest.raises(NotWritable, match="cannot write"):
            Store(tmp_path / "store").put_text("x", ".txt")


def test_sha256_of_equals_the_standard_one(tmp_path: Path) -> None:
    """Hashing in chunks changes nothing."""
    content = bytes(range(256)) * 5000
    path = tmp_path / "file"
    path.write_bytes(content)
    assert sha256_of(path) == hashlib.sha256(content).hexdigest()
