"""Pictures that a script shows: checked before anything decodes them for real, and made ready for drawing.

A picture comes as cameras and programs write it: lying on its side with a note to turn it, in the colours of a printing
press, with transparent parts. Drawing gets it upright, in sRGB, opaque, and no larger than it can show.
"""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from tasks.domain.errors import FixRequest
from tasks.domain.timeline import SIZE_PX
from tasks.media.image_file import ImageKind, open_image

PICTURE = ImageKind("picture", ("PNG", "JPEG", "WEBP", "GIF"), FixRequest, "put it there, or correct its name",
                    "PNG or JPEG")
"""What a picture may be."""
SOFT_SCALE = 1.5
"""Enlarged more than this, a picture looks soft, which its owner should know."""
GREATEST_SCALE = 2.5
"""Enlarged more than this, it is a blur: nobody would post it."""
ROOM_SCALE = 1.5
"""A picture is kept this much larger than the frame at most: enough for every camera move."""
JPEG_QUALITY = 95
"""Of pictures made ready, without halved colours: within two levels of the original."""
UPRIGHT = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
           5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
           8: Image.Transpose.ROTATE_90}
"""EXIF's note on how the camera was held -> what turns the picture upright."""
ORIENTATION = 0x0112
"""EXIF's number for that note."""
DEEP = ("I;16", "I;16L", "I;16B", "I")
"""Pillow's names for grey pictures of 16 bits."""


@dataclass(frozen=True)
class PictureFacts:
    """What is known about a picture that can be shown."""

    width_px: int
    """Upright."""
    height_px: int
    """Upright."""
    warnings: tuple[str, ...] = ()
    """What its owner should know, a sentence each."""


def check_picture(path: Path, *, size: tuple[int, int] = SIZE_PX) -> PictureFacts:
    """Makes sure that a picture can be shown: bytes and pixels first, then decoded to the end.

    Args:
        path: the file.
        size: what it must fill, (width, height).

    Raises:
        FixRequest: missing, no picture, too large or small, damaged, or nothing to be seen in it.
    """
    with _opened(path) as picture:
        width, height = _upright_size(picture)
        scale = cover_scale((width, height), size)
        if scale > GREATEST_SCALE:
            raise FixRequest(f"the picture {str(path)!r} has {width} x {height} pixels and would be enlarged {scale:.1f}"
                             f" times to fill {size[0]} x {size[1]}, at most {GREATEST_SCALE:g} is bearable: take a larger"
                             " one")
        return PictureFacts(width, height, tuple(_findings(path, picture, scale)))


def picture_size(path: Path) -> tuple[int, int]:
    """(width, height) of an upright picture that was checked before; only its header is read."""
    with Image.open(path, formats=PICTURE.formats) as picture:
        width, height = picture.size
    return width, height


def make_ready(path: Path, target: Path, *, backgrounds: Sequence[str], size: tuple[int, int] = SIZE_PX) -> tuple[int, int]:
    """Writes a picture as drawing wants it: upright, sRGB, opaque, no larger than useful.

    Args:
        path: a file that `check_picture` accepts.
        target: where the JPEG goes.
        backgrounds: colours as #rrggbb; transparent parts get the one that differs most from what is seen.
        size: what the picture will fill, (width, height).

    Returns:
        (width, height) of what was written.

    Raises:
        FixRequest: the file is no longer what was checked.
    """
    with _opened(path) as picture:
        profile = picture.info.get("icc_profile")
        turned = UPRIGHT.get(_orientation(picture))
        plain = _fitting(_eight_bit(picture), size if turned is None or _keeps_sides(turned) else size[::-1])
        ready = _opaque(_in_srgb(plain, profile), backgrounds)
    upright = ready if turned is None else ready.transpose(turned)
    upright.save(target, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return upright.size


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """The decoded picture; of an animated one the first frame."""
    with open_image(path, PICTURE) as picture:
        picture.load()
        yield picture


def _findings(path: Path, picture: Image.Image, scale: float) -> Iterator[str]:
    """What the owner of a picture should know, though it can be shown."""
    name = repr(path.name)
    if scale > SOFT_SCALE:
        yield f"the picture {name} is enlarged {scale:.1f} times and will look soft: a larger one would be sharp"
    if getattr(picture, "is_animated", False) and picture.format != "MPO":
        yield f"the picture {name} is animated: its first frame is shown; save it as a film to show it move"
    if picture.mode == "CMYK":
        yield f"the picture {name} has colours for print (CMYK), which were converted: look whether they came out as meant"
    profile = picture.info.get("icc_profile")
    if profile and _srgb_transform(profile, _colour_mode(picture)) is None:
        yield f"the colour profile inside the picture {name} cannot be used: its colours are taken for sRGB"
    visible = _alpha_range(picture)
    if visible[1] == 0:
        raise FixRequest(f"the picture {str(path)!r} is wholly transparent, so nothing would be seen: save it with its"
                         " content visible")
    if visible[0] < 255:
        yield f"the picture {name} is partly transparent: there the brand's colour shows"


def cover_scale(have: tuple[int, int], want: tuple[int, int]) -> float:
    """How many times a picture is enlarged to cover a frame; sizes are (width, height)."""
    return max(wanted / there for wanted, there in zip(want, have, strict=True))


def _orientation(picture: Image.Image) -> int:
    """EXIF's note on how the camera was held; 1, upright, where it says nothing that is understood."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        note = picture.getexif().get(ORIENTATION, 1)
    return note if isinstance(note, int) else 1


def _upright_size(picture: Image.Image) -> tuple[int, int]:
    turned = UPRIGHT.get(_orientation(picture))
    width, height = picture.size
    return (width, height) if turned is None or _keeps_sides(turned) else (height, width)


def _keeps_sides(turned: Image.Transpose) -> bool:
    """True where width stays width."""
    return turned in (Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM)


def _alpha_range(picture: Image.Image) -> tuple[int, int]:
    """Least and greatest opacity in a picture, 0 to 255."""
    if not picture.has_transparency_data or picture.mode in DEEP:
        return 255, 255
    low, high = picture.convert("RGBA").getchannel("A").getextrema()
    return int(low), int(high)  # type: ignore[arg-type]


def _colour_mode(picture: Image.Image) -> str:
    """What the colours of a picture are once palette and depth are gone: L, RGB or CMYK."""
    if picture.mode == "CMYK":
        return "CMYK"
    return "L" if picture.mode in ("1", "L", *DEEP) and not picture.has_transparency_data else "RGB"


def _eight_bit(picture: Image.Image) -> Image.Image:
    """The same picture in mode L, RGB, CMYK or RGBA."""
    if picture.mode in DEEP:
        return Image.fromarray((np.asarray(picture, np.uint32) / 257 + 0.5).clip(0, 255).astype(np.uint8))
    mode = "RGBA" if picture.has_transparency_data else _colour_mode(picture)
    return picture if picture.mode == mode else picture.convert(mode)


def _fitting(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture no larger than useful for a frame of `size`, transparent pixels not bleeding into others."""
    scale = ROOM_SCALE * cover_scale(picture.size, size)
    if scale >= 1:
        return picture
    small = round(picture.width * scale), round(picture.height * scale)
    return picture.resize(small, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB: RGB, or RGBA where something is transparent."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    plain = picture.convert("RGB") if alpha else picture
    transform = _srgb_transform(profile, plain.mode) if profile else None
    colours = ImageCms.applyTransform(plain, transform) if transform else plain.convert("RGB")
    assert colours is not None  # noqa: S101  only inPlace gives None
    if alpha:
        colours.putalpha(alpha)
    return colours


def _srgb_transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """What brings colours of an embedded profile to sRGB; None where the profile is damaged or not for such a picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB",
                                       ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _opaque(picture: Image.Image, backgrounds: Sequence[str]) -> Image.Image:
    """The picture without transparency, over the background from which it stands out best."""
    if picture.mode != "RGBA":
        return picture
    pixels = np.asarray(picture, np.float32)
    weight = pixels[..., 3:] / 255
    seen = (pixels[..., :3] * weight).sum(axis=(0, 1)) / max(float(weight.sum()), 1.0)
    colours = [np.array(tuple(bytes.fromhex(colour.removeprefix("#"))), np.float32) for colour in backgrounds]
    behind = max(colours, key=lambda colour: float(np.abs(colour - seen).sum()))
    mixed = pixels[..., :3] * weight + behind * (1 - weight)
    return Image.fromarray((mixed + 0.5).astype(np.uint8))
