"""Publishing into a folder of the store."""

from pathlib import Path
from typing import Any

import pytest

from tasks.domain.errors import NotWritable, StoreDamaged, TryAgain
from tasks.domain.reel import FinishedSet
from tasks.media.text.slug import slug
from tasks.publish.base import publish_once
from tasks.publish.folder import FolderPublisher
from tasks.runtime.store import Store


def finished_set(store: Store, title: str = "Three habits") -> FinishedSet:
    """A finished set of two files."""
    return FinishedSet(id="0123456789abcdef", slug=slug(title),
                       files={"reel.mp4": store.put_text("video", ".mp4"), "reel.json": store.put_text("papers", ".json")})


class TestFolderPublisher:
    def test_folder_holds_the_whole_set(self, store: Store) -> None:
        """Every file by its name, and no draft beside them."""
        made = publish_once(FolderPublisher(store), finished_set(store), store)
        folder = store.root / made.location
        contents = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
        assert contents == {"reel.mp4": "video", "reel.json": "papers"}
        assert [path.name for path in (store.root / "published").iterdir()] == [folder.name]
        assert not any((store.root / "scratch").iterdir())

    def test_published_files_are_copies(self, store: Store) -> None:
        """Whoever edits a published file leaves the store's own intact."""
        finished = finished_set(store)
        made = publish_once(FolderPublisher(store), finished, store)
        (store.root / made.location / "reel.mp4").write_text("cut", "utf-8")
        assert store.intact(finished.files["reel.mp4"])

    @pytest.mark.parametrize("title", ["../../x", "/etc/passwd", "..", "a\\..\\b", "x" * 300, "CON"])
    def test_title_is_only_text(self, store: Store, title: str) -> None:
        """Whatever the reel is called, it lies directly in the folder of publications."""
        made = publish_once(FolderPublisher(store), finished_set(store, title), store)
        folder = (store.root / made.location).resolve()
        assert folder.parent == (store.root / "published").resolve()
        assert folder.is_dir()

    def test_failed_copy_leaves_nothing_and_can_be_repeated(self, store: Store) -> None:
        """A damaged file stops the publication whole; once it is there again, it goes out."""
        finished = finished_set(store)
        store.path(finished.files["reel.mp4"]).write_text("xxxxx", "utf-8")
        with pytest.raises(StoreDamaged):
            publish_once(FolderPublisher(store), finished, store)
        assert not (store.root / "published").exists()
        repaired = publish_once(FolderPublisher(store), finished_set(store), store)
        assert (store.root / repaired.location / "reel.mp4").read_text("utf-8") == "video"

    def test_file_in_the_way_is_a_clear_error(self, store: Store) -> None:
        """Where the folder cannot be made, the sentence names it."""
        finished = finished_set(store)
        Path(store.root / "published").write_text("in the way", "utf-8")
        with pytest.raises(NotWritable, match="published"):
            publish_once(FolderPublisher(store), finished, store)

    def test_in_a_bucket_the_manifest_comes_last(
        self, bucket_store: Store, bucket: Any, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A place without a manifest is not whole; a publication that broke off there is completed at the same place."""
        finished = finished_set(bucket_store)
        copied: list[str] = []
        really = bucket_store.place._copy  # type: ignore[attr-defined]

        def breaking(source: str, target: str) -> None:
            copied.append(target.rpartition("/")[2])
            if len(copied) == 2:
                raise TryAgain("cut off")
            really(source, target)

        monkeypatch.setattr(bucket_store.place, "_copy", breaking)
        with pytest.raises(TryAgain):
            publish_once(FolderPublisher(bucket_store), finished, bucket_store)
        assert copied == ["reel.mp4", "reel.json"]
        assert [name.rpartition("/")[2] for name in bucket.names("published")] == ["reel.mp4"]
        made = publish_once(FolderPublisher(bucket_store), finished, bucket_store)
        assert not made.repeated
        assert {name: bucket.read(name) for name in bucket.names("published")} == {
            f"{made.location}/reel.mp4": b"video", f"{made.location}/reel.json": b"papers"}
        assert publish_once(FolderPublisher(bucket_store), finished, bucket_store).repeated

    def test_two_runs_at_once_make_one_folder(self, store: Store) -> None:
        """The one that renames last finds the other's folder and is content with it."""
        finished = finished_set(store)
        publisher = FolderPublisher(store)
        publisher.hand_on(finished, "published/x")
        publisher.hand_on(finished, "published/x")
        assert {path.name for path in (store.root / "published" / "x").iterdir()} == {"reel.mp4", "reel.json"}
        assert [path.name for path in (store.root / "published").iterdir()] == ["x"]
