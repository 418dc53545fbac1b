"""LTX-Video by Lightricks: films from a picture, or from text alone.

Publishers of its models name one of three pipelines; they have the same parts.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from tasks.generation.base import Source
from tasks.generation.diffusion import Call, DiffusionFilms
from tasks.generation.film_rules import Rules
from tasks.generation.model_files import LocalModel
from tasks.generation.pipeline import dice

RULES = Rules(
    unit_px=32, frame_step=8, fps=25, usual_px=(576, 1024), usual_frames=121, most_frames=257, steps=50, guidance=3.0,
    memory="13 GiB of the 2B models, 33 GiB of the 13B models; part by part 9 and 24 GiB",
    licence="Lightricks' own (LTX-Video Open Weights License)",
    source="diffusers, LTXImageToVideoPipeline; the model card of Lightricks/LTX-Video")
DECODED_AT, DECODED_NOISE = 0.05, 0.025
"""How much noise the decoder of newer models is told of and given, which it takes away: the makers' advice."""


class LtxFilms(DiffusionFilms):
    """Films by LTX-Video."""

    name: ClassVar[str] = "ltx"
    prompts: ClassVar[str | None] = "ltx"
    makers: ClassVar[Mapping[Source, str]] = {"picture": "LTXImageToVideoPipeline", "text": "LTXPipeline"}
    pipelines: ClassVar[frozenset[str]] = frozenset({*makers.values(), "LTXConditionPipeline"})
    example: ClassVar[str] = "Lightricks/LTX-Video"

    def rules(self, model: LocalModel | None) -> Rules:  # noqa: ARG002
        """The same for all its models."""
        return RULES

    def arguments(self, call: Call, pipeline: Any) -> dict[str, Any]:
        """What the pipeline is told besides size, length, steps and seed."""
        given: dict[str, Any] = {"prompt": call.order.prompt, "negative_prompt": call.order.negative_prompt,
                                 "guidance_scale": call.guidance, "frame_rate": call.shape.fps}
        if call.picture:
            given["image"] = call.picture
        if pipeline.vae.config.timestep_conditioning:
            given |= {"decode_timestep": DECODED_AT, "decode_noise_scale": DECODED_NOISE}
            if call.picture:  # this pipeline takes the decoder's noise from where it runs
                given["generator"] = dice(call.order.seed, call.placement.device)
        return given
