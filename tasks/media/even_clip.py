"""Brings any film into the one form that footage has here: upright, square pixels, 30 frames a second, BT.709, no sound."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import FPS
from tasks.media.clips import DEMUXERS, ClipFacts
from tasks.media.ffmpeg import BT709, LOCAL_ONLY, decoder, local_file, run
from tasks.media.pictures import cover_scale

QUALITY = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-g", "30", "-threads", "2")
"""How the even film is kept: no difference is seen, and writing it costs little. It is read once and thrown away."""
KEPT = ("-c:v", "libx264", "-preset", "veryfast", "-tune", "fastdecode", "-crf", "12", "-g", "15", "-bf", "0",
        "-threads", "2", "-pix_fmt", "yuv420p", *BT709)
"""How footage is kept for drawing: no loss is seen, it decodes quickly, and every frame is within half a second of one that
needs no other."""
TAIL = ("-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mp4")
"""How its file is written: equal input gives equal bytes."""
WHITE_NITS = 203
"""Brightness of white paper in films of high dynamic range (ITU-R BT.2408)."""
BRIGHTEST = 5.0
"""What is this many times as bright as white paper becomes white; most such films are mastered for 1,000 nits."""
TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
"""Transfer curve -> zscale's name."""
SAYS_BT709 = "setparams=range=limited:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
"""What came in may still say otherwise of itself after its colours were converted."""
EVEN_SIDE = 2
"""Widths and heights are multiples of this, as halved colours need."""


def make_even(path: Path, target: Path, facts: ClipFacts, *, size: tuple[int, int], focus: tuple[float, float],
              from_s: float, seconds: float, program: str) -> None:
    """Writes a part of a film in the one form, cut to a frame.

    Args:
        path: a film that `check_clip` accepts.
        target: where the MP4 goes; it may be shorter than asked for where the film ends.
        facts: what `check_clip` found.
        size: of the frame to fill, (width, height), even numbers.
        focus: (x, y), what the cut keeps in view, parts of the film's upright width and height.
        from_s: where to begin.
        seconds: how much to take.
        program: from `tasks.media.ffmpeg.find_ffmpeg`.

    Raises:
        NotWritable: the disk is full.
        FixMachine: ffmpeg failed.
    """
    part = ["-ss", f"{from_s:.3f}", "-t", f"{seconds:.3f}"]
    filters = _filters(facts, size, focus)
    run(program, [*_source(path, part), "-map", "0:V:0", "-vf", filters, *QUALITY, "-pix_fmt", "yuv420p", *BT709, *TAIL,
                  local_file(target)], place=target)


def keep_even(path: Path, target: Path, facts: ClipFacts, *, size: tuple[int, int], focus: tuple[float, float],
              small: tuple[int, int], program: str) -> Iterator[NDArray[np.uint8]]:
    """Keeps a whole film in the one form, and gives each of its frames, scaled down, as it goes by.

    Args:
        path: a film that `check_clip` accepts.
        target: where the MP4 goes; it is complete when the last frame was taken.
        facts: what `check_clip` found.
        size: of the frame to fill, (width, height), even numbers.
        focus: (x, y), what the cut keeps in view, parts of the film's upright width and height.
        small: (width, height) of the frames given.
        program: from `tasks.media.ffmpeg.find_ffmpeg`.

    Yields:
        (height, width, 3) uint8 BGR.

    Raises:
        NotWritable: the disk is full.
        FixMachine: ffmpeg failed.
    """
    scaled = f"scale={small[0]}:{small[1]}:flags=area,format=bgr24"
    graph = f"[0:V:0]{_filters(facts, size, focus)},split[whole][look];[look]{scaled}[small]"
    arguments = [*_source(path), "-filter_complex", graph, "-map", "[whole]", *KEPT, *TAIL, local_file(target),
                 "-map", "[small]", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]
    length = 3 * small[0] * small[1]
    with decoder(program, arguments, place=target) as read:
        while len(picture := read(length)) == length:
            yield np.frombuffer(picture, np.uint8).reshape(small[1], small[0], 3)


def _source(path: Path, part: Sequence[str] = ()) -> list[str]:
    """Input arguments for a film from outside, or a part of it."""
    return ["-format_whitelist", DEMUXERS, *LOCAL_ONLY, *part, "-i", local_file(path)]


def _filters(facts: ClipFacts, size: tuple[int, int], focus: tuple[float, float]) -> str:
    """What the film goes through; before these it is turned upright, which ffmpeg does unasked."""
    return ",".join([*(["bwdif"] if facts.interlaced else []), f"fps={FPS}:start_time=0", *_fit(facts, size, focus),
                     "setsar=1", "format=yuv420p", SAYS_BT709])


def _fit(facts: ClipFacts, size: tuple[int, int], focus: tuple[float, float]) -> list[str]:
    """Scales the film over the frame, cuts what stands out, and converts its colours."""
    have = facts.width_px, facts.height_px
    scale = cover_scale(have, size)
    wide, high = (max(wanted, EVEN_SIDE * round(scale * side / EVEN_SIDE)) for side, wanted in zip(have, size, strict=True))
    left, top = (round(min(max(at * full - wanted / 2, 0), full - wanted))
                 for at, full, wanted in zip(focus, (wide, high), size, strict=True))
    scaled, cut = f"scale={wide}:{high}:flags=lanczos+accurate_rnd+full_chroma_int", f"crop={size[0]}:{size[1]}:{left}:{top}"
    if facts.bright or facts.matrix == "bt2020":
        return [scaled, cut, *_wide_colours(facts)]
    return [f"{scaled}:in_color_matrix={facts.matrix}:in_range={'full' if facts.full_range else 'limited'}"
            ":out_color_matrix=bt709:out_range=limited", cut]


def _wide_colours(facts: ClipFacts) -> list[str]:
    """Brings BT.2020, and brightness beyond white, into BT.709: what is not very bright keeps its colour."""
    came = f"min=bt2020nc:pin=bt2020:rin={'full' if facts.full_range else 'limited'}"
    if not facts.bright:
        return [f"zscale={came}:tin=bt709:m=bt709:p=bt709:t=bt709:r=limited"]
    return [f"zscale={came}:tin={TRANSFERS[facts.bright]}:t=linear:npl={WHITE_NITS}", "format=gbrpf32le", "zscale=p=bt709",
            f"tonemap=mobius:peak={BRIGHTEST}:desat=0", "zscale=t=bt709:m=bt709:r=limited"]
