"""The footage stage in the house: its files, how inserts meet, and what its cache key takes in."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest
import yaml
from PIL import Image

from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.brand import Brand
from tasks.domain.overlays import Cue, Overlays, ShownMedia
from tasks.domain.performance import ClipShot, StillShot
from tasks.domain.plan import CaptionLook, ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Speech
from tasks.domain.timeline import FPS, LOWER_PX
from tasks.footage.task import SOFT_S, _key, gather
from tasks.media.curves import CAMERA, read_curves
from tasks.orchestration.content_keys import content_key
from tasks.runtime.store import Store

ROOT = Path(__file__).parents[2]
REEL_S = 8.0
FADE_S = SOFT_S["full"]


@pytest.fixture
def plan(store: Store, tmp_path: Path, clock: Callable[..., Path]) -> ReelPlan:
    """A plan with two pictures and a film."""
    Image.new("RGB", (1200, 2000), (200, 60, 40)).save(tmp_path / "tall.png")
    Image.new("RGB", (3000, 2000), (40, 160, 70)).save(tmp_path / "wide.png")
    shown = {name: ShownMedia(kind="image", file=store.put_copy(tmp_path / name), width_px=1200, height_px=2000)
             for name in ("tall.png", "wide.png")}
    shown["film.mp4"] = ShownMedia(kind="clip", file=store.put_copy(clock(45, (540, 960))), width_px=540, height_px=960,
                                   duration_s=1.5)
    avatar = AvatarSnapshot(name="ada", title="Ada", sha256="0" * 64, portrait=shown["tall.png"].file,
                            rig=shown["tall.png"].file, consent=Consent(kind="synthetic", statement="made by code"))
    brand = Brand.model_validate(yaml.safe_load((ROOT / "templates" / "brands" / "default.yaml").read_text("utf-8")))
    return ReelPlan(script=Script(title="Test", beats=(Beat(say="One."),)), avatar=avatar,
                    voice=Voice(name="en-us", language="en-US"), captions=CaptionLook(style="karaoke", colour="#00ff00"),
                    brand_name="default", brand=brand, media=shown, engines={"footage": "moviepy"}, seed=1, publish=(),
                    sources={})


@pytest.fixture
def speech(plan: ReelPlan) -> Speech:
    """A voice of eight seconds; nobody listens to it here."""
    return Speech(audio=plan.avatar.portrait, duration_s=REEL_S, engine="tone", version="1")


def overlays_of(plan: ReelPlan, *cues: Cue) -> Overlays:
    return Overlays(subtitles=plan.avatar.portrait, cues=cues, engine="ass", version="1")


def cue(media: str, start_s: float, end_s: float, **more: object) -> Cue:
    """A picture or film on screen."""
    return Cue(kind="clip" if media.endswith("mp4") else "image", start_s=start_s, end_s=end_s, media=media,
               **({"layout": "full"} | more))


TITLE = Cue(kind="title", start_s=0.0, end_s=3.0, text="Three habits")


class TestGather:
    def test_picture_becomes_a_still_under_a_camera(self, plan: ReelPlan, speech: Speech, store: Store) -> None:
        """Upright and opaque, with a camera for each of its frames."""
        insert, = gather.fn(plan, speech, overlays_of(plan, TITLE, cue("tall.png", 2.0, 4.0))).inserts
        assert isinstance(insert.shot, StillShot)
        assert (insert.shot.start_s, insert.shot.end_s, insert.layout) == (2.0, 4.0, "full")
        with Image.open(store.path(insert.shot.picture)) as picture:
            assert (picture.format, picture.mode) == ("JPEG", "RGB")
        curves = read_curves(store.path(insert.shot.camera))
        assert set(curves.values) == set(CAMERA)
        assert len(curves) == 2 * FPS

    @pytest.mark.parametrize(("layout", "size"), [("full", (1080, 1920)), ("split", LOWER_PX)])
    def test_film_becomes_a_clip_of_its_time_and_place(
        self, layout: str, size: tuple[int, int], plan: ReelPlan, speech: Speech, store: Store,
    ) -> None:
        """As many frames as it is shown, as large as what it fills."""
        insert, = gather.fn(plan, speech, overlays_of(plan, cue("film.mp4", 1.0, 2.0, layout=layout, from_s=0.3))).inserts
        assert isinstance(insert.shot, ClipShot)
        assert insert.layout == layout
        with av.open(str(store.path(insert.shot.clip))) as film:
            assert (film.streams.video[0].width, film.streams.video[0].height) == size
            assert len(list(film.decode(video=0))) == FPS

    def test_generated_film_is_shown_like_one_of_the_library(self, plan: ReelPlan, speech: Speech, store: Store) -> None:
        """It is found among those that were made, and its content counts."""
        bare = plan.model_copy(update={"media": {}})
        seen = Cue(kind="clip", start_s=1.0, end_s=2.0, media="beat 1: generated 1", layout="full", generate="steam", beat=0)
        film = plan.media["film.mp4"]
        overlays = overlays_of(plan).filmed([seen], {"beat 1: generated 1": film}, ())
        insert, = gather.fn(bare, speech, overlays).inserts
        assert isinstance(insert.shot, ClipShot)
        assert (insert.shot.start_s, insert.shot.end_s) == (1.0, 2.0)
        other = film.model_copy(update={"file": film.file.model_copy(update={"sha256": "1" * 64})})
        anew = overlays.filmed([seen], {"beat 1: generated 1": other}, ())
        keys = [content_key("footage", _key(bare, speech, shown)) for shown in (overlays, overlays, anew)]
        assert keys[0] == keys[1] != keys[2]

    def test_two_pictures_move_otherwise(self, plan: ReelPlan, speech: Speech, store: Store) -> None:
        """One after the other, never the same way."""
        found = gather.fn(plan, speech, overlays_of(plan, cue("tall.png", 1.0, 3.0), cue("tall.png", 4.0, 6.0))).inserts
        first, second = (store.path(insert.shot.camera).read_text() for insert in found)
        assert first != second

    def test_nothing_shown_is_no_footage(self, plan: ReelPlan, speech: Speech) -> None:
        """Texts are no footage."""
        assert gather.fn(plan, speech, overlays_of(plan, TITLE)).inserts == ()


class TestEdges:
    @pytest.mark.parametrize(("times", "edges"), [
        ([(1.0, 2.0)], [(FADE_S, FADE_S)]),
        ([(0.0, 2.0)], [(0.0, FADE_S)]),
        ([(6.0, REEL_S)], [(FADE_S, 0.0)]),
        ([(1.0, 2.0), (2.0, 4.0)], [(FADE_S, 0.0), (0.0, FADE_S)]),
        ([(1.0, 2.0), (3.0, 4.0)], [(FADE_S, FADE_S), (FADE_S, FADE_S)]),
    ])
    def test_soft_over_the_avatar_and_straight_elsewhere(
        self, times: list[tuple[float, float]], edges: list[tuple[float, float]], plan: ReelPlan, speech: Speech,
    ) -> None:
        """Between two pictures, and where the reel begins and ends, the avatar does not shine through."""
        found = gather.fn(plan, speech, overlays_of(plan, *(cue("tall.png", *span) for span in times))).inserts
        assert [(insert.enter_s, insert.leave_s) for insert in found] == edges


class TestKey:
    def test_changes_with_what_is_shown(self, plan: ReelPlan, speech: Speech) -> None:
        """Which picture, when, how, from where, and over which colours."""
        shown = cue("film.mp4", 1.0, 2.0)
        panel = plan.brand.colours.model_copy(update={"panel": "#123456"})
        other = plan.model_copy(update={"brand": plan.brand.model_copy(update={"colours": panel})})
        changed = [shown, *(shown.model_copy(update=update) for update in (
            {"media": "tall.png", "kind": "image"}, {"end_s": 2.5}, {"layout": "split"}, {"from_s": 0.2}))]
        keys = [content_key("footage", _key(plan, speech, overlays_of(plan, one))) for one in changed]
        keys.append(content_key("footage", _key(other, speech, overlays_of(plan, shown))))
        assert len(set(keys)) == 6

    def test_stays_when_only_texts_change(self, plan: ReelPlan, speech: Speech) -> None:
        """A film is not cut anew for another title."""
        shown = cue("film.mp4", 1.0, 2.0)
        before, after = (_key(plan, speech, overlays_of(plan, text, shown)) for text in (
            TITLE, TITLE.model_copy(update={"text": "Four habits"})))
        assert content_key("footage", before) == content_key("footage", after)
