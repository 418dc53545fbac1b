"""Footage with transparency: what is opaque where, and that nothing is lost on the way into the file."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tasks.domain.box import Box
from tasks.domain.errors import FixMachine, StoreDamaged
from tasks.domain.media import MediaFile
from tasks.domain.performance import Scrim, Sticker
from tasks.domain.timeline import SIZE_PX
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.transparent import encode_layer, layer_frames

SIZE = (64, 96)
"""(width, height) of frames."""
TOLERANCE = 3
"""Ten bits of luma and chroma, and a fine quantiser, keep eight bits of colour to a few levels."""
NOTHING = "[Script Info]\nScriptType: v4.00+\nPlayResX: 64\nPlayResY: 96\nYCbCr Matrix: None\n\n[Events]\n"
"""Subtitles that show nothing."""
HALF = NOTHING.replace("[Events]\n", """[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Alignment
Style: Box,Any,10,&H80FFFFFF,&H80FFFFFF,1,0,7

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:09.00,Box,{\\pos(0,0)\\p1}m 0 0 l 64 0 64 48 0 48
""")
"""White, half opaque, over the upper half."""


def softly(share: float) -> float:
    """The cubic that comes and goes without a corner."""
    return share * share * (3 - 2 * share)


def frame_box(x0: int, y0: int, x1: int, y1: int) -> Box:
    """The box in a reel of what should stand there in a frame."""
    grow_x, grow_y = SIZE_PX[0] / SIZE[0], SIZE_PX[1] / SIZE[1]
    return Box(x0=x0 * grow_x, y0=y0 * grow_y, x1=x1 * grow_x, y1=y1 * grow_y)


def sticker(folder: Path, rgba: tuple[int, int, int, int], box: Box, **fields: float) -> Sticker:
    """A flat picture, as the file `<folder>/sticker.png`."""
    red, green, blue, opacity = rgba
    cv2.imwrite(str(folder / "sticker.png"), np.full((8, 8, 4), (blue, green, red, opacity), np.uint8))
    file = MediaFile(uri="sticker.png", sha256="0" * 64, size_bytes=0)
    return Sticker.model_validate({"picture": file, "box": box, "start_s": 0, "end_s": 9, **fields})


def encoded(folder: Path, frames: list[np.ndarray], subtitles: str = NOTHING, *, count: int | None = None,
            length: int | None = None) -> Path:
    """A film of frames."""
    (folder / "fonts").mkdir(exist_ok=True)
    (folder / "texts.ass").write_text(subtitles, "utf-8")
    encode_layer(frames, program=find_ffmpeg(), frame_count=count or len(frames), size=SIZE, target=folder / "layer.mov",
                 subtitles=folder / "texts.ass", fonts=folder / "fonts", progress=lambda _: None, length=length)
    return folder / "layer.mov"


def decoded(path: Path) -> list[np.ndarray]:
    """All pictures of a film, RGBA, straight."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]


class TestLayerFrames:
    def test_nothing_is_transparent(self) -> None:
        """Without scrims and stickers every frame is the same empty one."""
        frames = list(layer_frames((), (), Path, size=SIZE, frame_count=3))
        assert [frame.shape for frame in frames] == [(96, 64, 4)] * 3
        assert frames[0] is frames[2]
        assert not frames[0].any()

    def test_a_scrim_comes_softly_and_stays_to_the_end(self) -> None:
        """It fades in over 6 frames, as drawing does; what lasts to the end of the reel does not fade out."""
        veil = Scrim(start_s=0.2, end_s=1.0, colour="#ff8000", opacity=0.5, fade_s=0.2)
        frames = list(layer_frames((veil,), (), Path, size=SIZE, frame_count=30))
        opacity = [int(frame[0, 0, 3]) for frame in frames]
        assert opacity[:12] == pytest.approx([0] * 6 + [127.5 * softly((step + 0.5) / 6) for step in range(6)], abs=1)
        assert set(opacity[12:]) == {128}
        assert frames[20][0, 0].tolist() == pytest.approx([127.5, 64, 0, 127.5], abs=1)

    def test_a_scrim_that_ends_early_goes_softly(self) -> None:
        """As it came."""
        veil = Scrim(start_s=0, end_s=0.5, colour="#000000", opacity=1, fade_s=0.2)
        opacity = [int(frame[0, 0, 3]) for frame in layer_frames((veil,), (), Path, size=SIZE, frame_count=30)]
        assert opacity[9:15] == pytest.approx([255 * softly((step + 0.5) / 6) for step in (5, 4, 3, 2, 1, 0)], abs=1)
        assert not any(opacity[15:])

    def test_a_sticker_lies_over_a_scrim(self, tmp_path: Path) -> None:
        """Half of red over opaque green, in its box alone."""
        veil = Scrim(start_s=0, end_s=1, colour="#00ff00", opacity=1, fade_s=0)
        square = sticker(tmp_path, (255, 0, 0, 128), frame_box(x0=8, y0=16, x1=24, y1=40))
        frame = next(layer_frames((veil,), (square,), lambda file: tmp_path / file.uri, size=SIZE, frame_count=1))
        assert frame[20, 12].tolist() == pytest.approx([128, 127, 0, 255], abs=1)
        changed = np.argwhere(frame[..., 0] > 0)
        assert (changed.min(0).tolist(), changed.max(0).tolist()) == ([16, 8], [39, 23])

    def test_a_sticker_may_reach_over_the_edge(self, tmp_path: Path) -> None:
        """What lies outside the picture is left out."""
        square = sticker(tmp_path, (255, 0, 0, 255), frame_box(x0=-8, y0=88, x1=8, y1=104))
        frame = next(layer_frames((), (square,), lambda file: tmp_path / file.uri, size=SIZE, frame_count=1))
        assert int((frame[..., 3] > 0).sum()) == 8 * 8
        assert frame[95, 0].tolist() == [255, 0, 0, 255]

    def test_a_picture_that_is_none_is_refused(self, tmp_path: Path) -> None:
        """With its place."""
        square = sticker(tmp_path, (0, 0, 0, 0), frame_box(x0=0, y0=0, x1=8, y1=8))
        (tmp_path / "sticker.png").write_text("no picture")
        with pytest.raises(StoreDamaged, match="sticker.png"):
            next(layer_frames((), (square,), lambda file: tmp_path / file.uri, size=SIZE, frame_count=1))


class TestTheFile:
    def test_it_is_what_editors_read(self, tmp_path: Path) -> None:
        """ProRes 4444 with transparency, 30 frames a second, square pixels."""
        with av.open(str(encoded(tmp_path, [np.zeros((96, 64, 4), np.uint8)] * 5))) as container:
            stream = container.streams.video[0]
            assert (stream.codec_context.name, stream.codec_context.codec_tag, stream.frames) == ("prores", "ap4h", 5)
            assert stream.codec_context.pix_fmt.startswith("yuva444p1")
            assert stream.average_rate == 30

    def test_colours_are_straight(self, tmp_path: Path) -> None:
        """Orange at half opacity, premultiplied in memory, is the full orange and its opacity in the file."""
        frame = np.full((96, 64, 4), (128, 64, 0, 128), np.uint8)
        seen = decoded(encoded(tmp_path, [frame]))[0]
        assert seen[48, 32].tolist() == pytest.approx([255, 128, 0, 128], abs=TOLERANCE)

    def test_subtitles_are_drawn_on_nothing(self, tmp_path: Path) -> None:
        """White at half opacity is white, not grey, and below it there is nothing."""
        seen = decoded(encoded(tmp_path, [np.zeros((96, 64, 4), np.uint8)], HALF))[0]
        assert seen[20, 32].tolist() == pytest.approx([255, 255, 255, 127], abs=TOLERANCE)
        assert not seen[60:, :, 3].any()

    def test_as_many_frames_as_said(self, tmp_path: Path) -> None:
        """A film of another length than the edit says would shift what follows."""
        with pytest.raises(FixMachine, match="2 frames were drawn for a film of 3"):
            encoded(tmp_path, [np.zeros((96, 64, 4), np.uint8)] * 2, count=3)

    def test_the_same_frames_give_the_same_bytes(self, tmp_path: Path) -> None:
        """No time of day in the file."""
        frames = [np.full((96, 64, 4), level, np.uint8) for level in (0, 100, 200)]
        first = encoded(tmp_path, frames, HALF).read_bytes()
        assert encoded(tmp_path, frames, HALF).read_bytes() == first


class TestStillness:
    def test_the_last_frame_may_stay(self, tmp_path: Path) -> None:
        """One frame is enough for a film in which nothing moves."""
        frame = [np.full((96, 64, 4), 200, np.uint8)]
        with av.open(str(encoded(tmp_path, frame, length=70))) as container:
            stream = container.streams.video[0]
            times = [float(frame.time) for frame in container.decode(stream)]
            assert float(stream.duration * stream.time_base) == pytest.approx(70 / 30, abs=1e-6)
        assert times == pytest.approx([index / 30 for index in range(70)], abs=1e-6)

    def test_what_does_not_change_is_encoded_once(self, tmp_path: Path) -> None:
        """Every frame is there at its time, and a still one has the data of the one before."""
        still, other = np.full((96, 64, 4), 100, np.uint8), np.full((96, 64, 4), 101, np.uint8)
        black = np.zeros((96, 64, 4), np.uint8)
        black[..., 3] = 255
        frames = [still] * 4 + [other] + [black] * 3 + [np.zeros_like(black)] * 2
        with av.open(str(encoded(tmp_path, frames))) as container:
            packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
        assert [float(packet.pts * packet.time_base) for packet in packets] == pytest.approx(
            [index / 30 for index in range(10)], abs=1e-6)
        data = [bytes(packet) for packet in packets]
        assert [index for index in range(1, 10) if data[index] != data[index - 1]] == [4, 5, 8]
