"""The link server, `python -m flows.links PORT`: shows finished reels of the store, read-only, to whoever has a link.

Nothing can be listed, and nothing but the files of the set a link was signed for can be reached: the path in an address is
never a path of this machine. Requests for another host are refused, so that no web page can reach it by renaming itself.
"""

import json
import logging
import secrets
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from tasks.domain.errors import ReelsError
from tasks.domain.media import MediaFile
from tasks.domain.reel import FinishedSet
from tasks.media.text.templates import render_template
from tasks.runtime.links import GREETING, PAGE, KeptSet, Link, find_set, home_mark, is_genuine, link_key, signed
from tasks.runtime.processes import FOLDER, bound_log
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import store_of

TYPES = {
    ".mp4": "video/mp4", ".jpg": "image/jpeg", ".png": "image/png", ".vtt": "text/vtt; charset=utf-8",
    ".srt": "text/plain; charset=utf-8", ".json": "application/json; charset=utf-8",
}
"""Content types of what a set holds; anything else is a download of bytes."""
HEADERS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Resource-Policy": "cross-origin", "X-Frame-Options": "DENY", "Cache-Control": "private, max-age=300",
}
"""What every answer carries. Pictures may be shown by other pages that have their link: the Prefect UI does."""
NOTHING_ELSE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Beginning of the policy of every answer: it loads nothing by itself."""
LOGS_EVERY_S = 60.0
"""Seconds between two looks at the sizes of the operation's logs."""
MOST_CHECKED = 512
"""How many files are remembered as checked against their digest."""

Handler = Callable[[Request], Awaitable[Response]]


class Shown:
    """What the server shows, and to whom.

    Args:
        settings: of the installation.
        store: where the files are.
        port: the port it listens on.
    """

    def __init__(self, settings: Settings, store: Store, port: int) -> None:
        self.settings = settings
        self.store = store
        self.key = link_key(settings)
        self.hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]", settings.link_host)}
        if settings.link_url:
            self.hosts.add(urlsplit(settings.link_url).netloc.lower())
        self._checked: dict[str, tuple[Path, int, int]] = {}

    def file(self, request: Request) -> Response:
        """The page or the file that a link is for; every link that is not good gets the same answer."""
        values = request.path_params
        link = Link(values["set"], values["file"], values["expires"], values["signature"])
        if not is_genuine(link, self.key):
            return self._gone()
        if link.expires_s < time.time():
            return self._gone(expired=link.set_name[:16])
        kept = find_set(self.store, link.set_name)
        if kept is None or (link.file != PAGE and link.file not in kept.finished.seen):
            return self._gone()
        if link.file == PAGE:
            return self._page(kept, link)
        return self._bytes(kept.finished, link.file, download="download" in request.query_params)

    def path(self, file: MediaFile) -> Path:
        """Where the bytes lie; their digest is computed again only if they look changed since.

        Raises:
            StoreDamaged: they are gone or changed.
        """
        known = self._checked.get(file.sha256)
        if known and _facts(known[0]) == known[1:]:
            return known[0]
        path = self.store.path(file)
        if len(self._checked) >= MOST_CHECKED:
            self._checked.clear()
        self._checked[file.sha256] = (path, *_facts(path))
        return path

    def _bytes(self, finished: FinishedSet, name: str, *, download: bool) -> Response:
        suffix = Path(name).suffix
        shown = f"{finished.slug}-{name}" if download or suffix not in TYPES else None
        return FileResponse(self.path(finished.seen[name]), media_type=TYPES.get(suffix, "application/octet-stream"),
                            filename=shown, headers={"Content-Security-Policy": f"{NOTHING_ELSE}; sandbox"})

    def _page(self, kept: KeptSet, link: Link) -> Response:
        finished, nonce = kept.finished, secrets.token_urlsafe(16)
        manifest = json.loads(self.path(finished.files["reel.json"]).read_text("utf-8"))
        links = {name: self._below(signed(link.set_name, name, link.expires_s, self.key)) for name in sorted(finished.seen)}
        until = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(link.expires_s))
        page = render_template(self.settings.templates_path, "links/reel.html.j2", finished=finished, manifest=manifest,
                               links=links, nonce=nonce, until=until)
        policy = f"{NOTHING_ELSE}; img-src 'self'; media-src 'self'; style-src 'nonce-{nonce}'"
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    def _below(self, link: Link) -> str:
        """A link's path as browsers see it, below the path of a proxy's address."""
        return urlsplit(self.settings.link_url or "").path.rstrip("/") + link.path

    def _gone(self, *, expired: str | None = None) -> Response:
        nonce = secrets.token_urlsafe(16)
        page = render_template(self.settings.templates_path, "links/gone.html.j2", expired=expired, nonce=nonce)
        return HTMLResponse(page, status_code=410 if expired else 404,
                            headers={"Content-Security-Policy": f"{NOTHING_ELSE}; style-src 'nonce-{nonce}'"})


def application(shown: Shown) -> Starlette:
    """The server's application."""
    async def alive(_: Request) -> Response:
        return PlainTextResponse(f"{GREETING} {home_mark(shown.settings)}")

    async def file(request: Request) -> Response:
        return await run_in_threadpool(shown.file, request)

    routes = [Route("/alive", guarded(alive, shown)),
              Route("/r/{set}/{expires:int}/{signature}/{file}", guarded(file, shown)),
              Route("/r/{set}/{expires:int}/{signature}/", guarded(file, shown))]
    return Starlette(routes=routes, exception_handlers={404: _plain, 405: _plain})


def guarded(handler: Handler, shown: Shown) -> Handler:
    """A handler that answers to its own hosts only, tells nothing of what went wrong inside, and sends HEADERS."""
    async def handle(request: Request) -> Response:
        request.path_params.setdefault("file", PAGE)
        if request.headers.get("host", "").lower() not in shown.hosts:
            response: Response = PlainTextResponse("this address is not served here\n", status_code=421)
        else:
            try:
                response = await handler(request)
            except (ReelsError, OSError, ValueError) as error:
                logging.getLogger(__name__).warning("cannot show %s: %s", request.path_params.get("set"), error)
                response = PlainTextResponse("this cannot be shown now; the keeper of this machine finds why in the log\n",
                                             status_code=503)
        response.headers.update({name: value for name, value in HEADERS.items() if name not in response.headers})
        return response

    return handle


async def _plain(_: Request, error: Exception) -> Response:
    code: int = getattr(error, "status_code", 404)
    return PlainTextResponse("there is nothing here\n" if code == 404 else "read only\n", status_code=code,
                             headers={**HEADERS, "Content-Security-Policy": NOTHING_ELSE})


def configuration(shown: Shown, port: int) -> uvicorn.Config:
    """How the server listens: nothing of an address in its logs, for addresses are keys."""
    values: dict[str, Any] = {"host": shown.settings.link_host, "port": port, "access_log": False, "server_header": False,
                              "log_level": "warning", "proxy_headers": False, "timeout_keep_alive": 15,
                              "limit_concurrency": 200, "h11_max_incomplete_event_size": 16384}
    return uvicorn.Config(application(shown), **values)


def main() -> int:
    """Serves until it is told to end."""
    settings, port = current_settings(), int(sys.argv[1])
    shown = Shown(settings, store_of(settings), port)
    threading.Thread(target=_bound_logs, args=(settings.home_path / FOLDER,), daemon=True).start()
    uvicorn.Server(configuration(shown, port)).run()
    return 0


def _bound_logs(folder: Path) -> None:
    while True:
        for log in [*folder.glob("*.log"), folder.parent / "prefect" / "server.log"]:
            bound_log(log)
        time.sleep(LOGS_EVERY_S)


def _facts(path: Path) -> tuple[int, int]:
    """Size and time of the last change; no file's are (-1, -1)."""
    try:
        facts = path.stat()
    except OSError:
        return -1, -1
    return facts.st_size, facts.st_mtime_ns


if __name__ == "__main__":
    raise SystemExit(main())
