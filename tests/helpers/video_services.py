"""Servers that make films, for tests: OpenAI's protocol for them as vLLM-Omni, SGLang and a paid service speak it.

What is peculiar to each comes from its documentation or source: the shape of records and errors, the states of a job, what a
film that is asked for too early is answered with. The films are moving test pictures. Faults are ordered for the next
requests, one each, in lists by what is asked; '' is none:

    creates   quota 402 · busy 429 with Retry-After · crowded 429 · broken 500 · moderation 400
              echo 400 that repeats the key · missing 404 · moved 302 · html 200 with a web page · nameless 200 without a job
              lost, the connection ends before the job is made · cut, after it was made · slow, answered after a while
    looks     broken 500 · busy 429 · cut · html · forgotten 404
    loads     early 404 · expired 404, 410 or 403 as `expired`, `expired-410`, `expired-403` · broken 500 · html
              cut-N, after N thousandths of the film · huge, does not end

`hang` in any of them: half an answer, and silence; `hanging` is set then.

What becomes of the next jobs is ordered in `fates`: failed · moderated · stuck, never ends · and films that are none, or are
others than was asked for: half · corrupt · empty · sound · small · short · long · mpeg4.
"""

import json
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from local_servers import running
from tasks.media.ffmpeg import find_ffmpeg

KEY = "sk-films+3c8d/19=="
"""What callers must send; a key with letters that are escaped here and there."""
Dialect = Literal["vllm-omni", "sglang", "openai"]
CHUNK = b"\0" * 65536
"""What an answer consists of that does not end."""
PATIENCE_S = 20.0
"""How long a slow answer takes; nobody waits for its end."""
GONE = {"expired": 404, "expired-410": 410, "expired-403": 403}
FORM_FPS = 24


@dataclass
class Job:
    """One film that was asked for."""

    name: str
    form: dict[str, Any]
    fate: str
    created_s: float
    looks: int = 0
    deleted: bool = False


@dataclass
class Orders:
    """Faults to come, one a request."""

    creates: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    fates: list[str] = field(default_factory=list)

    def next(self, kind: str) -> str:
        waiting: list[str] = getattr(self, kind)
        return waiting.pop(0) if waiting else ""


class VideoServices(ThreadingHTTPServer):
    """One server.

    Args:
        dialect: which server it is like.
        key: what callers must send; None: nobody needs one.
    """

    daemon_threads = True

    def __init__(self, dialect: Dialect = "vllm-omni", key: str | None = KEY) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.dialect, self.key, self.stopping = dialect, key, threading.Event()
        self.orders, self.jobs, self.lists = Orders(), dict[str, Job](), True
        self.asked: list[dict[str, Any]] = []
        self.hanging = threading.Event()
        self.looks_needed = 1
        """How often a job is looked at before it is done."""
        self.films: Callable[[Job], bytes] = film_of
        """Makes the film of a job."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def shutdown(self) -> None:
        """Lets go of callers that are kept waiting, too."""
        self.stopping.set()
        super().shutdown()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: callers hang up when they have had enough."""

    def make(self, form: dict[str, Any]) -> Job:
        """A new job."""
        prefix = {"vllm-omni": "video_gen_", "sglang": "", "openai": "video_"}[self.dialect]
        job = Job(f"{prefix}{uuid.uuid4().hex}", form, self.orders.next("fates"), time.time())
        self.jobs[job.name] = job
        return job

    def record(self, job: Job) -> dict[str, Any]:
        """What is told about a job."""
        done = job.fate != "stuck" and job.looks >= self.looks_needed
        failed = done and job.fate in ("failed", "moderated")
        working = {"vllm-omni": "in_progress", "sglang": "queued", "openai": "in_progress"}[self.dialect]
        status = "failed" if failed else "completed" if done else working if job.looks else "queued"
        told = {"id": job.name, "object": "video", "model": job.form.get("model") or "sora-2", "status": status,
                "progress": 100 if done else 0 if self.dialect == "sglang" else min(10 * job.looks, 90),
                "created_at": int(job.created_s), "size": job.form.get("size"), "seconds": str(job.form.get("seconds"))}
        if self.dialect != "sglang":
            told["prompt"] = job.form["prompt"]
        if failed:
            code = "moderation_blocked" if job.fate == "moderated" else "generation_failed"
            message = "Your request was blocked by our moderation system." if job.fate == "moderated" else "out of memory"
            told["error"] = {"message": f"{code}: {message}"} if self.dialect == "sglang" else {
                "code": code, "message": message}
        return told


def serving(dialect: Dialect = "vllm-omni", key: str | None = KEY) -> AbstractContextManager[VideoServices]:
    """A server while the block runs."""
    return running(VideoServices(dialect, key))


class Desk(BaseHTTPRequestHandler):
    """Answers one caller."""

    protocol_version = "HTTP/1.1"
    server: VideoServices

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        form = parts(body, self.headers.get("Content-Type", ""))
        self._note(form)
        with suppress(ConnectionError):
            if self._may():
                self._create(form)

    def do_GET(self) -> None:
        self._note({})
        names = urlsplit(self.path).path.strip("/").split("/")[2:]
        with suppress(ConnectionError):
            if not self._may():
                return
            if not names:
                self._list()
            elif len(names) == 1:
                self._look(names[0])
            else:
                self._load(names[0])

    def do_DELETE(self) -> None:
        self._note({})
        job = self.server.jobs.get(self.path.rpartition("/")[2])
        with suppress(ConnectionError):
            if not self._may():
                return
            if job is None:
                self._refuse(404, "not_found", "Video not found")
                return
            job.deleted = True
            told = {"id": job.name, "deleted": True, "object": "video.deleted"}
            self._answer(200, {**self.server.record(job), "status": "deleted"} if self.server.dialect == "sglang" else told)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _note(self, form: dict[str, Any]) -> None:
        self.server.asked.append({"method": self.command, "path": urlsplit(self.path).path, "form": form,
                                  "headers": {name.lower(): value for name, value in self.headers.items()}})

    def _may(self) -> bool:
        known = self.server.key is None or self.headers.get("Authorization") == f"Bearer {self.server.key}"
        if not known:
            self._refuse(401, "invalid_api_key", "Unauthorized")
        return known

    def _create(self, form: dict[str, Any]) -> None:
        fault = self.server.orders.next("creates")
        sent = self.headers.get("Authorization")
        refusals = {"quota": (402, "insufficient_credits", "pay"), "busy": (429, "rate_limit", "slow down"),
                    "crowded": (429, "rate_limit", "slow down"), "broken": (500, "server_error", "oops"),
                    "moderation": (400, "moderation_blocked", "Your request was blocked by our moderation system."),
                    "echo": (400, "bad_request", f"bad request by {sent}"), "missing": (404, "not_found", "Not Found"),
                    "moved": (302, "moved", "over there")}
        if fault in refusals:
            self._refuse(*refusals[fault], headers={"Retry-After": "3"} if fault == "busy" else {
                "Location": "http://127.0.0.1:9/"} if fault == "moved" else {})
        elif fault == "html":
            self._send(200, b"<!doctype html><title>Sign in</title>", "text/html")
        elif fault == "nameless":
            self._answer(200, {"object": "video"})
        elif fault == "lost":
            self.close_connection = True
        elif self.server.dialect == "sglang" and "input_reference" not in form:
            self._refuse(400, "", "input_reference file is required")
        else:
            job = self.server.make(form)
            if fault == "slow":
                self.server.stopping.wait(PATIENCE_S)
            if fault in ("cut", "slow"):
                self.close_connection = True
            elif fault == "hang":
                self._hang(json.dumps(self.server.record(job)).encode())
            else:
                self._answer(200, self.server.record(job))

    def _list(self) -> None:
        if not self.server.lists:
            self._refuse(404, "not_found", "Not Found")
            return
        most = int(parse_qs(urlsplit(self.path).query).get("limit", ["100"])[0])
        jobs = sorted(self.server.jobs.values(), key=lambda job: -job.created_s)[:most]
        self._answer(200, {"object": "list", "data": [self.server.record(job) for job in jobs if not job.deleted]})

    def _look(self, name: str) -> None:
        fault, job = self.server.orders.next("looks"), self.server.jobs.get(name)
        if job is None or fault == "forgotten" or job.deleted:
            self._refuse(404, "not_found", "Video not found")
        elif fault == "cut":
            self.close_connection = True
        elif fault == "hang":
            self._hang(json.dumps(self.server.record(job)).encode())
        elif fault in ("broken", "busy"):
            self._refuse(*{"broken": (500, "server_error", "oops"), "busy": (429, "rate_limit", "slow down")}[fault])
        elif fault == "html":
            self._send(200, b"<!doctype html><title>Sign in</title>", "text/html")
        else:
            self._answer(200, self.server.record(job))
            job.looks += 1

    def _load(self, name: str) -> None:
        fault, job = self.server.orders.next("loads"), self.server.jobs.get(name)
        if job is None or fault == "early":
            self._refuse(404, "not_found", "Generation is still in-progress" if job else "Video not found")
        elif fault in GONE:
            self._refuse(GONE[fault], "expired", "the film has expired")
        elif fault == "broken":
            self._refuse(500, "server_error", "oops")
        elif fault == "html":
            self._send(200, b"<!doctype html><title>Sign in</title>", "text/html")
        elif fault == "huge":
            self._pour()
        elif fault == "hang":
            self._hang(self.server.films(job))
        else:
            content = self.server.films(job)
            share = int(fault.removeprefix("cut-")) if fault else 1000
            self._send(200, content, "video/mp4", upto=len(content) * share // 1000)

    def _refuse(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        """An error as each server words it."""
        body: dict[str, Any] = {"error": {"message": message, "type": "error", "param": None, "code": code}}
        if self.server.dialect == "sglang":
            body = {"detail": f"{code}: {message}" if code and status < HTTPStatus.NOT_FOUND else message}
        self._send(status, json.dumps(body).encode(), headers=headers)

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, content: bytes, kind: str = "application/json", *, headers: dict[str, str] | None = None,
              upto: int | None = None) -> None:
        """An answer; of one that is cut off, only the beginning goes out."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[:upto])
        self.close_connection = self.close_connection or (upto is not None and upto < len(content))

    def _hang(self, content: bytes) -> None:
        """Half an answer, then nothing."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:len(content) // 2])
        self.wfile.flush()
        self.server.hanging.set()
        self.server.stopping.wait(PATIENCE_S)

    def _pour(self) -> None:
        """Goes on as long as somebody listens."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while not self.server.stopping.is_set():
            self.wfile.write(f"{len(CHUNK):x}\r\n".encode() + CHUNK + b"\r\n")


def parts(body: bytes, kind: str) -> dict[str, Any]:
    """The fields of a form: texts, and files as (name, kind, content)."""
    found: dict[str, Any] = {}
    boundary = kind.partition("boundary=")[2].strip('"')
    if not boundary:
        return json.loads(body or b"{}")  # type: ignore[no-any-return]
    for part in body.split(f"--{boundary}".encode())[1:-1]:
        head, _, content = part[2:-2].partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        about = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        words = dict(word.strip().partition("=")[::2] for word in about["content-disposition"].split(";")[1:])
        name, file = words["name"].strip('"'), words.get("filename", "").strip('"')
        found[name] = (file, about.get("content-type", ""), content) if file else content.decode()
    return found


def film_of(job: Job) -> bytes:
    """The film of a job, or something less."""
    width, height = map(int, job.form["size"].split("x"))
    fps = int(job.form.get("fps", FORM_FPS))
    frames = int(job.form.get("num_frames") or int(job.form["seconds"]) * fps)
    if job.fate == "small":
        width, height = width // 4 * 2, height // 4 * 2
    if job.fate in ("short", "long"):
        frames = frames // 2 if job.fate == "short" else frames * 2
    if job.fate == "empty":
        return b""
    whole = made(width, height, frames, fps, "sound" if job.fate == "sound" else "mpeg4" if job.fate == "mpeg4" else "")
    if job.fate == "half":
        return whole[:len(whole) // 2]
    return mangled(whole) if job.fate == "corrupt" else whole


def mangled(film: bytes) -> bytes:
    """A film whose head is whole and of whose pictures every hundredth byte is another."""
    first = film.index(b"mdat") + 100
    return film[:first] + bytes(byte ^ 0x55 if place % 100 == 0 else byte for place, byte in enumerate(film[first:]))


@cache
def made(width: int, height: int, frames: int, fps: int, kind: str = "") -> bytes:
    """A film of test pictures as a file; of kind 'sound' a tone without a picture, of kind 'mpeg4' in another codec."""
    pictures = ["-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate={fps}", "-frames:v", str(frames),
                "-c:v", *(["mpeg4"] if kind == "mpeg4" else ["libx264", "-preset", "ultrafast"]), "-pix_fmt", "yuv420p"]
    tone = ["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac"]
    with TemporaryDirectory() as folder:
        path = Path(folder, "film.mp4")
        subprocess.run([find_ffmpeg(), "-loglevel", "error", *(tone if kind == "sound" else pictures), "-movflags",
                        "+faststart", path], check=True)
        return path.read_bytes()
