"""Reading text files that people wrote."""

import os
from pathlib import Path

import pytest

from tasks.domain.errors import ScriptError
from tasks.media.text.text_file import MAX_BYTES, read_text


def read(path: Path) -> str:
    """The text of a script file."""
    return read_text(path, kind="script", error=ScriptError)


def refusal(path: Path) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(ScriptError) as caught:
        read(path)
    return str(caught.value)


def written(folder: Path, content: bytes) -> Path:
    """A file with that content."""
    path = folder / "talk.txt"
    path.write_bytes(content)
    return path


class TestReading:
    def test_byte_order_mark_is_no_text(self, tmp_path: Path) -> None:
        """An editor's mark at the start disappears."""
        assert read(written(tmp_path, b"\xef\xbb\xbfHi")) == "Hi"

    def test_line_ends_of_every_system_are_one(self, tmp_path: Path) -> None:
        """Windows, Unix and old Mac files are the same text."""
        assert read(written(tmp_path, b"a\r\nb\nc\rd")) == "a\nb\nc\nd"

    def test_largest_file_is_read(self, tmp_path: Path) -> None:
        """The limit itself is allowed."""
        assert len(read(written(tmp_path, b"a" * MAX_BYTES))) == MAX_BYTES


class TestRefusals:
    def test_missing_file_comes_with_its_neighbour(self, tmp_path: Path) -> None:
        """A misspelt name is answered with the right one."""
        written(tmp_path, b"Hi")
        told = refusal(tmp_path / "tlak.txt")
        assert "there is no script at" in told
        assert f"did you mean {str(tmp_path / 'talk.txt')!r}?" in told

    def test_missing_folder_is_a_missing_file(self, tmp_path: Path) -> None:
        """Nothing is guessed where nothing is."""
        assert refusal(tmp_path / "no" / "talk.txt").endswith("check the path")

    def test_folder_is_no_file(self, tmp_path: Path) -> None:
        """A folder is named as one."""
        assert "is a folder" in refusal(tmp_path)

    def test_file_as_folder_is_refused(self, tmp_path: Path) -> None:
        """A path through a file leads nowhere."""
        assert "cannot be read" in refusal(written(tmp_path, b"Hi") / "talk.txt")

    def test_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        """A pipe that nobody writes to would hang the program."""
        os.mkfifo(tmp_path / "talk.txt")
        assert "is a device or a pipe" in refusal(tmp_path / "talk.txt")

    def test_denied_permission_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The system's refusal is a sentence; simulated, because a superuser may read everything."""
        def denied(self: Path, *_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied", str(self))

        path = written(tmp_path, b"Hi")
        monkeypatch.setattr(Path, "open", denied)
        assert "may not be read (permission denied): change its permissions" in refusal(path)

    def test_too_large_a_file_is_not_read(self, tmp_path: Path) -> None:
        """A film by mistake does not fill the memory; a sparse file of a terabyte proves it."""
        path = written(tmp_path, b"")
        os.truncate(path, 1 << 40)
        assert "has 1,099,511,627,776 bytes, a script at most 262,144" in refusal(path)

    @pytest.mark.parametrize(("content", "sentence"), [
        (b"one\ntw\xff\n", "line 2: not UTF-8 (byte 0xff at position 6)"),
        ("Hällo".encode("latin-1"), "line 1: not UTF-8 (byte 0xe4 at position 1)"),
        ("Hi".encode("utf-16"), "is UTF-16, not UTF-8"),
        (b"one\ntwo\0\n", "line 2, column 4: there is a control character (U+0000)"),
        (b"\x1b[31mred", "line 1, column 1: there is a control character (U+001B)"),
        ("a\u009bb".encode(), "line 1, column 2: there is a control character (U+009B)"),
        (b"", "is empty"), (b"\xef\xbb\xbf \r\n\t", "is empty"),
    ])
    def test_wrong_content_is_told_with_its_place(self, tmp_path: Path, content: bytes, sentence: str) -> None:
        """Byte, line or column: where an editor would look."""
        assert sentence in refusal(written(tmp_path, content))
