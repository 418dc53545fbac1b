"""What a reel will cost, asked before anybody approves it."""

from decimal import Decimal
from pathlib import Path

import pytest

from flows.pricing import paid_engines, require_addresses, require_means, with_open_ways, with_prices
from tasks.domain.errors import FixMachine, FixRequest, MissingTool
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script, Show
from tasks.runtime.providers import Provider
from tasks.runtime.settings import ProviderSettings, Settings
from tasks.runtime.stores import store_of

SERVICE = "https://films.example.com/v1"


def plan(generator: str, *, takes: int = 1, ways_out: tuple[str, ...] = ()) -> ReelPlan:
    """A plan with a short speech and a generator."""
    return ReelPlan.model_construct(
        script=Script(title="T", beats=(Beat(say="Hello there, my friend."),)), takes=takes, ways_out=ways_out,
        engines={"animation": "generated", "generation": generator}, voice=Voice(name="tone", language="en-US"), tail_s=0.5)


def priced(generator: str, folder: Path, *, takes: int = 1, ways_out: tuple[str, ...] = (), **service: object) -> ReelPlan:
    """The plan with its price, where `[providers.openai-videos]` says this."""
    providers = {"openai-videos": ProviderSettings.model_validate(service)} if service else {}
    settings = Settings(home=folder, providers=providers)
    return with_prices(plan(generator, takes=takes, ways_out=ways_out), settings, store_of(settings))


def refused(provider: Provider) -> None:
    """Nobody has the key."""
    raise MissingTool(f"{provider.title} has no key")


class TestGenerators:
    def test_paid_service_is_priced_by_the_installation(self, tmp_path: Path) -> None:
        """Whole clips of four seconds."""
        cost = Decimal(str(priced("openai-videos", tmp_path, url=SERVICE, usd_per_second="0.10").cost_usd))
        assert cost > 0
        assert cost % Decimal("0.40") == 0

    def test_all_takes_are_in_the_price(self, tmp_path: Path) -> None:
        """And so is what the next generator would cost, under its own name."""
        service = {"url": SERVICE, "usd_per_second": "0.10"}
        one, three = (priced("openai-videos", tmp_path, takes=takes, **service).cost_usd for takes in (1, 3))
        assert three == pytest.approx(3 * one)
        later = priced("double", tmp_path, ways_out=("openai-videos", "puppet"), **service)
        assert later.prices.keys() == {"generation by openai-videos"}
        assert later.cost_usd == one

    def test_films_that_beats_ask_for_are_in_the_price(self, tmp_path: Path) -> None:
        """One clip each, where the puppet moves the avatar."""
        asking = Script(title="T", beats=(Beat(say="Tea.", show=(Show(generate="steam"),)),) * 2)
        of_beats = plan("openai-videos").model_copy(update={
            "script": asking, "engines": {"animation": "puppet", "generation": "openai-videos"}})
        settings = Settings(home=tmp_path, providers={"openai-videos": ProviderSettings.model_validate(
            {"url": SERVICE, "usd_per_second": "0.10"})})
        assert with_prices(of_beats, settings, store_of(settings)).cost_usd == pytest.approx(2 * 0.40)

    def test_without_a_price_no_reel_is_planned(self, tmp_path: Path) -> None:
        with pytest.raises(FixMachine, match=r"\[providers.openai-videos\] usd_per_second"):
            priced("openai-videos", tmp_path, url=SERVICE)

    def test_nothing_is_planned_with_openai(self, tmp_path: Path) -> None:
        """Under its own name or another."""
        with pytest.raises(FixRequest, match="2026-09-24"):
            priced("sora", tmp_path)
        with pytest.raises(FixRequest, match="2026-09-24"):
            priced("openai-videos", tmp_path, url="https://api.openai.com/v1", usd_per_second="0.10")

    def test_way_out_without_a_price_is_closed(self, tmp_path: Path) -> None:
        """And one with a price stays open, whether or not there is a key yet."""
        def ways(**service: object) -> ReelPlan:
            settings = Settings(home=tmp_path, providers={"openai-videos": ProviderSettings.model_validate(service)})
            listed = plan("double", ways_out=("openai-videos", "puppet")).model_copy(update={"warnings": ()})
            return with_open_ways(listed, settings, store_of(settings))

        closed, still_open = ways(url=SERVICE), ways(url=SERVICE, usd_per_second="0.10")
        assert closed.ways_out == ("puppet",)
        (told,) = closed.warnings
        assert told.startswith("'openai-videos' cannot take over if 'double' makes nothing good: what a second of film")
        assert (still_open.ways_out, still_open.warnings) == (("openai-videos", "puppet"), ())

    def test_way_out_needs_neither_address_nor_key(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The chosen generator needs both."""
        monkeypatch.setattr("tasks.orchestration.payment.key_of", refused)
        settings = Settings(home=tmp_path, providers={"openai-videos": ProviderSettings.model_validate({"url": SERVICE})})
        require_means(plan("double", ways_out=("video-server", "openai-videos")), settings)
        with pytest.raises(MissingTool, match="no key"):
            require_means(plan("openai-videos"), settings)

    @pytest.mark.parametrize("generator", ["video-server", "talking-server"])
    def test_own_server_costs_nothing_and_needs_an_address(self, tmp_path: Path, generator: str) -> None:
        assert paid_engines(plan(generator)) == []
        with pytest.raises(MissingTool, match=rf"\[providers.{generator}\] url"):
            require_addresses([plan(generator)], Settings(home=tmp_path))
