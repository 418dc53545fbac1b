"""Planning: every choice settled, and where it came from."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from flows.choices import Choices
from flows.planning import Overrides, plan_reel
from tasks.approval.request import describe
from tasks.domain.brand import FontFile
from tasks.domain.errors import FixRequest, GlyphMissing, ScriptError, UnknownName
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, CaptionChoice, MusicChoice, Script, Show, Variant, VoiceChoice
from tasks.media import ffmpeg
from tasks.media.audio.wav import write_wav
from tasks.media.ffmpeg import find_ffmpeg, local_file, run
from tasks.media.text.font import find_font
from tasks.runtime.engines import default_engines
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
RATE_HZ = 48_000
"""Samples a second of the test's music."""
HELLO = Script(title="T", beats=(Beat(say="Hello there"),))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of one's own, with a brand `acme` that has a font, a logo and music, and a picture and a film to show."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    media = root / "media"
    media.mkdir()
    gradient = np.tile(np.linspace(0, 255, 1920, dtype=np.uint8)[:, None, None], (1, 1080, 3))
    Image.fromarray(gradient).save(media / "cup.jpg")
    mark = np.zeros((100, 200, 4), np.uint8)
    mark[20:80, 20:180] = 255
    Image.fromarray(mark).save(media / "logo.png")
    write_wav(media / "song.wav", 0.3 * np.sin(np.arange(6 * RATE_HZ, dtype=np.float32) * 0.03), RATE_HZ)
    shutil.copy(find_font(FontFile(package="font_manrope", file="files/Manrope-Bold.ttf")).path, media / "Acme.ttf")
    ffmpeg.run(ffmpeg.find_ffmpeg(), ["-f", "lavfi", "-i", "testsrc2=s=1080x1920:r=30:d=2", "-pix_fmt", "yuv420p",
                                      str(media / "walk.mp4")], place=media)
    kit = (root / "templates" / "brands" / "default.yaml").read_text("utf-8")
    (root / "templates" / "brands" / "acme.yaml").write_text(
        kit.replace("{package: font_roboto, file: files/Roboto-Black.ttf}", "{file: media/Acme.ttf}")
        + "logo: {image: media/logo.png}\n", "utf-8")
    return root


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
        assert plan.engines == default_engines()
        assert (plan.hook, plan.call, plan.tail_s, plan.logo, plan.media, plan.variant) == (None, None, 0.0, None, {}, None)
        assert plan.warnings == ()

    def test_every_value_tells_where_it_came_from(self, store: Store) -> None:
        """What a dry run shows covers all that was settled."""
        settled = {"avatar", "brand", "language", "voice.name", "voice.rate", "voice.pitch", "voice.clone",
                   "captions.style", "captions.colour", "captions.zone",
                   "music", "music.below_voice_db", "hook", "call", "effects",
                   "progress_bar", "seed", "takes", *(f"engines.{stage}" for stage in planned(store).engines)}
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

    def test_how_fast_and_high_an_avatar_speaks_belongs_to_its_voice(self, store: Store, library: Path) -> None:
        """Another engine's voice, or a recording, is not bent by it."""
        path = library / "avatars" / "ada" / "avatar.yaml"
        path.write_text(path.read_text("utf-8").replace("+f3}", "+f3, rate: 1.1, pitch: 0.9}"), "utf-8")
        own = planned(store, settings=Settings(library=library))
        other = planned(store, settings=Settings(library=library), engines={"speech": "tone"})
        assert (own.voice.rate, own.voice.pitch, own.sources["voice.rate"]) == (1.1, 0.9, "avatar")
        assert (other.voice.rate, other.voice.pitch, other.sources["voice.rate"]) == (1.0, 1.0, "default")

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


class TestPronunciations:
    def test_the_script_overrules_the_brand_word_by_word(self, store: Store, library: Path) -> None:
        """Of both lists what the script needs is kept."""
        kit = library / "templates" / "brands" / "acme.yaml"
        kit.write_text(kit.read_text("utf-8") + "pronunciations: {SQL: sequel, Nguyen: win, Kubernetes: koo ber net eez}\n")
        script = hello(brand="acme", pronunciations={"sql": "ess cue ell"}, beats=(Beat(say="Nguyen's SQL"),))
        plan = planned(store, script, settings=Settings(library=library))
        assert plan.voice.pronunciations == {"Nguyen": "win", "sql": "ess cue ell"}
        assert plan.warnings == ()
        assert "said      'Nguyen' as 'win', 'sql' as 'ess cue ell'" in describe(plan)

    def test_the_script_may_write_a_word_with_other_signs_than_the_brand(self, store: Store, library: Path) -> None:
        """It is the same word, and the script's is said."""
        kit = library / "templates" / "brands" / "acme.yaml"
        kit.write_text(kit.read_text("utf-8") + "pronunciations: {SQL: sequel}\n")
        script = hello(brand="acme", pronunciations={"SQL.": "ess cue ell"}, beats=(Beat(say="Learn SQL"),))
        plan = planned(store, script, settings=Settings(library=library))
        assert (plan.voice.pronunciations, plan.warnings) == ({"SQL.": "ess cue ell"}, ())

    def test_a_longer_list_changes_no_reel_without_its_words(self, store: Store, library: Path) -> None:
        """What was approved and spoken stays so."""
        script, settings = hello(brand="acme"), Settings(library=library)
        before = planned(store, script, settings=settings)
        kit = library / "templates" / "brands" / "acme.yaml"
        kit.write_text(kit.read_text("utf-8") + "pronunciations: {SQL: sequel}\n")
        after = planned(store, script, settings=settings)
        assert (after.voice, after.approval_sha256()) == (before.voice, before.approval_sha256())

    def test_an_entry_of_the_script_that_stands_for_nothing_is_told(self, store: Store) -> None:
        """It may be misspelt."""
        plan = planned(store, hello(pronunciations={"Helo": "hell oh"}))
        assert plan.warnings == ("'pronunciations' has 'Helo', which no beat says: check how it is written",)


class TestRefusals:
    @pytest.mark.parametrize(("overrides", "sentence"), [
        ({"avatar": "adda"}, "no avatar 'adda'; did you mean 'ada'? There are: ada, kofi, mei"),
        ({"style": "karaokee"}, "no caption style 'karaokee'; did you mean 'karaoke'?"),
        ({"engines": {"speach": "espeak"}}, "no stage 'speach'; did you mean 'speech'? There are: alignment, animation"),
        ({"engines": {"lipsync": "psychic"}}, "no lipsync engine 'psychic'; there are: flap, own, sound, visemes"),
        ({"publish": ["folder", "moon"]}, "no publish engine 'moon'; there are: folder, nowhere"),
    ])
    def test_unknown_choice_lists_what_there_is(self, store: Store, overrides: dict[str, object], sentence: str) -> None:
        """What the command line asks for and what is not there."""
        with pytest.raises(UnknownName) as caught:
            planned(store, **overrides)
        assert sentence in str(caught.value)

    @pytest.mark.parametrize(("fields", "sentence"), [
        ({"brand": "acme"}, "no brand 'acme'; there are: default, midnight"),
        ({"language": "tlh"}, "no language 'tlh'"),
        ({"language": "th-TH"}, "'th-TH' is written without spaces"),
        ({"voice": VoiceChoice(name="hal")}, "no espeak voice 'hal'"),
        ({"voice": VoiceChoice(engine="hal")}, "no speech engine 'hal'; there are: "),
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


class TestLooks:
    """What is seen and heard besides avatar, voice and captions."""

    def test_brand_decides_what_the_script_leaves_open(self, store: Store) -> None:
        """Music, effects, progress bar, and a call to action in the language that is spoken."""
        plan = planned(store, hello(brand="midnight"))
        kit = plan.brand
        assert (plan.music.name, plan.music.below_voice_db) == (kit.music.name, kit.music.below_voice_db)
        assert (plan.effects, plan.progress_bar) == (kit.effects, kit.progress_bar)
        assert (plan.call, plan.tail_s) == ("Follow for more", kit.end_card.seconds)
        assert {plan.sources[name] for name in ("music", "effects", "progress_bar", "call")} == {"brand"}
        assert planned(store, hello(brand="midnight", language="de-DE")).call == "Folge mir für mehr"
        assert planned(store, hello(brand="midnight", language="nl")).call is None

    def test_script_wins_over_its_brand(self, store: Store) -> None:
        """Also where it says no."""
        script = hello(brand="midnight", music=MusicChoice(name="bright", below_voice_db=30), effects=False,
                       progress_bar=False, call="Try it", hook="Wait")
        plan = planned(store, script)
        assert (plan.music.name, plan.music.below_voice_db, plan.effects, plan.progress_bar) == ("bright", 30, False, False)
        assert (plan.call, plan.hook) == ("Try it", "Wait")
        assert {plan.sources[name] for name in ("music", "effects", "progress_bar", "call", "hook")} == {"script"}

    def test_brand_is_chosen_by_command_line_over_script(self, store: Store) -> None:
        """As everything else."""
        plan = planned(store, hello(brand="midnight"), brand="default")
        assert (plan.brand_name, plan.sources["brand"]) == ("default", "command line")

    def test_colour_that_nobody_could_read_is_refused(self, store: Store) -> None:
        """The script's colour meets the same rule as the brand's."""
        with pytest.raises(FixRequest, match=r"colour '#222222' has a contrast of 1\.\d:1 to the brand's outline '#0b0b12'"):
            planned(store, hello(captions=CaptionChoice(colour="#222222")))

    def test_export_is_asked_for_by_the_caller(self, store: Store) -> None:
        """A script says what a reel is, not which files somebody wants of it."""
        assert planned(store, export=True).export
        assert not planned(store).export


class TestWarnings:
    def test_what_is_not_understood_is_told_before_anything_is_made(self, store: Store) -> None:
        """Words of directions with the nearest known one, symbols that a text cannot show."""
        script = hello(beats=(Beat(say="Hello there", direct="smlie", show=(Show(text="Tea \U0001f375"),)),))
        first, second = planned(store, script).warnings
        assert first == "'smlie' in the direction of beat 1 is not understood; did you mean 'smile'?"
        assert "\U0001f375" in second


class TestOwnFiles:
    """Pictures, music, fonts and logos of a library."""

    def test_everything_named_is_kept_as_it_is_now(self, store: Store, library: Path) -> None:
        """What its owner does to the files later changes no reel that is planned."""
        script = hello(brand="acme", music=MusicChoice(file="media/song.wav"),
                       beats=(Beat(say="Hello there", show=(Show(image="media/cup.jpg"), Show(text="Hello"))),
                              Beat(say="Again", show=(Show(image="media/cup.jpg", layout="split"),))))
        plan = planned(store, script, settings=Settings(library=library))
        assert plan.media.keys() == {"media/cup.jpg"}
        shown = plan.media["media/cup.jpg"]
        assert (shown.kind, shown.width_px, shown.height_px) == ("image", 1080, 1920)
        assert plan.logo is not None
        assert plan.music.file is not None
        assert plan.music.name == "file"
        for file, name in ((shown.file, "cup.jpg"), (plan.logo, "logo.png"), (plan.music.file, "song.wav")):
            assert store.path(file).read_bytes() == (library / "media" / name).read_bytes()
        shutil.rmtree(library)
        assert find_font(plan.brand.fonts.captions).name == "Manrope Bold"

    def test_film_is_kept_with_its_length(self, store: Store, library: Path) -> None:
        """A film is not taken for a picture."""
        script = hello(beats=(Beat(say="Hello there", show=(Show(clip="media/walk.mp4", from_s=1),)),))
        shown = planned(store, script, settings=Settings(library=library)).media["media/walk.mp4"]
        assert (shown.kind, shown.duration_s) == ("clip", pytest.approx(2.0, abs=0.1))

    @pytest.mark.parametrize(("show", "sentence"), [
        (Show(image="media/cpu.jpg"), "'show' of beat 2: there is no file 'media/cpu.jpg'; in 'media/' there is 'cup.jpg'"),
        (Show(image="media/../../cup.jpg"), "'show' of beat 2: 'media/../../cup.jpg' is no file of the library"),
        (Show(image="media/song.wav"), "'show' of beat 2: the picture"),
        (Show(clip="media/cup.jpg"), "'show' of beat 2: the film"),
        (Show(clip="media/walk.mp4", from_s=9), "'show' of beat 2: the film begins at from_s 9.0 and ends at 2 s"),
    ])
    def test_what_cannot_be_shown_is_told_with_its_beat(
        self, store: Store, library: Path, show: Show, sentence: str,
    ) -> None:
        """Before anything is made."""
        script = hello(beats=(Beat(say="Hello"), Beat(say="there", show=(show,))))
        with pytest.raises(FixRequest) as caught:
            planned(store, script, settings=Settings(library=library))
        assert sentence in str(caught.value)

    def test_soft_picture_is_a_warning(self, store: Store, library: Path) -> None:
        """It is shown all the same."""
        Image.new("RGB", (600, 1000), "#446688").save(library / "media" / "small.jpg")
        script = hello(beats=(Beat(say="Hello", show=(Show(image="media/small.jpg"),)),))
        assert any("will look soft" in told for told in planned(store, script, settings=Settings(library=library)).warnings)

    def test_picture_below_the_avatar_may_be_lower(self, store: Store, library: Path) -> None:
        """It need not fill the whole frame, but where it is shown alone too, it must."""
        Image.effect_noise((1080, 528), 60).convert("RGB").save(library / "media" / "wide.jpg")
        below, alone = Show(image="media/wide.jpg", layout="split"), Show(image="media/wide.jpg")
        settings = Settings(library=library)
        assert planned(store, hello(beats=(Beat(say="Hello", show=(below,)),)), settings=settings).media
        with pytest.raises(FixRequest, match="would be enlarged 3.6 times to fill 1080 x 1920"):
            planned(store, hello(beats=(Beat(say="Hello there", show=(below, alone)),)), settings=settings)


class TestVariants:
    SCRIPT = hello(variants=(Variant(id="kofi", avatar="kofi"),))

    def test_variant_is_planned_by_its_id(self, store: Store) -> None:
        """As if its changes stood in the script; the plan remembers which it is."""
        plan = planned(store, self.SCRIPT, variant="kofi")
        assert (plan.avatar.name, plan.variant, plan.script) == ("kofi", "kofi", hello(avatar="kofi"))
        assert planned(store, self.SCRIPT, variant="main").script == HELLO

    def test_variant_must_be_named(self, store: Store) -> None:
        """A plan is of one reel."""
        with pytest.raises(FixRequest, match="has variants, and one reel is made at a time: name one of main, kofi"):
            planned(store, self.SCRIPT)


class TestOtherLibrary:
    def test_first_avatar_stands_in_for_the_default(self, store: Store, tmp_path: Path) -> None:
        """A library of one's own needs no Ada."""
        shutil.copytree(CHECKOUT / "avatars" / "mei", tmp_path / "library" / "avatars" / "eve")
        shutil.copytree(CHECKOUT / "templates", tmp_path / "library" / "templates")
        plan = planned(store, settings=Settings(library=tmp_path / "library"))
        assert (plan.avatar.name, plan.sources["avatar"]) == ("eve", "default")


class TestFaceless:
    """An avatar whose picture shows no face."""

    @pytest.fixture
    def settings(self, library: Path) -> Settings:
        """A library with a landscape as an avatar."""
        folder = library / "avatars" / "hills"
        folder.mkdir()
        Image.new("RGB", (2880, 1920), (90, 120, 90)).save(folder / "portrait.png")
        (folder / "avatar.yaml").write_text("title: Hills\nface: false\nconsent: {kind: synthetic, statement: Painted.}\n")
        return Settings(library=library)

    def test_camera_moves_over_it(self, store: Store, settings: Settings) -> None:
        """Nobody has to choose the engine, and the plan says whose wish it was."""
        plan = planned(store, settings=settings, avatar="hills")
        assert plan.engines["animation"] == "kenburns"
        assert plan.sources["engines.animation"] == "avatar"
        assert plan.avatar.rig is None

    @pytest.mark.parametrize("engine", ["puppet", "still"])
    def test_engine_that_needs_a_face_is_refused(self, engine: str, store: Store, settings: Settings) -> None:
        """The sentence names one that does not."""
        with pytest.raises(FixRequest, match=f"{engine!r} moves a face, and the avatar 'Hills' has none: use --engine"
                                             " animation=kenburns"):
            planned(store, settings=settings, avatar="hills", engines={"animation": engine})

    def test_faces_may_have_the_camera_alone_too(self, store: Store) -> None:
        """The backup plan works for everyone."""
        assert planned(store, engines={"animation": "kenburns"}).avatar.rig is not None


@pytest.fixture(scope="module")
def large_film(avatar_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film of Ada, large enough to be shown."""
    path = tmp_path_factory.mktemp("large") / "clip.mp4"
    run(find_ffmpeg(), ["-i", local_file(avatar_film), "-vf", "scale=720:1280", "-preset", "ultrafast", local_file(path)],
        place=path)
    return path


class TestFilmed:
    """An avatar that has a film of itself."""

    @pytest.fixture
    def settings(self, library: Path, large_film: Path) -> Settings:
        """A library in which Ada has a film."""
        folder = library / "avatars" / "ada"
        shutil.copy(large_film, folder / "clip.mp4")
        (folder / "avatar.yaml").write_text((folder / "avatar.yaml").read_text("utf-8") + "clip: clip.mp4\n", "utf-8")
        return Settings(library=library)

    def test_its_film_is_shown_unless_another_engine_is_asked_for(self, store: Store, settings: Settings) -> None:
        """The plan says whose wish it was."""
        plan = planned(store, settings=settings, avatar="ada")
        assert (plan.engines["animation"], plan.sources["engines.animation"]) == ("clip", "avatar")
        assert plan.avatar.clip is not None
        plan = planned(store, settings=settings, avatar="ada", engines={"animation": "puppet"})
        assert (plan.engines["animation"], plan.sources["engines.animation"]) == ("puppet", "command line")

    def test_another_film_is_another_avatar(self, store: Store, settings: Settings) -> None:
        """An approval does not hold for it."""
        before = planned(store, settings=settings, avatar="ada").avatar.sha256
        film = settings.library_path / "avatars" / "ada" / "clip.mp4"
        film.write_bytes(film.read_bytes() + b"\0\0\0\x08free")
        assert planned(store, settings=settings, avatar="ada").avatar.sha256 != before

    def test_avatar_without_a_film_refuses_the_engine(self, store: Store) -> None:
        """The sentence says how to give it one, and which engine works."""
        with pytest.raises(FixRequest, match="shows the avatar's own film, and the avatar 'Ada' has none: write `clip:"
                                             " clip.mp4`.* --engine animation=puppet"):
            planned(store, engines={"animation": "clip"})

    @pytest.mark.parametrize(("written", "complaint"), [
        ("clip: ../clip.mp4", "'../clip.mp4' of the avatar 'ada' must lie in the avatar's folder"),
        ("clip: film.mp4", "there is no file 'avatars/ada/film.mp4'"),
        ("clip: portrait.png", "portrait.png"),
        ("clip: clip.mp4\nface: false", "has `face: false` and a film 'clip.mp4'"),
    ])
    def test_unusable_film_is_refused(self, written: str, complaint: str, store: Store, settings: Settings) -> None:
        """When planning, before anything is made."""
        path = settings.library_path / "avatars" / "ada" / "avatar.yaml"
        path.write_text(path.read_text("utf-8").replace("clip: clip.mp4", written), "utf-8")
        with pytest.raises(FixRequest, match=re.escape(complaint)):
            planned(store, settings=settings, avatar="ada")
