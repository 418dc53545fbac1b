"""Films that beats ask a generator for, made or replaced; the generator is stood in for."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from flows.filming import film_shows
from flows.planning import Overrides, plan_reel
from flows.story import Story
from tasks.domain.approval import Approval
from tasks.domain.errors import (
    ApprovalMissing,
    ConsentMissing,
    FixMachine,
    FixRequest,
    OverLimit,
    PaymentUnknown,
    ReelsError,
    Rejected,
    TryAgain,
)
from tasks.domain.generation import ClipOrder, GeneratedClip
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue, Overlays
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script, Show
from tasks.generation.task import generate
from tasks.media import ffmpeg
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

MOON = "examples/media/moon.jpg"
TITLE = Cue(kind="title", start_s=0, end_s=2, text="Hello")
STEAM = Cue(kind="clip", start_s=1, end_s=3, media="beat 1: generated 1", layout="full", generate="steam rises", beat=0)
CLOUDS = Cue(kind="clip", start_s=3, end_s=5, media="beat 2: generated 1", layout="split", generate="clouds pass", beat=1,
             picture=MOON)


class Teller(Story):
    """A story whose generator gives a film, or fails."""

    def __init__(self, film: MediaFile, failure: Callable[[ClipOrder], ReelsError | None]) -> None:
        super().__init__()
        self.film, self.failure, self.orders = film, failure, list[ClipOrder]()

    def tell(self, name: str, stage: Any, plan: ReelPlan, *arguments: Any) -> Any:
        order, approval = arguments
        assert (name, stage, plan.engines["generation"], approval.decision) == ("generation", generate, "double", "approved")
        self.orders.append(order)
        if error := self.failure(order):
            raise error
        return GeneratedClip(film=self.film, order=order, engine="double", version="1", model="small",
                             warnings=("it is shorter",))


@pytest.fixture
def plan(store: Store) -> ReelPlan:
    script = Script(title="T", beats=(Beat(say="Hello", show=(Show(generate="steam rises"),)),
                                      Beat(say="there", show=(Show(image=MOON, generate="clouds pass", layout="split"),))))
    return plan_reel(script, overrides=Overrides(engines={"generation": "double"}), store=store, settings=Settings())


@pytest.fixture
def film(store: Store) -> MediaFile:
    """A film large enough to be shown."""
    with store.scratch() as folder:
        ffmpeg.run(ffmpeg.find_ffmpeg(), ["-f", "lavfi", "-i", "testsrc2=s=540x960:r=30:d=2", "-pix_fmt", "yuv420p",
                                          str(folder / "film.mp4")], place=folder)
        return store.put(folder / "film.mp4")


def filmed(plan: ReelPlan, film: MediaFile, store: Store, *cues: Cue, failure: Callable[[ClipOrder], ReelsError | None]
           ) -> tuple[Overlays, tuple[Any, ...], list[ClipOrder]]:
    """What is shown, what is told of it, and what was ordered."""
    story = Teller(film, failure)
    approval = Approval(sha256=plan.approval_sha256(), who="jo", how="--yes", when=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    overlays = Overlays(subtitles=film, cues=cues, engine="ass", version="1", warnings=("earlier",))
    return *film_shows(story, plan, overlays, approval, store), story.orders


def never(_: ClipOrder) -> None:
    return None


class TestMade:
    def test_film_is_shown_like_one_of_the_library(self, plan: ReelPlan, film: MediaFile, store: Store) -> None:
        overlays, _, _ = filmed(plan, film, store, TITLE, STEAM, CLOUDS, failure=never)
        assert overlays.cues == (TITLE, STEAM, CLOUDS)
        assert overlays.generated.keys() == {STEAM.media, CLOUDS.media}
        shown = overlays.generated[STEAM.media or ""]
        assert (shown.kind, shown.file, shown.width_px, shown.height_px, shown.duration_s) == ("clip", film, 540, 960, 2.0)
        assert overlays.warnings == ("earlier", "'show' of beat 1: it is shorter", "'show' of beat 2: it is shorter")

    def test_picture_is_ordered_as_it_is_seen(self, plan: ReelPlan, film: MediaFile, store: Store) -> None:
        _, _, (words, picture) = filmed(plan, film, store, STEAM, CLOUDS, failure=never)
        assert words.picture is None
        assert picture.picture is not None
        with Image.open(store.path(picture.picture)) as ready:
            assert (ready.format, ready.mode) == ("JPEG", "RGB")

    def test_each_is_told(self, plan: ReelPlan, film: MediaFile, store: Store) -> None:
        _, told, orders = filmed(plan, film, store, STEAM, CLOUDS, failure=never)
        assert [(show.beat, show.engine, show.model, show.film_sha256) for show in told] == [
            (1, "double", "small", film.sha256), (2, "double", "small", film.sha256)]
        assert [(show.prompt, show.negative_prompt, show.seed) for show in told] == [
            (order.prompt, order.negative_prompt, order.seed) for order in orders]

    def test_reel_without_them_is_as_it_was(self, plan: ReelPlan, film: MediaFile, store: Store) -> None:
        overlays, told, orders = filmed(plan, film, store, TITLE, failure=never)
        assert (overlays.cues, overlays.warnings, told, orders) == ((TITLE,), ("earlier",), (), [])


class TestFailed:
    @pytest.mark.parametrize("error", [FixMachine("too large"), TryAgain("too large"), FixRequest("too large"),
                                       OverLimit("too large")])
    def test_picture_stays_or_nothing_is_shown(
        self, plan: ReelPlan, film: MediaFile, store: Store, error: ReelsError,
    ) -> None:
        overlays, told, _ = filmed(plan, film, store, TITLE, STEAM, CLOUDS, failure=lambda _: error)
        title, still = overlays.cues
        assert title == TITLE
        assert (still.kind, still.media, still.layout, still.start_s, still.end_s) == ("image", MOON, "split", 3, 5)
        assert (overlays.generated, told) == ({}, ())
        assert overlays.warnings[1:] == (
            "'show' of beat 1: nothing is shown, as no film was made of 'steam rises': too large",
            f"'show' of beat 2: the picture {MOON!r} is shown as it is, as no film was made of 'clouds pass': too large")

    def test_one_failure_spoils_no_other(self, plan: ReelPlan, film: MediaFile, store: Store) -> None:
        overlays, told, _ = filmed(plan, film, store, STEAM, CLOUDS,
                                   failure=lambda order: None if order.picture else FixMachine("too large"))
        assert overlays.cues == (CLOUDS,)
        assert [show.beat for show in told] == [2]

    def test_film_too_small_for_its_place_counts_as_none(self, plan: ReelPlan, store: Store) -> None:
        with store.scratch() as folder:
            ffmpeg.run(ffmpeg.find_ffmpeg(), ["-f", "lavfi", "-i", "testsrc2=s=200x300:r=30:d=1", "-pix_fmt", "yuv420p",
                                              str(folder / "film.mp4")], place=folder)
            small = store.put(folder / "film.mp4")
        overlays, _, (order,) = filmed(plan, small, store, STEAM, failure=never)
        assert overlays.cues == ()
        assert (f"the film that 'double' made (seed {order.seed}) has 200 x 300 pixels and would be enlarged 6.4 times to"
                " fill 1080 x 1920, at most 2.5 is bearable: try another seed") in overlays.warnings[1]
        assert str(store.path(small)) not in overlays.warnings[1]

    @pytest.mark.parametrize("kind", [ApprovalMissing, Rejected, ConsentMissing, PaymentUnknown])
    def test_what_a_person_must_decide_stops_the_reel(
        self, plan: ReelPlan, film: MediaFile, store: Store, kind: type[ReelsError],
    ) -> None:
        with pytest.raises(kind):
            filmed(plan, film, store, CLOUDS, failure=lambda _: kind("wait"))

    def test_strict_reel_is_not_made(self, plan: ReelPlan, film: MediaFile, store: Store) -> None:
        with pytest.raises(FixMachine, match="too large"):
            filmed(plan.model_copy(update={"strict": True}), film, store, CLOUDS, failure=lambda _: FixMachine("too large"))
