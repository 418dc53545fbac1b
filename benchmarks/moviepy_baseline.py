"""The render stage against the same reel composed the usual way with moviepy, in one run.

    .venv/bin/python -m benchmarks.moviepy_baseline [SCRIPT] [--avatar NAME] [--repeat N]

moviepy makes the first 5 s: a VideoClip whose frame function gives the avatar's frames, a TextClip for every word, another
for the lit word and one for the label over it in a CompositeVideoClip, the voice, and libx264 with the same settings. Once
its frame function draws the avatar, as our render stage does; once the frames were drawn before and are only read from
memory, so that composing and encoding stand alone against all that our stage does. Times are compared per frame.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.reel_inputs import ReelInputs, make_inputs, read_arguments
from tasks.domain.timeline import FPS, HEIGHT_PX, SIZE_PX, WIDTH_PX
from tasks.media.drawing.performance import open_stage
from tasks.media.encoding import VIDEO
from tasks.media.text.font import find_font

EXCERPT_FRAMES = 150
"""Frames moviepy composes."""
TARGET = 4.0
"""Least factor wanted."""
LABEL_PX = 32
"""Size of the label."""
FONT_PX = 112
"""Size of caption words, about that of the reel."""


def main() -> None:
    """Prints both times per frame of every repetition, and the median factor."""
    arguments = read_arguments(__doc__ or "")
    inputs = make_inputs(arguments.script, arguments.avatar)
    count = min(EXCERPT_FRAMES, inputs.performance.frame_count)
    whole = inputs.performance.frame_count
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        drawn, target = draw_excerpt(inputs, count, Path(name) / "drawn.rgb"), Path(name) / "moviepy.mp4"
        rows = [(timed_ms(whole, inputs.render),
                 timed_ms(count, lambda: compose(inputs, drawing(inputs), count, target)),
                 timed_ms(count, lambda: compose(inputs, drawn.__getitem__, count, target)))
                for _ in range(arguments.repeat)]
    print(f"milliseconds a frame; ours over {whole} frames, moviepy over {count}")
    print("   ours  moviepy  factor  moviepy, drawn before  factor")
    for ours, theirs, spared in rows:
        print(f"  {ours:5.1f}  {theirs:7.1f}  {theirs / ours:6.2f}  {spared:21.1f}  {spared / ours:6.2f}")
    print(f"median factor {statistics.median(theirs / ours for ours, theirs, _ in rows):.2f} (wanted: at least {TARGET}),"
          f" with frames drawn before {statistics.median(spared / ours for ours, _, spared in rows):.2f}")


def timed_ms(frames: int, work: Callable[[], object]) -> float:
    """Milliseconds a frame that some work takes."""
    start_s = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start_s) / frames


def drawing(inputs: ReelInputs) -> Callable[[int], Any]:
    """Draws one frame of the reel, (height, width, 3) RGB."""
    stage = open_stage(inputs.performance, inputs.store.path, SIZE_PX)
    return lambda index: cv2.cvtColor(stage.frame(index), cv2.COLOR_YUV2RGB_I420)


def draw_excerpt(inputs: ReelInputs, count: int, path: Path) -> Any:
    """The reel's first frames without captions as an array on disk, (count, height, width, 3) RGB."""
    drawn, draw = np.memmap(path, np.uint8, "w+", shape=(count, HEIGHT_PX, WIDTH_PX, 3)), drawing(inputs)
    for index in range(count):
        drawn[index] = draw(index)
    return drawn


def compose(inputs: ReelInputs, picture: Callable[[int], Any], count: int, target: Path) -> None:
    """Makes the excerpt with moviepy."""
    from moviepy import AudioFileClip, CompositeVideoClip, VideoClip

    length_s = count / FPS
    film = VideoClip(frame_function=lambda time_s: picture(min(count - 1, round(time_s * FPS))), duration=length_s)
    voice = AudioFileClip(str(inputs.store.path(inputs.speech.audio))).subclipped(0, length_s)
    reel = CompositeVideoClip([film, *caption_clips(inputs, length_s)], size=SIZE_PX)
    reel = reel.with_audio(voice).with_duration(length_s)
    settings = [word for word in VIDEO if word not in ("-c:v", "libx264", "-preset", "veryfast")]
    reel.write_videofile(str(target), fps=FPS, codec="libx264", preset="veryfast", audio_codec="aac", ffmpeg_params=settings,
                         logger=None)
    voice.close()


def caption_clips(inputs: ReelInputs, length_s: float) -> list[Any]:
    """The label, a white TextClip a word for its page, and one in the brand's colour while it is spoken."""
    label = inputs.captions.label_box
    clips = [] if label is None else [
        text_clip(inputs, inputs.captions.label_text or "", "#ffffff", 0, length_s, (label.x0, label.y0), size_px=LABEL_PX)]
    for page in inputs.captions.pages:
        if page.end_s > length_s:
            break
        for caption in page.words:
            word = inputs.alignment.words[caption.word]
            place = (caption.box.x0, caption.box.y0)
            clips.append(text_clip(inputs, caption.text, "#ffffff", page.start_s, page.end_s, place))
            clips.append(text_clip(inputs, caption.text, inputs.plan.captions.colour, word.start_s, word.end_s, place))
    return clips


def text_clip(inputs: ReelInputs, text: str, colour: str, start_s: float, end_s: float, place: tuple[float, float], *,
              size_px: int = FONT_PX) -> Any:
    """One word, outlined."""
    from moviepy import TextClip

    font = str(find_font(inputs.plan.brand.fonts.captions).path)
    clip = TextClip(font=font, text=text, font_size=size_px, color=colour, stroke_color="#0b0b12",
                    stroke_width=size_px // 16)
    return clip.with_start(start_s).with_end(end_s).with_position(place)


if __name__ == "__main__":
    main()
