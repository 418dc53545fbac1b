"""Starts ffmpeg; no other file does.

`run` lets it work to the end, `encoder` feeds it from this process, frame by frame, `decoder` reads what it makes. Any way
it reads local files and pipes only, never the terminal, and lives in a process group of its own: Ctrl-C reaches this program
alone, which then ends ffmpeg itself, so nothing half-written is taken for finished and no process stays behind.
"""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tasks.domain.errors import FixMachine, MissingTool, NotWritable
from tasks.media.signals import uninterrupted

PIPE_BYTES = 1 << 20
"""Room asked for in the pipe to ffmpeg: three writes a frame instead of fifty. Linux grants it to every user."""
MESSAGE_LINES = 12
"""How many of ffmpeg's last lines an error quotes."""
COMMON = ("-nostdin", "-hide_banner", "-loglevel", "error", "-y")
"""What every call begins with."""
LOCAL_ONLY = ("-protocol_whitelist", "file,pipe")
"""Stands before every input: no network, no playlist that names one."""
BT709 = ("-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
"""The colours of all our pictures, said on input and on output."""

Write = Callable[[Any], None]
"""Takes anything with C-contiguous bytes: a frame, a block of samples."""
Read = Callable[[int], bytes]
"""Gives so many bytes, fewer at the end."""


def find_ffmpeg(binary: str | None = None) -> str:
    """The ffmpeg program to use.

    Args:
        binary: a path or a name on PATH that somebody chose; None takes the one that came with the packages.

    Raises:
        MissingTool: it is not there.
    """
    if binary:
        found = shutil.which(binary)
        if not found:
            raise MissingTool(f"no program at {binary!r}, which FFMPEG_BINARY names: correct the variable or unset it")
        return found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise MissingTool(f"ffmpeg is not there ({error}): install the requirements again, or set FFMPEG_BINARY") from error


def version_line(program: str) -> str:
    """What the program says it is, one line.

    Raises:
        MissingTool: it cannot be started.
    """
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingTool(f"{program!r} cannot be started ({error}): set FFMPEG_BINARY to an ffmpeg") from error
    return said.split("\n", 1)[0]


def run(program: str, arguments: Sequence[str], *, place: Path) -> None:
    """Runs ffmpeg to its end.

    Args:
        program: from `find_ffmpeg`.
        arguments: inputs, filters and output.
        place: what it writes, named if the disk refuses.

    Raises:
        NotWritable: the disk is full or `place` may not be written.
        FixMachine: ffmpeg failed for another reason, which is quoted.
    """
    with encoder(program, arguments, place=place):
        pass


@contextmanager
def encoder(program: str, arguments: Sequence[str], *, place: Path) -> Iterator[Write]:
    """Starts ffmpeg and gives the function that feeds its standard input (`pipe:0`).

    Leaving the block waits until ffmpeg has finished; leaving it by an exception ends ffmpeg at once. `write` blocks while
    ffmpeg has enough to do, so that at most the pipe's content waits in memory.

    Raises:
        NotWritable: the disk is full or `place` may not be written.
        FixMachine: ffmpeg failed for another reason, which is quoted.
    """
    with _at_work(program, arguments, place) as process:
        try:
            yield lambda frame: _write_all(process, memoryview(frame).cast("B"))
            _stream(process.stdin).close()
        except BrokenPipeError:
            pass


@contextmanager
def decoder(program: str, arguments: Sequence[str], *, place: Path) -> Iterator[Read]:
    """Starts ffmpeg and gives the function that reads its standard output (`pipe:1`), which is to be read to its end.

    `read` gives so many bytes, fewer at the end. Leaving the block waits until ffmpeg has finished; leaving it by an
    exception ends ffmpeg at once.

    Raises:
        NotWritable: the disk is full or `place`, which ffmpeg writes meanwhile, may not be written.
        FixMachine: ffmpeg failed for another reason, which is quoted.
    """
    with (_at_work(program, arguments, place, stdout=subprocess.PIPE) as process,
          open(_stream(process.stdout).fileno(), "rb", buffering=PIPE_BYTES, closefd=False) as made):
        yield made.read


def raw_video(size: tuple[int, int], fps: float) -> list[str]:
    """Input arguments for I420 frames of `size` (width, height) on standard input, BT.709 limited range."""
    return [*LOCAL_ONLY, "-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", f"{size[0]}x{size[1]}",
            "-framerate", str(fps), *BT709, "-i", "pipe:0"]


def raw_sound(rate: int, channels: int) -> list[str]:
    """Input arguments for interleaved float32 samples on standard input."""
    return [*LOCAL_ONLY, "-f", "f32le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0"]


def local_file(path: Path) -> str:
    """A file as an input or output argument, whatever its name looks like."""
    return f"file:{path.absolute()}"


def filter_value(path: Path) -> str:
    """A path as the value of a named option of a filter, e.g. in `subtitles=filename=VALUE`.

    ffmpeg reads a filter string twice, as a graph and as options, and drops a backslash each time; so each character that
    means something to either is escaped for both.
    """
    once = re.sub(r"([\\':\s])", r"\\\1", str(path.absolute()))
    return re.sub(r"([\\'\[\],;\s])", r"\\\1", once)


@contextmanager
def _at_work(program: str, arguments: Sequence[str], place: Path, *, stdout: int = subprocess.DEVNULL
             ) -> "Iterator[subprocess.Popen[bytes]]":
    """Ffmpeg while it works; leaving the block waits for its end, and tells its failure."""
    process = None
    said: deque[str] = deque(maxlen=MESSAGE_LINES)
    try:
        with uninterrupted():
            process = _start(program, arguments, stdout)
            listener = threading.Thread(target=_listen, args=(process, said), daemon=True)
            listener.start()
        yield process
        code = process.wait()
        listener.join()
    finally:
        if process:
            with uninterrupted():
                _end(process, listener)
    if code:
        raise _failure(code, list(said), place)


def _start(program: str, arguments: Sequence[str], stdout: int) -> "subprocess.Popen[bytes]":
    try:
        process = subprocess.Popen([program, *COMMON, *arguments], stdin=subprocess.PIPE, stdout=stdout,
                                   stderr=subprocess.PIPE, bufsize=0, process_group=0)
    except OSError as error:
        raise MissingTool(f"{program!r} cannot be started ({error.strerror}): set FFMPEG_BINARY to an ffmpeg") from error
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        for pipe in filter(None, (process.stdin, process.stdout)):
            with contextlib.suppress(OSError):
                fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return process


def _listen(process: "subprocess.Popen[bytes]", said: deque[str]) -> None:
    """Keeps the last lines of ffmpeg's messages, and its pipe from filling."""
    pending = b""
    while chunk := _stream(process.stderr).read(1 << 12):
        *lines, pending = (pending + chunk).split(b"\n")
        said.extend(line.decode("utf-8", "replace").strip() for line in lines)
    said.append(pending.decode("utf-8", "replace").strip())


def _write_all(process: "subprocess.Popen[bytes]", view: memoryview) -> None:
    descriptor = _stream(process.stdin).fileno()
    while view:
        view = view[os.write(descriptor, view):]


def _end(process: "subprocess.Popen[bytes]", listener: threading.Thread) -> None:
    """Leaves neither process nor zombie nor open pipe, however the work went."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    listener.join()
    for stream in filter(None, (process.stdin, process.stdout, process.stderr)):
        with contextlib.suppress(BrokenPipeError):
            stream.close()


def _failure(code: int, said: list[str], place: Path) -> FixMachine:
    words = "\n".join(line for line in said if line) or "it said nothing"
    if "No space left on device" in words:
        return NotWritable(f"no space left on the disk of {str(place)!r}: free some and run the command again")
    if re.search(r"Permission denied|Read-only file system", words):
        return NotWritable(f"ffmpeg may not write {str(place)!r}: choose another folder or change its permissions\n{words}")
    ending = f"was ended by signal {-code}" if code < 0 else f"failed with exit code {code}"
    return FixMachine(f"ffmpeg {ending} while it made {place.name!r}: {words}")


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    """A pipe that `_start` asked for, which is never None."""
    assert stream is not None  # noqa: S101
    return stream
