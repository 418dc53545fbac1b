"""Footage that lies over other footage: what is opaque in it hides the picture below, the rest lets it through.

Subtitles, scrims and stickers are drawn on nothing and encoded as ProRes 4444, the one format with transparency that editing
programs on every system read.

libass draws on opaque pictures alone: what ffmpeg writes into a fourth channel is the square of the opacity. So it draws
each frame twice, on black and on white. On black stand the colours times their opacity, and what the two differ by is what
shines through. A frame that is the same as the one before is not encoded again; its data are repeated in the file.

Convention: frames in memory are premultiplied, each colour already multiplied by its opacity. In the file they are straight,
as editing programs expect of a clip that says nothing about it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixMachine, StoreDamaged
from tasks.domain.media import MediaFile
from tasks.domain.performance import Scrim, Sticker
from tasks.domain.timeline import FPS, frame_time_s
from tasks.media.encoding import PROGRESS_FRAMES, burn
from tasks.media.ffmpeg import BT709, LOCAL_ONLY, encoder, local_file

LayerFrame = NDArray[np.uint8]
"""RGBA: (height, width, 4) uint8, sRGB, premultiplied."""

PRORES = ("-c:v", "prores_ks", "-profile:v", "4444", "-qscale:v", "6", "-alpha_bits", "8", "-vendor", "apl0", *BT709)
"""A fixed quantiser: letters stay sharp, empty frames cost little, and no pass over each slice looks for a size."""
MOV = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1", "-f", "mov")
"""No time of day, so that equal input gives equal bytes."""
TO_MOV = {"movflags": "+faststart", "fflags": "+bitexact"}
"""The same for the film with all its frames; its index comes first."""
GRAPH = """
[0]split=3[colours][more][opacity];
[colours]format=gbrp,{burn}[black];
[opacity]alphaextract,format=gbrp,negate[rest];
[more]format=gbrp[under];[under][rest]blend=all_mode=addition,{burn}[white];
[black][white]vstack,mpdecimate=max=0:hi=0:lo=0:frac=0,split[upper][lower];
[upper]crop={width}:{height}:0:0,split[black2][premultiplied];
[lower]crop={width}:{height}:0:{height}[white2];
[black2][white2]blend=all_mode=difference,negate,extractplanes=g[alpha];
[premultiplied][alpha]alphamerge,setparams=alpha_mode=premultiplied,unpremultiply=inplace=1,
scale=out_color_matrix=bt709:out_range=tv,format=yuva444p10le,setsar=1[out]
"""
"""From frames in memory to what the encoder takes: the frame over black and over white, subtitles on both, one above the
other so that a frame that brings nothing new is dropped; then the opacity from what the two differ by."""


def layer_frames(scrims: Sequence[Scrim], stickers: Sequence[Sticker], open_media: Callable[[MediaFile], Path], *,
                 size: tuple[int, int], frame_count: int) -> Iterator[LayerFrame]:
    """Draws scrims and stickers on nothing; the same array comes again while nothing changes.

    Args:
        scrims: veils over the whole picture, the lowest first.
        stickers: small pictures over them, the lowest first.
        open_media: gives paths for the stickers' pictures.
        size: (width, height) in pixels of what the stickers' boxes refer to, and of the frames.
        frame_count: how many frames to draw, from the start of the reel.

    Raises:
        StoreDamaged: a sticker's picture cannot be read.
    """
    layers: tuple[Scrim | Sticker, ...] = (*scrims, *stickers)
    veils = [_veil(scrim) for scrim in scrims]
    pictures = [_scaled(sticker, open_media(sticker.picture)) for sticker in stickers]
    end_s = frame_time_s(frame_count)
    nothing = np.zeros((size[1], size[0], 4), np.uint8)
    last: tuple[list[float], LayerFrame] = [0.0] * len(layers), nothing
    for index in range(frame_count):
        shares = [_presence(layer, frame_time_s(index), end_s) for layer in layers]
        if shares != last[0]:
            last = shares, _composed(nothing, veils, stickers, pictures, shares)
        yield last[1]


def encode_layer(frames: Iterable[LayerFrame], *, program: str, frame_count: int, size: tuple[int, int], target: Path,
                 subtitles: Path, fonts: Path, progress: Callable[[float], None]) -> None:
    """Encodes frames that lie over others, with subtitles drawn on them, as a film without sound.

    Args:
        frames: as many as `frame_count`, 30 a second.
        program: ffmpeg, from `tasks.media.ffmpeg.find_ffmpeg`.
        frame_count: length of the film in frames.
        size: (width, height) in pixels.
        target: `.mov` file to make.
        subtitles: ASS file.
        fonts: folder with the fonts it names, and no others.
        progress: told the fraction done, 0 to 1.

    Raises:
        NotWritable: the disk is full or the folder may not be written.
        FixMachine: ffmpeg failed, or `frames` was shorter or longer than said.
    """
    graph = GRAPH.replace("\n", "").format(burn=burn(subtitles, fonts), width=size[0], height=size[1])
    source = [*LOCAL_ONLY, "-f", "rawvideo", "-pixel_format", "rgba", "-video_size", f"{size[0]}x{size[1]}",
              "-framerate", str(FPS), "-i", "pipe:0"]
    changes = target.with_name(f"changes-{target.name}")
    arguments = [*source, "-filter_complex", graph, "-map", "[out]", *PRORES, "-fps_mode", "passthrough", *MOV,
                 local_file(changes)]
    with encoder(program, arguments, place=target) as write:
        drawn = 0
        for drawn, frame in enumerate(frames, start=1):
            write(frame)
            if drawn % PROGRESS_FRAMES == 0:
                progress(drawn / frame_count)
        if drawn != frame_count:
            raise FixMachine(f"{drawn} frames were drawn for a film of {frame_count!r}: run the command again, and tell us"
                             " if it says so again")
    _hold(changes, target, frame_count)
    changes.unlink()
    progress(1.0)


def _hold(changes: Path, target: Path, frame_count: int) -> None:
    """Repeats each frame until the next one comes, so that every frame of the film is there and decodes by itself."""
    with av.open(str(changes)) as source, av.open(str(target), "w", "mov", options=TO_MOV) as film:
        read = source.streams.video[0]
        stream = film.add_stream_from_template(read)
        stream.codec_context.codec_tag = read.codec_context.codec_tag
        for packet, stop in _until_next(source.demux(read), frame_count):
            for index in range(_frame_of(packet), stop):
                copy = av.Packet(bytes(packet))
                copy.stream, copy.time_base, copy.is_keyframe = stream, Fraction(1, FPS), True
                copy.pts, copy.dts, copy.duration = index, index, 1
                film.mux(copy)


def _until_next(packets: Iterable[Any], frame_count: int) -> Iterator[tuple[Any, int]]:
    """Each packet, and the frame before which it gives way to the next."""
    kept = None
    for packet in packets:
        if packet.pts is not None:
            if kept is not None:
                yield kept, _frame_of(packet)
            kept = packet
    if kept is not None:
        yield kept, frame_count


def _frame_of(packet: Any) -> int:
    index: int = round(packet.pts * packet.time_base * FPS)
    return index


def _veil(scrim: Scrim) -> NDArray[np.float32]:
    red, green, blue = bytes.fromhex(scrim.colour.removeprefix("#"))
    return np.array([red, green, blue, 255], np.float32) * np.float32(scrim.opacity)


def _scaled(sticker: Sticker, path: Path) -> NDArray[np.float32]:
    """A sticker's picture at its size, (height, width, 4) float32 RGBA, premultiplied."""
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3:
        raise StoreDamaged(f"the picture {str(path)!r} cannot be read: run the same command again, it will be made anew")
    colours = cv2.cvtColor(picture, cv2.COLOR_BGR2RGBA if picture.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    straight = colours.astype(np.float32)
    opacity = straight[..., 3:] / 255 * np.float32(sticker.opacity)
    premultiplied = np.concatenate([straight[..., :3] * opacity, 255 * opacity], axis=2)
    shape = round(sticker.box.x1) - round(sticker.box.x0), round(sticker.box.y1) - round(sticker.box.y0)
    return np.asarray(cv2.resize(premultiplied, shape, interpolation=cv2.INTER_AREA), np.float32)


def _composed(nothing: LayerFrame, veils: Sequence[NDArray[np.float32]], stickers: Sequence[Sticker],
              pictures: Sequence[NDArray[np.float32]], shares: Sequence[float]) -> LayerFrame:
    frame = nothing.copy()
    for veil, share in zip(veils, shares, strict=False):
        _lay(frame, veil * np.float32(share))
    for sticker, picture, share in zip(stickers, pictures, shares[len(veils):], strict=True):
        left, top = round(sticker.box.x0), round(sticker.box.y0)
        inside = frame[max(top, 0):max(top + picture.shape[0], 0), max(left, 0):max(left + picture.shape[1], 0)]
        part = picture[max(-top, 0):, max(-left, 0):][:inside.shape[0], :inside.shape[1]]
        _lay(inside, part * np.float32(share))
    return frame


def _lay(below: LayerFrame, above: NDArray[np.float32]) -> None:
    """Lays premultiplied colours over others, in place."""
    if above[..., 3].any():
        below[:] = np.round(above + below * (1 - above[..., 3:] / 255)).astype(np.uint8)


def _presence(layer: Scrim | Sticker, time_s: float, end_s: float) -> float:
    """How much of a layer is there: 0 outside its time, 1 inside, in between while it comes and goes."""
    if not layer.start_s <= time_s + 1e-6 < layer.end_s:
        return 0.0
    if layer.fade_s <= 0:
        return 1.0
    gone = 1.0 if layer.end_s >= end_s - 1e-6 else (layer.end_s - time_s) / layer.fade_s
    return float(min(1.0, max(0.0, (time_s - layer.start_s) / layer.fade_s), gone))
