"""Footage that lies over other footage: what is opaque in it hides the picture below, the rest lets it through.

Subtitles, scrims and stickers are drawn on nothing and encoded as ProRes 4444, the one format with transparency that editing
programs on every system read.

libass draws on opaque pictures alone: what ffmpeg writes into a fourth channel is the square of the opacity. So it draws
each frame twice, on black and on white. On black stand the colours times their opacity, and what the two differ by is what
shines through. A frame that is the same as the one before is not encoded again; its data are repeated in the file.

Convention: frames in memory are premultiplied, each colour already multiplied by its opacity. In the file they are straight,
as editing programs expect of a clip that says nothing about it.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixMachine
from tasks.domain.media import MediaFile
from tasks.domain.performance import Scrim, Sticker
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.media.drawing.spans import span_of
from tasks.media.drawing.stickers import paint_sticker
from tasks.media.encoding import burn, feed
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
        size: (width, height) of the frames in pixels; the stickers' boxes are those of a reel, scaled with it.
        frame_count: how many frames to draw, from the start of the reel.

    Raises:
        StoreDamaged: a sticker's picture cannot be read.
    """
    fades = [span_of(layer.start_s, layer.end_s, fps=FPS, fade_s=layer.fade_s, frame_count=frame_count)
             for layer in _all(scrims, stickers)]
    parts = [*(_Part((slice(None), slice(None)), _veil(scrim)) for scrim in scrims),
             *(_painted(sticker, open_media, size) for sticker in stickers)]
    nothing = np.zeros((size[1], size[0], 4), np.uint8)
    last: tuple[list[float], LayerFrame] = [0.0] * len(parts), nothing
    for index in range(frame_count):
        shares = [fade.share(index) for fade in fades]
        if shares != last[0]:
            frame = nothing.copy()
            for part, share in zip(parts, shares, strict=True):
                part.lay(frame, share)
            last = shares, frame
        yield last[1]


def encode_layer(frames: Iterable[LayerFrame], *, program: str, frame_count: int, size: tuple[int, int], target: Path,
                 subtitles: Path, fonts: Path, progress: Callable[[float], None], length: int | None = None) -> None:
    """Encodes frames that lie over others, with subtitles drawn on them, as a film without sound.

    Args:
        frames: as many as `frame_count`, 30 a second.
        program: ffmpeg, from `tasks.media.ffmpeg.find_ffmpeg`.
        frame_count: how many frames there are.
        size: (width, height) in pixels.
        target: `.mov` file to make.
        subtitles: ASS file.
        fonts: folder with the fonts it names, and no others.
        progress: told the fraction done, 0 to 1.
        length: length of the film in frames, if the last frame stays on for longer.

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
        drawn = feed(write, frames, frame_count=frame_count, progress=progress)
        if drawn != frame_count:
            raise FixMachine(f"{drawn} frames were drawn for a film of {frame_count!r}: run the command again, and tell us"
                             " if it says so again")
    _hold(changes, target, length or frame_count)
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


@dataclass(frozen=True)
class _Part:
    """Something that lies over a window of the picture."""

    window: tuple[slice, slice]
    """Rows and columns."""
    colours: NDArray[np.float32]
    """RGBA, 0 to 255, premultiplied: of each pixel of the window, or one for all."""

    def lay(self, frame: LayerFrame, share: float) -> None:
        """Lays as much of it as there is over a frame, in place."""
        if share > 0:
            below, above = frame[self.window], self.colours * np.float32(share)
            below[:] = np.round(above + below * (1 - above[..., 3:] / 255)).astype(np.uint8)


def _all(scrims: Sequence[Scrim], stickers: Sequence[Sticker]) -> tuple[Scrim | Sticker, ...]:
    return (*scrims, *stickers)


def _veil(scrim: Scrim) -> NDArray[np.float32]:
    return np.array([*bytes.fromhex(scrim.colour.removeprefix("#")), 255], np.float32) * np.float32(scrim.opacity)


def _painted(sticker: Sticker, open_media: Callable[[MediaFile], Path], size: tuple[int, int]) -> _Part:
    """A sticker as drawing scales it."""
    grow_x, grow_y = size[0] / SIZE_PX[0], size[1] / SIZE_PX[1]
    box = sticker.box.x0 * grow_x, sticker.box.y0 * grow_y, sticker.box.x1 * grow_x, sticker.box.y1 * grow_y
    left, top = max(math.floor(box[0]), 0), max(math.floor(box[1]), 0)
    right, bottom = min(math.ceil(box[2]), size[0]), min(math.ceil(box[3]), size[1])
    colours, cover = paint_sticker(open_media(sticker.picture), box, (left, top, right, bottom))
    opacity = cover[..., None] * np.float32(sticker.opacity)
    return _Part((slice(top, bottom), slice(left, right)),
                 np.concatenate([colours[..., ::-1] * opacity, 255 * opacity], axis=2, dtype=np.float32))
