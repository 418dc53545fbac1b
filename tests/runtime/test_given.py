"""What engines are given of the installation."""

from decimal import Decimal
from pathlib import Path

import pytest

from tasks.domain.errors import UnknownName
from tasks.runtime.given import given_to
from tasks.runtime.models import ModelFolder
from tasks.runtime.providers import Terms
from tasks.runtime.settings import ProviderSettings, Settings
from tasks.runtime.stores import store_of


def test_only_what_the_menu_says(tmp_path: Path) -> None:
    """An engine that wants nothing gets nothing; one with models gets the folder of its own name, which need not exist."""
    settings = Settings(home=tmp_path, accepted_licences=("CPML",))
    store = store_of(settings)
    assert given_to("speech", "espeak", settings, store) == {}
    given = given_to("alignment", "auto", settings, store)
    assert given == {"models": ModelFolder(tmp_path / "models" / "auto", frozenset({"CPML"}))}
    assert given["models"].names("*") == ()


def test_models_may_lie_anywhere(tmp_path: Path) -> None:
    """The setting names the folder; hidden files are no models."""
    (tmp_path / "all" / "auto").mkdir(parents=True)
    for name in ("b.onnx", "a.onnx", ".a.onnx.part"):
        (tmp_path / "all" / "auto" / name).touch()
    settings = Settings(home=tmp_path, models=tmp_path / "all")
    assert given_to("alignment", "auto", settings, store_of(settings))["models"].names("*.onnx") == ("a.onnx", "b.onnx")


def test_an_unknown_engine_is_named(tmp_path: Path) -> None:
    """With those there are."""
    settings = Settings(home=tmp_path)
    with pytest.raises(UnknownName, match="'nobody'"):
        given_to("speech", "nobody", settings, store_of(settings))


def test_terms_are_those_of_the_engines_service(tmp_path: Path) -> None:
    """What `[providers.<name>]` settles; nothing of other services."""
    providers = {"elevenlabs": ProviderSettings(voice="an-id", usd_per_1000_letters=Decimal("0.1"))}
    settings = Settings(home=tmp_path, providers=providers)
    store = store_of(settings)
    assert given_to("speech", "elevenlabs", settings, store) == {"terms": Terms("an-id", Decimal("0.1"))}
    assert given_to("speech", "openai", settings, store) == {"terms": Terms()}
