"""Reads a text file that a person wrote, and says in plain words what is wrong with it."""

import difflib
import errno
import os
import stat
from pathlib import Path

from tasks.domain.errors import ReelsError
from tasks.domain.text import name_of, unprintable_at

MAX_BYTES = 1 << 18
"""Largest file read: ten minutes of speech are about a tenth of it."""
REASONS = {
    errno.EACCES: "may not be read (permission denied): change its permissions",
    errno.EPERM: "may not be read (permission denied): change its permissions",
    errno.EISDIR: "is a folder: name the file inside it",
}
"""What an operating system's refusal means to the person who named the file."""


def read_text(path: Path, *, kind: str, error: type[ReelsError], max_bytes: int = MAX_BYTES) -> str:
    """The text of a file: UTF-8 with or without byte order mark, any line ends.

    Args:
        path: the file.
        kind: what it should be, as messages call it, e.g. 'script'.
        error: what is raised.
        max_bytes: larger files are refused before they are read.

    Returns:
        The text with line feeds as its line ends.

    Raises:
        ReelsError: of class `error`: missing, no file, unreadable, too large, not UTF-8, with control characters, or empty.
    """
    content = _read_bytes(path, kind, error, max_bytes)
    text = _decode(content, str(path), error).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    position = unprintable_at(text)
    if position is not None:
        line, column = place_of(text, position)
        raise error(f"{str(path)!r}, line {line}, column {column}: there is a control character"
                    f" ({name_of(text[position])}): remove it")
    if not text.strip():
        raise error(f"{str(path)!r} is empty: write the {kind} into it")
    return text


def place_of(text: str, position: int) -> tuple[int, int]:
    """Line and column of a character, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _read_bytes(path: Path, kind: str, error: type[ReelsError], max_bytes: int) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(status.st_mode):
            raise error(f"{str(path)!r} is a device or a pipe, not a file: save the {kind} as a file")
        with path.open("rb") as stream:
            content = stream.read(max_bytes + 1)
    except FileNotFoundError:
        raise error(f"there is no {kind} at {str(path)!r}{_near(path)}: check the path") from None
    except OSError as refusal:
        reason = REASONS.get(refusal.errno or 0, f"cannot be read ({refusal.strerror}): check the path and the disk")
        raise error(f"{str(path)!r} {reason}") from refusal
    if len(content) > max_bytes:
        size = max(status.st_size, len(content))
        raise error(f"{str(path)!r} has {size:,} bytes, a {kind} at most {max_bytes:,}: is it the right file?")
    return content


def _near(path: Path) -> str:
    """A hint at a file of nearly that name in the same folder."""
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ""
    near = difflib.get_close_matches(path.name, names, n=1)
    return f" (did you mean {str(path.with_name(near[0]))!r}?)" if near else ""


def _decode(content: bytes, name: str, error: type[ReelsError]) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise error(f"{name!r} is UTF-16, not UTF-8: save it again with the encoding UTF-8")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise error(f"{name!r}, line {line}: not UTF-8 (byte 0x{content[fault.start]:02x} at position {fault.start}):"
                    " save it again with the encoding UTF-8") from fault
