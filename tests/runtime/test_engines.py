"""The engine menu: every line leads somewhere, one embedded default a stage."""

from collections import Counter

import pytest

from tasks.domain.errors import UnknownName
from tasks.runtime.engines import ENGINES, EngineEntry, default_engines, find_engine, load_engine, queue_of, unknown
from tasks.runtime.providers import find_provider


class TestMenu:
    """The table itself."""

    @pytest.mark.parametrize("entry", ENGINES, ids=lambda entry: f"{entry.stage}-{entry.name}")
    def test_every_line_leads_to_an_engine_of_that_name(self, entry: EngineEntry) -> None:
        """No line points into the void."""
        engine = load_engine(entry.stage, entry.name)
        assert engine.name == entry.name
        assert engine.version

    def test_each_stage_has_one_default_that_costs_nothing(self) -> None:
        """The whole story runs without key, GPU or download; films are generated only for those who ask for them."""
        defaults = [entry for entry in ENGINES if entry.default]
        assert set(Counter(entry.stage for entry in defaults).values()) == {1}
        assert {entry.stage for entry in defaults} == {entry.stage for entry in ENGINES} - {"generation"}
        assert {(entry.cost, entry.needs) for entry in defaults} == {("free", "nothing")}
        assert default_engines() == {entry.stage: entry.name for entry in defaults}

    @pytest.mark.parametrize("entry", ENGINES, ids=lambda entry: f"{entry.stage}-{entry.name}")
    def test_what_costs_something_says_whom_is_paid_and_how_much(self, entry: EngineEntry) -> None:
        """Menu and engine agree on the price, and its provider is known; whoever has none, or the user's own, is free."""
        engine = load_engine(entry.stage, entry.name)
        unpaid = entry.provider is None or find_provider(entry.provider).own
        assert (entry.cost == "free") == unpaid == (not hasattr(engine, "price"))
        if entry.provider and not unpaid:
            assert entry.cost == engine.tariff
            assert entry.needs == find_provider(entry.provider).key_variable


class TestQueues:
    """Where engines want to run."""

    def test_stage_goes_where_its_engine_wants(self) -> None:
        """Most want nothing special."""
        assert queue_of("animation", ["sway"]) == "gpu"
        assert queue_of("animation", ["puppet"]) == "cpu"

    def test_of_several_engines_the_demanding_one_decides(self) -> None:
        """One machine does them all; a stage without engines is ordinary work."""
        assert queue_of("animation", ["puppet", "sway"]) == "gpu"
        assert queue_of("publish", []) == "cpu"


class TestUnknownNames:
    """What is said about a name that stands for nothing."""

    def test_lists_all_and_the_nearest(self) -> None:
        """A slip of the finger is answered with what was meant."""
        message = str(unknown("avatar", "adda", ["kofi", "ada"]))
        assert message == "no avatar 'adda'; did you mean 'ada'? There are: ada, kofi"

    def test_engine_of_another_stage_is_unknown(self) -> None:
        """Names belong to their stage."""
        with pytest.raises(UnknownName, match="no speech engine 'puppet'.*espeak"):
            find_engine("speech", "puppet")
