"""The link server: shows a reel to whoever has its link, and nothing else to anybody."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows.links import Shown, application
from tasks.domain.reel import FinishedSet
from tasks.runtime.links import keep_set, link_key, signed
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

HOST = "http://127.0.0.1:8123"
FILM = bytes(range(256)) * 40
EVIL = '<script>alert("x")</script>\'" {{ 7 * 7 }}'
"""A title that would be markup, an attribute's end or a template somewhere."""
MANIFEST = {
    "id": "0" * 16, "title": EVIL, "variant": None, "avatar": {"name": EVIL},
    "disclosure": {"ai_generated": True, "label": "AI"},
    "media": {"duration_s": 3.0, "width": 1080, "height": 1920}, "warnings": [EVIL],
    "approval": {"who": EVIL, "how": "terminal", "when": "2026-01-01"},
    "quality": {"loudness": {"value": -14.1, "unit": "LUFS", "threshold": "-14 ± 0.5", "passed": True},
                "peak": {"value": 1.0, "unit": "dBTP", "threshold": "at most -1", "passed": False}},
    "stages": [{"name": "speech", "engine": "tone", "version": "1", "cached": False, "seconds": 1.0, "cost_usd": 0.5}],
}


@pytest.fixture
def finished(store: Store) -> FinishedSet:
    """A finished set as the store has it."""
    with store.scratch() as folder:
        (folder / "film.mp4").write_bytes(FILM)
        video = store.put(folder / "film.mp4")
    texts = {"captions.vtt": "WEBVTT\n", "captions.srt": "1\n", "post.json": "{}", "reel.json": json.dumps(MANIFEST)}
    files = {name: store.put_text(text, Path(name).suffix) for name, text in texts.items()}
    return FinishedSet(id=video.sha256[:16], slug="tea", passed=False, failed_checks=("peak",),
                       files={"reel.mp4": video, "cover.jpg": store.put_text("jpeg", ".jpg"), **files})


@pytest.fixture
def shown(store: Store, home: Path) -> Shown:
    """The server's inside, as it would listen on port 8123."""
    return Shown(Settings(home=home), store, 8123)


@pytest.fixture
def client(shown: Shown) -> Iterator[TestClient]:
    """A browser at the server's own address."""
    with TestClient(application(shown), base_url=HOST) as client:
        yield client


@pytest.fixture
def path(finished: FinishedSet, shown: Shown) -> "PathOf":
    """Gives the path of a good link."""
    return PathOf(keep_set(finished, shown.store), link_key(shown.settings))


class PathOf:
    """Paths of links of one set."""

    def __init__(self, name: str, key: bytes) -> None:
        self.name, self.key = name, key

    def __call__(self, file: str, *, days: float = 1.0) -> str:
        return signed(self.name, file, int(time.time() + days * 86400), self.key).path


class TestPage:
    def test_page_shows_the_reel(self, client: TestClient, path: PathOf) -> None:
        """Player with poster and captions, files, measurements, approval, warnings, refusal."""
        reply = client.get(path(""))
        assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
        for part in ("<video controls", 'kind="captions"', "poster=", "Refused", "-14.1", "FAILED", "$0.50", "terminal"):
            assert part in reply.text

    def test_every_link_of_the_page_is_good(self, client: TestClient, path: PathOf) -> None:
        """Each file by a signature of its own."""
        links = set(re.findall(r'(?:src|href|poster)="([^"]+)"', client.get(path("")).text))
        assert len({link.partition("?")[0] for link in links}) == 6
        assert {client.get(link).status_code for link in links} == {200}

    def test_text_is_data(self, client: TestClient, path: PathOf) -> None:
        """No title, name or warning becomes markup or template."""
        page = client.get(path("")).text
        assert "<script" not in page
        assert page.count("{{ 7 * 7 }}") == page.count("alert(") > 3
        assert "49" not in re.sub(r"[0-9a-f-]{20,}\S*", "", page)

    def test_page_runs_and_loads_nothing_of_others(self, client: TestClient, path: PathOf) -> None:
        """Even if a mistake let markup through, the browser would not run it."""
        policy = client.get(path("")).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "script" not in policy.replace("manifest", "")
        assert "unsafe" not in policy

    @pytest.mark.parametrize("name", ["", "reel.mp4", "nothing"])
    def test_every_answer_is_discreet(self, name: str, client: TestClient, path: PathOf) -> None:
        """The address is a key: it is told to no other page, and to no search engine."""
        headers = client.get(path(name)).headers
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "noindex" in headers["x-robots-tag"]
        assert "content-security-policy" in headers
        assert "access-control-allow-origin" not in headers


class TestFile:
    @pytest.mark.parametrize(("name", "kind"), [
        ("reel.mp4", "video/mp4"), ("cover.jpg", "image/jpeg"), ("captions.vtt", "text/vtt; charset=utf-8"),
        ("captions.srt", "text/plain; charset=utf-8"), ("reel.json", "application/json; charset=utf-8"),
    ])
    def test_type_is_right(self, name: str, kind: str, client: TestClient, path: PathOf) -> None:
        """Browsers play and show what they are told it is."""
        assert client.get(path(name)).headers["content-type"] == kind

    @pytest.mark.parametrize(("asked", "status", "body", "where"), [
        ("bytes=0-3", 206, FILM[:4], f"0-3/{len(FILM)}"),
        ("bytes=10200-", 206, FILM[10200:], f"10200-{len(FILM) - 1}/{len(FILM)}"),
        ("bytes=-10", 206, FILM[-10:], f"{len(FILM) - 10}-{len(FILM) - 1}/{len(FILM)}"),
        (f"bytes={len(FILM)}-", 416, None, f"*/{len(FILM)}"),
    ])
    def test_part_of_the_film_can_be_had(
        self, asked: str, status: int, body: bytes | None, where: str, client: TestClient, path: PathOf,
    ) -> None:
        """Without it a browser cannot seek."""
        reply = client.get(path("reel.mp4"), headers={"Range": asked})
        assert (reply.status_code, reply.headers["content-range"].removeprefix("bytes ")) == (status, where)
        assert body is None or reply.content == body

    def test_whole_film_and_its_length(self, client: TestClient, path: PathOf) -> None:
        """GET gives all of it, HEAD its length."""
        assert client.get(path("reel.mp4")).content == FILM
        head = client.head(path("reel.mp4"))
        told = (head.headers["content-length"], head.headers["accept-ranges"])
        assert (head.content, *told) == (b"", str(len(FILM)), "bytes")

    def test_download_has_the_reels_name(self, client: TestClient, path: PathOf) -> None:
        """And is no page of this server."""
        told = client.get(path("reel.mp4") + "?download").headers["content-disposition"]
        assert told == 'attachment; filename="tea-reel.mp4"'

    def test_damaged_file_is_not_served(self, client: TestClient, path: PathOf, store: Store, finished: FinishedSet) -> None:
        """The answer says nothing of this machine's folders."""
        assert client.get(path("reel.mp4")).status_code == 200
        where = store.path(finished.files["reel.mp4"])
        where.chmod(0o644)
        where.write_bytes(b"other")
        reply = client.get(path("reel.mp4"))
        assert (reply.status_code, str(store.root) in reply.text) == (503, False)


class TestRefusals:
    def test_expired_link_says_how_to_get_another(self, client: TestClient, path: PathOf, finished: FinishedSet) -> None:
        """It was genuine, so its holder may know which reel it was."""
        reply = client.get(path("", days=-0.01))
        assert (reply.status_code, f"reels link {finished.id}" in reply.text) == (410, True)

    def test_signature_of_one_file_is_not_good_for_another(self, client: TestClient, path: PathOf) -> None:
        """Who got the cover did not get the film."""
        cover = path("cover.jpg")
        assert client.get(cover.replace("cover.jpg", "reel.mp4")).status_code == 404
        assert client.get(cover.removesuffix("cover.jpg")).status_code == 404

    @pytest.mark.parametrize("name", [
        "../reel.json", "..%2f..%2fclaims", "%2e%2e/reel.mp4", "/etc/passwd", "%2Fetc%2Fpasswd", "reel.mp4%00.jpg",
        "links.key", ".",
    ])
    def test_path_tricks_find_nothing_even_when_signed(self, name: str, client: TestClient, path: PathOf) -> None:
        """A name that is not of the set is nothing, whoever signed it."""
        base = path("reel.mp4").removesuffix("reel.mp4")
        assert client.get(base + name).status_code == 404
        assert client.get(path(name)).status_code == 404

    @pytest.mark.parametrize("address", [
        "/", "/r", "/r/", "/files", "/static/x", "/docs", "/openapi.json", "/r/a/b/c/d/e", "/r/a/1/x/", "/r/a/-1/x/",
        f"/r/{'a' * 16}-{'b' * 16}/99999999999999999999/x/reel.mp4",
    ])
    def test_nothing_can_be_listed_or_guessed(self, address: str, client: TestClient, path: PathOf) -> None:
        """No folder, no index, no documentation of the server."""
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
    def test_only_reading_is_possible(self, method: str, client: TestClient, path: PathOf) -> None:
        """The store is read-only from here."""
        assert client.request(method, path("reel.mp4")).status_code == 405

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:9", "evil.example:8123", ""])
    def test_other_hosts_are_refused(self, host: str, client: TestClient, path: PathOf) -> None:
        """A web page that lets its own name point here gets nothing, not even with a good link."""
        assert client.get(path("reel.mp4"), headers={"Host": host}).status_code == 421
        assert client.get("/alive", headers={"Host": host}).status_code == 421

    def test_proxys_host_is_served_below_its_path(self, store: Store, home: Path, finished: FinishedSet) -> None:
        """A team's TLS proxy passes on its own name; the links of the page begin with its path."""
        settings = Settings(home=home, link_url="https://reels.example.com/watch")
        name = keep_set(finished, store)
        path = signed(name, "", int(time.time()) + 60, link_key(settings)).path
        with TestClient(application(Shown(settings, store, 8123)), base_url="https://reels.example.com") as client:
            assert 'src="/watch/r/' in client.get(path).text
