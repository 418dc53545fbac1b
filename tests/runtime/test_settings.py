"""Settings: variables over file over defaults, wrong ones refused by name."""

import os
from pathlib import Path

import pytest

from tasks.domain.errors import FixMachine
from tasks.runtime.settings import checkout, load_settings, settings_environment


class TestLoadSettings:
    """Where values come from."""

    def test_variable_wins_over_file_and_file_over_default(self, tmp_path: Path) -> None:
        """The precedence users rely on."""
        (tmp_path / "reels.toml").write_text("max_minutes = 3\nserver_port = 5000\n")
        settings = load_settings({"REELS_MAX_MINUTES": "2"}, tmp_path)
        assert (settings.max_minutes, settings.server_port, settings.approval) == (2, 5000, "required")

    @pytest.mark.parametrize(("text", "phrase"), [
        ("max_minutes = -1", "max_minutes"), ("max_minute = 3", "no such setting; there are: .*max_minutes"),
        ("approval = 'sometimes'", "REELS_APPROVAL"),
        ("= 3", "TOML"),
    ])
    def test_wrong_file_is_refused_by_name(self, tmp_path: Path, text: str, phrase: str) -> None:
        """The message names the setting."""
        (tmp_path / "reels.toml").write_text(text)
        with pytest.raises(FixMachine, match=phrase):
            load_settings({}, tmp_path)

    def test_home_does_not_move_with_the_current_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Approvals and publications are found again wherever the command is given."""
        monkeypatch.chdir(tmp_path)
        assert load_settings({}, tmp_path).home_path == checkout() / ".reels"

    def test_store_lies_in_home_unless_set(self, tmp_path: Path) -> None:
        """One folder holds everything by default."""
        assert load_settings({"REELS_HOME": "/a"}, tmp_path).store_path == Path("/a/store")
        assert load_settings({"REELS_HOME": "/a", "REELS_STORE": "/b"}, tmp_path).store_path == Path("/b")

    def test_empty_variable_counts_as_unset(self, tmp_path: Path) -> None:
        """`REELS_HOME= reels …` must not make the current folder the home."""
        empty = {"REELS_HOME": "", "REELS_STORE": "", "REELS_SERVER_PORT": ""}
        assert load_settings(empty, tmp_path) == load_settings({}, tmp_path)


class TestSettingsEnvironment:
    """What background programs are given, which run in a folder of their own."""

    def test_program_in_another_folder_settles_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file with places written from where it lies."""
        (tmp_path / "reels.toml").write_text('home = "here"\nstore = "kept"\nlink_days = 3\n', "utf-8")
        for name in [name for name in os.environ if name.startswith("REELS_")]:
            monkeypatch.delenv(name)
        monkeypatch.chdir(tmp_path)
        mine = load_settings({}, tmp_path)
        given = settings_environment(mine)
        monkeypatch.chdir("/")
        theirs = load_settings(given, Path("/"))
        assert (theirs.home_path, theirs.store_path, theirs.link_days) == (tmp_path / "here", tmp_path / "kept", 3)
