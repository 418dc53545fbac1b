"""Keys of paid services: where they are found, and that they do not show themselves."""

import copy
import json
import pickle

import pytest

from tasks.domain.errors import MissingTool
from tasks.runtime.keys import Secret, find_key, find_optional_key, hide_keys
from tasks.runtime.providers import find_provider
from tasks.runtime.redaction import redacted

PRETEND = find_provider("pretend")
KEY = "sk-found-in-a-test"


class TestFindKey:
    def test_environment_comes_first(self) -> None:
        """A block is not even asked for."""
        assert find_key(PRETEND, {"REELS_PRETEND_KEY": f" {KEY}\n"}, lambda _: pytest.fail("asked")).reveal() == KEY

    def test_block_is_asked_by_its_documented_name(self) -> None:
        """The variable's name in small letters with dashes."""
        assert find_key(PRETEND, {}, {"reels-pretend-key": KEY}.get).reveal() == KEY

    @pytest.mark.parametrize("environment", [{}, {"REELS_PRETEND_KEY": " "}])
    def test_missing_key_names_variable_and_block(self, environment: dict[str, str]) -> None:
        """The message says what to do."""
        with pytest.raises(MissingTool, match="REELS_PRETEND_KEY.*'reels-pretend-key'"):
            find_key(PRETEND, environment, lambda _: None)

    def test_garbled_key_is_refused_without_showing_it(self) -> None:
        """A line end in the middle would break the header, and a message must not hold it."""
        with pytest.raises(MissingTool, match="copy it again") as caught:
            find_key(PRETEND, {"REELS_PRETEND_KEY": f"{KEY}\n{KEY}"})
        assert KEY not in str(caught.value)


class TestFindOptionalKey:
    def test_service_without_a_key_has_none(self) -> None:
        """A server of one's own may want none; a garbled one is refused all the same."""
        own = find_provider("speech-server")
        assert find_optional_key(own, {}, lambda _: None) is None
        key = find_optional_key(own, {own.key_variable: KEY})
        assert key is not None
        assert key.reveal() == KEY
        with pytest.raises(MissingTool):
            find_optional_key(own, {own.key_variable: f"{KEY}\n{KEY}"})


class TestSecret:
    def test_shows_stars(self) -> None:
        """In texts, in lists, in formats."""
        secret = Secret(KEY)
        assert [str(secret), repr([secret]), f"{secret}"] == ["***", "[***]", "***"]

    @pytest.mark.parametrize("leave", [pickle.dumps, json.dumps, copy.deepcopy])
    def test_is_not_passed_on(self, leave: object) -> None:
        """Whatever would store it fails."""
        with pytest.raises(TypeError):
            leave(Secret(KEY))  # type: ignore[operator]


class TestHideKeys:
    def test_keys_of_the_environment_are_hidden_before_they_are_used(self) -> None:
        """What a run prints first may hold one already."""
        hide_keys({"REELS_PRETEND_KEY": "sk-not-used-yet"})
        assert redacted("with sk-not-used-yet") == "with ***"
