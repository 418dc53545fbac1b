"""Services that sell speech, for tests: OpenAI's protocol and ElevenLabs', faults included, on this machine.

The speech is the embedded voice's, which reads whatever text comes, so every word is known and so are its times. A fault is
ordered with `faults.append(...)` and befalls the next request:

    busy       429 with Retry-After            crowded    429 without
    quota      the account is empty            echo       400 whose text repeats the caller's key
    missing    no such voice or model          unprocessable  422 with a list
    broken     500                             moved      302 to another address
    slow       nothing for a while             cut        the connection breaks in the middle of the body
    html       200 with a web page             error      200 with an error in JSON
    empty      200 with nothing                huge       200 with an answer that does not end
    corrupt    a WAV file of noise             short      a WAV file that lacks its second half
    silent     a WAV file of silence           rate       a WAV file at 16 kHz
    mp3        an mp3 file                     streamed   a WAV file whose head does not know its length
    untimed    no times of letters             halftimed  times of the first letters only
"""

import base64
import io
import json
import threading
import wave
from contextlib import AbstractContextManager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import av
import numpy as np
import soxr

from local_servers import running
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Word
from tasks.speech.base import Pacing
from tasks.speech.espeak import EspeakVoice

KEY = "sk-speech+7d1e0b/42=="
"""What callers must send; a key with letters that are escaped here and there."""
RATE_HZ = 24_000
"""Samples a second of what is sold."""
SPEAKER = "en-us+f3"
"""Who reads."""
CODECS = {"mp3": ("mp3", "libmp3lame"), "flac": ("flac", "flac"), "ogg": ("ogg", "libopus"), "aac": ("adts", "aac")}
"""Kind of file -> the container and the codec it is written with."""
CHUNK = b"\0" * 65536
"""What an answer consists of that does not end."""


class SpeechServices(ThreadingHTTPServer):
    """Both services at one address.

    Args:
        key: what callers must send; None: nobody needs one.
    """

    daemon_threads = True

    def __init__(self, key: str | None = KEY) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.key, self.stopping = key, threading.Event()
        self.faults: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.sold: list[str] = []

    @property
    def url(self) -> str:
        """Where ElevenLabs' protocol is spoken."""
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def openai_url(self) -> str:
        """Where OpenAI's protocol is spoken."""
        return f"{self.url}/v1"

    def shutdown(self) -> None:
        """Lets go of callers that are kept waiting, too."""
        self.stopping.set()
        super().shutdown()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing: callers hang up when they have had enough."""


def serving(key: str | None = KEY) -> AbstractContextManager[SpeechServices]:
    """The services while the block runs."""
    return running(SpeechServices(key))


class Desk(BaseHTTPRequestHandler):
    """Answers one caller."""

    protocol_version = "HTTP/1.1"
    server: SpeechServices

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self.server.asked.append({"path": address.path, "query": parse_qs(address.query), "body": body,
                                  "headers": {name.lower(): value for name, value in self.headers.items()}})
        fault = self.server.faults.pop(0) if self.server.faults else ""
        with suppress(ConnectionError):
            if address.path == "/v1/audio/speech":
                self._sell(fault, body["input"], body["speed"], eleven=False)
            elif address.path.startswith("/v1/text-to-speech/") and address.path.endswith("/with-timestamps"):
                self._sell(fault, body["text"], body["voice_settings"]["speed"], eleven=True)
            else:
                self._answer(404, b'{"detail": "Not Found"}')

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _sell(self, fault: str, text: str, speed: float, *, eleven: bool) -> None:
        bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        sent = self.headers.get("xi-api-key") if eleven else bearer
        refusals = {
            "busy": (429, {"status": "system_busy"}), "crowded": (429, {"status": "too_many_concurrent_requests"}),
            "quota": (401, {"status": "quota_exceeded"}) if eleven else (429, {"code": "insufficient_quota"}),
            "echo": (400, {"message": f"bad request by {sent}"}), "missing": (404, {"status": "voice_not_found"}),
            "unprocessable": (422, [{"loc": ["body", "text"], "msg": "too long"}]), "broken": (500, {"message": "oops"}),
            "moved": (302, {"message": "over there"})}
        if self.server.key is not None and sent != self.server.key:
            self._refuse(401, {"status": "invalid_api_key"}, eleven=eleven)
        elif fault in refusals:
            self._refuse(*refusals[fault], eleven=eleven, headers={
                "busy": {"Retry-After": "3"}, "moved": {"Location": f"{self.server.url}/elsewhere"}}.get(fault))
        elif fault in ("html", "empty", "error"):
            content = {"html": b"<!doctype html><title>Sign in</title>", "empty": b"", "error": b'{"error": "no"}'}[fault]
            self._answer(200, content, "text/html")
        elif fault == "huge":
            self._pour()
        else:
            self.server.sold.append(text)
            if fault == "slow":
                self.server.stopping.wait(20)
            content = sound(text, speed, fault)
            if eleven:
                content = _with_times(content, text, speed, fault)
            self._answer(200, content, "application/json" if eleven else "audio/wav", cut=fault == "cut",
                         chunked=fault == "streamed")

    def _refuse(self, status: int, detail: Any, *, eleven: bool, headers: dict[str, str] | None = None) -> None:
        self._answer(status, json.dumps({"detail" if eleven else "error": detail}).encode(), headers=headers)

    def _answer(self, status: int, content: bytes, kind: str = "application/json", *, headers: dict[str, str] | None = None,
                cut: bool = False, chunked: bool = False) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for place in range(0, len(content), len(CHUNK)):
                self._chunk(content[place:place + len(CHUNK)])
            self._chunk(b"")
            return
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def _pour(self) -> None:
        """Goes on as long as somebody listens."""
        self.send_response(200)
        self.send_header("Content-Type", "audio/wav")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while not self.server.stopping.is_set():
            self._chunk(CHUNK)

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")


@cache
def spoken(text: str, speed: float) -> tuple[bytes, tuple[Word, ...]]:
    """16 bit samples at `RATE_HZ` of a text, and when its words are heard."""
    voice = Voice(name=SPEAKER, language="en-US", rate=speed)
    said = EspeakVoice(voice, pacing=Pacing(lead_in_s=0.15, tail_s=0.2)).say(Script(title="t", beats=(Beat(say=text),)))
    samples = soxr.resample(said.samples, said.rate_hz, RATE_HZ)
    return np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes(), said.words or ()


def sound(text: str, speed: float, fault: str = "") -> bytes:
    """A text as a sound file, or as something less."""
    samples, _ = spoken(text, speed)
    if fault == "mp3":
        return encoded(samples, "mp3")
    if fault == "rate":
        values = np.frombuffer(samples, "<i2").astype(np.float32) / 32768
        return wav((soxr.resample(values, RATE_HZ, 16_000) * 32767).astype("<i2").tobytes(), 16_000)
    whole = wav(bytes(len(samples)) if fault == "silent" else samples)
    if fault == "corrupt":
        return whole[:12] + bytes(range(256)) * 8
    if fault == "short":
        return whole[:len(whole) // 2]
    if fault == "streamed":
        return whole[:4] + b"\xff" * 4 + whole[8:40] + b"\xff" * 4 + whole[44:]
    return whole


def wav(samples: bytes, rate_hz: int = RATE_HZ) -> bytes:
    """16 bit mono samples as a file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate_hz)
        written.writeframes(samples)
    return file.getvalue()


def encoded(samples: bytes, kind: str) -> bytes:
    """16 bit mono samples as a file of a kind of `CODECS`."""
    file = io.BytesIO()
    container_name, codec = CODECS[kind]
    with av.open(file, "w", format=container_name) as container:
        stream = container.add_stream(codec, rate=RATE_HZ, layout="mono")
        values = np.frombuffer(samples, "<i2")
        for place in range(0, len(values), 1152):
            frame = av.AudioFrame.from_ndarray(values[None, place:place + 1152].copy(), format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE_HZ, place
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def _with_times(content: bytes, text: str, speed: float, fault: str) -> bytes:
    """ElevenLabs' answer: the sound, and the time of every letter."""
    alignment = None if fault == "untimed" else letters(text, spoken(text, speed)[1])
    if alignment and fault == "halftimed":
        alignment = {name: values[:len(values) // 2] for name, values in alignment.items()}
    return json.dumps({"audio_base64": base64.b64encode(content).decode(), "alignment": alignment,
                       "normalized_alignment": None}).encode()


def letters(text: str, words: tuple[Word, ...]) -> dict[str, list[Any]]:
    """Times of a text's letters: each has an even share of its word; what is between two words lasts until the next."""
    starts, place, clock_s = [], 0, 0.0
    for word in words:
        first = text.index(word.text, place)
        starts += [clock_s] * (first - place)
        share_s = (word.end_s - word.start_s) / len(word.text)
        starts += [word.start_s + step * share_s for step in range(len(word.text))]
        place, clock_s = first + len(word.text), word.end_s
    starts += [clock_s] * (len(text) - place)
    return {"characters": list(text), "character_start_times_seconds": starts,
            "character_end_times_seconds": [*starts[1:], max(clock_s, starts[-1])]}
