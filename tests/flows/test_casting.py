"""Who animates the avatar: what the caller, the avatar and the defaults say, and what cannot be."""

import shutil
from pathlib import Path

import pytest

from flows.planning import Overrides, plan_reel
from tasks.approval.request import describe
from tasks.domain.errors import FixMachine, FixRequest, UnknownName
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Show
from tasks.generation.double import DoubleFilms
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
HELLO = Script(title="T", beats=(Beat(say="Hello there"),))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    return root


def planned(store: Store, library: Path, *, avatar: str = "", script: Script = HELLO, **overrides: object) -> ReelPlan:
    """A plan with lines added to the avatar's file."""
    path = library / "avatars" / "ada" / "avatar.yaml"
    if avatar:
        path.write_text(path.read_text("utf-8") + avatar + "\n", "utf-8")
    return plan_reel(script, overrides=Overrides.model_validate(overrides), store=store, settings=Settings(library=library))


class TestOwnMouth:
    @pytest.mark.parametrize("animation", ["puppet", "kenburns", "double"])
    def test_it_is_refused_where_it_would_not_say_what_is_heard(self, store: Store, library: Path, animation: str) -> None:
        """By name, with what to do: the puppet's mouth would rest, that of a film that follows nothing would chew."""
        with pytest.raises(FixRequest, match=f"'own' leaves the mouth as it was filmed, and with '{animation}' .*leave out"):
            planned(store, library, engines={"animation": animation, "lipsync": "own"})

    def test_it_is_kept_of_a_film_that_follows_the_voice(self, store: Store, library: Path, monkeypatch: pytest.MonkeyPatch
                                                         ) -> None:
        monkeypatch.setattr(DoubleFilms, "follows", "voice")
        plan = planned(store, library, engines={"animation": "double", "lipsync": "own"})
        assert (plan.engines["generation"], plan.engines["lipsync"]) == ("double", "own")


class TestGenerator:
    def test_it_may_stand_where_an_animation_stands(self, store: Store, library: Path) -> None:
        """Or be named for its own stage: the plan is the same, and planning that plan again too."""
        plan = planned(store, library, engines={"animation": "double"})
        assert (plan.engines["animation"], plan.engines["generation"]) == ("generated", "double")
        named = planned(store, library, engines={"animation": "generated", "generation": "double"})
        again = planned(store, library, engines=plan.engines, takes=plan.takes)
        assert plan.approval_sha256() == named.approval_sha256() == again.approval_sha256()

    def test_somebody_takes_over_where_it_makes_nothing_good(self, store: Store, library: Path) -> None:
        """The puppet, then the camera; the approver reads it, and another way is another reel to approve."""
        plan = planned(store, library, engines={"animation": "double"}, takes=3)
        assert plan.ways_out == ("puppet", "kenburns")
        assert "the best of 3 takes by double; if none is good enough: puppet, kenburns" in describe(plan)
        one = planned(store, library, engines={"animation": "double"})
        assert "one take by double" in describe(one)
        assert one.approval_sha256() != plan.approval_sha256()

    def test_without_one_nobody_does(self, store: Store, library: Path) -> None:
        """The puppet is no generator, and its reels are approved as before."""
        plan = planned(store, library)
        assert (plan.ways_out, "generation" in plan.engines) == ((), False)
        assert "takes by" not in describe(plan)

    def test_it_may_make_pictures_to_cut_to_alone(self, store: Store, library: Path) -> None:
        script = Script(title="T", beats=(Beat(say="Hello there", show=(Show(generate="steam rises"),)),))
        plan = planned(store, library, script=script, engines={"generation": "double"})
        assert (plan.engines["animation"], plan.engines["generation"], plan.ways_out) == ("puppet", "double", ())
        assert not plan.warnings

    def test_one_that_has_nothing_to_make_is_told(self, store: Store, library: Path) -> None:
        """With the option that lets it film the avatar, which may be what was meant."""
        told, = planned(store, library, engines={"generation": "double"}).warnings
        assert told.startswith("the generator 'double' is named and makes nothing: 'puppet' moves the avatar")
        assert told.endswith("--engine animation=double")

    def test_two_that_are_asked_for_are_refused(self, store: Store, library: Path) -> None:
        """Naming one twice is no harm, and the caller overrules the avatar's."""
        with pytest.raises(FixRequest, match=r"'svd' for the animation and 'double' for the generation"):
            planned(store, library, engines={"animation": "svd", "generation": "double"})
        twice = planned(store, library, engines={"animation": "double", "generation": "double"})
        listed = planned(store, library, avatar="animation: [svd]", engines={"generation": "double"})
        assert twice.engines["generation"] == listed.engines["generation"] == "double"

    def test_films_by_nobody_are_refused(self, store: Store, library: Path) -> None:
        with pytest.raises(FixRequest, match=r"add --engine generation=NAME; there are: .*double"):
            planned(store, library, engines={"animation": "generated"})

    def test_one_that_takes_no_picture_is_refused(self, store: Store, library: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(DoubleFilms, "sources", frozenset({"text"}))
        with pytest.raises(FixRequest, match="'double' makes no films of a portrait"):
            planned(store, library, engines={"animation": "double"})

    def test_avatar_without_a_face_has_no_films(self, store: Store, library: Path) -> None:
        with pytest.raises(FixRequest, match="moves a face, and the avatar 'Ada' has none"):
            planned(store, library, avatar="face: false", engines={"animation": "double"})


class TestAvatarsList:
    def test_first_animates_and_the_others_take_over(self, store: Store, library: Path) -> None:
        plan = planned(store, library, avatar="animation: [double, kenburns]")
        assert (plan.engines["generation"], plan.sources["engines.animation"]) == ("double", "avatar")
        assert plan.ways_out == ("kenburns", "puppet")

    def test_what_comes_before_the_one_asked_for_is_not_tried(self, store: Store, library: Path) -> None:
        plan = planned(store, library, avatar="animation: [puppet, double]", engines={"animation": "double"})
        assert plan.ways_out == ("puppet", "kenburns")

    def test_caller_overrules_it(self, store: Store, library: Path) -> None:
        plan = planned(store, library, avatar="animation: [double]", engines={"animation": "puppet"})
        assert (plan.engines["animation"], plan.ways_out) == ("puppet", ())

    def test_name_that_cannot_animate_it_is_refused_though_it_comes_last(self, store: Store, library: Path) -> None:
        with pytest.raises(UnknownName, match=r"no animation of the avatar 'Ada' 'pupet'; did you mean 'puppet'\?"):
            planned(store, library, avatar="animation: [double, pupet]")

    def test_those_that_are_not_set_up_are_left_out_with_the_reason(self, store: Store, library: Path) -> None:
        """A server without an address, a service without one, and one that has ended; the reel is planned all the same."""
        plan = planned(store, library, avatar="animation: [double, video-server, openai-videos, sora]")
        assert plan.ways_out == ("puppet", "kenburns")
        reasons = {"video-server": "[providers.video-server] url", "openai-videos": "[providers.openai-videos] url",
                   "sora": "2026-09-24"}
        for (name, reason), told in zip(reasons.items(), plan.warnings, strict=True):
            assert told.startswith(f"{name!r} cannot take over if 'double' makes nothing good: ")
            assert reason in told

    def test_first_must_be_set_up(self, store: Store, library: Path) -> None:
        with pytest.raises(FixMachine, match=r"usd_per_second"):
            planned(store, library, avatar="animation: [openai-videos, double]")

    def test_film_that_is_not_there_cannot_animate(self, store: Store, library: Path) -> None:
        with pytest.raises(UnknownName, match="'clip'"):
            planned(store, library, avatar="animation: [clip]", engines={"animation": "puppet"})


class TestTakes:
    def test_command_line_over_script_over_one(self, store: Store, library: Path) -> None:
        script = HELLO.model_copy(update={"takes": 4})
        of = {"engines": {"animation": "double"}}
        plans = [planned(store, library, script=script, takes=2, **of), planned(store, library, script=script, **of),
                 planned(store, library, **of)]
        assert [plan.takes for plan in plans] == [2, 4, 1]
        assert [plan.sources["takes"] for plan in plans] == ["command line", "script", "default"]

    @pytest.mark.parametrize("takes", [0, -1, 10])
    def test_no_take_or_too_many_are_refused(self, store: Store, library: Path, takes: int) -> None:
        with pytest.raises(FixRequest, match=f"{takes} takes are asked for: choose 1 to 9"):
            planned(store, library, takes=takes)

    def test_several_without_a_generator_are_told(self, store: Store, library: Path) -> None:
        (told,) = planned(store, library, takes=3).warnings
        assert told.startswith("3 takes are asked for, and 'puppet' moves the avatar the same way each time")


class TestDirections:
    SCRIPT = Script(title="T", beats=(Beat(say="Hello there", direct="juggles"), Beat(say="Again", direct="smile")))

    def warnings(self, store: Store, library: Path, animation: str, script: Script = SCRIPT) -> tuple[str, ...]:
        """What is said of a plan."""
        return planned(store, library, script=script, engines={"animation": animation}).warnings

    def test_generator_with_prompts_is_told_strange_words_too(self, store: Store, library: Path) -> None:
        """The puppet understands its own words alone."""
        assert self.warnings(store, library, "double") == ()
        (told,) = self.warnings(store, library, "puppet")
        assert told.startswith("'juggles' in the direction of beat 1 is not understood")

    def test_camera_of_a_generated_film_stands_still(self, store: Store, library: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
        """And whoever asks it to move is told; the puppet moves it, also where a generator follows the puppet."""
        script = Script(title="T", beats=(Beat(say="Hello"), Beat(say="there", direct="smile, then zoom in slowly")))
        assert self.warnings(store, library, "double", script) == (
            "'zoom in slowly' in the direction of beat 2 is not followed: the camera of a generated film stands still;"
            " --engine animation=puppet moves it",)
        assert self.warnings(store, library, "puppet", script) == ()
        monkeypatch.setattr(DoubleFilms, "follows", "puppet")
        assert self.warnings(store, library, "double", script) == ()

    def test_generator_that_reads_no_words_follows_none(self, store: Store, library: Path) -> None:
        """Said once, and not where nothing is directed."""
        assert self.warnings(store, library, "svd") == ("the generator 'svd' reads no words: directions are not followed",)
        assert self.warnings(store, library, "svd", HELLO) == ()

    def test_generator_without_prompts_that_follows_the_puppet_knows_its_words(self, store: Store, library: Path,
                                                                               monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(DoubleFilms, "prompts", None)
        monkeypatch.setattr(DoubleFilms, "follows", "puppet")
        assert self.warnings(store, library, "double") == self.warnings(store, library, "puppet")
