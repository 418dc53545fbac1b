"""Whether a face may be used today.

Asked twice for every reel: when it is planned, and once more when it is made, since an approval may be days old.
"""

import datetime as dt
from pathlib import Path

from tasks.domain.avatar import Consent, ConsentDocument
from tasks.domain.errors import ConsentMissing
from tasks.runtime.store import sha256_of

OTHERWISE = "or choose another avatar"
"""What else can be done."""


def check_consent(name: str, consent: Consent, today: dt.date, folder: Path | None) -> None:
    """Makes sure that a face may be used.

    Args:
        name: the avatar, as messages call it.
        consent: what is on record.
        today: the day that consent must cover.
        folder: the avatar's folder, where the consent's document lies; None where the folder is gone.

    Raises:
        ConsentMissing: the consent is incomplete, expired or revoked, or its document is missing or another.
    """
    if consent.revoked:
        raise ConsentMissing(f"the consent for avatar {name!r} was revoked: no reel is made with it; choose another avatar")
    if consent.expires and consent.expires <= today:
        raise ConsentMissing(f"the consent for avatar {name!r} ended on {consent.expires}: ask for it anew and write the new"
                             f" date into avatar.yaml, {OTHERWISE}")
    if consent.kind == "consent" and not (consent.given_by and consent.date):
        raise ConsentMissing(f"avatar {name!r} shows a real person, and its consent does not say who gave it and when: add"
                             f" given_by and date to avatar.yaml, {OTHERWISE}")
    if consent.document and folder:
        _check_document(name, consent.document, folder)


def _check_document(name: str, document: ConsentDocument, folder: Path) -> None:
    called, place = f"the consent document {document.file!r} of avatar {name!r}", folder / document.file
    if not place.resolve().is_relative_to(folder.resolve()):
        raise ConsentMissing(f"{called} lies outside the avatar's folder {str(folder)!r}: copy it there, {OTHERWISE}")
    if not place.is_file():
        raise ConsentMissing(f"{called} is missing: put it back into {str(folder)!r}, {OTHERWISE}")
    try:
        found = sha256_of(place)
    except OSError as error:
        raise ConsentMissing(f"{called} cannot be read ({error.strerror}): change its permissions, {OTHERWISE}") from error
    if found != document.sha256:
        raise ConsentMissing(f"{called} is another than the one agreed on (digest {found[:12]!r}, expected"
                             f" {document.sha256[:12]!r}): put the right one back into {str(folder)!r}; if a new one was"
                             f" signed, write its digest into avatar.yaml, {OTHERWISE}")
