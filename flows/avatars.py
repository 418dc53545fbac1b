"""`reels avatar`: who can present a reel; what is known about a face, drawn; what is wrong with an avatar."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.avatar_checks import Remark, check_avatar
from flows.avatar_making import add_avatar
from flows.planning import BRAND
from flows.speaking import LANGUAGE
from tasks.captions.label import set_label
from tasks.captions.style import read_style, read_zone
from tasks.domain.avatar import Avatar
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.errors import AvatarError, FixRequest
from tasks.lipsync.viseme_table import EXAMPLES, VISEMES
from tasks.media.face_place import mouth_on_picture
from tasks.media.rig.corrections import corrections
from tasks.media.rig.model import Rig
from tasks.media.rig_sheet import RigFacts, draw_rig_sheet
from tasks.media.sheet import lettering_of
from tasks.media.viseme_sheet import EYES, HEADS, SMILES, draw_viseme_sheet, viseme_section
from tasks.runtime.avatar_folder import DESCRIPTION, PORTRAIT, RIG, revoke
from tasks.runtime.library import Library
from tasks.runtime.settings import current_settings
from tasks.runtime.store import writable

SHEETS = (".jpg", ".jpeg", ".png")
"""Ends of names that mean a picture, not a folder."""


def avatars(arguments: argparse.Namespace) -> int:
    """Lists the avatars, makes one, shows one, checks one, or stops one."""
    library = Library(current_settings().library_path)
    if arguments.action == "add":
        return add_avatar(arguments, library)
    if arguments.action == "list":
        return _list(library, as_json=arguments.json)
    if arguments.action == "show":
        return _show(library, arguments)
    if arguments.action == "check":
        return _check(library, arguments.name, as_json=arguments.json)
    return _revoke(library, arguments.name)


def _list(library: Library, *, as_json: bool) -> int:
    found = {name: library.avatar(name) for name in library.avatar_names()}
    if as_json:
        return _print_json([_facts(name, avatar) for name, avatar in found.items()])
    for name, avatar in found.items():
        told = ", ".join([avatar.consent.in_words(), *(["no face"] if not avatar.face else [])])
        sys.stdout.write(f"{name:<12} {avatar.title} ({told}){f': {avatar.description}' if avatar.description else ''}\n")
    return 0


def _show(library: Library, arguments: argparse.Namespace) -> int:
    """Draws both sheets and says the facts in words."""
    name = arguments.name
    avatar, folder = library.avatar(name), library.avatar_folder(name)
    if not avatar.face:
        raise AvatarError(f"the avatar {name!r} has no face, so there is no rig to show: it moves with the camera alone")
    rig_sheet, viseme_sheet = _targets(arguments.out, name)
    rig, brand = Rig.read(folder / RIG), library.brand(avatar.brand or BRAND)
    told = _told(avatar, rig)
    lettering = lettering_of(brand.fonts)
    notes = [*(f"corrected by hand: {each}" for each in corrections(rig)), *rig.warnings]
    facts = RigFacts(title=avatar.title, facts=told, notes=notes, zones=_zones(library, avatar, brand, rig))
    _draw(rig_sheet, lambda draft: draw_rig_sheet(folder / PORTRAIT, rig, facts, draft, lettering))
    sections = (viseme_section(VISEMES, EXAMPLES), SMILES, EYES, HEADS)
    _draw(viseme_sheet, lambda draft: draw_viseme_sheet(folder / PORTRAIT, rig, sections, draft, lettering,
                                                        title=avatar.title, fact=told[0]))
    if arguments.json:
        known = {"tool": rig.tool, "warnings": rig.warnings, "scale_px": rig.scale_px,
                 "corrections": list(map(str, corrections(rig)))}
        return _print_json({**_facts(name, avatar), "rig": known, "files": [str(rig_sheet), str(viseme_sheet)]})
    sys.stdout.write("\n".join([f"{avatar.title} ({name})", *told, *notes, "", f"the rig: {rig_sheet}",
                                f"visemes: {viseme_sheet}"]) + "\n")
    return 0


def _check(library: Library, name: str, *, as_json: bool) -> int:
    """Repeats every check; exit code 2 where something stops new reels."""
    remarks = check_avatar(library, name)
    bad = [remark for remark in remarks if remark.verdict == "refused"]
    if as_json:
        _print_json({"name": name, "passed": not bad, "remarks": [remark._asdict() for remark in remarks]})
    else:
        for remark in remarks:
            sys.stdout.write(_remark_line(remark))
        sys.stdout.write(f"{name}: {'not all is well' if bad else 'all is well'}\n")
    return FixRequest.exit_code if bad else 0


def _revoke(library: Library, name: str) -> int:
    """Stops every new reel with an avatar."""
    folder = library.avatar_folder(name)
    changed = revoke(folder)
    sys.stdout.write(f"the consent for {name!r} {'is' if changed else 'was already'} revoked: no new reel is made with it"
                     f" ({folder / DESCRIPTION})\n")
    return 0


def _remark_line(remark: Remark) -> str:
    mark = {"passed": "ok", "warned": "note", "refused": "BAD"}[remark.verdict]
    return f"{mark:<5} {remark.subject:<9} {remark.sentence}\n"


def _told(avatar: Avatar, rig: Rig) -> list[str]:
    """Facts about an avatar, a line each."""
    voice = avatar.voice.name or "the usual voice"
    scope = f"; covers {avatar.consent.scope}" if avatar.consent.scope else ""
    return [f"{avatar.consent.in_words()}: {avatar.consent.statement}{scope}",
            f"portrait {rig.width_px} x {rig.height_px}, eyes {rig.scale_px:.0f} px apart, made by {rig.tool};"
            f" {avatar.language or LANGUAGE}, {voice}, brand {avatar.brand or BRAND}"]


def _zones(library: Library, avatar: Avatar, brand: Brand, rig: Rig) -> list[tuple[str, Box]]:
    """Where captions and label of a reel in the avatar's brand stand."""
    style = read_style(library.templates, brand.caption_style)
    zone = read_zone(library.templates, style.zones)
    label = set_label(brand, avatar.language or LANGUAGE, style, zone)
    mouth = mouth_on_picture(rig)
    captions = Box(x0=zone.x0, x1=zone.x1, y0=min(max(zone.y0, mouth.y1), zone.y1 - style.size_px), y1=zone.y1)
    return [("captions", captions), *([("label", label.box)] if label else [])]


def _targets(out: Path | None, name: str) -> tuple[Path, Path]:
    """Where the two sheets go: into a folder, or to a file and beside it."""
    place = (out or Path("out") / f"avatar-{name}").absolute()
    if place.suffix.lower() in SHEETS:
        return place, place.with_name(f"{place.stem}-visemes{place.suffix}")
    return place / "rig.jpg", place / "visemes.jpg"


def _draw(target: Path, draw: Any) -> None:
    """Lets a sheet be drawn beside its place, and puts it there when it is complete."""
    with writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sheet-", dir=target.parent) as folder:
            draft = Path(folder, target.name)
            draw(draft)
            os.replace(draft, target)


def _facts(name: str, avatar: Avatar) -> dict[str, Any]:
    return {"name": name, **avatar.model_dump(mode="json", by_alias=True, exclude={"schema_version"})}


def _print_json(value: dict[str, Any] | Sequence[Any]) -> int:
    sys.stdout.write(json.dumps(value, indent=2) + "\n")
    return 0
