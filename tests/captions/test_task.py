"""The captions stage in the house: its files, and what its cache key takes in."""

from pathlib import Path

import pytest
import yaml

from tasks.captions.task import ANYTHING, _behind, _key, caption
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.brand import Brand
from tasks.domain.plan import CaptionLook, ReelPlan, Voice
from tasks.domain.script import Beat, Script, Show
from tasks.domain.speech import Alignment, Word
from tasks.orchestration.content_keys import content_key
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store

ROOT = Path(__file__).parents[2]
WORDS = tuple(Word(text=text, start_s=index * 0.4, end_s=index * 0.4 + 0.3, beat=0)
              for index, text in enumerate(["Three", "small", "habits."]))
ALIGNMENT = Alignment(words=WORDS, phonemes=(), engine="even", version="1")


@pytest.fixture
def plan(store: Store) -> ReelPlan:
    """A plan with a default avatar."""
    folder = ROOT / "avatars" / "ada"
    avatar = AvatarSnapshot(
        name="ada", title="Ada", sha256="0" * 64, portrait=store.put_copy(folder / "portrait.png"),
        rig=store.put_copy(folder / "rig.json"), consent=Consent(kind="synthetic", statement="made by code"))
    brand = Brand.model_validate(yaml.safe_load((ROOT / "templates" / "brands" / "default.yaml").read_text("utf-8")))
    return ReelPlan(
        script=Script(title="Test", beats=(Beat(say="Three small habits."),)), avatar=avatar,
        voice=Voice(name="en-us", language="en-US"), captions=CaptionLook(style="karaoke", colour="#00ff00"),
        brand_name="default", brand=brand, engines={"captions": "ass"}, seed=1, publish=(), sources={})


class TestCaption:
    def test_puts_three_files_into_the_store(self, plan: ReelPlan, store: Store) -> None:
        """What render burns and what is published lies in the store, under the digests it names."""
        captions = caption.fn(plan, ALIGNMENT)
        assert store.path(captions.subtitles).read_text("utf-8").startswith("[Script Info]")
        assert "Three" in store.path(captions.srt).read_text("utf-8")
        assert store.path(captions.vtt).read_text("utf-8").startswith("WEBVTT")
        assert captions.label_text == "AI-generated"
        assert [word.text for page in captions.pages for word in page.words] == ["Three", "small", "habits."]

    def test_uses_the_chosen_colour(self, plan: ReelPlan, store: Store) -> None:
        """The script's colour for the spoken word wins over the brand's."""
        text = store.path(caption.fn(plan, ALIGNMENT).subtitles).read_text("utf-8")
        assert "&H0000FF00" in text

    def test_the_same_input_gives_the_same_files(self, plan: ReelPlan) -> None:
        """Nothing random, no time of day."""
        assert caption.fn(plan, ALIGNMENT) == caption.fn(plan, ALIGNMENT)

    def test_stands_clear_of_the_avatars_lips(self, plan: ReelPlan) -> None:
        """Ada's resting lips end at y = 1023 of her portrait; captions stand well below."""
        assert all(page.box.y0 > 1100 for page in caption.fn(plan, ALIGNMENT).pages)


class TestFaceless:
    def test_captions_need_no_mouth(self, plan: ReelPlan) -> None:
        """A picture without a face is captioned where the style wants it."""
        faceless = plan.model_copy(update={"avatar": plan.avatar.model_copy(update={"rig": None})})
        assert len(caption.fn(faceless, ALIGNMENT).pages) == len(caption.fn(plan, ALIGNMENT).pages)
        assert content_key("captions", _key(faceless, ALIGNMENT)) != content_key("captions", _key(plan, ALIGNMENT))


class TestKey:
    def test_changes_with_what_is_seen(self, plan: ReelPlan) -> None:
        """Colour, label, words and times decide; each gives another key."""
        other_colour = plan.model_copy(update={"captions": CaptionLook(style="karaoke", colour="#ff0000")})
        unlabelled = plan.model_copy(update={"brand": plan.brand.model_copy(update={"label_shown": False})})
        later = ALIGNMENT.model_copy(update={"words": (*WORDS[:2], WORDS[2].model_copy(update={"end_s": 2.0}))})
        keys = [content_key("captions", _key(*given)) for given in (
            (plan, ALIGNMENT), (other_colour, ALIGNMENT), (unlabelled, ALIGNMENT), (plan, later))]
        assert len(set(keys)) == 4

    def test_changes_with_a_film_to_be_generated(self, plan: ReelPlan) -> None:
        """Nobody knows yet how dark or light that is, so captions are made to be read on anything."""
        plan = plan.model_copy(update={"captions": CaptionLook(style="line", colour="#00ff00")})
        film = plan.script.beats[0].model_copy(update={"show": (Show(generate="steam rises"),)})
        filmed = plan.model_copy(update={"script": plan.script.model_copy(update={"beats": (film,)})})
        assert content_key("captions", _key(filmed, ALIGNMENT)) != content_key("captions", _key(plan, ALIGNMENT))
        assert _behind(filmed, open_store(), None) == ANYTHING != _behind(plan, open_store(), None)

    def test_ignores_what_is_not_seen(self, plan: ReelPlan) -> None:
        """Seed, title and the certainty of times change nothing on the picture."""
        other = plan.model_copy(update={"seed": 7, "script": plan.script.model_copy(update={"title": "Other"})})
        unsure = ALIGNMENT.model_copy(update={"words": tuple(word.model_copy(update={"confidence": 0.5}) for word in WORDS)})
        assert content_key("captions", _key(plan, ALIGNMENT)) == content_key("captions", _key(other, unsure))
