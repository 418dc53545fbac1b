"""Whether a face or a voice may be used today.

Asked twice for every reel: when it is planned, and once more when it is made, since an approval may be days old.
"""

import datetime as dt
from pathlib import Path
from typing import Literal

from tasks.domain.avatar import Consent, ConsentDocument
from tasks.domain.errors import ConsentMissing
from tasks.runtime.store import sha256_of

Owner = Literal["avatar", "voice"]
"""What a consent is for; it stands in the file of that name."""
SHOWS = {"avatar": "shows a real person", "voice": "is a real person's"}
"""What a consent is needed for."""


def check_consent(name: str, consent: Consent, today: dt.date, folder: Path | None, *, of: Owner = "avatar") -> None:
    """Makes sure that a face or a voice may be used.

    Args:
        name: the avatar or voice, as messages call it.
        consent: what is on record.
        today: the day that consent must cover.
        folder: its folder, where the consent's document lies; None where the folder is gone.
        of: which of the two it is.

    Raises:
        ConsentMissing: the consent is incomplete, expired or revoked, or its document is missing or another.
    """
    otherwise = f"or choose another {of}"
    if consent.revoked:
        raise ConsentMissing(f"the consent for {of} {name!r} was revoked: no reel is made with it; choose another {of}")
    if consent.expires and consent.expires <= today:
        raise ConsentMissing(f"the consent for {of} {name!r} ended on {consent.expires}: ask for it anew and write the new"
                             f" date into {of}.yaml, {otherwise}")
    if consent.kind == "consent" and not (consent.given_by and consent.date):
        raise ConsentMissing(f"{of} {name!r} {SHOWS[of]}, and its consent does not say who gave it and when: add"
                             f" given_by and date to {of}.yaml, {otherwise}")
    if consent.document and folder:
        _check_document(name, consent.document, folder, of)


def current_day() -> dt.date:
    """The day that consent must cover, everywhere the same."""
    return dt.datetime.now(dt.UTC).date()


def _check_document(name: str, document: ConsentDocument, folder: Path, of: Owner) -> None:
    called, place = f"the consent document {document.file!r} of {of} {name!r}", folder / document.file
    otherwise = f"or choose another {of}"
    if not place.resolve().is_relative_to(folder.resolve()):
        raise ConsentMissing(f"{called} lies outside the {of}'s folder {str(folder)!r}: copy it there, {otherwise}")
    if not place.is_file():
        raise ConsentMissing(f"{called} is missing: put it back into {str(folder)!r}, {otherwise}")
    try:
        found = sha256_of(place)
    except OSError as error:
        raise ConsentMissing(f"{called} cannot be read ({error.strerror}): change its permissions, {otherwise}") from error
    if found != document.sha256:
        raise ConsentMissing(f"{called} is another than the one agreed on (digest {found[:12]!r}, expected"
                             f" {document.sha256[:12]!r}): put the right one back into {str(folder)!r}; if a new one was"
                             f" signed, write its digest into {of}.yaml, {otherwise}")
