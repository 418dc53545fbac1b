"""A performance: footage as data until it is drawn.

Shots in order, and the mouth that runs through them all; over them, from bottom to top, inserts (cutaways), scrims and
stickers. Texts and captions are not part of it: subtitles burn them into the drawn frames.
"""

from typing import Annotated, Literal

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.box import Box
from tasks.domain.media import MediaFile


class PuppetShot(Record):
    """The avatar's portrait, moved by curves."""

    kind: Literal["puppet"] = "puppet"
    start_s: float = Field(ge=0)
    end_s: float = Field(gt=0)
    portrait: MediaFile = Field(description="the picture that is animated")
    rig: MediaFile = Field(description="its rig.json")
    motion: MediaFile = Field(description="curves yaw pitch roll sway brow blink gaze_x gaze_y breath smile, and of the"
                                          " camera zoom pan_x pan_y, one sample a frame of the shot")


class StillShot(Record):
    """A picture under a moving camera."""

    kind: Literal["still"] = "still"
    start_s: float = Field(ge=0)
    end_s: float = Field(gt=0)
    picture: MediaFile = Field(description="PNG or JPEG, upright, sRGB, opaque")
    camera: MediaFile = Field(description="curves zoom pan_x pan_y, one sample a frame of the shot")
    focus_x: float = Field(default=0.5, ge=0, le=1, description="what the crop keeps in view, part of the picture's width")
    focus_y: float = Field(default=0.5, ge=0, le=1, description="and of its height")


class ClipShot(Record):
    """A film, made ready: 30 frames a second, upright, square pixels, BT.709, no sound."""

    kind: Literal["clip"] = "clip"
    start_s: float = Field(ge=0)
    end_s: float = Field(gt=0)
    clip: MediaFile = Field(description="a film that covers the shot; its first frame is the shot's")
    course: MediaFile | None = Field(default=None, description="curve frame, which frame of the film is shown: one sample a"
                                                               " frame of the shot, and more where it goes on beyond its"
                                                               " end; None: one after the other")
    track: MediaFile | None = Field(default=None, description="points of the avatar's mouth on every frame of the film, and"
                                                              " how strongly it may be drawn; None: no mouth is drawn")
    rig: MediaFile | None = Field(default=None, description="what is known about the avatar's face on one frame of the film")
    dissolve_s: float = Field(default=0.0, ge=0, description="how long the shot before, which goes on, is still seen through"
                                                             " the beginning of this one, less and less")

    @property
    def speaks(self) -> bool:
        """Whether a mouth is drawn on it."""
        return self.track is not None and self.rig is not None


Shot = Annotated[PuppetShot | StillShot | ClipShot, Field(discriminator="kind")]
"""What a performance is made of."""


class AvatarFilm(Record):
    """A film of the avatar, understood and made ready for any speech."""

    film: MediaFile = Field(description="what may be shown of it")
    frames: int = Field(gt=0, description="how many frames that are")
    track: MediaFile = Field(description="points of the mouth on every frame of `film`, and how strongly it may be drawn")
    rig: MediaFile = Field(description="what is known about the face on one of its frames")
    warnings: tuple[str, ...] = Field(default=(), description="what is not used of it, and why")
    version: str


class PlacedFilm(Record):
    """A film of the avatar, and the part of the reel that it is to cover."""

    film: AvatarFilm
    start_s: float = Field(ge=0)
    end_s: float | None = Field(default=None, gt=0, description="None: to the reel's end; where it overlaps with the next,"
                                                                " the reel changes from one to the other at some moment")
    in_time: bool = Field(default=False, description="each of its frames belongs to one moment of the reel: it is shown"
                                                     " forwards, and once")


class Insert(Record):
    """A cutaway: for a while a picture or film is seen instead of the avatar, or below it."""

    shot: Annotated[StillShot | ClipShot, Field(discriminator="kind")]
    layout: Literal["full", "split"] = Field(default="full", description="split: the avatar above, the shot below")
    enter_s: float = Field(default=0.2, ge=0, description="how long it takes to come, softly")
    leave_s: float = Field(default=0.2, ge=0, description="and to go")


class Scrim(Record):
    """The whole picture is veiled by a colour, e.g. behind an end card."""

    start_s: float = Field(ge=0)
    end_s: float = Field(gt=0)
    colour: str = Field(description="#rrggbb")
    opacity: float = Field(ge=0, le=1)
    fade_s: float = Field(default=0.3, ge=0, description="how long it takes to come, and to go unless it lasts to the end")


class Sticker(Record):
    """A small picture laid over the frame: a logo, an emoji."""

    picture: MediaFile = Field(description="PNG with transparency")
    box: Box = Field(description="where it stands; the picture is scaled to fill it")
    start_s: float = Field(ge=0)
    end_s: float = Field(gt=0)
    opacity: float = Field(default=1.0, ge=0, le=1)
    fade_s: float = Field(default=0.0, ge=0, description="how long it takes to come, and to go unless it lasts to the end")


class Performance(Record):
    """What render draws, frame by frame."""

    fps: int = 30
    frame_count: int = Field(gt=0)
    shots: tuple[Shot, ...] = Field(min_length=1, description="in order, without gaps")
    mouth: MediaFile | None = Field(default=None, description="curves jaw wide upper lower tuck press tongue, one sample"
                                                               " a frame of the reel; None until lip-sync")
    inserts: tuple[Insert, ...] = Field(default=(), description="in order, not overlapping")
    scrims: tuple[Scrim, ...] = ()
    stickers: tuple[Sticker, ...] = ()
    engine: str = Field(description="what made the shots")
    version: str
    lipsync_engine: str | None = None
    lipsync_version: str | None = None
    cost_usd: float = Field(default=0.0, description="what the shots cost")
    lipsync_cost_usd: float = Field(default=0.0, description="what the mouth cost")
    warnings: tuple[str, ...] = Field(default=(), description="directions not understood, with the nearest known word;"
                                                              " how many words had a mouth from their sound alone")
