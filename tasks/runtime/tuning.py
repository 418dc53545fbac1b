"""How a generator is set up in this installation: a table `[generators.<engine>]` of the settings."""

from typing import Literal

from pydantic import Field

from tasks.domain.base import Frozen


class Tuning(Frozen):
    """What an installation decides about one generator; None leaves it to the engine."""

    model: str | None = Field(default=None, description="which model: a folder inside the engine's folder of models, the"
                                                        " path of another, a hub id like 'Lightricks/LTX-Video', or a"
                                                        " service's name of one; default: the only one in the folder")
    revision: str | None = Field(default=None, description="commit of a hub id, so that the model stays the same")
    width_px: int | None = Field(default=None, gt=0, le=4096, description="width of the film; snapped to the model's rules")
    height_px: int | None = Field(default=None, gt=0, le=4096, description="height of the film; likewise")
    clip_s: float | None = Field(default=None, gt=0, le=60, description="length of one clip, seconds; likewise")
    fps: int | None = Field(default=None, gt=0, le=120, description="frames a second of the film, of servers; a model on"
                                                                   " this machine has its own")
    steps: int | None = Field(default=None, gt=0, le=200, description="steps of denoising: more take longer")
    guidance: float | None = Field(default=None, ge=0, le=30, description="how closely the prompt is followed")
    precision: Literal["bfloat16", "float16", "float32"] | None = Field(
        default=None, description="of the numbers; default: by the graphics card")
    offload: Literal["none", "model", "layers"] | None = Field(
        default=None, description="what waits in the machine's memory: nothing, whole models, or single layers, which is"
                                  " slowest and needs least; default: by the memory that is free")
