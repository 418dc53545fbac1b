"""Settings: variables over file over defaults, wrong ones refused by name."""

import os
from pathlib import Path

import pytest

from tasks.domain.errors import FixMachine, MissingTool
from tasks.runtime.engines import QUEUES
from tasks.runtime.providers import find_provider
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

    def test_store_may_be_a_bucket(self, tmp_path: Path) -> None:
        """Its address, and where its service answers, are settings; its keys are not."""
        variables = {"REELS_STORE": "s3://reels/team/", "REELS_STORE_ENDPOINT": "http://127.0.0.1:9000"}
        settings = load_settings(variables, tmp_path)
        assert (settings.bucket, settings.store_endpoint) == ("s3://reels/team", "http://127.0.0.1:9000")
        assert load_settings({"REELS_STORE": "team"}, tmp_path).bucket is None

    @pytest.mark.parametrize(("variables", "phrase"), [
        ({"REELS_STORE": "gs://reels"}, "neither a folder nor a bucket"), ({"REELS_STORE": "s3://"}, "neither a folder"),
        ({"REELS_STORE": "s3://UPPER"}, "neither a folder"), ({"REELS_STORE": "s3://reels//x"}, "neither a folder"),
        ({"REELS_STORE": "s3://reels/a b"}, "neither a folder"), ({"REELS_STORE_ENDPOINT": "minio:9000"}, "no address like"),
        ({"REELS_STORE_ENDPOINT": "https://"}, "no address like"), ({"REELS_CACHE_GIB": "0"}, "REELS_CACHE_GIB"),
        ({"REELS_CACHE_GIB": "much"}, "REELS_CACHE_GIB"),
    ])
    def test_wrong_place_of_the_store_is_refused(self, tmp_path: Path, variables: dict[str, str], phrase: str) -> None:
        """Before anything is looked for there."""
        with pytest.raises(FixMachine, match=phrase):
            load_settings(variables, tmp_path)

    def test_key_in_an_address_is_refused_and_not_repeated(self, tmp_path: Path) -> None:
        """Settings are shown and logged; keys come from AWS_* variables."""
        with pytest.raises(FixMachine, match="AWS_ACCESS_KEY_ID") as caught:
            load_settings({"REELS_STORE_ENDPOINT": "https://me:hush@s3.example.com"}, tmp_path)
        assert "hush" not in str(caught.value)

    def test_queues_are_a_list_in_the_file_and_words_in_a_variable(self, tmp_path: Path) -> None:
        """A machine serves everything unless it says otherwise."""
        assert load_settings({}, tmp_path).queues == QUEUES
        assert load_settings({"REELS_QUEUES": "gpu, cpu"}, tmp_path).queues == ("gpu", "cpu")
        (tmp_path / "reels.toml").write_text('queues = ["publish"]\n')
        assert load_settings({}, tmp_path).queues == ("publish",)

    def test_unknown_queue_is_refused(self, tmp_path: Path) -> None:
        """Nothing would ever wait there."""
        with pytest.raises(FixMachine, match="queues.*'tpu'"):
            load_settings({"REELS_QUEUES": "cpu,tpu"}, tmp_path)

    def test_unknown_service_is_refused(self, tmp_path: Path) -> None:
        """An address that nobody asks would go unnoticed."""
        with pytest.raises(FixMachine, match="no service 'speech_server'; there are: .*speech-server"):
            load_settings({"REELS_PROVIDERS": '{"speech_server": {"url": "http://127.0.0.1:8000"}}'}, tmp_path)

    def test_own_server_must_be_told_where_it_is(self, tmp_path: Path) -> None:
        """A service has an address of its own, which may be replaced."""
        plain = load_settings({}, tmp_path)
        assert plain.address_of(find_provider("openai")) == "https://api.openai.com/v1"
        with pytest.raises(MissingTool, match=r"\[providers.speech-server\] url"):
            plain.address_of(find_provider("speech-server"))
        set_by_hand = load_settings({"REELS_PROVIDERS": '{"speech-server": {"url": "http://127.0.0.1:8000"}}'}, tmp_path)
        assert set_by_hand.address_of(find_provider("speech-server")) == "http://127.0.0.1:8000"

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
