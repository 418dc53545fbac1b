"""What tells two models apart that have the same name."""

import os
from pathlib import Path

import pytest

from tasks.runtime import model_digest
from tasks.runtime.model_digest import PART_BYTES, PARTS, WHOLE_BYTES, digest_of, folder_digest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of two files."""
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "weights.bin").write_bytes(b"one")
    return tmp_path


def written_later(path: Path) -> None:
    """Lets a file have been written a second later, however coarse the disk's clock is."""
    later_ns = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(later_ns, later_ns))


class TestDigest:
    def test_a_copy_has_the_same(self, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        """Place and time do not count."""
        other = tmp_path_factory.mktemp("elsewhere")
        for path in folder.iterdir():
            (other / path.name).write_bytes(path.read_bytes())
            os.utime(other / path.name, (1, 1))
        assert folder_digest(other) == folder_digest(folder)

    def test_another_content_of_the_same_size_has_another(self, folder: Path) -> None:
        """Though it was read before in this process."""
        before, path = folder_digest(folder), folder / "weights.bin"
        path.write_bytes(b"two")
        written_later(path)
        assert folder_digest(folder) != before

    def test_names_count(self, folder: Path) -> None:
        before = folder_digest(folder)
        (folder / "weights.bin").rename(folder / "model.bin")
        assert folder_digest(folder) != before

    def test_hidden_files_do_not_count(self, folder: Path) -> None:
        """What a file manager or a download leaves behind."""
        before = folder_digest(folder)
        (folder / ".DS_Store").write_bytes(b"x")
        assert folder_digest(folder) == before

    @pytest.mark.parametrize("place", ["first", "middle", "last"])
    def test_large_files_are_looked_at_all_over(self, place: str, tmp_path: Path) -> None:
        """Where two trainings differ in 2 % of a file in a row, that is seen wherever it lies; the truth: parts of
        `PART_BYTES` with less than that between two of them.
        """
        size = 2 * WHOLE_BYTES
        changed = size // PARTS
        assert (size - PART_BYTES) / (PARTS - 1) < changed + PART_BYTES
        start = {"first": 0, "middle": size // 2, "last": size - changed}[place]
        path = tmp_path / "weights.bin"
        path.write_bytes(bytes(size))
        before = digest_of(tmp_path, [path])
        with path.open("r+b") as file:
            file.seek(start)
            file.write(b"\x01" * changed)
        written_later(path)
        assert digest_of(tmp_path, [path]) != before

    def test_is_read_once(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """As long as files keep size and time: planning asks often."""
        before = folder_digest(folder)
        monkeypatch.setattr(model_digest, "_parts", lambda *_: pytest.fail("read again"))
        assert folder_digest(folder) == before
