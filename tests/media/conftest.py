"""Films of known colours at known times, what a film shows, and a picture file that lies."""

import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.media.ffmpeg import LOCAL_ONLY, encoder, find_ffmpeg, local_file, run

Picture = NDArray[np.uint8]
WEIGHTS = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114), "bt2020": (0.2627, 0.0593)}
"""Matrix -> share of red and of blue in luma (ITU-R BT.709, BT.601, BT.2020)."""
TAGS = {"bt709": ("bt709", "bt709", "bt709"), "bt601": ("smpte170m", "smpte170m", "smpte170m"),
        "bt2020": ("bt2020nc", "bt2020", "bt709"), "pq": ("bt2020nc", "bt2020", "smpte2084")}
"""What a film says of itself: matrix, primaries, transfer."""


def to_yuv(picture: NDArray[np.floating], matrix: str, *, full: bool = False, bits: int = 8) -> NDArray[np.uint16]:
    """A picture (height, width, 3), red green blue from 0 to 1, as I420 planes one below the other."""
    red_share, blue_share = WEIGHTS[matrix]
    red, green, blue = np.moveaxis(picture, -1, 0)
    luma = red_share * red + (1 - red_share - blue_share) * green + blue_share * blue
    halves = [half[::2, ::2] for half in ((blue - luma) / (2 - 2 * blue_share), (red - luma) / (2 - 2 * red_share))]
    step = 1 << (bits - 8)
    low, luma_range, chroma_range = (0, 255, 255) if full else (16, 219, 224)
    planes = [step * (low + luma_range * luma), *(step * (128 + chroma_range * half) for half in halves)]
    return np.concatenate([np.round(plane).astype(np.uint16).ravel() for plane in planes])


def to_rgb(planes: Picture) -> Picture:
    """(height * 3 / 2, width) I420, BT.709 limited range, as (height, width, 3) red green blue."""
    height, width = planes.shape[0] * 2 // 3, planes.shape[1]
    luma = (planes[:height].astype(float) - 16) / 219
    blue_half, red_half = ((half.reshape(height // 2, width // 2).repeat(2, 0).repeat(2, 1) - 128.0) / 224
                           for half in np.split(planes[height:].ravel(), 2))
    red_share, blue_share = WEIGHTS["bt709"]
    red, blue = luma + red_half * (2 - 2 * red_share), luma + blue_half * (2 - 2 * blue_share)
    green = (luma - red_share * red - blue_share * blue) / (1 - red_share - blue_share)
    return (np.stack([red, green, blue], -1).clip(0, 1) * 255 + 0.5).astype(np.uint8)


def make_film(path: Path, frames: Iterable[NDArray[np.floating]], *, colours: str = "bt709", says: bool = True,
              full: bool = False, fps: int = 30, filters: str | None = None, turned_deg: int = 0,
              codec: Sequence[str] = ("ffv1",)) -> Path:
    """Writes pictures, red green blue from 0 to 1, as a film without loss.

    Args:
        path: where it goes; its suffix is the container.
        frames: (height, width, 3) each.
        colours: which standard turns them into luma and chroma.
        says: False for a film that does not say so.
        full: luma from 0 to 255.
        fps: frames a second.
        filters: what ffmpeg does to them on the way.
        turned_deg: what the film's metadata say.
        codec: what encodes, with its options.
    """
    bits = 10 if colours == "pq" else 8
    matrix, primaries, transfer = TAGS[colours]
    tags = ("-color_range", "pc" if full else "tv", "-colorspace", matrix, "-color_primaries", primaries,
            "-color_trc", transfer)
    pictures = list(frames)
    height, width = pictures[0].shape[:2]
    source = [*LOCAL_ONLY, "-f", "rawvideo", "-pixel_format", "yuv420p10le" if bits == 10 else "yuv420p",
              "-video_size", f"{width}x{height}", "-framerate", str(fps), *(tags if says else ()), "-i", "pipe:0"]
    drawn = path.with_name(f"drawn{path.suffix}") if turned_deg else path
    arguments = [*source, *(["-vf", filters] if filters else []), "-fps_mode", "passthrough", "-c:v", *codec,
                 *(tags if says else ()), local_file(drawn)]
    kind = "bt2020" if colours == "pq" else colours
    with encoder(find_ffmpeg(), arguments, place=drawn) as write:
        for picture in pictures:
            planes = to_yuv(picture, kind, full=full, bits=bits)
            write(planes if bits == 10 else planes.astype(np.uint8))
    if turned_deg:
        run(find_ffmpeg(), ["-display_rotation", str(turned_deg), *LOCAL_ONLY, "-i", local_file(drawn), "-c", "copy",
                            local_file(path)], place=path)
        drawn.unlink()
    return path


def read_film(path: Path) -> list[Picture]:
    """Every frame of a finished BT.709 film, (height, width, 3) red green blue."""
    with av.open(str(path)) as container:
        return [to_rgb(frame.to_ndarray(format="yuv420p")) for frame in container.decode(container.streams.video[0])]


@pytest.fixture
def film_of(tmp_path: Path) -> Callable[..., Path]:
    """Makes a film in the test's folder: `film_of(frames, name="film.mkv", …)`, see `make_film`."""
    def make(frames: Iterable[NDArray[np.floating]], name: str = "film.mkv", **options: object) -> Path:
        return make_film(tmp_path / name, frames, **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def frames_of() -> Callable[[Path], list[Picture]]:
    """Reads every frame of a finished film, see `read_film`."""
    return read_film


@pytest.fixture
def header_only() -> Callable[[Path, int, int], Path]:
    """Writes a PNG that claims a width and height and holds nothing."""

    def write(path: Path, width: int, height: int) -> Path:
        chunks = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), b"IDAT")
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks))
        return path

    return write
