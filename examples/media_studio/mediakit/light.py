"""From light to a picture: colours, glow, film curve, grain, file."""

import subprocess
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe
from numpy.typing import NDArray
from PIL import Image

Light = NDArray[np.float32]
"""(height, width, 3) float32, linear red green blue; 1 is white paper."""
SIZE = (1080, 1920)
"""(width, height) of every picture."""
JPEG_BYTES = 390_000
"""Largest file written."""


def colour(text: str) -> NDArray[np.float32]:
    """A colour #rrggbb as light."""
    value = np.array(tuple(bytes.fromhex(text.removeprefix("#"))), np.float32) / 255
    return (value**2.2).astype(np.float32)


def ramp(position: NDArray[np.float32], *stops: tuple[float, str]) -> Light:
    """Colours that flow into each other along `position`."""
    places = [place for place, _ in stops]
    lights = np.stack([colour(text) for _, text in stops])
    return np.stack([np.interp(position, places, lights[:, channel]) for channel in range(3)], -1).astype(np.float32)


def grid(size: tuple[int, int] = SIZE) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """X and y of each pixel, in widths of the picture, from its top left corner."""
    width, height = size
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return (x + 0.5) / width, (y + 0.5) / width


def blur(light: NDArray[np.float32], radius: float) -> NDArray[np.float32]:
    """Blurred by a Gaussian of `radius` pixels; large ones are done small."""
    shrink = max(1, int(radius / 6))
    if shrink == 1:
        return cv2.GaussianBlur(light, (0, 0), radius)
    height, width = light.shape[:2]
    small = cv2.resize(light, (width // shrink, height // shrink), interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.GaussianBlur(small, (0, 0), radius / shrink), (width, height), interpolation=cv2.INTER_CUBIC)


def over(below: Light, above: Light | NDArray[np.float32], opacity: NDArray[np.float32]) -> Light:
    """`above` laid over `below`; opacity is (height, width)."""
    return below + (above - below) * opacity[..., None]


def developed(light: Light, *, glow: float = 0.1, grain: float = 0.012, vignette: float = 0.25, seed: int = 1,
              lift: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> NDArray[np.uint8]:
    """The picture that a good camera would take of the light: (height, width, 3) uint8, sRGB."""
    height, width = light.shape[:2]
    bright, unit = np.maximum(light - 0.8, 0), width / SIZE[0]
    light = light + glow * (blur(bright, 14 * unit) + blur(bright, 60 * unit) + 0.6 * blur(bright, 160 * unit))
    y, x = np.mgrid[-1:1:height * 1j, -1:1:width * 1j].astype(np.float32)
    light = light * (1 - vignette * np.clip(0.35 * x * x + 0.65 * y * y, 0, 1) ** 1.3)[..., None]
    curve = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)
    picture = np.clip(curve, 0, 1) ** (1 / 2.2)
    picture = picture + np.array(lift, np.float32) * (1 - picture)
    if grain:
        speckle = np.random.default_rng(seed).standard_normal((height, width), np.float32)
        picture = picture + (grain * 1.8 * cv2.GaussianBlur(speckle, (0, 0), 0.8) * (1 - 0.6 * picture.mean(-1)))[..., None]
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def save(picture: NDArray[np.uint8], path: Path) -> None:
    """Writes a JPEG of the best quality that keeps the file small."""
    for quality in range(92, 60, -2):
        Image.fromarray(picture).save(path, "JPEG", quality=quality, optimize=True, progressive=True)
        if path.stat().st_size <= JPEG_BYTES:
            return


def save_film(frames: Iterable[NDArray[np.uint8]], path: Path, *, fps: int) -> None:
    """Writes frames (height, width, 3) as an MP4, H.264 in the colours of BT.709."""
    width, height = SIZE
    colours = ["-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    command = [get_ffmpeg_exe(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
               "-r", str(fps), "-i", "-", "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
               "-c:v", "libx264", "-preset", "slow", "-crf", "22", *colours, "-movflags", "+faststart",
               "-fflags", "+bitexact", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for frame in frames:
            process.stdin.write(frame.tobytes())
