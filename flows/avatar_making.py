"""`reels avatar add`: from a photo to a complete avatar folder, or to none at all."""

import argparse
import datetime as dt
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.avatar_checks import check_choices
from flows.consent import ask_for_consent, consent_by_flags, require_somebody_to_ask
from tasks.domain.avatar import Avatar, Consent, PhotoRecord
from tasks.domain.errors import AvatarError, FixRequest
from tasks.domain.photo import Finding
from tasks.domain.script import VoiceChoice
from tasks.domain.text import one_line, unprintable_at
from tasks.lipsync.viseme_table import VISEMES
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.landmarks import Landmarks
from tasks.media.photo.examination import Examination, examine
from tasks.media.photo.open_photo import Photo, open_photo
from tasks.media.photo.portrait_frame import Framed, frame_portrait
from tasks.media.portrait import shows, write_portrait
from tasks.media.preview import draw_preview
from tasks.media.rig.build import build_rig
from tasks.media.rig.corrections import corrections
from tasks.media.rig.model import Rig
from tasks.runtime.avatar_folder import (
    PHOTO,
    PORTRAIT,
    PREVIEW,
    RIG,
    complete_folder,
    read_photo_record,
    require_free,
    write_description,
)
from tasks.runtime.engines import default_engines
from tasks.runtime.library import Library
from tasks.runtime.store import sha256_of

PREVIEWED = ("ah", "ee", "pbm", "oh", "fv", "eh", "oo", "th")
"""Visemes of the preview, in order: each unlike the one before."""


@dataclass(frozen=True)
class _Earlier:
    """The avatar that is made anew."""

    folder: Path
    avatar: Avatar
    same_picture: bool
    """Whether its portrait is, pixel by pixel, what would be made now."""
    same_photo: bool
    """Whether it was made of the same face of the same photo."""

    @property
    def same(self) -> bool:
        """Whether it shows the same face, so that its consent holds."""
        return self.same_picture or self.same_photo

    def rig(self) -> Rig | None:
        """Its rig, where that is its portrait's."""
        if not (self.folder / RIG).exists() or not (self.folder / PORTRAIT).exists():
            return None
        rig = Rig.read(self.folder / RIG)
        return rig if rig.portrait_sha256 == sha256_of(self.folder / PORTRAIT) else None

    def kept_rig(self) -> Rig | None:
        """The rig whose portrait stays as it is: the same picture, or one on which points were corrected by hand."""
        rig = self.rig() if self.same else None
        return rig if rig and (self.same_picture or corrections(rig)) else None


def add_avatar(arguments: argparse.Namespace, library: Library) -> int:
    """Makes an avatar of a photo.

    Raises:
        FixRequest: the name, a choice or the consent is wrong.
        AvatarError: the photo cannot be used.
        ConsentMissing: nobody agreed.
        NotWritable: the library cannot be written.
    """
    name, today = arguments.name, dt.datetime.now(dt.UTC).astimezone().date()
    folder = require_free(library.root, name, replace=arguments.replace)
    before = library.avatar(name) if name in library.avatar_names() else None
    avatar = _settled(arguments, before, library)
    agreed = consent_by_flags(arguments, title=avatar["title"], today=today)
    if agreed is None and before is None:
        require_somebody_to_ask()
    photo, examination = _examined(arguments)
    framed = frame_portrait(photo, _landmarks(examination))
    earlier = _earlier(folder, before, framed, arguments) if before else None
    if agreed is None and not (earlier and earlier.same):
        require_somebody_to_ask()
        agreed = ask_for_consent(title=avatar["title"], today=today)
    with complete_folder(folder) as draft:
        consent = agreed.keep(draft) if agreed else _kept(earlier, draft)
        made = Avatar(**avatar, consent=consent)
        write_description(made, draft)
        record = PhotoRecord(sha256=sha256_of(arguments.photo), face=arguments.face, findings=examination.findings,
                             told=(*photo.told, *framed.told))
        (draft / PHOTO).write_text(json.dumps(record.model_dump(mode="json", by_alias=True), indent=1) + "\n", "utf-8")
        rig = _rigged(draft, framed, earlier)
        draw_preview(draft / PORTRAIT, rig, draft / PREVIEW, visemes=[VISEMES[viseme] for viseme in PREVIEWED],
                     program=find_ffmpeg())
    return _say(made, name, folder, record, rig, as_json=arguments.json)


def _earlier(folder: Path, avatar: Avatar, framed: Framed, arguments: argparse.Namespace) -> _Earlier:
    """The avatar that is made anew, compared with what is made now."""
    record = read_photo_record(folder)
    return _Earlier(folder, avatar, same_picture=shows(folder / PORTRAIT, framed.image), same_photo=bool(
        record and (record.sha256, record.face) == (sha256_of(arguments.photo), arguments.face)))


def _settled(arguments: argparse.Namespace, before: Avatar | None, library: Library) -> dict[str, Any]:
    """Title, look, language, voice and brand: what is said now, else what the avatar had, checked."""
    voice = before.voice if before else VoiceChoice()
    if arguments.voice is not None:
        voice = VoiceChoice(engine=default_engines()["speech"], name=arguments.voice)
    language = arguments.language or (before.language if before else None)
    brand = arguments.brand or (before.brand if before else None)
    check_choices(library, language=language, voice=voice, brand=brand)
    title = arguments.title if arguments.title is not None else before.title if before else titled(arguments.name)
    if unprintable_at(title) is not None or not one_line(title):
        raise FixRequest(f"--title is {title!r}: write a name that can be shown")
    return {"title": one_line(title), "description": before.description if before else "",
            "look": before.look if before else "", "language": language, "voice": voice, "brand": brand}


def titled(name: str) -> str:
    """How an avatar is called unless its owner says so: 'mona_lisa' becomes 'Mona Lisa'."""
    return name.replace("_", " ").replace("-", " ").strip().title() or name


def _examined(arguments: argparse.Namespace) -> tuple[Photo, Examination]:
    """The photo and what its checks found; what is not passed is told at once.

    Raises:
        AvatarError: the photo cannot be read, or a check refuses it.
    """
    photo = open_photo(arguments.photo)
    examination = examine(photo, face=arguments.face)
    warnings, refusals = ([_told(finding) for finding in examination.findings if finding.verdict == verdict]
                          for verdict in ("warned", "refused"))
    if not arguments.json:
        sys.stderr.write("".join(f"note: {warning}\n" for warning in warnings))
    if refusals:
        if arguments.json:
            _print_json({"name": arguments.name, "refused": True, "findings": _as_json(examination.findings)})
        raise AvatarError(f"{str(arguments.photo)!r} cannot become an avatar: {'; '.join(refusals)}")
    return photo, examination


def _landmarks(examination: Examination) -> Landmarks:
    """The face of a photo that was not refused."""
    assert examination.landmarks is not None  # noqa: S101  a photo without a face is refused
    return examination.landmarks


def _kept(earlier: _Earlier | None, draft: Path) -> Consent:
    """The consent of the avatar that is made anew, with its document."""
    assert earlier is not None  # noqa: S101  asked for where there is none
    consent = earlier.avatar.consent
    if consent.document:
        (draft / consent.document.file).parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(earlier.folder / consent.document.file, draft / consent.document.file)
        except OSError as error:
            raise FixRequest(f"the consent document {consent.document.file!r} cannot be read ({error.strerror}): put it back"
                             " into the avatar's folder, or say anew who consents with --consent-by") from error
    return consent


def _rigged(draft: Path, framed: Framed, earlier: _Earlier | None) -> Rig:
    """Writes portrait and rig; corrections by hand are kept, and with them the portrait they were made on."""
    before = earlier.kept_rig() if earlier else None
    if earlier and before:
        shutil.copyfile(earlier.folder / PORTRAIT, draft / PORTRAIT)
        rig = build_rig(draft / PORTRAIT, before=before)
    else:
        write_portrait(framed.image, draft / PORTRAIT)
        rig = build_rig(draft / PORTRAIT, near=framed.landmarks)
    (draft / RIG).write_text(rig.to_json(), "utf-8")
    return rig


def _say(avatar: Avatar, name: str, folder: Path, record: PhotoRecord, rig: Rig, *, as_json: bool) -> int:
    kept = list(map(str, corrections(rig)))
    if as_json:
        return _print_json({
            "name": name, "folder": str(folder), "refused": False,
            **avatar.model_dump(mode="json", by_alias=True, exclude={"schema_version"}),
            "findings": _as_json(record.findings), "told": record.told,
            "rig": {"tool": rig.tool, "warnings": rig.warnings, "corrections": kept},
            "files": sorted(str(path) for path in folder.iterdir())})
    notes = [*record.told, *(f"kept, corrected by hand: {each}" for each in kept)]
    sys.stderr.write("".join(f"note: {note}\n" for note in notes))
    sys.stdout.write(f"{avatar.title!r} is ready ({avatar.consent.in_words()}): {folder}\n"
                     f"  look at     {folder / PREVIEW}\n"
                     f"  its sheets  reels avatar show {name}\n"
                     f"  a reel      reels make SCRIPT --avatar {name}\n")
    return 0


def _told(finding: Finding) -> str:
    """A finding with its rule."""
    return f"{finding.sentence} [{finding.check}: {finding.threshold}]"


def _as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [finding.model_dump(mode="json") for finding in findings]


def _print_json(value: dict[str, Any]) -> int:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
    return 0
