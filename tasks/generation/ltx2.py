"""LTX-2 by Lightricks: films from a picture, or from text alone.

It makes sound, too, which is not kept: the reel has its own.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from tasks.generation.base import Source
from tasks.generation.diffusion import Call, DiffusionFilms
from tasks.generation.film_rules import Rules
from tasks.generation.model_files import LocalModel

RULES = Rules(
    unit_px=32, frame_step=8, fps=24, usual_px=(576, 1024), usual_frames=121, most_frames=481, steps=40, guidance=4.0,
    memory="61 GiB; part by part 36 GiB",
    licence="Lightricks' own (LTX-2 Community License)",
    source="diffusers, LTX2ImageToVideoPipeline; arXiv 2601.03233")


class Ltx2Films(DiffusionFilms):
    """Films by LTX-2."""

    name: ClassVar[str] = "ltx2"
    prompts: ClassVar[str | None] = "ltx2"
    makers: ClassVar[Mapping[Source, str]] = {"picture": "LTX2ImageToVideoPipeline", "text": "LTX2Pipeline"}
    pipelines: ClassVar[frozenset[str]] = frozenset({*makers.values(), "LTX2ConditionPipeline"})
    example: ClassVar[str] = "Lightricks/LTX-2"

    def rules(self, model: LocalModel | None) -> Rules:  # noqa: ARG002
        """The same for all its models."""
        return RULES

    def arguments(self, call: Call, pipeline: Any) -> dict[str, Any]:  # noqa: ARG002
        """What the pipeline is told besides size, length, steps and seed."""
        given: dict[str, Any] = {"prompt": call.order.prompt, "negative_prompt": call.order.negative_prompt,
                                 "guidance_scale": call.guidance, "frame_rate": float(call.shape.fps)}
        return given | {"image": call.picture} if call.picture else given
