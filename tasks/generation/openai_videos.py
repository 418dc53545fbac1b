"""Films behind OpenAI's protocol for them: by a server of the user's own, or by a service that is paid.

OpenAI's own service ended in September 2026; the protocol lives on in vLLM-Omni, SGLang and services that sell films.
Servers of one's own take more than the protocol says (what is not to be seen, a seed, frames, steps), and are sent it; a
paid service gets the protocol's own fields and what the installation has settled. `docs/video-servers.md` says what is sent.
"""

import base64
import json
import math
import os
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import numpy as np
import soxr

from tasks.domain.errors import FixMachine, FixRequest, TryAgain
from tasks.domain.generation import ClipOrder
from tasks.domain.money import NOTHING, Price
from tasks.domain.plan import ReelPlan
from tasks.generation.base import Follows, Made, Material, Progress, Source
from tasks.generation.orders import films_at_most
from tasks.generation.video_jobs import FilmJob
from tasks.media.audio.wav import read_wav, write_wav
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.framed_picture import write_framed
from tasks.media.received_film import ReceivedFilm, keep_usual, measure_film
from tasks.runtime.openai_line import OpenAILine
from tasks.runtime.paid_requests import PaidRequest
from tasks.runtime.providers import Terms
from tasks.runtime.spending import Access
from tasks.runtime.tuning import Tuning

SIZE_PX = (720, 1280)
"""(width, height) asked for unless the installation says otherwise: the upright size of the protocol."""
FPS = 24
"""Frames a second asked for unless the installation says otherwise: what vLLM-Omni and SGLang count with."""
CLIP_S = 5.0
"""The longest clip asked of a server of one's own: about what open models are trained for."""
PAID_CLIP_S = 4.0
"""The longest clip asked of a service: the shortest length that the protocol itself names."""
TALK_S = 20.0
"""The longest clip that follows a voice: its sound still fits into a field of 1 MiB, which is the most that web servers like
vLLM-Omni's take by default."""
TALK_HZ = 16_000
"""Samples a second of the voice that is sent: models hear no more."""
TOLERANCE_S = 0.25
"""How far a film's length may be from what was asked for without a word: models round to whole groups of frames."""
UNNAMED = "the server's"
"""The model where the installation names none: whichever the server runs."""
ENDED = "2026-09-24"
"""The day OpenAI's own service for films ended."""
INSTEAD = "`video-server` (a server of your own), `ltx` or `wan` (models on this machine), or the puppet (`reels engines`)"
"""What there is in place of OpenAI's service."""


class VideoServerFilms:
    """Films of a server of the user's own that speaks OpenAI's protocol.

    Args:
        access: service, key and guard; None for an engine that is only asked about itself.
        terms: what the installation has settled with the service.
        tuning: how it is set up.
    """

    name: ClassVar[str] = "video-server"
    version: ClassVar[str] = "1"
    provider: ClassVar[str] = "video-server"
    sources: ClassVar[frozenset[Source]] = frozenset({"picture", "text"})
    follows: ClassVar[Follows] = "nothing"
    prompts: ClassVar[str | None] = "plain"
    usual_clip_s: ClassVar[float] = CLIP_S

    def __init__(self, *, access: Access | None = None, terms: Terms = Terms(), tuning: Tuning = Tuning()  # noqa: B008  frozen
                 ) -> None:
        self._access, self._terms, self._tuning = access, terms, tuning

    @property
    def model(self) -> str:
        """Which model makes the clips, as far as the installation says."""
        return self._tuning.model or UNNAMED

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides a clip besides the order."""
        return {"model": self._tuning.model or self._terms.url, "size": self.size, "clip_s": self.longest_s,
                "fps": self._tuning.fps or FPS, "steps": self._tuning.steps, "guidance": self._tuning.guidance}

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) that is asked for; a server may choose another."""
        return self._tuning.width_px or SIZE_PX[0], self._tuning.height_px or SIZE_PX[1]

    @property
    def longest_s(self) -> float:
        """How long one clip can be, seconds."""
        return self._tuning.clip_s or self.usual_clip_s

    def generate(self, order: ClipOrder, material: Material, target: Path, progress: Progress) -> Made:
        """Makes one clip; see `tasks.generation.base.ClipGenerator`.

        Raises:
            FixRequest: the service refuses the order, or is OpenAI's own.
            TryAgain: there is nothing to ask with, or the service is busy or silent.
            ReelsError: whatever `tasks.runtime.spending.Guard.buy` says.
        """
        if self._access is None:
            raise TryAgain(f"the generator {self.name!r} was given no access to its service: run it through `reels make`")
        require_not_ended(self.name, self._access.url)
        progress(0.0, f"asking {self.provider}")
        fields, picture = self.fields(order), self._picture(material, target.parent)
        request = PaidRequest(
            stage="generation", engine=self.name, version=self.version, provider=self.provider, price=self.clip_price(order),
            inputs={"fields": fields, "seed": order.seed, "server": None if self._tuning.model else self._access.url,
                    "picture": order.picture.sha256 if order.picture else None,
                    "voice": order.voice.sha256 if order.voice else None})
        with OpenAILine(self.provider, self._access.url, self._access.key, change="the picture or its text") as line:
            job = FilmJob(self.provider, line, {**fields, **self.references(material, picture, target.parent)},
                          picture if self.follows == "nothing" else None)
            content = self._access.buy(request, job)
        film = measure_film(content)
        keep_usual(content, film, target, program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")))
        return Made(self._differences(film, order))

    def fields(self, order: ClipOrder) -> dict[str, str]:
        """What is asked for, as fields of a form; those that are not set are left to the server."""
        fps = self._tuning.fps or FPS
        frames = max(round(self._length_s(order) * fps), 1)
        more = {"fps": fps, "num_frames": frames, "seed": order.seed, "negative_prompt": order.negative_prompt}
        return self._plain_fields(order) | {name: str(value) for name, value in more.items() if value != ""}

    def references(self, material: Material, picture: bytes | None, folder: Path) -> dict[str, str]:  # noqa: ARG002
        """Files that are sent inside fields: none."""
        return {}

    def clip_price(self, order: ClipOrder) -> Price:  # noqa: ARG002  what others charge depends on it
        """What a clip costs."""
        return Price(usd=NOTHING, why="nothing is paid")

    def _plain_fields(self, order: ClipOrder) -> dict[str, str]:
        """The protocol's own fields, and what the installation has settled."""
        wanted = {"prompt": order.prompt, "model": self._tuning.model, "seconds": self._seconds(order),
                  "size": "x".join(map(str, self.size)), "num_inference_steps": self._tuning.steps,
                  "guidance_scale": self._tuning.guidance}
        return {name: str(value) for name, value in wanted.items() if value is not None}

    def _length_s(self, order: ClipOrder) -> float:
        return min(order.duration_s, self.longest_s)

    def _seconds(self, order: ClipOrder) -> int:
        """Whole seconds, as the protocol knows no parts of one."""
        return math.ceil(round(self._length_s(order), 3))

    def _picture(self, material: Material, folder: Path) -> bytes | None:
        """The picture in the film's shape."""
        if material.picture is None:
            return None
        write_framed(material.picture, folder / "picture.jpg", self.size)
        return (folder / "picture.jpg").read_bytes()

    def _differences(self, film: ReceivedFilm, order: ClipOrder) -> tuple[str, ...]:
        """Where the film is not what was ordered, a sentence each."""
        found = []
        if film.size != self.size:
            found.append(f"the film of {self.name!r} has {film.size[0]}x{film.size[1]} pixels, {self.size[0]}x"
                         f"{self.size[1]} were asked for")
        if not order.duration_s - TOLERANCE_S <= film.duration_s <= self._seconds(order) + TOLERANCE_S:
            found.append(f"the film of {self.name!r} lasts {film.duration_s:.1f} s, {order.duration_s:.1f} s were ordered")
        return tuple(found)


class TalkingServerFilms(VideoServerFilms):
    """Films of a portrait that follows a voice, by a vLLM-Omni of the user's own that runs a speech-to-video model."""

    name: ClassVar[str] = "talking-server"
    provider: ClassVar[str] = "talking-server"
    sources: ClassVar[frozenset[Source]] = frozenset({"picture"})
    follows: ClassVar[Follows] = "voice"
    prompts: ClassVar[str | None] = "talking"
    usual_clip_s: ClassVar[float] = TALK_S

    def references(self, material: Material, picture: bytes | None, folder: Path) -> dict[str, str]:
        """Picture and voice as addresses that hold their bytes.

        Raises:
            FixRequest: the order lacks one of them.
        """
        if picture is None or material.voice is None:
            raise FixRequest(f"the generator {self.name!r} makes a portrait follow a voice, and is not given both: choose"
                             " another with --engine generation=NAME (`reels engines` lists them)")
        samples, rate_hz = read_wav(material.voice)
        heard = np.asarray(soxr.resample(samples[:round(self.longest_s * rate_hz)], rate_hz, TALK_HZ), np.float32)
        write_wav(folder / "voice.wav", heard, TALK_HZ)
        return {"image_reference": json.dumps({"image_url": _data_url("image/jpeg", picture)}),
                "audio_reference": json.dumps({"audio_url": _data_url("audio/wav", (folder / "voice.wav").read_bytes())})}


class OpenAIVideosFilms(VideoServerFilms):
    """Films of a service that is paid by the second."""

    name: ClassVar[str] = "openai-videos"
    provider: ClassVar[str] = "openai-videos"
    usual_clip_s: ClassVar[float] = PAID_CLIP_S
    tariff: ClassVar[str] = "what [providers.openai-videos] usd_per_second says"

    @classmethod
    def price(cls, plan: ReelPlan, *, terms: Terms = Terms(), tuning: Tuning = Tuning()) -> Price:  # noqa: B008  frozen
        """What the plan's films cost, at most: all takes, and what beats ask for.

        Args:
            plan: the reel.
            terms: the service's price and address.
            tuning: how long a clip is.

        Raises:
            FixRequest: the service is OpenAI's own, which has ended.
            FixMachine: nobody has said what a second costs.
        """
        require_not_ended(cls.name, terms.url or "")
        clip_s = tuning.clip_s or cls.usual_clip_s
        clips, one = films_at_most(plan, cls.name, clip_s), price_of_seconds(math.ceil(clip_s), terms)
        return Price(usd=clips * one.usd, why=f"{clips} films, {one.why} each")

    def fields(self, order: ClipOrder) -> dict[str, str]:
        return self._plain_fields(order) | ({"fps": str(self._tuning.fps)} if self._tuning.fps else {})

    def clip_price(self, order: ClipOrder) -> Price:
        return price_of_seconds(self._seconds(order), self._terms)


class SoraFilms(OpenAIVideosFilms):
    """OpenAI's own films, which are sold no more."""

    name: ClassVar[str] = "sora"
    provider: ClassVar[str] = "openai"
    tariff: ClassVar[str] = "no longer sold"

    @classmethod
    def price(cls, plan: ReelPlan, *, terms: Terms = Terms(), tuning: Tuning = Tuning()) -> Price:  # noqa: ARG003, B008
        """Nothing can be bought.

        Raises:
            FixRequest: always.
        """
        raise ended(cls.name)

    def generate(self, order: ClipOrder, material: Material, target: Path, progress: Progress) -> Made:  # noqa: ARG002
        """Makes nothing.

        Raises:
            FixRequest: always.
        """
        raise ended(self.name)


def price_of_seconds(seconds: int, terms: Terms) -> Price:
    """What a film of so many seconds costs.

    Raises:
        FixMachine: nobody has said what a second costs.
    """
    if terms.usd_per_second is None:
        raise FixMachine("what a second of film costs at openai-videos is not known: write [providers.openai-videos]"
                         " usd_per_second = 0.10 (whatever your contract says) into reels.toml")
    return Price(usd=seconds * terms.usd_per_second, why=f"{seconds} s at {terms.usd_per_second} USD a second")


def require_not_ended(name: str, url: str) -> None:
    """Refuses the address of OpenAI's own service.

    Raises:
        FixRequest: with what there is instead.
    """
    host = urlsplit(url).hostname or ""
    if host == "openai.com" or host.endswith(".openai.com"):
        raise ended(name)


def ended(name: str) -> FixRequest:
    """What is said of OpenAI's own service."""
    return FixRequest(f"the generator {name!r} cannot be used with OpenAI: its service for films ended on {ENDED}; use"
                      f" {INSTEAD}")


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
