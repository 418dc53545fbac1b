"""Wan Animate: the portrait moves and speaks as the embedded puppet does.

The puppet's performance is drawn twice: to see where its face is, and as the two films that the model follows, the face from
close by and the pose (`tasks.media.driving`). A film is made in segments of equal length, each of which begins with the last
frame of the one before; frames go into the file as soon as their segment is there. So it can be as long as the performance,
and memory does not grow with it, on the card or beside it.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.domain.generation import ClipOrder
from tasks.domain.timeline import FPS, frame_count
from tasks.generation.base import Drawing, Follows, Made, Material, Progress, Source
from tasks.generation.diffusion import Call, DiffusionFilms, write_film
from tasks.generation.film_rules import Rules, Shape, longest_frames, shape_of
from tasks.generation.model_files import LocalModel
from tasks.generation.pipeline import called, to_pictures
from tasks.media.driving import (
    Portrait,
    Square,
    face_film,
    face_square,
    for_pillow,
    frame_portrait,
    pose_film,
    watch,
)
from tasks.media.landmarks import FaceMesh

RULES = Rules(
    unit_px=16, frame_step=4, fps=FPS, usual_px=(720, 1280), usual_frames=77, most_frames=77, steps=20, guidance=1.0,
    memory="44 GiB, of which 32 for the largest part", licence="Apache-2.0", full_precision=("vae",),
    source="diffusers, WanAnimatePipeline; Wan-Video/Wan2.2, wan/configs/wan_animate_14B.py")
"""Frames are those of a segment."""
LONGEST_S = 3600.0
"""No performance is longer."""
OVERLAP = 1
"""Frames of a segment that the one before it has made."""

T = TypeVar("T")


@dataclass(frozen=True)
class Watched:
    """A portrait, and the performance that it is to follow.

    Attributes:
        driver: draws it.
        faces: (n, 478, 3) where its face is on every frame.
        square: what its close-up shows.
    """

    portrait: Portrait
    driver: Drawing
    faces: NDArray[np.float32]
    square: Square


class WanAnimateFilms(DiffusionFilms):
    """Films by Wan Animate."""

    name: ClassVar[str] = "wan-animate"
    prompts: ClassVar[str | None] = "wan-animate"
    sources: ClassVar[frozenset[Source]] = frozenset({"picture"})
    follows: ClassVar[Follows] = "puppet"
    makers: ClassVar[Mapping[Source, str]] = {"picture": "WanAnimatePipeline"}
    pipelines: ClassVar[frozenset[str]] = frozenset(makers.values())
    example: ClassVar[str] = "Wan-AI/Wan2.2-Animate-14B-Diffusers"

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides a clip besides the order and how it is drawn."""
        return super().identity | {"segment_frames": longest_frames(RULES, self._tuning)}

    @property
    def longest_s(self) -> float:
        """As long as it is wanted."""
        return LONGEST_S

    def rules(self, model: LocalModel | None) -> Rules:  # noqa: ARG002
        """The same for all its models."""
        return RULES

    def generate(self, order: ClipOrder, material: Material, target: Path, progress: Progress) -> Made:
        """Makes one clip; see `tasks.generation.diffusion.DiffusionFilms`.

        Raises:
            AvatarError: the picture shows no face.
            FixRequest: there is no portrait, no performance, or no face in it.
        """
        self._given(material)
        return super().generate(order, material, target, progress)

    def shape(self, rules: Rules, order: ClipOrder, material: Material) -> tuple[Shape, tuple[str, ...]]:
        """As long as ordered, if the performance is."""
        plain, said = shape_of(rules, self._tuning, 1 / rules.fps)
        wanted, there = frame_count(order.duration_s), self._given(material)[1].frame_count
        if there < wanted:
            said += (f"the film lasts {there / rules.fps:.2f} s where {order.duration_s:.2f} s are ordered: the performance"
                     " that it follows is no longer",)
        return Shape(plain.width_px, plain.height_px, min(wanted, there), rules.fps), said

    def at_once(self, rules: Rules, shape: Shape) -> int:
        """Frames of a segment."""
        return segment_frames(shape.frame_count, longest_frames(rules, self._tuning))

    def picture(self, material: Material, shape: Shape, progress: Progress) -> Watched:
        """The portrait, framed as the puppet is, and where the puppet's face is on every frame."""
        path, driver = self._given(material)
        portrait, count = frame_portrait(path, shape.size), shape.frame_count

        def frames() -> Iterator[NDArray[np.uint8]]:
            for index, frame in enumerate(islice(driver.draw(shape.size), count)):
                progress(0.0, f"watching frame {index + 1} of {count} of the performance")
                yield frame

        with FaceMesh(still=False) as finder:
            faces = watch(frames(), finder)
        return Watched(portrait, driver, faces, face_square(faces, shape.size))

    def arguments(self, call: Call, pipeline: Any) -> dict[str, Any]:  # noqa: ARG002
        """What the pipeline is told of every segment."""
        return {"image": for_pillow(call.picture.portrait.image), "mode": "animate", "prompt": call.order.prompt,
                "negative_prompt": call.order.negative_prompt, "guidance_scale": call.guidance,
                "segment_frame_length": self.at_once(RULES, call.shape), "prev_segment_conditioning_frames": OVERLAP}

    def steps_in_all(self, call: Call) -> int:
        """Those of all segments."""
        fresh = self.at_once(RULES, call.shape) - OVERLAP
        return call.steps * max(math.ceil((call.shape.frame_count - OVERLAP) / fresh), 1)

    def film(self, call: Call, pipeline: Any, target: Path, progress: Progress) -> None:
        """Makes segment after segment and writes each."""
        write_film(self._pictures(call, pipeline, progress), call.shape, target,
                   lambda done, what: progress(done, what) if done >= 1 else None)

    def _given(self, material: Material) -> tuple[Path, Drawing]:
        """The portrait and the performance.

        Raises:
            FixRequest: one of them is missing.
        """
        if material.picture is None or material.driver is None:
            what = "portrait" if material.picture is None else "performance"
            raise FixRequest(f"the generator {self.name!r} makes a portrait follow a performance of the puppet, and is given"
                             f" no {what}: use it with --engine animation=wan-animate, or choose another generator")
        return material.picture, material.driver

    def _pictures(self, call: Call, pipeline: Any, progress: Progress) -> Iterator[NDArray[np.uint8]]:
        """Frame by frame, RGB."""
        told = self._told(call, pipeline, progress)
        del told["num_frames"]
        shown = driving(call, pipeline.transformer.config.motion_encoder_size)
        before: Any = None
        for part in overlapping(shown, told["segment_frame_length"]):
            pictures, before = make_segment(pipeline, part, before, told)
            yield from pictures


def make_segment(pipeline: Any, part: list[tuple[Any, Any]], before: Any, told: Mapping[str, Any]
                 ) -> tuple[NDArray[np.uint8], Any]:
    """The frames of a segment that are new, RGB, and the last one as the next segment takes it.

    Args:
        pipeline: that of Wan Animate.
        part: pose and close-up of each frame, the first one that of the last frame before.
        before: that frame, as this function gave it; None: there is none.
        told: what else the pipeline is told.
    """
    poses, faces = (list(film) for film in zip(*(part if len(part) > 1 else part * 2), strict=True))
    with going_on(pipeline, before):
        made = called(pipeline, pose_video=poses, face_video=faces, **told).frames[0][:len(part)]
    return to_pictures(made if before is None else made[OVERLAP:]), made[-OVERLAP:].clone()


def segment_frames(frames: int, most: int) -> int:
    """Length of the segments of a film: as few of them as can be, all equally long, as the model counts.

    Args:
        frames: of the film.
        most: of a segment, four times something and one.
    """
    count = max(math.ceil((frames - OVERLAP) / (most - OVERLAP)), 1)
    step = RULES.frame_step
    return max(math.ceil((frames - OVERLAP) / count / step), 1) * step + OVERLAP


def overlapping(things: Iterable[T], length: int) -> Iterator[list[T]]:
    """Parts of so many things, each beginning with the last of the part before; the last may be shorter."""
    rest = iter(things)
    part = list(islice(rest, length))
    while part:
        yield part
        fresh = list(islice(rest, length - OVERLAP))
        part = part[-OVERLAP:] + fresh if fresh else []


def driving(call: Call, side_px: int) -> Iterator[tuple[Any, Any]]:
    """Pose and close-up of every frame, as Pillow's images.

    The puppet is drawn as many times larger as brings its face nearest to the size at which it is looked at.
    """
    watched: Watched = call.picture
    times = max(round(side_px / watched.square.side), 1)
    frames = watched.driver.draw((call.shape.width_px * times, call.shape.height_px * times))
    faces = face_film(islice(frames, call.shape.frame_count), watched.square.larger(times), side_px)
    for pose, face in zip(pose_film(watched.faces, watched.portrait), faces, strict=True):
        yield for_pillow(pose), for_pillow(face)


@contextmanager
def going_on(pipeline: Any, before: Any) -> Iterator[None]:
    """Has a pipeline go on from frames that it has made, as it does itself between segments of one call.

    Args:
        pipeline: that of Wan Animate.
        before: (n, 3, height, width), 0 to 1, as it gave them; None: it begins.
    """
    if before is None:
        yield
        return
    own, seen = pipeline.prepare_prev_segment_cond_latents, (before * 2 - 1).movedim(0, 1)[None]

    def prepare(_: None, **how: Any) -> Any:
        return own(seen, **how | {"start_frame": 1})

    pipeline.prepare_prev_segment_cond_latents = prepare
    try:
        yield
    finally:
        del pipeline.prepare_prev_segment_cond_latents
