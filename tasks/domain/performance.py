"""A performance: footage as data until it is drawn. Shots in order, and the mouth that runs through them all."""

from typing import Literal

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.media import MediaFile


class PuppetShot(Record):
    """The avatar's portrait, moved by curves."""

    kind: Literal["puppet"] = "puppet"
    start_s: float = Field(ge=0)
    end_s: float = Field(gt=0)
    portrait: MediaFile = Field(description="the picture that is animated")
    rig: MediaFile = Field(description="its rig.json")
    motion: MediaFile = Field(description="curves yaw pitch roll sway brow blink gaze_x gaze_y breath, one sample a frame"
                                          " of the shot")


Shot = PuppetShot
"""What a performance is made of; filmed clips and stills with a camera move join here as a union."""


class Performance(Record):
    """What render draws, frame by frame."""

    fps: int = 30
    frame_count: int = Field(gt=0)
    shots: tuple[Shot, ...] = Field(min_length=1, description="in order, without gaps")
    mouth: MediaFile | None = Field(default=None, description="curves jaw wide upper lower tuck press tongue, one sample"
                                                               " a frame of the reel; None until lip-sync")
    engine: str = Field(description="what made the shots")
    version: str
    lipsync_engine: str | None = None
    lipsync_version: str | None = None
    cost_usd: float = 0.0
