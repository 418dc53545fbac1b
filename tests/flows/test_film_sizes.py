"""Films too small for their place in a reel are refused when it is planned, before anything is asked or made."""

import re
from types import SimpleNamespace

import pytest

from flows.film_sizes import require_large_films
from flows.planning import Overrides, plan_reel
from tasks.domain.errors import FixMachine
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Show
from tasks.generation.double import DoubleFilms
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store
from tasks.runtime.tuning import Tuning

HELLO = Script(title="T", beats=(Beat(say="Hello there"),))
STEAM = Show(generate="steam rises")


def planned(store: Store, engines: dict[str, str], script: Script = HELLO, **sizes: tuple[int, int]) -> ReelPlan:
    """A plan where generators are set up to make films of these sizes."""
    return plan_reel(script, overrides=Overrides(engines=engines), store=store, settings=settings_of(**sizes))


def settings_of(**sizes: tuple[int, int]) -> Settings:
    """An installation where generators are set up to make films of these sizes."""
    tuned = {name.replace("_", "-"): Tuning(width_px=width, height_px=height) for name, (width, height) in sizes.items()}
    return Settings.model_validate({"generators": tuned, "providers": {
        "video-server": {"url": "http://127.0.0.1:9"},
        "openai-videos": {"url": "https://films.example/v1", "usd_per_second": "0.10"}}})


class TestAvatar:
    @pytest.mark.parametrize("name", ["ltx", "video-server", "openai-videos"])
    def test_small_films_are_refused_with_what_is_needed_and_where(self, store: Store, name: str) -> None:
        """1080 / 2.5 = 432 and 1920 / 2.5 = 768 are needed; 1920 / 448 = 4.3. Whoever makes them, nothing is asked."""
        with pytest.raises(FixMachine) as caught:
            planned(store, {"animation": name}, **{name: (256, 448)})
        assert str(caught.value) == (
            f"a film of the generator {name!r} has 256 x 448 pixels and would be enlarged 4.3 times to fill 1080 x 1920, at"
            f" most 2.5 is bearable: set width_px and height_px in [generators.{name}] of reels.toml to 432 and 768 or"
            " more, or choose another generator with --engine generation=NAME (`reels engines` lists them)")

    @pytest.mark.parametrize("name", ["svd", "ltx", "ltx2", "wan", "wan-animate", "video-server", "openai-videos"])
    def test_what_is_advised_is_accepted(self, store: Store, name: str) -> None:
        """Though a model rounds it by its own rules; and so is every generator's usual size."""
        assert planned(store, {"animation": name}, **{name: (432, 768)}).engines["generation"] == name
        assert planned(store, {"animation": name}).engines["generation"] == name

    def test_size_counts_as_the_model_rounds_it(self, store: Store) -> None:
        """SVD makes multiples of 64: 400 x 700 becomes 384 x 704, as 0.545 is nearer to 9:16 than what else is near."""
        with pytest.raises(FixMachine, match="has 384 x 704 pixels"):
            planned(store, {"animation": "svd"}, svd=(400, 700))

    def test_one_whose_size_nobody_sets_can_only_be_changed(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(DoubleFilms, "size", (180, 320))
        with pytest.raises(FixMachine, match="bearable: choose another generator"):
            planned(store, {"animation": "double"})

    def test_one_that_may_take_over_is_left_out_with_the_reason(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("flows.planning.settle_ways_out", lambda *_: ("ltx", "puppet"))
        plan = planned(store, {"animation": "double"}, ltx=(256, 448))
        assert plan.ways_out == ("puppet",)
        assert plan.warnings[0].startswith("'ltx' cannot take over if 'double' makes nothing good: a film of the generator"
                                           " 'ltx' has 256 x 448 pixels")


class TestShows:
    def test_small_films_are_refused_with_their_beat(self, store: Store) -> None:
        script = Script(title="T", beats=(Beat(say="Hello"), Beat(say="there", show=(STEAM,))))
        with pytest.raises(FixMachine, match=r"^'show' of beat 2: a film of the generator 'ltx' has 256 x 448 pixels"):
            planned(store, {"generation": "ltx"}, script, ltx=(256, 448))

    def test_below_the_avatar_they_may_be_lower(self, store: Store) -> None:
        """What fills 1080 x 1056 there, enlarged 2.25 times, would be enlarged 3.75 times to fill all."""
        low = (480, 512)
        below = Script(title="T", beats=(Beat(say="Hello", show=(STEAM.model_copy(update={"layout": "split"}),)),))
        assert planned(store, {"generation": "video-server"}, below, video_server=low)
        alone = Script(title="T", beats=(Beat(say="Hello", show=(STEAM,)),))
        with pytest.raises(FixMachine, match="enlarged 3.8 times to fill 1080 x 1920"):
            planned(store, {"generation": "video-server"}, alone, video_server=low)

    @pytest.mark.parametrize("name", ["svd", "ltx", "ltx2", "wan", "wan-animate", "video-server"])
    def test_what_is_advised_there_is_accepted(self, store: Store, name: str) -> None:
        """Models round to multiples that are nearest to a reel's shape, which is not that of the place below the avatar."""
        below = SimpleNamespace(engines={"animation": "puppet", "generation": name},
                                script=Script(title="T", beats=(Beat(say="Hello", show=(
                                    STEAM.model_copy(update={"layout": "split"}),)),)))
        with pytest.raises(FixMachine, match=r"to \d+ and \d+ or more") as caught:
            require_large_films(below, settings_of(**{name: (256, 256)}), store)
        advised = re.search(r"to (\d+) and (\d+) or more", str(caught.value))
        require_large_films(below, settings_of(**{name: (int(advised[1]), int(advised[2]))}), store)

    def test_generator_that_is_asked_for_nothing_may_be_small(self, store: Store) -> None:
        assert planned(store, {"generation": "ltx"}, ltx=(256, 448))
