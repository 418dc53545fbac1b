"""The command line's manners: help, complaints, exit codes."""

import json
from pathlib import Path

import pytest

from flows.cli import main


class TestMain:
    """Arguments in, exit code out."""

    def test_help_names_every_command_and_exit_code(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A newcomer finds everything from here."""
        with pytest.raises(SystemExit) as ended:
            main(["--help"])
        said = capsys.readouterr().out
        assert ended.value.code == 0
        for word in ("make", "avatar", "engines", "doctor", "up", "down", "130"):
            assert word in said

    @pytest.mark.parametrize("arguments", [
        [], ["mak"], ["make"], ["make", "x.yaml", "--sedd", "3"], ["make", "x.yaml", "--seed", "three"], ["avatar"],
        ["engines", "extra"],
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
