"""What publish engines share: the protocol, and the claims that let a reel go out once.

The content key of a publication covers the engine and the files a viewer gets. The manifest is left out of it: it tells when
and how fast a reel was made, so it differs between two runs that make the same reel.
"""

import datetime as dt
import hashlib
import json
from typing import ClassVar, Protocol

from pydantic import Field

from tasks.domain.reel import FinishedSet, Publication
from tasks.runtime.store import Store

MANIFEST = "reel.json"
"""The one file of a set that tells of a run."""
KEY_DIGITS = 8
"""Hex digits of a content key that names of places carry."""


class Publisher(Protocol):
    """A place finished sets are handed to."""

    name: ClassVar[str]
    version: ClassVar[str]

    def location(self, finished: FinishedSet, key: str, today: dt.date) -> str:
        """Where the set will go; settled before the act and kept in the claim."""
        ...

    def hand_on(self, finished: FinishedSet, location: str) -> None:
        """Brings the set to `location`, completely or not at all; a second call for the same place changes nothing."""
        ...


class PublicationClaim(Publication):
    """What the store keeps of a publication from before the act."""

    done: bool = Field(default=False, description="the act was completed")


def publish_once(publisher: Publisher, finished: FinishedSet, store: Store, *, today: dt.date | None = None) -> Publication:
    """Hands a finished set on unless that was done before.

    The claim is put before the act and completed after it. A claim that was never completed belongs to a run that broke off:
    the act is done again, to the place that run had settled.

    Args:
        publisher: where to.
        finished: what.
        store: where claims are kept.
        today: the date in the place's name; default: the current one, UTC.

    Returns:
        The publication; `repeated` when an earlier one was found.
    """
    key = publication_key(publisher.name, finished)
    place = publisher.location(finished, key, today or dt.datetime.now(dt.UTC).date())
    claim = PublicationClaim(engine=publisher.name, version=publisher.version, key=key, location=place)
    name = f"publish/{publisher.name}/{key}"
    if not store.claim(name, _record(claim)):
        claim = store.claimed_as(name, PublicationClaim) or claim
        if claim.done:
            return _publication(claim, repeated=True)
    publisher.hand_on(finished, claim.location)
    store.complete(name, _record(claim.model_copy(update={"done": True})))
    return _publication(claim, repeated=False)


def publication_key(engine: str, finished: FinishedSet) -> str:
    """The content key of a publication, 64 hex digits."""
    files = {name: file.sha256 for name, file in finished.files.items() if name != MANIFEST}
    return hashlib.sha256(json.dumps([engine, files], sort_keys=True).encode()).hexdigest()


def _record(claim: PublicationClaim) -> dict[str, object]:
    return claim.model_dump(mode="json", exclude={"repeated"})


def _publication(claim: PublicationClaim, *, repeated: bool) -> Publication:
    return Publication(engine=claim.engine, version=claim.version, key=claim.key, location=claim.location, repeated=repeated)
