"""Links to finished reels: unguessable, for one file each, and only for some days.

A link holds the set, the file, the last second it is good for, and a signature over these three: HMAC-SHA256 under a key
that only the installation has. Which files a set has stands in a claim of the store, so every machine that shares store and
key can show every reel.

    <home>/operation/links.key     the key, readable by its owner only, unless the setting `link_key` gives one
    <home>/operation/links.port    the port, so that links outlive a restart
"""

import base64
import datetime as dt
import hashlib
import hmac
import http.client
import os
import re
import secrets
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tasks.domain.base import Record
from tasks.domain.errors import FixMachine, NoFreePort, UnknownName
from tasks.domain.reel import FinishedSet
from tasks.runtime.local_server import free_port
from tasks.runtime.processes import FOLDER, private_folder, write_private
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

PAGE = ""
"""The name of the page of a set among its files."""
SETS, RUNS = "sets", "sets-of-runs"
"""Folders of claims: which files a set has; which set a run made."""
MANIFEST_DIGITS = 16
"""Hex digits of the manifest's digest in the name of a set: the same film may have several papers."""
SET_NAME = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}")
"""What a set is called in links."""
SIGNATURE_BYTES = 18
"""Length of a signature: 144 bits, more than anybody can try."""
DAY_S = 86400.0
"""Seconds a day."""
GREETING = "reels links"
"""What the link server says when it is asked whether it is there."""


class KeptSet(Record):
    """A finished set as links find it."""

    finished: FinishedSet
    kept_at: dt.datetime
    run: str | None = None


@dataclass(frozen=True)
class Link:
    """The part of a link that is checked."""

    set_name: str
    file: str
    expires_s: int
    signature: str

    @property
    def path(self) -> str:
        """Its path, as in the address."""
        return f"/r/{self.set_name}/{self.expires_s}/{self.signature}/{quote(self.file)}"


def set_name_of(finished: FinishedSet) -> str:
    """What a set is called in links: by film and manifest."""
    return f"{finished.id}-{finished.files['reel.json'].sha256[:MANIFEST_DIGITS]}"


def keep_set(finished: FinishedSet, store: Store, *, run: str | None = None) -> str:
    """Notes a finished set so that links find it; gives its name. The same set may be noted again.

    Args:
        finished: the set.
        store: where its files are.
        run: the flow run that made it.
    """
    name = set_name_of(finished)
    kept = KeptSet(finished=finished, kept_at=dt.datetime.now(dt.UTC), run=run)
    store.claim(f"{SETS}/{name}", kept.model_dump(mode="json"))
    if run:
        store.claim(f"{RUNS}/{run}", {"set": name})
    return name


def find_set(store: Store, name: str) -> KeptSet | None:
    """The set of that name, or None.

    Raises:
        StoreDamaged: what is noted of it cannot be read.
    """
    return store.claimed_as(f"{SETS}/{name}", KeptSet) if SET_NAME.fullmatch(name) else None


def sets_called(store: Store, wanted: str) -> list[KeptSet]:
    """The sets that a person means by a reel's id or a run's id, the newest last.

    Raises:
        UnknownName: there is none.
        StoreDamaged: what is noted of it cannot be read.
    """
    if re.fullmatch(r"[0-9a-f-]{36}", wanted):
        told = store.claimed(f"{RUNS}/{wanted}")
        names = [str(told["set"])] if told else []
    else:
        names = [key.removeprefix(f"{SETS}/") for key in store.claims(SETS)] if re.fullmatch(r"[0-9a-f]{16}", wanted) else []
    found = [kept for name in names if name.startswith(wanted) or len(wanted) == 36 if (kept := find_set(store, name))]
    if not found:
        raise UnknownName(f"no finished reel is known as {wanted!r}: give the id that its page or reel.json shows, or the id"
                          " of the run that made it")
    return sorted(found, key=lambda kept: kept.kept_at)


def link_to(
    finished: FinishedSet, file: str = PAGE, *, store: Store, settings: Settings, run: str | None = None,
) -> str | None:
    """A fresh link to a finished set, or to one of its files; None where no link server was ever started.

    Args:
        finished: the set; it is noted in the store so that the link server finds it.
        file: 'reel.mp4', 'cover.jpg', …; default: the page that shows the reel.
        store: where its files are.
        settings: of the installation.
        run: the flow run that made it.

    Raises:
        FixMachine: the key cannot be read.
        NotWritable: store or home folder cannot be written.
    """
    name, address = keep_set(finished, store, run=run), link_address(settings)
    if address is None:
        return None
    expires_s = int(time.time() + settings.link_days * DAY_S)
    return address + signed(name, file, expires_s, link_key(settings)).path


def signed(set_name: str, file: str, expires_s: int, key: bytes) -> Link:
    """The link to a file of a set that is good until `expires_s`, seconds since 1970."""
    return Link(set_name, file, expires_s, _signature(set_name, file, expires_s, key))


def is_genuine(link: Link, key: bytes) -> bool:
    """True when the link was signed with this key; how long the answer takes tells nothing about the signature."""
    wanted = _signature(link.set_name, link.file, link.expires_s, key)
    return hmac.compare_digest(wanted.encode(), link.signature.encode())


def link_key(settings: Settings) -> bytes:
    """The key of the links: the setting's, else the one of this home folder, made when first asked for.

    Raises:
        FixMachine: the file is not a key.
        NotWritable: the home folder cannot be written.
    """
    if settings.link_key:
        return settings.link_key.get_secret_value().encode()
    path = private_folder(settings.home_path / FOLDER) / "links.key"
    draft = path.with_name(f".links.key.{os.getpid()}")
    if not path.is_file():
        write_private(draft, secrets.token_urlsafe(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another program was first, and its key is the one
        finally:
            draft.unlink(missing_ok=True)
    key = path.read_text("ascii", "replace").strip()
    if len(key) < 32:
        raise FixMachine(f"{str(path)!r} holds no key of 32 letters or more: remove it; links made so far then end")
    return key.encode()


def link_address(settings: Settings) -> str | None:
    """What links begin with; None where no link server was ever started here."""
    if settings.link_url:
        return settings.link_url.rstrip("/")
    port = settings.link_port or _recorded_port(settings.home_path)
    return f"http://{_in_address(settings.link_host)}:{port}" if port else None


def link_port(settings: Settings, *, to_start: bool = False) -> int:
    """The link server's port: the setting's, else the one it had before, else a free one, which is noted.

    Args:
        settings: of the installation.
        to_start: the server is about to start: a port that another program has taken since is given up.

    Raises:
        NoFreePort: none is free.
        NotWritable: the home folder cannot be written.
    """
    if settings.link_port:
        return settings.link_port
    port = _recorded_port(settings.home_path)
    if port and not (to_start and _is_taken(port)):
        return port
    port = free_port(None)
    write_private(private_folder(settings.home_path / FOLDER) / "links.port", str(port))
    return port


def link_server_answers(settings: Settings, port: int) -> bool:
    """True when our link server answers on `port`."""
    host = settings.link_host if settings.link_host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104  compared, not bound
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{_in_address(host)}:{port}/alive", timeout=5) as reply:
            return bool(reply.read(64).decode("ascii", "replace") == f"{GREETING} {home_mark(settings)}")
    except (OSError, http.client.HTTPException):
        return False


def home_mark(settings: Settings) -> str:
    """What tells the link servers of two home folders apart, and says nothing about them."""
    return hashlib.sha256(b"links of " + str(settings.home_path).encode()).hexdigest()[:12]


def _signature(set_name: str, file: str, expires_s: int, key: bytes) -> str:
    subject = "\0".join(("reels link 1", set_name, file, str(expires_s))).encode()
    digest = hmac.new(key, subject, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode().rstrip("=")


def _recorded_port(home: Path) -> int | None:
    try:
        port = int((home / FOLDER / "links.port").read_text("ascii"))
    except (OSError, ValueError):
        return None
    return port if 0 < port < 65536 else None


def _is_taken(port: int) -> bool:
    try:
        free_port(port)
    except NoFreePort:
        return True
    return False


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
