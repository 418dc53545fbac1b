"""The rig as a file: `rig.json` beside a portrait.

With the portrait it is all that drawing needs, so the models that found the points are not needed to draw. It is valid for
one portrait only, known by its digest. Convention: points are (x, y) in pixels of the portrait, colours sRGB.
"""

import base64
import hashlib
import json
import math
import zlib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError, field_validator, model_validator

from tasks.domain.base import Record
from tasks.domain.errors import AvatarError
from tasks.media.landmarks import POINT_COUNT

RIG_TOOL = "puppet 2"
"""Name and version of the analysis; a new one makes other rigs of the same portrait."""
FARTHEST = 2.0
"""How far from the portrait's corner a point may lie, in its longer sides: a face may reach out of the picture a little."""
MAX_FOUND_BYTES = 1 << 18
"""Longest record of what was found: ten times what the analysis writes."""
MOST_CROSSED = 0.03
"""How far a lower line may lie above its upper one, in their width: lips that meet are traced as one line."""

Point = tuple[float, float]
"""(x, y) in pixels of the portrait."""
Channel = Annotated[int, Field(ge=0, le=255)]
"""How much of one colour there is."""
Colour = tuple[Channel, Channel, Channel]
"""Red, green, blue, 0 to 255."""


class EyeRig(Record):
    """One eye."""

    upper: tuple[Point, ...] = Field(min_length=5, description="edge of the upper lid, left to right")
    lower: tuple[Point, ...] = Field(min_length=5, description="edge of the lower lid, left to right")
    iris: Point = Field(description="centre of the iris")
    iris_radius_px: float = Field(gt=0, description="radius of the iris")
    rim_above_px: float | None = Field(default=None, description="skin above the upper lid, up to the rim of glasses")
    rim_below_px: float | None = Field(default=None, description="skin below the lower lid, down to the rim of glasses")
    moves: bool = Field(default=True, description="False where blinks and gaze would look wrong, e.g. behind dark glasses")


class MouthRig(Record):
    """The mouth."""

    upper: tuple[Point, ...] = Field(min_length=5, description="lower edge of the upper lip, left to right")
    lower: tuple[Point, ...] = Field(min_length=5, description="upper edge of the lower lip, left to right")
    is_open: bool = Field(description="the portrait shows the inside of the mouth")


class Rig(Record):
    """What is known about the face of one portrait."""

    schema_version: Literal[1] = Field(default=1, alias="schema", description="version of this file format")
    tool: str = Field(default=RIG_TOOL, description="name and version of what made it")
    portrait_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="digest of the portrait's file")
    width_px: int = Field(gt=0, description="width of the portrait")
    height_px: int = Field(gt=0, description="height of the portrait")
    scale_px: float = Field(gt=0, description="distance of the outer eye corners, the unit of all movements")
    yaw_rad: float = Field(ge=-math.pi / 2, le=math.pi / 2, description="how far the face looks to the side; 0 is towards"
                                                                         " the camera")
    landmarks: tuple[tuple[float, float, float], ...] = Field(
        min_length=POINT_COUNT, max_length=POINT_COUNT, description="x, y, z; smaller z is nearer to the camera")
    mouth: MouthRig
    eyes: tuple[EyeRig, EyeRig] = Field(description="left and right in the picture")
    matte_png: str = Field(description="base64 of a small 8-bit PNG: 0 background to 255 person")
    depth_png: str = Field(description="base64 of a small 16-bit PNG: 0 the plane of the ears to 65535 `depth_px`")
    depth_px: float = Field(gt=0, description="largest depth towards the camera")
    skin: Colour
    lip: Colour
    eye_white: Colour
    warnings: tuple[str, ...] = Field(default=(), description="what will not look its best, for people")
    found: str | None = Field(default=None, description="what the analysis found, packed: points that differ from it were"
                                                        " corrected by hand and stay when the rig is made anew")

    @field_validator("matte_png", "depth_png")
    @classmethod
    def _must_be_picture(cls, value: str) -> str:
        decode_picture(value)
        return value

    @model_validator(mode="after")
    def _must_lie_at_the_portrait(self) -> Self:
        reach = FARTHEST * max(self.width_px, self.height_px)
        lines = (self.mouth.upper, self.mouth.lower, *((*eye.upper, *eye.lower, eye.iris) for eye in self.eyes))
        for name, points in (("landmarks", self.landmarks), ("a line", tuple(point for line in lines for point in line))):
            if not all(abs(value) <= reach for point in points for value in point):
                raise ValueError(f"a point of {name} lies far outside of the portrait")
        lengths = (self.scale_px, self.depth_px, *(eye.iris_radius_px for eye in self.eyes))
        if max(lengths) > reach:
            raise ValueError(f"a length of {max(lengths):g} pixels is more than the portrait has room for")
        return self

    @model_validator(mode="after")
    def _must_be_lines_of_a_face(self) -> Self:
        for name, part in (("mouth", self.mouth), ("left eye", self.eyes[0]), ("right eye", self.eyes[1])):
            require_lines(name, np.array(part.upper), np.array(part.lower))
        return self

    @classmethod
    def read(cls, path: Path) -> Self:
        """Reads a rig file.

        Raises:
            AvatarError: the file is missing or is no rig.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise AvatarError(f"the rig {path.name!r} cannot be read ({error.strerror}): make it again from the portrait"
                              ) from error
        except ValidationError as error:
            first = error.errors()[0]
            raise AvatarError(f"the rig {path.name!r} is damaged at {'.'.join(map(str, first['loc'])) or 'its start'!r}"
                              f" ({first['msg']}): make it again from the portrait") from error

    def to_json(self) -> str:
        """The rig as the text of its file, deterministic; one field a line keeps differences readable."""
        fields = self.model_dump(mode="json", by_alias=True)
        lines = [f"  {json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in fields.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"

    def as_found(self) -> dict[str, Any] | None:
        """What the analysis found, by field: base64 of compressed JSON; None where no record was kept.

        Raises:
            AvatarError: the record is damaged.
        """
        if self.found is None:
            return None
        try:
            packed = zlib.decompressobj()
            found = json.loads(packed.decompress(base64.b64decode(self.found, validate=True), MAX_FOUND_BYTES))
        except (ValueError, zlib.error) as error:
            raise AvatarError(f"the rig's record of what was found is damaged ({error}): remove the field 'found', and the"
                              " rig as it is counts as found; or make the rig again") from error
        return dict(found) if isinstance(found, dict) else {}

    def points(self) -> NDArray[np.float32]:
        """(478, 3) float32: the landmarks."""
        return np.array(self.landmarks, np.float32)

    def matte(self) -> NDArray[np.float32]:
        """(height, width) float32, 0 background to 1 person; smaller than the portrait, covering all of it."""
        return decode_picture(self.matte_png).astype(np.float32) / np.float32(255)

    def depth(self) -> NDArray[np.float32]:
        """(height, width) float32, portrait pixels towards the camera; smaller than the portrait, covering all of it."""
        return decode_picture(self.depth_png).astype(np.float32) * np.float32(self.depth_px / 65535)


def require_lines(name: str, upper: NDArray[Any], lower: NDArray[Any]) -> None:
    """Checks the lines of a mouth or an eye, (n, 2) and (m, 2) points each: what a slip of the hand may turn around.

    Raises:
        ValueError: two neighbours of a line are in the wrong order, or the lower line lies above the upper one.
    """
    across = (upper[-1] - upper[0]) / max(float(np.sum((upper[-1] - upper[0]) ** 2)), 1e-9)
    axes = np.stack([across, [-across[1], across[0]]], axis=1)
    (upper_x, upper_y), (lower_x, lower_y) = (upper @ axes).T, (lower @ axes).T
    for side, x in (("upper", upper_x), ("lower", lower_x)):
        turned = np.flatnonzero(np.diff(x) < 0)
        if len(turned):
            raise ValueError(f"points {turned[0]} and {turned[0] + 1} of the {side} line of the {name} do not run from left"
                             " to right: correct or exchange them")
    crossed = np.flatnonzero(lower_y < np.interp(lower_x, upper_x, upper_y) - MOST_CROSSED)
    if len(crossed):
        raise ValueError(f"point {crossed[0]} of the lower line of the {name} lies above its upper line: correct it")


def read_portrait(path: Path, rig: Rig) -> NDArray[np.uint8]:
    """Reads the portrait a rig was made for.

    Returns:
        (height, width, 3) uint8, BGR.

    Raises:
        AvatarError: the file is missing, no picture, or not the one the rig was made for.
    """
    image, digest = load_image(path)
    if digest != rig.portrait_sha256:
        raise AvatarError(f"the rig was made for another portrait than {path.name!r} (digest {digest[:12]!r}, expected "
                          f"{rig.portrait_sha256[:12]!r}): make the rig again from this portrait")
    height, width = image.shape[:2]
    if (width, height) != (rig.width_px, rig.height_px):
        raise AvatarError(f"the rig says {rig.width_px} x {rig.height_px} pixels, and {path.name!r} has {width} x {height}:"
                          " make the rig again from this portrait")
    return image


def load_image(path: Path) -> tuple[NDArray[np.uint8], str]:
    """A picture file as (height, width, 3) uint8 BGR, and the digest of the file.

    Raises:
        AvatarError: the file is missing or no picture.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AvatarError(f"the portrait {path.name!r} cannot be read ({error.strerror}): check the file") from error
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if image is None:
        raise AvatarError(f"the portrait {path.name!r} is no picture: use a PNG or JPEG file")
    return image.astype(np.uint8, copy=False), hashlib.sha256(content).hexdigest()


def encode_picture(image: NDArray[np.uint8] | NDArray[np.uint16]) -> str:
    """A grey picture as base64 of a PNG."""
    return base64.b64encode(cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()).decode()


def decode_picture(text: str) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """The grey picture in `text`, the inverse of `encode_picture`.

    Raises:
        ValueError: `text` holds no picture.
    """
    content = np.frombuffer(base64.b64decode(text, validate=True), np.uint8)
    image = cv2.imdecode(content, cv2.IMREAD_UNCHANGED) if content.size else None
    if image is None or image.ndim != 2:
        raise ValueError("no grey PNG picture")
    result: NDArray[np.uint8] | NDArray[np.uint16] = image
    return result
