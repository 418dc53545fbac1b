"""What a store promises wherever it lies: files under their digest, results, and claims that one caller wins."""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.domain.errors import StoreDamaged
from tasks.domain.media import MediaFile
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).resolve().parents[2]
AT_ONCE = 8
"""Callers that try the same thing at the same time."""
CLAIM = """
import os, sys
from tasks.runtime.settings import current_settings
from tasks.runtime.stores import store_of
store = store_of(current_settings())
store.claims("warm")
print("ready", flush=True)
sys.stdin.readline()
print(store.claim("lease/1", {"by": os.getpid()}))
"""

Spoil = Callable[[MediaFile, bytes | None], None]
"""Replaces a file's content in the place itself, or takes it away."""


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> str:
    """Each kind of place in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def kept(place: str, request: pytest.FixtureRequest) -> Store:
    """A store in that place."""
    store: Store = request.getfixturevalue("store" if place == "folder" else "bucket_store")
    return store


@pytest.fixture
def spoil(place: str, kept: Store, request: pytest.FixtureRequest) -> Spoil:
    """Damage from outside."""
    if place == "folder":
        return lambda file, content: (
            (kept.root / file.uri).unlink() if content is None else (kept.root / file.uri).write_bytes(content) and None)
    bucket = request.getfixturevalue("bucket")
    return lambda file, content: bucket.remove(file.uri) if content is None else bucket.alter(file.uri, content)


class TestFiles:
    def test_file_is_kept_under_its_digest(self, kept: Store) -> None:
        """Digest and size are those of the bytes, and the bytes come back."""
        file = kept.put_text("grüße", ".txt")
        expected = "grüße".encode()
        assert file.sha256 == hashlib.sha256(expected).hexdigest()
        assert file.size_bytes == len(expected)
        assert file.uri == f"files/{file.sha256[:2]}/{file.sha256}.txt"
        assert kept.path(file).read_bytes() == expected
        assert kept.intact(file)

    def test_same_content_is_kept_once(self, kept: Store) -> None:
        """Two puts of one content give one file."""
        assert kept.put_text("twice", ".txt") == kept.put_text("twice", ".txt")
        assert len(list(kept.place.entries("files"))) == 1

    @pytest.mark.parametrize("content", [b"wrong", b"longer than before", None])
    def test_damage_is_noticed_and_mended_by_putting_again(self, kept: Store, spoil: Spoil, content: bytes | None) -> None:
        """Other content of equal length, of another length, or none at all."""
        file = kept.put_text("right", ".txt")
        spoil(file, content)
        assert not kept.intact(file)
        assert kept.put_text("right", ".txt") == file
        assert kept.intact(file)
        assert kept.path(file).read_bytes() == b"right"

    def test_file_that_was_never_put_is_an_error_with_its_place(self, kept: Store) -> None:
        """Its sentence says what to do."""
        file = MediaFile(uri="files/00/none.txt", sha256="0" * 64, size_bytes=1)
        assert not kept.intact(file)
        with pytest.raises(StoreDamaged, match="none.txt' is missing or damaged: run the same command again"):
            kept.path(file)

    def test_copy_leaves_the_original(self, kept: Store, tmp_path: Path) -> None:
        """Library files stay where they are."""
        original = tmp_path / "portrait.png"
        original.write_bytes(b"png")
        assert kept.path(kept.put_copy(original)).read_bytes() == original.read_bytes() == b"png"

    def test_scratch_is_local_and_gone_afterwards_even_on_errors(self, kept: Store) -> None:
        """Nothing half-made stays."""
        with pytest.raises(ValueError, match="stop"), kept.scratch() as folder:
            (folder / "half").write_text("x")
            raise ValueError("stop")
        assert list(kept.place.scratch_root.iterdir()) == []

    def test_where_names_the_place(self, kept: Store) -> None:
        """A person finds the file there."""
        file = kept.put_text("x", ".txt")
        assert kept.where(file) == f"{kept.place.address}/{file.uri}"

    def test_writing_is_tried_without_a_trace(self, kept: Store) -> None:
        """The doctor's probe leaves nothing behind."""
        kept.check_writable()
        assert list(kept.results()) == []


class TestResults:
    def test_result_comes_back_until_it_is_forgotten(self, kept: Store) -> None:
        """The newest content under a key counts; an entry is named by its key."""
        assert kept.result("speech-1") is None
        kept.keep_result("speech-1", b"{}")
        kept.keep_result("speech-1", b'{"a": 1}')
        assert kept.result("speech-1") == b'{"a": 1}'
        assert [(entry.name, entry.size_bytes) for entry in kept.results()] == [("speech-1", 8)]
        kept.forget_result("speech-1")
        kept.forget_result("speech-1")
        assert kept.result("speech-1") is None

    def test_using_nothing_makes_nothing(self, kept: Store) -> None:
        """A result that is gone does not come back by being asked for."""
        kept.use_result("speech-1")
        assert kept.result("speech-1") is None


class TestClaims:
    def test_first_claim_wins(self, kept: Store) -> None:
        """The second caller is told no and the first record stays."""
        assert kept.claim("publish/x", {"by": "ü"}) is True
        assert kept.claim("publish/x", {"by": 2}) is False
        assert kept.claimed("publish/x") == {"by": "ü"}

    def test_one_of_many_threads_wins(self, kept: Store) -> None:
        """However many try at once."""
        won: list[int] = []
        barrier = threading.Barrier(AT_ONCE)

        def attempt(number: int) -> None:
            barrier.wait()
            if kept.claim("lease", {"by": number}):
                won.append(number)

        threads = [threading.Thread(target=attempt, args=(number,)) for number in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert kept.claimed("lease") == {"by": won[0]}

    def test_one_of_several_processes_wins(self, kept: Store) -> None:
        """They are other programs, perhaps on other machines."""
        started = [subprocess.Popen([sys.executable, "-c", CLAIM], cwd=CHECKOUT, text=True,
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(3)]
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        said = [process.communicate()[0].strip() for process in started]
        assert sorted(said) == ["False", "False", "True"]
        assert kept.claimed("lease/1") == {"by": started[said.index("True")].pid}

    def test_completion_replaces_the_record(self, kept: Store) -> None:
        """A completed claim says what came of it, and is still a claim."""
        kept.claim("x", {"state": "begun"})
        kept.complete("x", {"state": "done"})
        assert kept.claimed("x") == {"state": "done"}
        assert kept.claim("x", {"state": "begun"}) is False

    def test_a_released_key_can_be_claimed_again(self, kept: Store) -> None:
        """Releasing what nobody claimed changes nothing."""
        kept.claim("x", {"by": 1})
        kept.release("x")
        kept.release("x")
        assert kept.claimed("x") is None
        assert kept.claim("x", {"by": 2}) is True

    def test_lists_the_keys_below_a_prefix(self, kept: Store) -> None:
        """Keys keep their dots; a prefix is a whole folder of keys; one that nothing stands under has none."""
        for key in ("costs/2026-11-28/b", "costs/2026-11-28/a.1", "costs/2026-11-29/c", "costs2/d", "publish/x"):
            kept.claim(key, {})
        assert kept.claims("costs/2026-11-28") == ["costs/2026-11-28/a.1", "costs/2026-11-28/b"]
        assert len(kept.claims("costs")) == 3
        assert len(kept.claims("")) == 5
        assert kept.claims("never") == []

    def test_record_that_is_none_is_named(self, kept: Store) -> None:
        """What somebody else put there is no record and no accident either."""
        kept.place.write("claims/x.json", json.dumps([1]).encode())
        with pytest.raises(StoreDamaged, match=r"claims/x\.json' and mend or remove it"):
            kept.claimed("x")


class TestLayOut:
    def test_files_lie_side_by_side_and_a_second_time_changes_nothing(self, kept: Store) -> None:
        """Every file by its name, once."""
        files = {"reel.mp4": kept.put_text("video", ".mp4"), "reel.json": kept.put_text("papers", ".json")}
        for _ in range(2):
            kept.lay_out("published/x", files)
            assert {entry.name: kept.place.read(entry.name) for entry in kept.place.entries("published")} == {
                "published/x/reel.mp4": b"video", "published/x/reel.json": b"papers"}

    def test_damaged_file_stops_it_before_anything_is_there(self, kept: Store, spoil: Spoil) -> None:
        """The last file is looked at before the first one is copied."""
        files = {"a.txt": kept.put_text("a", ".txt"), "b.txt": kept.put_text("b", ".txt")}
        spoil(files["b.txt"], b"x")
        with pytest.raises(StoreDamaged, match="missing or damaged"):
            kept.lay_out("published/x", files)
        assert list(kept.place.entries("published")) == []
