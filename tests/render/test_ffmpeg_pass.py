"""The pass: frames, captions and sound in; exactly the promised file out."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from tasks.domain.errors import FixMachine, NotWritable
from tasks.render.ffmpeg_pass import FfmpegRender

LUMA_TOLERANCE = 2
"""Flat areas survive crf 20 to a level or two."""
COLOUR_TOLERANCE = 6
"""Rounding to 8-bit limited range and back, and the encoder's."""
MPEG_TV, BT709 = 1, 1
"""Codes of H.264 for limited range and for BT.709 primaries, transfer and matrix."""


def film(materials: Any, frames: Iterable[np.ndarray], count: int, *, subtitles: str | None = None) -> Path:
    """Runs the engine on generated frames."""
    engine, silent = FfmpegRender(program=materials.program), materials.folder / "film.mp4"
    engine.film(frames, frame_count=count, size=materials.size, subtitles=(materials.subtitles(subtitles),),
                fonts=materials.fonts, target=silent, progress=lambda _: None)
    engine.join(silent, materials.sound(count), materials.target)
    return materials.target


def decoded(path: Path) -> list[np.ndarray]:
    """All pictures of a file as I420."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]


class TestTheFile:
    def test_it_is_what_platforms_expect(self, materials: Any) -> None:
        """Codecs, profile, pixels, colours and rate are those of the public contract."""
        with av.open(str(film(materials, materials.moving_square(45), 45))) as container:
            video, audio = container.streams.video[0], container.streams.audio[0]
            context = video.codec_context
            assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
            assert (context.color_range, context.colorspace, context.color_primaries, context.color_trc) == (
                MPEG_TV, BT709, BT709, BT709)
            assert (context.width, context.height, context.sample_aspect_ratio) == (*materials.size, 1)
            assert video.average_rate == video.guessed_rate == 30
            assert (audio.codec_context.name, audio.profile, audio.rate, audio.channels) == ("aac", "LC", 48_000, 2)

    def test_picture_and_sound_end_together(self, materials: Any) -> None:
        """47 frames are 47/30 s of picture and 75,200 samples of sound."""
        with av.open(str(film(materials, materials.moving_square(47), 47))) as container:
            video, audio = container.streams.video[0], container.streams.audio[0]
            assert video.duration * video.time_base == pytest.approx(47 / 30, abs=1e-6)
            assert audio.duration * audio.time_base == pytest.approx(47 * 1600 / 48_000, abs=1e-6)

    def test_the_index_comes_first(self, materials: Any) -> None:
        """A player can start before it has all of the file."""
        content = film(materials, materials.moving_square(10), 10).read_bytes()
        assert 0 < content.index(b"moov") < content.index(b"mdat")

    def test_frames_are_shown_at_a_constant_rate(self, materials: Any) -> None:
        """Every frame lasts a thirtieth of a second, none is doubled or dropped."""
        with av.open(str(film(materials, materials.moving_square(31), 31))) as container:
            times = [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]
        assert np.allclose(times, np.arange(31) / 30, atol=1e-6)

    def test_each_frame_is_in_its_place(self, materials: Any) -> None:
        """Frames of rising brightness come out in that order."""
        levels = [40 + 5 * index for index in range(30)]
        pictures = decoded(film(materials, map(materials.grey, levels), 30))
        assert [abs(int(picture[150, 90]) - level) <= LUMA_TOLERANCE for picture, level in zip(pictures, levels, strict=True)
                ] == [True] * 30

    def test_equal_input_gives_equal_bytes(self, materials: Any) -> None:
        """No time of day and no chance in the file."""
        first = film(materials, materials.moving_square(20), 20).read_bytes()
        assert film(materials, materials.moving_square(20), 20).read_bytes() == first


class TestCaptions:
    def test_the_last_file_lies_on_top(self, materials: Any) -> None:
        """Where captions and texts meet, the captions are seen."""
        below, above = materials.folder / "below.ass", materials.folder / "above.ass"
        below.write_text(materials.rectangle(0, 1, "FFFFFF"), "utf-8")
        above.write_text(materials.rectangle(0, 1, "000000"), "utf-8")
        FfmpegRender(program=materials.program).film(
            map(materials.grey, [120] * 3), frame_count=3, size=materials.size, subtitles=(below, above),
            fonts=materials.fonts, target=materials.target, progress=lambda _: None)
        assert decoded(materials.target)[1][150, 40] < 30

    def test_they_are_on_exactly_the_frames_of_their_time(self, materials: Any) -> None:
        """A rectangle from 0.20 to 0.40 s covers frames 6 to 11 and no other."""
        pictures = decoded(film(materials, map(materials.grey, [60] * 18), 18, subtitles=materials.rectangle(0.2, 0.4)))
        assert [index for index, picture in enumerate(pictures) if picture[150, 40] > 200] == list(range(6, 12))
        assert all(picture[150, 150] < 70 for picture in pictures)

    @pytest.mark.parametrize("colour", ["FF0000", "FFD60A", "00FF00", "3366CC"])
    def test_their_colour_is_the_one_asked_for(self, colour: str, materials: Any) -> None:
        """BT.709 in, BT.709 out: the decoded colour is the brand's, computed here from the standard's coefficients."""
        picture = decoded(film(materials, map(materials.grey, [60] * 3), 3, subtitles=materials.rectangle(0, 1, colour)))[1]
        width, height = materials.size
        luma = float(picture[150, 40]) - 16
        blue, red = (float(picture[height:].reshape(2, height // 2, width // 2)[plane, 75, 20]) - 128 for plane in (0, 1))
        found = np.array([1.164384 * luma + 1.792741 * red, 1.164384 * luma - 0.213249 * blue - 0.532909 * red,
                          1.164384 * luma + 2.112402 * blue])
        wanted = np.array([int(colour[place:place + 2], 16) for place in (0, 2, 4)])
        assert np.abs(np.clip(found, 0, 255) - wanted).max() <= COLOUR_TOLERANCE


class TestFailure:
    @pytest.mark.parametrize("drawn", [5, 15])
    def test_a_wrong_number_of_frames_is_an_error(self, drawn: int, materials: Any) -> None:
        """A reel shorter or longer than said is never handed on."""
        with pytest.raises(FixMachine, match=f"{drawn} frames were drawn where the reel has 10"):
            film(materials, materials.moving_square(drawn), 10)

    @pytest.mark.parametrize("raised", [KeyboardInterrupt, ValueError])
    def test_an_interruption_in_the_drawing_ends_ffmpeg(self, raised: type[BaseException], materials: Any) -> None:
        """Ctrl-C between two frames leaves no process."""

        def interrupted() -> Iterator[np.ndarray]:
            yield from materials.moving_square(10)
            raise raised

        with pytest.raises(raised):
            film(materials, interrupted(), 40)
        assert not [child for child in psutil.Process().children() if "ffmpeg" in child.name()]

    def test_a_folder_that_may_not_be_written_is_named(self, materials: Any) -> None:
        """The disk's refusal becomes a sentence about the disk."""
        with pytest.raises(NotWritable, match="no space left"):
            FfmpegRender(program=materials.program).film(
                materials.moving_square(60), frame_count=60, size=materials.size, subtitles=(materials.subtitles(),),
                fonts=materials.fonts, target=Path("/dev/full"), progress=lambda _: None)
