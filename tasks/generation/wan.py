"""Wan 2.1 and 2.2 by Alibaba: films from a picture or from text, by models made for the one or the other, or for both.

The larger models of 2.2 are two: one for the first steps, where there is much noise, one for the last. The small one of 2.2
begins with a picture or without, has a tighter code, and so rules of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from tasks.generation.base import Source
from tasks.generation.diffusion import Call, DiffusionFilms
from tasks.generation.film_rules import Rules
from tasks.generation.model_files import LocalModel

WAN_21 = Rules(
    unit_px=16, frame_step=4, fps=16, usual_px=(480, 832), usual_frames=81, most_frames=81, steps=50, guidance=5.0,
    memory="13 GiB of the 1.3B model, 43 GiB of the 14B models; part by part 11 and 31 GiB",
    licence="Apache-2.0, as published", source="diffusers, WanImageToVideoPipeline; arXiv 2503.20314",
    full_precision=("vae", "image_encoder"))
WAN_22 = replace(WAN_21, steps=40, guidance=3.5, memory="64 GiB; part by part 27 GiB")
WAN_22_SMALL = replace(WAN_21, unit_px=32, fps=24, usual_px=(704, 1280), usual_frames=121, most_frames=121,
                       memory="20 GiB; part by part 11 GiB")
LAST_STEPS = 0.75
"""How closely the second of two models follows the prompt, of the first: its makers advise 3 and 4 for text, and the same
for pictures."""


class WanFilms(DiffusionFilms):
    """Films by Wan."""

    name: ClassVar[str] = "wan"
    prompts: ClassVar[str | None] = "wan"
    makers: ClassVar[Mapping[Source, str]] = {"picture": "WanImageToVideoPipeline", "text": "WanPipeline"}
    pipelines: ClassVar[frozenset[str]] = frozenset(makers.values())
    example: ClassVar[str] = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"

    def rules(self, model: LocalModel | None) -> Rules:
        """By the version, which the model's index tells apart."""
        index = model.index if model else {}
        if index.get("expand_timesteps"):
            return WAN_22_SMALL
        return WAN_21 if index.get("boundary_ratio") is None else WAN_22

    def makes(self, model: LocalModel, source: Source) -> bool:
        """The small model of 2.2 begins with a picture or without; others with what they are published for."""
        return bool(model.index.get("expand_timesteps")) or model.pipeline == self.makers[source]

    def arguments(self, call: Call, pipeline: Any) -> dict[str, Any]:
        """What the pipeline is told besides size, length, steps and seed."""
        given: dict[str, Any] = {"prompt": call.order.prompt, "negative_prompt": call.order.negative_prompt,
                                 "guidance_scale": call.guidance}
        if pipeline.config.boundary_ratio is not None:
            given["guidance_scale_2"] = call.guidance * (1 if call.picture else LAST_STEPS)
        return given | {"image": call.picture} if call.picture else given
