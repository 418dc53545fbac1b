"""Planning: every choice settled, and where it came from."""

import shutil
from pathlib import Path

import pytest

from flows.planning import Choices, Overrides, plan_reel
from tasks.domain.errors import FixRequest, GlyphMissing, ScriptError, UnknownName
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, CaptionChoice, Script, Show, VoiceChoice
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
HELLO = Script(title="T", beats=(Beat(say="Hello there"),))


def planned(store: Store, script: Script = HELLO, *, settings: Settings | None = None, **overrides: object) -> ReelPlan:
    """A plan with the project's own library."""
    return plan_reel(script, overrides=Overrides.model_validate(overrides), store=store, settings=settings or Settings())


def hello(**fields: object) -> Script:
    """The short script with other fields."""
    return HELLO.model_copy(update=fields)


class TestChoices:
    def test_first_offer_wins(self) -> None:
        """Command line over script over default, and 0 or False are offers."""
        choices = Choices()
        assert choices.pick("a", 1, command_line=None, script=0, avatar=3) == 0
        assert choices.pick("b", 1, command_line=5, script=0) == 5
        assert choices.pick("c", 1, command_line=None, script=None) == 1
        assert choices.sources == {"a": "script", "b": "command line", "c": "default"}


class TestPrecedence:
    def test_defaults_make_a_whole_plan(self, store: Store) -> None:
        """A script of one line is enough."""
        plan = planned(store)
        assert (plan.avatar.name, plan.brand_name, plan.voice.language, plan.seed, plan.publish) == (
            "ada", "default", "en-US", 0, ("folder",))
        assert plan.engines == {"speech": "espeak", "alignment": "voice", "animation": "puppet", "lipsync": "visemes",
                                "captions": "ass", "render": "ffmpeg", "publish": "folder"}
        assert plan.warnings == ()

    def test_every_value_tells_where_it_came_from(self, store: Store) -> None:
        """What a dry run shows covers all that was settled."""
        settled = {"avatar", "brand", "language", "voice.name", "voice.rate", "voice.pitch", "captions.style",
                   "captions.colour", "seed", *(f"engines.{stage}" for stage in planned(store).engines)}
        assert planned(store).sources.keys() == settled

    def test_avatar_brings_its_voice(self, store: Store) -> None:
        """Ada speaks as Ada unless the script says otherwise."""
        plan = planned(store)
        assert (plan.voice.name, plan.sources["voice.name"], plan.sources["language"]) == ("en-us+f3", "avatar", "avatar")
        plan = planned(store, hello(voice=VoiceChoice(name="en-us", rate=1.5)))
        assert (plan.voice.name, plan.voice.rate, plan.sources["voice.name"]) == ("en-us", 1.5, "script")

    @pytest.mark.parametrize(("language", "voice"), [("en-GB", "en-gb+f3"), ("de-DE", "de+f3"), ("EN-us", "en-us+f3")])
    def test_avatar_keeps_her_timbre_in_other_languages(self, store: Store, language: str, voice: str) -> None:
        """The language decides the voice, the avatar its variant."""
        assert planned(store, hello(language=language)).voice.name == voice

    def test_another_speech_engine_has_its_own_voice(self, store: Store) -> None:
        """The avatar's voice belongs to the avatar's engine."""
        plan = planned(store, engines={"speech": "tone"})
        assert (plan.voice.name, plan.sources["voice.name"], plan.sources["engines.speech"]) == (
            "tone", "default", "command line")

    def test_script_is_overruled_by_the_command_line_only(self, store: Store) -> None:
        """Avatar, seed, style and speech engine."""
        script = hello(avatar="mei", seed=3, captions=CaptionChoice(style="karaoke"), voice=VoiceChoice(engine="tone"))
        plan = planned(store, script)
        assert (plan.avatar.name, plan.seed, plan.engines["speech"]) == ("mei", 3, "tone")
        assert {plan.sources[field] for field in ("avatar", "seed", "captions.style", "engines.speech")} == {"script"}
        plan = planned(store, script, avatar="kofi", seed=0, style="karaoke", engines={"speech": "espeak"})
        assert (plan.avatar.name, plan.seed, plan.engines["speech"]) == ("kofi", 0, "espeak")
        assert {plan.sources[field] for field in ("avatar", "seed", "captions.style", "engines.speech")} == {"command line"}

    def test_colour_comes_from_script_or_brand(self, store: Store) -> None:
        """The brand's highlight unless the script has its own."""
        plan = planned(store)
        assert (plan.captions.colour, plan.sources["captions.colour"]) == (plan.brand.colours.highlight, "brand")
        assert planned(store, hello(captions=CaptionChoice(colour="#00ff00"))).captions.colour == "#00ff00"

    def test_empty_list_of_places_hands_the_reel_to_nobody(self, store: Store) -> None:
        """Whoever asks for no publication must not get the default one."""
        assert planned(store, publish=[]).publish == ()

    def test_several_places_to_publish_are_one_choice(self, store: Store) -> None:
        """By list or by the stage's name, the plan is the same; both are part of what is approved."""
        listed, named = planned(store, publish=["folder", "nowhere"]), planned(store, engines={"publish": "folder,nowhere"})
        assert listed.publish == named.publish == ("folder", "nowhere")
        assert listed.approval_sha256() == named.approval_sha256() != planned(store).approval_sha256()

    def test_planning_a_plan_again_is_the_same_approved_reel(self, store: Store) -> None:
        """A flow that is given a plan's choices comes to the same digest."""
        plan = planned(store, hello(language="en-GB", voice=VoiceChoice(rate=1.2)))
        again = planned(store, plan.script, avatar=plan.avatar.name, engines=plan.engines, style=plan.captions.style,
                        seed=plan.seed, publish=list(plan.publish), strict=plan.strict)
        assert again.approval_sha256() == plan.approval_sha256()
        assert again.model_copy(update={"sources": plan.sources}) == plan


class TestRefusals:
    @pytest.mark.parametrize(("overrides", "sentence"), [
        ({"avatar": "adda"}, "no avatar 'adda'; did you mean 'ada'? There are: ada, kofi, mei"),
        ({"style": "karaokee"}, "no caption style 'karaokee'; did you mean 'karaoke'?"),
        ({"engines": {"speach": "espeak"}}, "no stage 'speach'; did you mean 'speech'? There are: alignment, animation"),
        ({"engines": {"lipsync": "psychic"}}, "no lipsync engine 'psychic'; there are: flap, visemes"),
        ({"publish": ["folder", "moon"]}, "no publish engine 'moon'; there are: folder, nowhere"),
    ])
    def test_unknown_choice_lists_what_there_is(self, store: Store, overrides: dict[str, object], sentence: str) -> None:
        """What the command line asks for and what is not there."""
        with pytest.raises(UnknownName) as caught:
            planned(store, **overrides)
        assert sentence in str(caught.value)

    @pytest.mark.parametrize(("fields", "sentence"), [
        ({"brand": "acme"}, "no brand 'acme'; there are: default"),
        ({"language": "tlh"}, "no language 'tlh'"),
        ({"language": "ja-JP"}, "'ja-JP' is written without spaces"),
        ({"voice": VoiceChoice(name="hal")}, "no espeak voice 'hal'"),
        ({"voice": VoiceChoice(engine="hal")}, "no speech engine 'hal'; there are: espeak, tone"),
    ])
    def test_unknown_name_in_the_script_lists_what_there_is(
        self, store: Store, fields: dict[str, object], sentence: str,
    ) -> None:
        """What the script asks for and what is not there."""
        with pytest.raises(UnknownName) as caught:
            planned(store, hello(**fields))
        assert sentence in str(caught.value)

    def test_letter_without_a_glyph_is_named(self, store: Store) -> None:
        """Before anything is made."""
        with pytest.raises(GlyphMissing, match="'你'"):
            planned(store, hello(beats=(Beat(say="Hello 你"),)))

    def test_long_script_names_limit_and_setting(self, store: Store) -> None:
        """The limit is the installation's; faster speech counts."""
        script, settings = hello(beats=(Beat(say="Hello there. " * 60),)), Settings(max_minutes=1)
        with pytest.raises(ScriptError, match=r"limit of 1: shorten it.*REELS_MAX_MINUTES"):
            planned(store, script, settings=settings)
        planned(store, script.model_copy(update={"voice": VoiceChoice(rate=2.0)}), settings=settings)

    def test_negative_seed_is_refused(self, store: Store) -> None:
        """A seed from the command line meets the same rule as one in the script."""
        with pytest.raises(FixRequest, match="seed -1 is negative"):
            planned(store, seed=-1)

    def test_refused_plan_leaves_nothing(self, store: Store) -> None:
        """The avatar is kept last, when nothing can be refused any more."""
        with pytest.raises(UnknownName):
            planned(store, style="nope")
        assert not store.root.exists()


class TestWarnings:
    def test_fields_of_later_versions_are_told(self, store: Store) -> None:
        """Directions and overlays are kept and not drawn; nobody is left to find that out."""
        script = hello(beats=(Beat(say="One", direct="nod"), Beat(say="Two"),
                              Beat(say="Three", direct="smile", show=(Show(text="3"),))))
        assert planned(store, script).warnings == (
            "'direct' of beats 1, 3 is kept with the script, and not acted on by this version",
            "'show' of beat 3 is kept with the script, and not acted on by this version")


class TestOtherLibrary:
    def test_first_avatar_stands_in_for_the_default(self, store: Store, tmp_path: Path) -> None:
        """A library of one's own needs no Ada."""
        shutil.copytree(CHECKOUT / "avatars" / "mei", tmp_path / "library" / "avatars" / "eve")
        shutil.copytree(CHECKOUT / "templates", tmp_path / "library" / "templates")
        plan = planned(store, settings=Settings(library=tmp_path / "library"))
        assert (plan.avatar.name, plan.sources["avatar"]) == ("eve", "default")
