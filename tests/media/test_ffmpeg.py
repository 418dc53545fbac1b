"""Starting ffmpeg: what it is fed, what it refuses, and that nothing of it is left behind."""

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from tasks.domain.errors import FixMachine, MissingTool, NotWritable
from tasks.media.ffmpeg import LOCAL_ONLY, decoder, encoder, filter_value, find_ffmpeg, local_file, raw_video, run

SIZE = (64, 48)
FRAME_BYTES = SIZE[0] * SIZE[1] * 3 // 2
ODD_NAMES = ["plain", "with space", "a:b", "it's", 'say "hi"', "a,b", "a;b", "a=b", "back\\slash", "[in]", "ü 漢", "%03d",
             " lead", "trail ", "tab\there", "$HOME", "{}", "#1"]
SUBTITLE = """[Script Info]
PlayResX: 64
PlayResY: 48

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Alignment
Style: Box,Any,10,&H00FFFFFF,&H00FFFFFF,1,0,7

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:09.00,Box,{\\pos(0,0)\\p1}m 0 0 l 32 0 32 48 0 48
"""
"""Draws a white rectangle over the left half of the picture, without any font."""


@pytest.fixture
def program() -> str:
    """The ffmpeg that came with the packages."""
    return find_ffmpeg()


def grey(level: int) -> np.ndarray:
    """An I420 frame of one luma level."""
    frame = np.full((SIZE[1] * 3 // 2, SIZE[0]), 128, np.uint8)
    frame[: SIZE[1]] = level
    return frame


class TestFindFfmpeg:
    def test_the_packaged_program_is_the_default(self) -> None:
        """Without a choice, ffmpeg comes with the packages."""
        assert Path(find_ffmpeg()).is_file()

    def test_a_chosen_program_wins(self, tmp_path: Path, program: str) -> None:
        """A path somebody chose is used as it is."""
        own = tmp_path / "my ffmpeg"
        own.symlink_to(program)
        assert find_ffmpeg(str(own)) == str(own)

    def test_a_missing_program_is_named(self, tmp_path: Path) -> None:
        """The error says which path was wrong and which variable named it."""
        with pytest.raises(MissingTool, match=r"nowhere.*FFMPEG_BINARY"):
            find_ffmpeg(str(tmp_path / "nowhere"))


class TestRun:
    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_any_folder_name_reaches_a_filter(self, name: str, tmp_path: Path, program: str) -> None:
        """A subtitle file is found and drawn whatever its folder is called."""
        folder = tmp_path / name
        folder.mkdir()
        (folder / "box.ass").write_text(SUBTITLE, "utf-8")
        out = folder / "out.raw"
        run(program, ["-f", "lavfi", "-i", "color=c=black:s=64x48", "-frames:v", "1", "-vf",
                      f"format=gray,subtitles=filename={filter_value(folder / 'box.ass')}:fontsdir={filter_value(folder)}",
                      "-f", "rawvideo", local_file(out)], place=out)
        picture = np.fromfile(out, np.uint8)[: 64 * 48].reshape(48, 64)
        assert picture[:, 2:30].min() > 200
        assert picture[:, 34:].max() < 50

    def test_a_full_disk_is_said_in_plain_words(self, program: str) -> None:
        """/dev/full refuses every write as a full disk does."""
        with pytest.raises(NotWritable, match="no space left"):
            run(program, ["-f", "lavfi", "-i", "color=s=640x480:d=1", "-f", "rawvideo", "file:/dev/full"],
                place=Path("/dev/full"))

    def test_other_failures_quote_ffmpeg(self, tmp_path: Path, program: str) -> None:
        """The caller reads ffmpeg's own reason, and which file was being made."""
        with pytest.raises(FixMachine, match=r"out\.mp4.*No such filter"):
            run(program, ["-f", "lavfi", "-i", "color=d=1", "-vf", "nonesuch", local_file(tmp_path / "out.mp4")],
                place=tmp_path / "out.mp4")

    def test_inputs_from_the_network_are_refused(self, tmp_path: Path, program: str) -> None:
        """The protocol list lets files and pipes through, nothing else."""
        with pytest.raises(FixMachine, match="not on whitelist"):
            run(program, [*LOCAL_ONLY, "-i", "tcp://127.0.0.1:9/x", "-f", "null", "-"], place=tmp_path)


class TestEncoder:
    def test_frames_arrive_in_order(self, tmp_path: Path, program: str) -> None:
        """What is written comes out, frame for frame."""
        out = tmp_path / "out.raw"
        with encoder(program, [*raw_video(SIZE, 30), "-f", "rawvideo", local_file(out)], place=out) as write:
            for level in (20, 120, 220):
                write(grey(level))
        frames = np.fromfile(out, np.uint8).reshape(3, FRAME_BYTES)
        assert [int(frame[0]) for frame in frames] == [20, 120, 220]

    @pytest.mark.parametrize("raised", [RuntimeError, KeyboardInterrupt])
    def test_an_interruption_leaves_no_process(self, raised: type[BaseException], tmp_path: Path, program: str) -> None:
        """Whatever ends the block ends ffmpeg, zombies included, before the exception goes on."""
        out = tmp_path / "out.raw"
        before = set(psutil.Process().children())
        seen: set[psutil.Process] = set()

        def interrupted() -> None:
            with encoder(program, [*raw_video(SIZE, 30), "-f", "rawvideo", local_file(out)], place=out) as write:
                write(grey(20))
                seen.update(psutil.Process().children())
                raise raised

        with pytest.raises(raised):
            interrupted()
        assert seen - before
        assert set(psutil.Process().children()) == before

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_while_ffmpeg_starts_waits_until_it_can_be_ended(
            self, number: signal.Signals, tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Between ffmpeg's start and the moment we know of it nobody could end it."""
        started: list[subprocess.Popen[bytes]] = []

        class Signalled(subprocess.Popen[bytes]):
            """The program runs, and the signal comes before the caller has it."""

            def __init__(self, *arguments: Any, **options: Any) -> None:
                super().__init__(*arguments, **options)
                started.append(self)
                signal.raise_signal(number)

        before = signal.signal(number, signal.default_int_handler)
        monkeypatch.setattr(subprocess, "Popen", Signalled)
        try:
            with pytest.raises(KeyboardInterrupt), encoder(program, raw_video(SIZE, 30), place=tmp_path):
                pytest.fail("the block began although the signal had come")
            assert signal.getsignal(number) is signal.default_int_handler
        finally:
            signal.signal(number, before)
        assert [process.returncode for process in started] == [-signal.SIGKILL]

    def test_a_second_signal_while_ffmpeg_is_ended_waits_for_its_end(self, tmp_path: Path, program: str,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
        """Ctrl-C pressed twice leaves no more behind than pressed once."""
        before = set(psutil.Process().children())
        kill = os.killpg

        def interrupted(group: int, number: int) -> None:
            signal.raise_signal(signal.SIGINT)
            kill(group, number)

        monkeypatch.setattr(os, "killpg", interrupted)
        with pytest.raises(KeyboardInterrupt), encoder(program, [*raw_video(SIZE, 30), "-f", "null", "-"], place=tmp_path):
            raise KeyboardInterrupt
        assert set(psutil.Process().children()) == before

    def test_a_dying_ffmpeg_gives_its_reason_not_a_broken_pipe(self, tmp_path: Path, program: str) -> None:
        """Frames written after ffmpeg gave up end in ffmpeg's own words."""
        arguments = [*raw_video(SIZE, 30), "-vf", "crop=1000:1000", "-f", "rawvideo", local_file(tmp_path / "o.raw")]

        def feed() -> None:
            with encoder(program, arguments, place=tmp_path / "o.raw") as write:
                for _ in range(2000):
                    write(grey(20))

        with pytest.raises(FixMachine, match="Invalid too big or non positive size"):
            feed()

    def test_a_program_that_cannot_start_is_named(self, tmp_path: Path) -> None:
        """A file without permission to run is a missing tool."""
        script = tmp_path / "ffmpeg"
        script.write_text("no program")
        with pytest.raises(MissingTool, match="cannot be started"):
            run(str(script), [], place=tmp_path)

    def test_it_stands_outside_the_terminals_group(self, tmp_path: Path, program: str) -> None:
        """Ctrl-C at the terminal reaches this program only."""
        out, before = tmp_path / "out.raw", set(psutil.Process().children())
        with encoder(program, [*raw_video(SIZE, 30), "-f", "rawvideo", local_file(out)], place=out) as write:
            child, = set(psutil.Process().children()) - before
            assert os.getpgid(child.pid) == child.pid != os.getpgrp()
            write(grey(20))


class TestDecoder:
    SOURCE = ("-f", "lavfi", "-i", "color=c=white:s=64x48:r=30:d=1")

    def test_what_ffmpeg_makes_is_read_to_its_end(self, tmp_path: Path, program: str) -> None:
        """Thirty grey frames, then nothing."""
        with decoder(program, [*self.SOURCE, "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"], place=tmp_path) as read:
            frames = [read(64 * 48) for _ in range(31)]
        assert {len(frame) for frame in frames[:30]} == {64 * 48}
        assert min(frames[0]) > 200
        assert frames[30] == b""

    def test_failure_is_told_after_reading(self, tmp_path: Path, program: str) -> None:
        with (pytest.raises(FixMachine, match=r"(?s)out\.mp4.*nonesuch"),
              decoder(program, ["-i", "nonesuch", "-f", "rawvideo", "pipe:1"], place=tmp_path / "out.mp4") as read):
            assert read(10) == b""

    def test_nothing_stays_when_the_reader_fails(self, tmp_path: Path, program: str) -> None:
        before = {process.pid for process in psutil.Process().children(recursive=True)}
        with (pytest.raises(ZeroDivisionError),
              decoder(program, [*self.SOURCE, "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"], place=tmp_path) as read):
            read(100)
            raise ZeroDivisionError
        assert {process.pid for process in psutil.Process().children(recursive=True)} <= before
