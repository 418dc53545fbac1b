"""The command line's manners: help, complaints, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import main

REELS = Path(sys.executable).with_name("reels")


class TestMain:
    """Arguments in, exit code out."""

    def test_help_names_every_command_and_exit_code(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A newcomer finds everything from here."""
        with pytest.raises(SystemExit) as ended:
            main(["--help"])
        said = capsys.readouterr().out
        assert ended.value.code == 0
        for word in ("make", "avatar", "brand", "engines", "doctor", "up", "down", "130"):
            assert word in said

    @pytest.mark.parametrize("arguments", [
        [], ["mak"], ["make"], ["make", "x.yaml", "--sedd", "3"], ["make", "x.yaml", "--seed", "three"], ["avatar"],
        ["brand"], ["brand", "show"], ["engines", "extra"], ["pending", "extra"], ["doctor", "extra"],
        ["approve", "x", "--at-most", "nan"],
        ["approve", "x", "--at-most", "1e9"], ["costs", "settle", "abcdef"],
        ["make", "x" * 256], ["check", "x/" * 2001], ["edit", "x", "--script", "x" * 256],
    ])
    def test_misspelt_command_line_is_exit_2_in_one_sentence(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str],
    ) -> None:
        """The complaint is one line that says where help is."""
        assert main(arguments) == 2
        complaint = capsys.readouterr().err
        assert complaint.startswith("reels: ")
        assert "--help" in complaint
        assert complaint.count("\n") == 1

    def test_engines_are_listed_with_the_defaults_marked(self, capsys: pytest.CaptureFixture[str]) -> None:
        """What a person reads and what a machine reads agree."""
        assert main(["engines"]) == 0
        page = capsys.readouterr().out
        assert main(["engines", "--json"]) == 0
        entries = json.loads(capsys.readouterr().out)
        for entry in entries:
            assert f" {'*' if entry['default'] else ' '} {entry['name']} " in page

    def test_down_without_a_server_says_so(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Stopping nothing is no failure."""
        assert main(["down"]) == 0
        assert "no local server" in capsys.readouterr().out

    def test_interrupt_is_exit_130_without_traceback(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Ctrl-C is a wish, not a failure."""

        def interrupted(_: object) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr("flows.machine.engines", interrupted)
        assert main(["engines"]) == 130
        assert "Traceback" not in capsys.readouterr().err


class TestStreams:
    """Callers close streams, stop reading, or write with few letters."""

    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    def test_closed_stream_is_no_accident(self, closed: str, tmp_path: Path) -> None:
        """Without input nobody can be asked (5); without output the work is done all the same (0)."""
        (tmp_path / "talk.txt").write_text("Hello there.")
        asked = self._run(f"make talk.txt {closed}", tmp_path)
        assert asked.returncode == 5
        assert "Traceback" not in asked.stderr
        assert self._run(f"make talk.txt --dry-run {closed}", tmp_path).returncode == 0

    def test_reader_that_goes_away_is_no_accident(self, tmp_path: Path) -> None:
        """`reels doctor | true` says nothing about broken pipes."""
        ended = self._run("doctor | true", tmp_path)
        assert ended.stderr == ""

    def test_letters_the_terminal_lacks_are_escaped(self, tmp_path: Path) -> None:
        """A title in any script, a terminal without its letters; what a machine reads stays JSON."""
        (tmp_path / "talk.yaml").write_text("title: Grüße\nbeats: [{say: Größe}]\n", "utf-8")
        shown = self._run("make talk.yaml --dry-run", tmp_path, PYTHONIOENCODING="ascii")
        assert (shown.returncode, shown.stderr) == (0, "")
        assert "Gr\\xfc\\xdfe" in shown.stdout
        read = self._run("make talk.yaml --dry-run --json", tmp_path, PYTHONIOENCODING="ascii")
        assert json.loads(read.stdout)["script"]["title"] == "Grüße"

    def _run(self, arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REELS_"))}
        return subprocess.run(f"{REELS} {arguments}", shell=True, cwd=folder, capture_output=True, text=True, check=False,  # noqa: S602
                              stdin=subprocess.DEVNULL, env={**own, "REELS_HOME": str(folder / "home"), **variables})
