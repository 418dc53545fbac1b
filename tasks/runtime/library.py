"""The library: avatars and brand kits by name, pictures, films, recordings, music and fonts by their path inside it.

    <root>/avatars/<name>/avatar.yaml, portrait.png, rig.json, and the film that avatar.yaml may name
    <root>/templates/brands/<name>.yaml
    <root>/media/cup.jpg                            or wherever their owner puts them

The name of an avatar or brand is looked up in the list of what is there and never joined to a path otherwise. A path may
not lead outside the root: no '..', no absolute path, no link to somewhere else.
"""

import datetime as dt
import difflib
import hashlib
import os
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal

from tasks.domain.avatar import Avatar, AvatarSnapshot
from tasks.domain.brand import Brand, BrandFonts, FontFile
from tasks.domain.calendar import Calendar
from tasks.domain.errors import AvatarError, FixRequest, UnknownName
from tasks.domain.media import MediaFile
from tasks.domain.overlays import ShownMedia
from tasks.domain.timeline import SIZE_PX
from tasks.media.avatar_clip import check_avatar_clip
from tasks.media.clips import check_clip
from tasks.media.no_file import in_place_of_file
from tasks.media.pictures import check_picture, make_ready
from tasks.media.portrait import check_portrait
from tasks.media.rig.model import Rig
from tasks.media.text.fields import into_model
from tasks.media.text.text_file import read_text
from tasks.media.text.yaml_fields import read_yaml
from tasks.runtime.brand_kit import check_brand
from tasks.runtime.consent import check_consent, current_day
from tasks.runtime.engines import unknown
from tasks.runtime.store import Store, sha256_of

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""What an avatar or a brand may be called."""
BACKDROPS = ("#f4f4f2", "#16161a")
"""What a product without a background is shown on: the one it stands out from."""
LONGEST_NAME, LONGEST_PATH = 255, 1000
"""Bytes of a file's name and of a path in the library; no disk holds longer names, and longer paths are none."""
MOST_NAMED = 6
"""How many files a message names in place of one that is not there."""


class Library:
    """A folder of avatars and templates.

    Args:
        root: the folder that holds avatars/ and templates/.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def templates(self) -> Path:
        """The folder with templates and brand kits."""
        return self.root / "templates"

    def avatar_names(self) -> tuple[str, ...]:
        """Names of the avatars there are, in order."""
        return names_of(path.name for path in (self.root / "avatars").glob("*/"))

    def brand_names(self) -> tuple[str, ...]:
        """Names of the brand kits there are, in order."""
        return names_of(path.stem for path in (self.templates / "brands").glob("*.yaml"))

    def avatar(self, name: str) -> Avatar:
        """Reads an avatar's description.

        Raises:
            UnknownName: there is no such avatar, with the ones there are.
            AvatarError: its avatar.yaml is missing or wrong; with file, line and field.
        """
        path = self.avatar_folder(name) / "avatar.yaml"
        text = read_text(path, kind="avatar's description", error=AvatarError)
        return into_model(Avatar, read_yaml(text, name=str(path), error=AvatarError), error=AvatarError)

    def brand(self, name: str, *, styles: Collection[str] | None = None) -> Brand:
        """Reads a brand kit and checks what it names: colours, fonts, logo, music.

        Args:
            name: a brand's name.
            styles: the caption styles there are; None where they do not matter.

        Raises:
            UnknownName: there is no such brand, with the ones there are.
            FixRequest: its file is wrong; with file, line and field.
        """
        if name not in self.brand_names():
            raise unknown("brand", name, self.brand_names())
        path = self.templates / "brands" / f"{name}.yaml"
        text = read_text(path, kind="brand kit", error=FixRequest)
        fields = read_yaml(text, name=str(path), error=FixRequest)
        brand = into_model(Brand, fields, error=FixRequest)
        check_brand(brand, fields, locate=self.file, styles=styles)
        return brand

    def calendar(self, name: str) -> Calendar:
        """Reads a content calendar.

        Args:
            name: its path from the library's root, with '/' between folders.

        Raises:
            UnknownName: there is no such file, or the name leads out of the library.
            FixRequest: it is no calendar; with file, line and field.
        """
        text = read_text(self.file(name), kind="calendar", error=FixRequest)
        return into_model(Calendar, read_yaml(text, name=name, error=FixRequest), error=FixRequest)

    def keep_fonts(self, brand: Brand, store: Store) -> Brand:
        """The brand with its own fonts copied to the store, and found there from now on."""
        def kept(file: FontFile | None) -> FontFile | None:
            if file is None or file.package is not None:
                return file
            return file.model_copy(update={"file": str(store.path(store.put_copy(self.file(file.file))))})

        own = BrandFonts.model_fields.keys() - {"others"}
        fonts = {name: kept(getattr(brand.fonts, name)) for name in own} | {"others": tuple(map(kept, brand.fonts.others))}
        return brand.model_copy(update={"fonts": brand.fonts.model_copy(update=fonts)})

    def media(self, name: str, kind: Literal["image", "clip"], store: Store, *, size: tuple[int, int] = SIZE_PX
              ) -> ShownMedia:
        """Checks a picture or film and keeps it in the store as it is now.

        Args:
            name: its path from the library's root, with '/' between folders.
            kind: what it is shown as.
            store: where it is copied.
            size: what it must fill, (width, height).

        Raises:
            UnknownName: there is no such file, with the nearest ones.
            FixRequest: it cannot be shown.
        """
        path = self.file(name)
        if kind == "image":
            picture = check_picture(path, size=size)
            return ShownMedia(kind=kind, file=store.put_copy(path), width_px=picture.width_px, height_px=picture.height_px,
                              warnings=picture.warnings)
        clip = check_clip(path, size=size)
        return ShownMedia(kind=kind, file=store.put_copy(path), width_px=clip.width_px, height_px=clip.height_px,
                          duration_s=clip.duration_s, warnings=clip.warnings)

    def file(self, name: str) -> Path:
        """Where a file of the library lies.

        Args:
            name: its path from the library's root, with '/' between folders.

        Raises:
            UnknownName: there is no such file, with the nearest ones; or the name leads out of the library.
        """
        root, parts = self.root.resolve(), name.split("/")
        if not _is_place(parts):
            raise UnknownName(f"{name!r} is no file of the library: name it by its path from {str(self.root)!r} on, e.g."
                              " 'media/cup.jpg', without hidden folders and '..'")
        path = self.root.joinpath(*parts)
        if not path.is_file():
            raise self._not_ordinary(name, path, root) or self._no_such_file(name, parts)
        if not path.resolve().is_relative_to(root):
            raise UnknownName(f"{name!r} is a link that leads out of the library {str(self.root)!r}: copy the file there")
        return path

    def files_in(self, folder: str) -> tuple[str, ...]:
        """Names of the files directly inside a folder of the library, each as `file` takes it, in order.

        Args:
            folder: its path from the library's root, with '/' between folders.

        Raises:
            UnknownName: there is no such folder, or the name leads out of the library.
        """
        root, parts = self.root.resolve(), folder.rstrip("/").split("/")
        place = self.root.joinpath(*parts)
        if _is_place(parts) and not place.is_dir():
            raise UnknownName(f"there is no folder {folder!r} in the library {str(self.root)!r}: check its name")
        if not _is_place(parts) or not place.resolve().is_relative_to(root):
            raise UnknownName(f"{folder!r} is no folder of the library: name it by its path from {str(self.root)!r} on, e.g."
                              " 'scripts/may', without hidden folders and '..'")
        names = sorted(entry.name for entry in place.iterdir() if entry.is_file() and not entry.name.startswith("."))
        return tuple("/".join((*parts, name)) for name in names)

    @staticmethod
    def _not_ordinary(name: str, path: Path, root: Path) -> UnknownName | None:
        """Says what lies there that is neither file nor folder; None where there is no such thing inside the library."""
        found = in_place_of_file(path)
        if found is None or path.is_dir() or not path.parent.resolve().is_relative_to(root):
            return None
        return UnknownName(f"{name!r} is {found}, not an ordinary file: put the file itself there")

    def _no_such_file(self, name: str, parts: list[str]) -> UnknownName:
        """Says which names there are where the path goes wrong."""
        folder, depth = self.root, 0
        while depth < len(parts) - 1 and (folder / parts[depth]).is_dir():
            folder, depth = folder / parts[depth], depth + 1
        wanted, here = parts[depth], "/".join(parts[:depth])
        entries = sorted(entry.name + "/" * entry.is_dir() for entry in folder.iterdir() if not entry.name.startswith(".")
                         ) if folder.resolve().is_relative_to(self.root.resolve()) else []
        near = difflib.get_close_matches(wanted, entries, n=MOST_NAMED) or entries[:MOST_NAMED]
        where = f"in {here + '/'!r}" if here else f"in the library {str(self.root)!r}"
        return UnknownName(f"there is no file {name!r}; {where} there is {', '.join(map(repr, near)) or 'nothing'}")

    def snapshot(self, name: str, store: Store, *, today: dt.date | None = None) -> AvatarSnapshot:
        """Checks an avatar and keeps its files in the store as they are now.

        Args:
            name: an avatar's name.
            store: where portrait and rig are copied.
            today: the day that consent must cover; default: the current one.

        Raises:
            UnknownName: there is no such avatar.
            AvatarError: avatar.yaml, portrait or rig is missing or damaged, or the rig belongs to another portrait.
            ConsentMissing: the consent is incomplete, expired or revoked, or its document is missing or another.
        """
        avatar, folder = self.avatar(name), self.avatar_folder(name)
        check_consent(name, avatar.consent, today or current_day(), folder)
        check_portrait(folder / "portrait.png")
        came = self._rigged(folder) if avatar.face else (folder / "portrait.png",)
        clip = self._clip(name, avatar)
        told = check_avatar_clip(clip) if clip else ()
        facts = "\n".join([avatar.model_dump_json(by_alias=True, exclude={
            name for name in ("look", "clip") if not getattr(avatar, name)}),
                           *map(sha256_of, (*came, clip) if clip else came)])
        kept = tuple(map(store.put_copy, came)) if avatar.face else (_made_ready(came[0], store),)
        return AvatarSnapshot(name=name, title=avatar.title, sha256=hashlib.sha256(facts.encode()).hexdigest(),
                              look=avatar.look or avatar.description,
                              portrait=kept[0], rig=kept[1] if avatar.face else None,
                              clip=store.put_copy(clip) if clip else None, clip_warnings=told, consent=avatar.consent)

    def _clip(self, name: str, avatar: Avatar) -> Path | None:
        """The avatar's film, in its folder."""
        if not avatar.clip:
            return None
        if not avatar.face:
            raise AvatarError(f"the avatar {name!r} has `face: false` and a film {avatar.clip!r}, whose mouth is drawn:"
                              " remove one of the two from avatar.yaml")
        if "/" in avatar.clip or "\\" in avatar.clip:
            raise AvatarError(f"the film {avatar.clip!r} of the avatar {name!r} must lie in the avatar's folder: put it"
                              " there and write its name alone")
        return self.file(f"avatars/{name}/{avatar.clip}")

    def require_consent(self, avatar: AvatarSnapshot, *, today: dt.date | None = None) -> None:
        """Makes sure that a planned reel may still be made: what its avatar's folder says now counts, if it is still there.

        Args:
            avatar: the avatar as it was planned with.
            today: the day that consent must cover; default: the current one.

        Raises:
            ConsentMissing: the consent was revoked or ended meanwhile, or its document is missing or another.
            AvatarError: avatar.yaml was damaged meanwhile.
        """
        there = avatar.name in self.avatar_names()
        consent = self.avatar(avatar.name).consent if there else avatar.consent
        check_consent(avatar.name, consent, today or current_day(), self.avatar_folder(avatar.name) if there else None)

    def avatar_folder(self, name: str) -> Path:
        """The folder of an avatar.

        Raises:
            UnknownName: there is no such avatar, with the ones there are.
        """
        if name not in self.avatar_names():
            raise unknown("avatar", name, self.avatar_names())
        return self.root / "avatars" / name

    def _rigged(self, folder: Path) -> tuple[Path, Path]:
        """Portrait and rig of an avatar that belong to each other."""
        portrait, rig = folder / "portrait.png", folder / "rig.json"
        if not rig.exists():
            raise AvatarError(f"{str(rig)!r} is missing: make it with `python -m tasks.media.rig {folder}`; if the picture"
                              " shows no face, write `face: false` in avatar.yaml")
        if Rig.read(rig).portrait_sha256 != sha256_of(portrait):
            raise AvatarError(f"{str(rig)!r} was made for another portrait: make it again with"
                              f" `python -m tasks.media.rig {folder}`")
        return portrait, rig


def _made_ready(portrait: Path, store: Store) -> MediaFile:
    """A picture without a face as drawing wants it."""
    check_picture(portrait)
    with store.scratch() as folder:
        make_ready(portrait, folder / "portrait.jpg", backgrounds=BACKDROPS)
        return store.put(folder / "portrait.jpg")


def _is_place(parts: list[str]) -> bool:
    """True where the parts of a path may name something inside the library."""
    sizes = [len(os.fsencode(part)) for part in parts]
    return (all(part and not part.startswith(".") for part in parts) and max(sizes) <= LONGEST_NAME
            and sum(sizes) + len(sizes) <= LONGEST_PATH)


def names_of(found: Iterable[str]) -> tuple[str, ...]:
    """Those of the folders' or files' names that may be names of something, in order."""
    return tuple(sorted(name for name in found if NAME.fullmatch(name)))
