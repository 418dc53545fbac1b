"""The overlays stage in the house: its file, and what its cache key takes in."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.captions.task import caption
from tasks.domain.brand import Logo
from tasks.domain.captions import Captions
from tasks.domain.media import MediaFile
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Show
from tasks.domain.speech import Alignment, Speech, Word
from tasks.orchestration.content_keys import content_key
from tasks.overlays.ass import AssOverlays
from tasks.overlays.task import _key, overlay
from tasks.runtime.store import Store

ROOT = Path(__file__).parents[2]
SCRIPT = Script(title="Test", hook="Stop", call="Follow me", beats=(
    Beat(say="Three small habits.", show=(Show(text="3 habits", at="three"),)),))
WORDS = tuple(Word(text=text, start_s=2 + index * 0.4, end_s=2 + index * 0.4 + 0.3, beat=0)
              for index, text in enumerate(["Three", "small", "habits."]))
ALIGNMENT = Alignment(words=WORDS, phonemes=(), engine="even", version="1")


@pytest.fixture
def plan(store: Store, plan_for: Callable[[Script], ReelPlan]) -> ReelPlan:
    """A plan with a default avatar whose files lie in the store."""
    folder, made = ROOT / "avatars" / "ada", plan_for(SCRIPT)
    files = {"portrait": store.put_copy(folder / "portrait.png"), "rig": store.put_copy(folder / "rig.json")}
    return made.model_copy(update={"avatar": made.avatar.model_copy(update=files)})


@pytest.fixture
def captions(plan: ReelPlan) -> Captions:
    """The captions of the words."""
    return caption.fn(plan, ALIGNMENT)


@pytest.fixture
def speech() -> Speech:
    """A voice of four seconds."""
    return Speech(audio=MediaFile(uri="v", sha256="0" * 64, size_bytes=1), duration_s=4.0, engine="tone", version="1")


@pytest.fixture
def logo(store: Store, tmp_path: Path) -> MediaFile:
    """A PNG twice as wide as high."""
    cv2.imwrite(str(tmp_path / "logo.png"), np.full((100, 200, 4), 200, np.uint8))
    return store.put_copy(tmp_path / "logo.png")


def with_logo(plan: ReelPlan, logo: MediaFile) -> ReelPlan:
    """The plan of a brand that has a logo."""
    return plan.model_copy(update={"logo": logo, "brand": plan.brand.model_copy(update={"logo": Logo(image="logo.png")})})


class TestOverlay:
    def test_puts_its_subtitles_into_the_store(
        self, plan: ReelPlan, speech: Speech, captions: Captions, store: Store,
    ) -> None:
        """What is burnt into the picture lies in the store, and everything on screen has a cue."""
        made = overlay.fn(plan, speech, ALIGNMENT, captions)
        text = store.path(made.subtitles).read_text("utf-8")
        assert text.startswith("[Script Info]")
        assert all(word in text for word in ("Stop", "habits", "Follow"))
        assert [cue.kind for cue in made.cues] == ["hook", "number", "end-card"]
        assert (made.engine, made.version) == (AssOverlays.name, AssOverlays.version)

    def test_the_end_card_shows_the_avatar(
        self, plan: ReelPlan, speech: Speech, captions: Captions, store: Store,
    ) -> None:
        """Without a logo a round picture of it stands above the text: opaque in the middle, nothing in the corners."""
        made = overlay.fn(plan, speech, ALIGNMENT, captions)
        (sticker,), card = made.stickers, made.cues[-1]
        picture = cv2.imread(str(store.path(sticker.picture)), cv2.IMREAD_UNCHANGED)
        assert picture.shape[0] == picture.shape[1]
        assert (picture[len(picture) // 2, len(picture) // 2, 3], picture[0, 0, 3]) == (255, 0)
        assert card.box
        assert sticker.box.y1 < card.box.y0

    def test_logo_keeps_its_shape(
        self, plan: ReelPlan, speech: Speech, captions: Captions, logo: MediaFile,
    ) -> None:
        """In the corner and on the end card it is half as high as wide, like its file."""
        made = overlay.fn(with_logo(plan, logo), speech, ALIGNMENT, captions)
        assert len(made.stickers) == 2
        for sticker in made.stickers:
            assert sticker.box.y1 - sticker.box.y0 == pytest.approx((sticker.box.x1 - sticker.box.x0) / 2)

    def test_is_the_same_twice(self, plan: ReelPlan, speech: Speech, captions: Captions) -> None:
        """Nothing random, no time of day."""
        assert overlay.fn(plan, speech, ALIGNMENT, captions) == overlay.fn(plan, speech, ALIGNMENT, captions)


class TestKey:
    def test_changes_with_what_is_seen(
        self, plan: ReelPlan, speech: Speech, captions: Captions, logo: MediaFile,
    ) -> None:
        """Texts, brand colours, lengths, words' times, captions' places and the logo decide; each gives another key."""
        brand = plan.brand.model_copy(update={"colours": plan.brand.colours.model_copy(update={"panel": "#102030"})})
        show = SCRIPT.model_copy(update={"beats": (Beat(say="Three small habits.", show=(Show(text="4 habits"),)),)})
        others = [
            (plan, speech, ALIGNMENT, captions),
            (plan.model_copy(update={"hook": "Go"}), speech, ALIGNMENT, captions),
            (plan.model_copy(update={"call": "Subscribe"}), speech, ALIGNMENT, captions),
            (plan.model_copy(update={"tail_s": 3.0}), speech, ALIGNMENT, captions),
            (plan.model_copy(update={"progress_bar": True}), speech, ALIGNMENT, captions),
            (plan.model_copy(update={"script": show}), speech, ALIGNMENT, captions),
            (plan.model_copy(update={"brand": brand}), speech, ALIGNMENT, captions),
            (with_logo(plan, logo), speech, ALIGNMENT, captions),
            (plan, speech.model_copy(update={"duration_s": 5.0}), ALIGNMENT, captions),
            (plan, speech, ALIGNMENT.model_copy(update={"words": WORDS[:2]}), captions),
            (plan, speech, ALIGNMENT, captions.model_copy(update={"pages": ()})),
        ]
        assert len({content_key("overlays", _key(*given)) for given in others}) == len(others)

    def test_ignores_what_is_not_seen(self, plan: ReelPlan, speech: Speech, captions: Captions) -> None:
        """Captions' colour, directions, music, seed and title change nothing here."""
        directed = SCRIPT.model_copy(update={"title": "Other", "beats": (SCRIPT.beats[0].model_copy(
            update={"direct": "smile"}),)})
        other = plan.model_copy(update={"seed": 7, "script": directed, "effects": True})
        recoloured = captions.model_copy(update={"subtitles": MediaFile(uri="o", sha256="1" * 64, size_bytes=1)})
        assert content_key("overlays", _key(plan, speech, ALIGNMENT, captions)) == content_key(
            "overlays", _key(other, speech, ALIGNMENT, recoloured))
