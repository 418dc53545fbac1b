"""The folder of an avatar as a whole: made beside the others and put among them when it is complete.

    avatars/<name>/avatar.yaml    title, language, voice, brand, consent; for people to change
                   portrait.png   1080 x 1920
                   rig.json       what is known about the face
                   photo.json     what the checks of the photo found
                   preview.mp4    three seconds of it
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from pydantic import ValidationError

from tasks.domain.avatar import Avatar, PhotoRecord
from tasks.domain.errors import AvatarError, ConsentMissing, FixRequest
from tasks.media.text.fields import into_model
from tasks.media.text.text_file import read_text
from tasks.media.text.yaml_fields import read_yaml
from tasks.runtime.library import NAME
from tasks.runtime.store import writable

DESCRIPTION, PORTRAIT, RIG, PHOTO, PREVIEW = "avatar.yaml", "portrait.png", "rig.json", "photo.json", "preview.mp4"
"""Files of an avatar."""
MOST_COLUMNS = 120
"""Longest line written into avatar.yaml."""
TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
"""What the operating system says where something of that name is already there."""


def require_free(root: Path, name: str, *, replace: bool) -> Path:
    """The folder that an avatar of this name gets.

    Args:
        root: the library.
        name: the new avatar.
        replace: True where one of that name may be there.

    Raises:
        FixRequest: it is no name, or taken.
    """
    if not NAME.fullmatch(name):
        raise FixRequest(f"{name!r} cannot be the name of an avatar: use lowercase letters, digits, '-' and '_', e.g. 'jo'")
    folder = root / "avatars" / name
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FixRequest(f"{str(folder)!r} is there already and no plain folder: choose another name")
    if folder.exists() and not replace:
        raise _taken(name)
    return folder


@contextmanager
def complete_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder to work in; it becomes `folder`, in place of what is there, when the block ends well.

    Whatever else ends the block, Ctrl-C too, leaves everything as it was.

    Raises:
        NotWritable: the library cannot be written.
        FixRequest: another program made a folder of that name meanwhile.
    """
    replaced = folder.exists()
    with writable(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        draft, old = hidden / "new", hidden / "old"
        try:
            draft.mkdir()
            yield draft
            _put(draft, folder, old, replaced=replaced)
        finally:
            if folder.exists() or not old.exists():
                shutil.rmtree(hidden, ignore_errors=True)


def write_description(avatar: Avatar, folder: Path) -> None:
    """Writes avatar.yaml."""
    (folder / DESCRIPTION).write_text(as_yaml(avatar), "utf-8")


def as_yaml(avatar: Avatar) -> str:
    """avatar.yaml as a person would write it: what is as usual is left out, but for `revoked` where it matters."""
    fields = avatar.model_dump(by_alias=True, exclude_none=True, exclude_defaults=True)
    consent = fields.pop("consent")
    if avatar.consent.kind == "consent":
        consent["revoked"] = avatar.consent.revoked
    return yaml.safe_dump({"schema": avatar.schema_version, **fields, "consent": consent}, allow_unicode=True,
                          sort_keys=False, width=MOST_COLUMNS)


def read_photo_record(folder: Path) -> PhotoRecord | None:
    """What was found when the avatar was made; None where nothing was recorded, or nothing that can be read."""
    try:
        return PhotoRecord.model_validate_json((folder / PHOTO).read_bytes())
    except (OSError, ValidationError):
        return None


def revoke(folder: Path) -> bool:
    """Writes `revoked: true` into the consent of an avatar.yaml and leaves every other line as it is.

    Returns:
        False where it was revoked before.

    Raises:
        AvatarError: avatar.yaml is missing or wrong.
        ConsentMissing: it is written in a form that a person has to change.
        NotWritable: it may not be written.
    """
    path = folder / DESCRIPTION
    text = read_text(path, kind="avatar's description", error=AvatarError)
    before = _description(text, path)
    if before.consent.revoked:
        return False
    lines, fields = text.split("\n"), read_yaml(text, name=str(path), error=AvatarError)
    group, line = fields.line(("consent",)) or 0, fields.lines.get(("consent", "revoked"))
    first = min((number for place, number in fields.lines.items() if len(place) == 2 and place[0] == "consent"), default=0)
    if line:
        lines[line - 1] = f"{_indent(lines[line - 1])}revoked: true"
    elif first > group:
        lines.insert(first - 1, f"{_indent(lines[first - 1])}revoked: true")
    changed = "\n".join(lines)
    if first <= group or _description(changed, path) != _revoked(before):
        raise ConsentMissing(f"{str(path)!r} is laid out in a way that is changed by hand only: write 'revoked: true' under"
                             " 'consent' there; until then reels are still made")
    with writable(folder):
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_text(changed, "utf-8")
        os.replace(draft, path)
    return True


def _put(draft: Path, folder: Path, old: Path, *, replaced: bool) -> None:
    """Renames the finished folder; the one that was there goes to `old`, and comes back if anything fails."""
    try:
        if replaced:
            folder.rename(old)
        draft.rename(folder)
    except BaseException as error:
        if old.exists():
            old.rename(folder)
        if isinstance(error, OSError) and error.errno in TAKEN:
            raise _taken(folder.name) from error
        raise


def _taken(name: str) -> FixRequest:
    return FixRequest(f"there is an avatar {name!r} already: choose another name, or add --replace to make it anew")


def _description(text: str, path: Path) -> Avatar:
    return into_model(Avatar, read_yaml(text, name=str(path), error=AvatarError), error=AvatarError)


def _revoked(avatar: Avatar) -> Avatar:
    return avatar.model_copy(update={"consent": avatar.consent.model_copy(update={"revoked": True})})


def _indent(line: str) -> str:
    return line[:len(line) - len(line.lstrip())]
