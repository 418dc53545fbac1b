"""Makes of a decoded picture what its maker meant: upright, eight bits a channel, in sRGB.

Cameras and programs write pictures lying on their side with a note to turn them, in the colours of a printing press, with
a profile that says what the numbers mean, with 16 bits or a palette.
"""

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

UPRIGHT = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
           5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
           8: Image.Transpose.ROTATE_90}
"""EXIF's note on how the camera was held -> what turns the picture upright."""
ORIENTATION = 0x0112
"""EXIF's number for that note."""
DEEP = ("I;16", "I;16L", "I;16B", "I")
"""Pillow's names for grey pictures of 16 bits."""


def orientation(picture: Image.Image) -> int:
    """EXIF's note on how the camera was held; 1, upright, where it says nothing that is understood."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        note = picture.getexif().get(ORIENTATION, 1)
    return note if isinstance(note, int) else 1


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """(width, height) once the picture stands upright."""
    turned = UPRIGHT.get(orientation(picture))
    width, height = picture.size
    return (width, height) if turned is None or keeps_sides(turned) else (height, width)


def keeps_sides(turned: Image.Transpose) -> bool:
    """True where width stays width."""
    return turned in (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM)


def alpha_range(picture: Image.Image) -> tuple[int, int]:
    """Least and greatest opacity in a picture, 0 to 255."""
    if not picture.has_transparency_data or picture.mode in DEEP:
        return 255, 255
    low, high = picture.convert("RGBA").getchannel("A").getextrema()
    return int(low), int(high)  # type: ignore[arg-type]


def colour_mode(picture: Image.Image) -> str:
    """What the colours of a picture are once palette and depth are gone: L, RGB or CMYK."""
    if picture.mode == "CMYK":
        return "CMYK"
    return "L" if picture.mode in ("1", "L", *DEEP) and not picture.has_transparency_data else "RGB"


def to_eight_bits(picture: Image.Image) -> Image.Image:
    """The same picture in mode L, RGB, CMYK or RGBA."""
    if picture.mode in DEEP:
        return Image.fromarray((np.asarray(picture, np.uint32) / 257 + 0.5).clip(0, 255).astype(np.uint8))
    mode = "RGBA" if picture.has_transparency_data else colour_mode(picture)
    return picture if picture.mode == mode else picture.convert(mode)


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture of eight bits in sRGB: RGB, or RGBA where something is transparent.

    Args:
        picture: what `to_eight_bits` gives.
        profile: the ICC profile that its file carried; one that does not fit is left out.
    """
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    plain = picture.convert("RGB") if alpha else picture
    transform = srgb_transform(profile, plain.mode) if profile else None
    colours = ImageCms.applyTransform(plain, transform) if transform else plain.convert("RGB")
    assert colours is not None  # noqa: S101  only inPlace gives None
    if alpha:
        colours.putalpha(alpha)
    return colours


def profile_is_unusable(picture: Image.Image) -> bool:
    """True where a picture carries a colour profile that is damaged or not for such a picture."""
    profile = picture.info.get("icc_profile")
    return profile is not None and srgb_transform(profile, colour_mode(picture)) is None


def srgb_transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """What brings colours of an embedded profile to sRGB; None where the profile is damaged or not for such a picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB",
                                       ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def is_animated(picture: Image.Image) -> bool:
    """True for more than one frame; a camera's second view (MPO) is none."""
    return bool(getattr(picture, "is_animated", False)) and picture.format != "MPO"


def mean_visible_colour(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """(3,) mean colour of (height, width, 4) pixels, each counting as much as it is opaque."""
    weight = pixels[..., 3:] / 255
    seen = (pixels[..., :3] * weight).sum(axis=(0, 1)) / max(float(weight.sum()), 1.0)
    return np.asarray(seen, np.float32)
