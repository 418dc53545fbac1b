"""What is to be said about an avatar: everything that stops a reel, and everything that will not look its best."""

import datetime as dt
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flows.planning import BRAND
from flows.speaking import LANGUAGE
from tasks.domain.avatar import Avatar, PhotoRecord
from tasks.domain.errors import AvatarError, FixRequest, ReelsError
from tasks.domain.photo import Verdict
from tasks.domain.plan import Voice
from tasks.domain.script import VoiceChoice
from tasks.media.pictures import check_picture
from tasks.media.portrait import check_portrait, examine_portrait
from tasks.media.rig.corrections import corrections
from tasks.media.rig.model import RIG_TOOL, Rig
from tasks.runtime.avatar_folder import PORTRAIT, PREVIEW, RIG, read_photo_record
from tasks.runtime.consent import check_consent
from tasks.runtime.engines import default_engines, load_engine
from tasks.runtime.given import given_to
from tasks.runtime.library import Library
from tasks.runtime.settings import current_settings
from tasks.runtime.store import sha256_of
from tasks.runtime.stores import open_store
from tasks.runtime.voice_folder import VoiceFolders


class Remark(NamedTuple):
    """One thing that was looked at."""

    subject: str
    verdict: Verdict
    sentence: str


def check_avatar(library: Library, name: str) -> list[Remark]:
    """Looks at everything an avatar consists of.

    Raises:
        UnknownName: there is no such avatar.
        AvatarError: its avatar.yaml is missing or wrong.
    """
    avatar, folder = library.avatar(name), library.avatar_folder(name)
    return [*_consent(name, avatar, folder), *_choices(library, avatar), *(
        _face(folder) if avatar.face else _picture(folder))]


def check_choices(library: Library, *, language: str | None, voice: VoiceChoice, brand: str | None) -> None:
    """Makes sure that an avatar's voice speaks its language and its brand is there.

    Raises:
        UnknownName: there is no such language, voice or brand; with the ones there are.
        FixRequest: the brand kit is wrong, or the voice must not be cloned.
        FixMachine: the voice's model is broken, or its licence was not accepted.
    """
    spoken, engine, store = language or LANGUAGE, voice.engine or default_engines()["speech"], open_store()
    speech, given = load_engine("speech", engine), given_to("speech", engine, current_settings(), store)
    clone = VoiceFolders(library).snapshot(voice.clone, store) if voice.clone else None
    speech(Voice(name=voice.name or speech.default_voice(spoken, **given), language=spoken, clone=clone), **given)
    if brand is not None:
        library.brand(brand)


def _consent(name: str, avatar: Avatar, folder: Path) -> Iterator[Remark]:
    try:
        check_consent(name, avatar.consent, dt.datetime.now(dt.UTC).date(), folder)
    except FixRequest as error:
        yield Remark("consent", "refused", str(error))
    else:
        document = f"; {avatar.consent.document.file} is as agreed on" if avatar.consent.document else ""
        yield Remark("consent", "passed", f"{avatar.consent.in_words()}{document}")


def _choices(library: Library, avatar: Avatar) -> Iterator[Remark]:
    try:
        check_choices(library, language=avatar.language, voice=avatar.voice, brand=avatar.brand)
    except ReelsError as error:
        yield Remark("voice", "refused", str(error))
    else:
        yield Remark("voice", "passed", f"{avatar.voice.name or 'the usual one'}, {avatar.language or LANGUAGE}, brand"
                                        f" {avatar.brand or BRAND}")


def _picture(folder: Path) -> Iterator[Remark]:
    """An avatar without a face."""
    try:
        picture = check_picture(folder / PORTRAIT)
        yield Remark("portrait", "passed", f"{picture.width_px} x {picture.height_px}, no face: the camera alone moves")
    except ReelsError as error:
        yield Remark("portrait", "refused", str(error))


def _face(folder: Path) -> Iterator[Remark]:
    """Portrait and rig, and whether they belong together."""
    try:
        size = check_portrait(folder / PORTRAIT)
        rig = _rig(folder)
        record = read_photo_record(folder)
        yield from _findings(folder, rig, record, size)
        if rig:
            yield from _rig_remarks(folder, rig, size)
    except AvatarError as error:
        yield Remark("portrait", "refused", str(error))
    if not (folder / PREVIEW).exists():
        yield Remark("preview", "passed", f"there is no {PREVIEW}; reels need none")


def _rig(folder: Path) -> Rig | None:
    return Rig.read(folder / RIG) if (folder / RIG).exists() else None


def _findings(folder: Path, rig: Rig | None, record: PhotoRecord | None, size: tuple[int, int]) -> Iterator[Remark]:
    """The checks of the photo, repeated on the portrait; where they say something else than then, that too."""
    found = examine_portrait(folder / PORTRAIT, rig, chosen=bool(record and record.face)).findings
    well = sum(finding.verdict == "passed" for finding in found)
    yield Remark("portrait", "passed", f"{size[0]} x {size[1]}; {well} of {len(found)} checks passed")
    then = {finding.check: finding.verdict for finding in record.findings} if record else {}
    for finding in found:
        if finding.verdict != "passed":
            known = " (as in the photo)" if then.get(finding.check) == finding.verdict else ""
            yield Remark("portrait", finding.verdict, f"{finding.sentence} [{finding.check}: {finding.threshold}]{known}")
    now = {finding.check: finding.verdict for finding in found}
    for finding in record.findings if record else ():
        if finding.verdict != "passed" and now.get(finding.check, "passed") == "passed":
            yield Remark("photo", "warned", f"{finding.sentence} [{finding.check}: {finding.threshold}]")


def _rig_remarks(folder: Path, rig: Rig, size: tuple[int, int]) -> Iterator[Remark]:
    again = f"make it again with `python -m tasks.media.rig {shlex.quote(str(folder))}`"
    if rig.portrait_sha256 != sha256_of(folder / PORTRAIT):
        yield Remark("rig", "refused", f"was made for another portrait: {again}")
    elif (rig.width_px, rig.height_px) != size:
        yield Remark("rig", "refused", f"says {rig.width_px} x {rig.height_px} pixels, and the portrait has {size[0]} x"
                     f" {size[1]}: {again}")
    elif rig.tool != RIG_TOOL:
        yield Remark("rig", "warned", f"made by {rig.tool!r}, and today's is {RIG_TOOL!r}: {again}; corrections by hand"
                     " stay")
    else:
        yield Remark("rig", "passed", f"made for this portrait by {rig.tool!r}")
    if rig.found is None:
        yield Remark("rig", "warned", f"keeps no record of what was found, so a correction by hand would be lost: {again}")
    for correction in corrections(rig):
        yield Remark("rig", "passed", f"corrected by hand and kept: {correction}")
