"""What every publish engine promises: each reel goes to a place once, whatever breaks off in between."""

import datetime as dt
from pathlib import Path

import pytest

from tasks.domain.media import MediaFile
from tasks.domain.reel import FinishedSet
from tasks.publish.base import Publisher, publication_key, publish_once
from tasks.runtime.engines import ENGINES, load_engine
from tasks.runtime.store import Store

PUBLISHERS = [entry.name for entry in ENGINES if entry.stage == "publish"]
FIRST_DAY, NEXT_DAY = dt.date(2026, 3, 1), dt.date(2026, 3, 2)


def finished_set(store: Store, **files: str) -> FinishedSet:
    """A finished set with small files in the store."""
    contents = {"reel.mp4": "video", "captions.srt": "words", "reel.json": "made on Monday", **files}
    kept: dict[str, MediaFile] = {name: store.put_text(text, Path(name).suffix) for name, text in contents.items()}
    return FinishedSet(id="0123456789abcdef", slug="three-habits", files=kept)


@pytest.fixture(params=PUBLISHERS)
def publisher(request: pytest.FixtureRequest, store: Store) -> Publisher:
    """Each publish engine of the menu in turn."""
    engine: Publisher = load_engine("publish", request.param)(store)
    return engine


class BrokenOffError(Exception):
    """What stands for a crash."""


class Counting:
    """A publisher around another that counts, and breaks off before or after the act when told to."""

    version = "1"

    def __init__(self, inner: Publisher, *, break_before: bool = False, break_after: bool = False) -> None:
        self.name = inner.name  # type: ignore[misc]
        self.inner = inner
        self.break_before, self.break_after = break_before, break_after
        self.places: list[str] = []

    def location(self, finished: FinishedSet, key: str, today: dt.date) -> str:
        return self.inner.location(finished, key, today)

    def hand_on(self, finished: FinishedSet, location: str) -> None:
        if self.break_before:
            raise BrokenOffError
        self.inner.hand_on(finished, location)
        self.places.append(location)
        if self.break_after:
            raise BrokenOffError


class TestPublishContract:
    def test_publication_names_place_and_key(self, publisher: Publisher, store: Store) -> None:
        """Date, title and eight digits of the content key can be read from the place."""
        finished = finished_set(store)
        made = publish_once(publisher, finished, store, today=FIRST_DAY)
        assert (made.engine, made.key, made.repeated) == (publisher.name, publication_key(publisher.name, finished), False)
        assert made.location.endswith(f"2026-03-01-three-habits-{made.key[:8]}")

    def test_second_time_nothing_is_handed_on(self, publisher: Publisher, store: Store) -> None:
        """The same reel, a day later: the first publication is found."""
        counting = Counting(publisher)
        first = publish_once(counting, finished_set(store), store, today=FIRST_DAY)
        again = publish_once(counting, finished_set(store), store, today=NEXT_DAY)
        assert again == first.model_copy(update={"repeated": True})
        assert len(counting.places) == 1

    def test_another_run_of_the_same_reel_is_the_same_publication(self, publisher: Publisher, store: Store) -> None:
        """A manifest tells of a run; it makes no new reel."""
        publish_once(publisher, finished_set(store), store, today=FIRST_DAY)
        later = finished_set(store, **{"reel.json": "made on Friday"})
        assert publish_once(publisher, later, store, today=NEXT_DAY).repeated

    @pytest.mark.parametrize("changed", ["reel.mp4", "captions.srt", "post.json"])
    def test_another_reel_is_another_publication(self, publisher: Publisher, store: Store, changed: str) -> None:
        """Whatever a viewer gets is part of the key."""
        first = publish_once(publisher, finished_set(store), store, today=FIRST_DAY)
        other = publish_once(publisher, finished_set(store, **{changed: "new"}), store, today=FIRST_DAY)
        assert not other.repeated
        assert other.location != first.location

    @pytest.mark.parametrize("moment", ["break_before", "break_after"])
    def test_broken_off_act_is_completed_at_the_same_place(self, publisher: Publisher, store: Store, moment: str) -> None:
        """A crash before or after the act, resumed after midnight, leaves one publication under its first name."""
        with pytest.raises(BrokenOffError):
            publish_once(Counting(publisher, **{moment: True}), finished_set(store), store, today=FIRST_DAY)
        resumed = publish_once(publisher, finished_set(store), store, today=NEXT_DAY)
        assert resumed.location.endswith(f"2026-03-01-three-habits-{resumed.key[:8]}")
        assert not resumed.repeated
        assert publish_once(publisher, finished_set(store), store, today=NEXT_DAY).repeated

    def test_act_is_claimed_before_it_is_done(self, publisher: Publisher, store: Store) -> None:
        """Whoever comes in between sees that somebody is at it."""
        with pytest.raises(BrokenOffError):
            publish_once(Counting(publisher, break_before=True), finished_set(store), store, today=FIRST_DAY)
        key = publication_key(publisher.name, finished_set(store))
        record = store.claimed(f"publish/{publisher.name}/{key}")
        assert record is not None
        assert record["done"] is False

    def test_places_differ_between_engines(self, store: Store) -> None:
        """One reel may go to several places; each has its own key."""
        keys = {publication_key(name, finished_set(store)) for name in PUBLISHERS}
        assert len(keys) == len(PUBLISHERS)
