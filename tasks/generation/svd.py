"""Stable Video Diffusion by Stability AI: films from a picture, and from nothing else; it reads no words.

A model was trained on films of one length, 14 or 25 frames, which its description says; longer ones fall apart.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tasks.generation.base import Source
from tasks.generation.diffusion import Call, DiffusionFilms
from tasks.generation.film_rules import Rules
from tasks.generation.model_files import LocalModel

RULES = Rules(
    unit_px=64, frame_step=1, fps=7, usual_px=(576, 1024), usual_frames=25, most_frames=25, steps=25, guidance=3.0,
    memory="4.3 GiB; part by part 3 GiB",
    licence="Stability AI's own (Stability AI Community License)",
    source="diffusers, StableVideoDiffusionPipeline; arXiv 2311.15127", halves=("float16",))
"""Sides are multiples of 64, as the picture is halved six times and must fit when it is doubled again. The pipeline mixes
bfloat16 with other numbers, and fails."""
MOTION = 60
"""How much is to move: the training films have 1 to 255, and 127 where nobody chooses. A face is to stay what it is."""
PICTURE_NOISE = 0.02
"""Noise on the picture, which lets it move; more, and the film departs from it."""
FEW_FRAMES, MANY_FRAMES = 2, 8
"""Frames that are decoded together where memory is short, and where it is not: more flicker less."""


class SvdFilms(DiffusionFilms):
    """Films by Stable Video Diffusion."""

    name: ClassVar[str] = "svd"
    sources: ClassVar[frozenset[Source]] = frozenset({"picture"})
    prompts: ClassVar[str | None] = None
    makers: ClassVar[Mapping[Source, str]] = {"picture": "StableVideoDiffusionPipeline"}
    pipelines: ClassVar[frozenset[str]] = frozenset(makers.values())
    example: ClassVar[str] = "stabilityai/stable-video-diffusion-img2vid-xt"

    def rules(self, model: LocalModel | None) -> Rules:
        """As long as the model was trained for."""
        frames = int(model.config("unet").get("num_frames") or RULES.most_frames) if model else RULES.most_frames
        return replace(RULES, usual_frames=frames, most_frames=frames)

    def arguments(self, call: Call, pipeline: Any) -> dict[str, Any]:  # noqa: ARG002
        """What the pipeline is told besides size, length, steps and seed."""
        return {"image": call.picture, "fps": call.shape.fps, "motion_bucket_id": MOTION,
                "noise_aug_strength": PICTURE_NOISE, "min_guidance_scale": min(1.0, call.guidance),
                "max_guidance_scale": call.guidance,
                "decode_chunk_size": FEW_FRAMES if call.placement.tiled else MANY_FRAMES}
