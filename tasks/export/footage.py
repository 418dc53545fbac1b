"""Films each part of a reel by itself: the avatar, the cutaways, what lies over them.

Frames stream from drawing into one ffmpeg after the other, so memory does not grow with the reel.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tasks.domain.media import MediaFile
from tasks.domain.performance import Insert, Performance, Scrim, Sticker
from tasks.export.edit import frame_span
from tasks.media.encoding import Frame, encode_film
from tasks.media.ffmpeg import LOCAL_ONLY, local_file, run
from tasks.media.transparent import encode_layer, layer_frames

Draw = Callable[..., Iterator[Frame]]
"""`tasks.media.drawing.performance.draw`."""
Progress = Callable[[float], None]
"""Told the fraction done, 0 to 1."""


@dataclass(frozen=True)
class Studio:
    """What every film needs."""

    program: str
    """ffmpeg, from `tasks.media.ffmpeg.find_ffmpeg`."""
    draw: Draw
    open_media: Callable[[MediaFile], Path]
    """Gives paths for files of the store."""
    size: tuple[int, int]
    """(width, height) in pixels."""
    fonts: Path
    """Folder with the brand's fonts, and no others."""

    def avatar(self, performance: Performance, target: Path, progress: Progress) -> None:
        """Films the avatar alone, nothing over it."""
        self._film(self.draw(_bare(performance), self.open_media, size=self.size), performance.frame_count, target, progress)

    def cutaways(self, performance: Performance, inserts: Sequence[Insert], targets: Sequence[Path], progress: Progress
                 ) -> None:
        """Films each cutaway as the reel shows it, from its first frame to its last, cut hard.

        A split picture shows the avatar too, so both are drawn.
        """
        hard = tuple(insert.model_copy(update={"enter_s": 0.0, "leave_s": 0.0}) for insert in inserts)
        spans = [frame_span(insert.shot.start_s, insert.shot.end_s, performance.frame_count) for insert in inserts]
        shown = _bare(performance).model_copy(update={"inserts": hard})
        frames = self.draw(shown, self.open_media, size=self.size, frames=[index for span in spans for index in span])
        total, done = sum(map(len, spans)), 0
        for span, target in zip(spans, targets, strict=True):
            self._film(islice(frames, len(span)), len(span), target, _within(progress, done / total, len(span) / total))
            done += len(span)

    def layer(self, subtitles: Path, target: Path, progress: Progress, *, frame_count: int, scrims: Sequence[Scrim] = (),
              stickers: Sequence[Sticker] = (), still: bool = False) -> None:
        """Films what lies over the picture, with transparency; where nothing moves, `still`, one frame is drawn for all."""
        drawn = 1 if still else frame_count
        frames = layer_frames(scrims, stickers, self.open_media, size=self.size, frame_count=drawn)
        encode_layer(frames, program=self.program, frame_count=drawn, size=self.size, target=target, subtitles=subtitles,
                     fonts=self.fonts, progress=progress, length=frame_count)

    def sound(self, source: Path, target: Path) -> None:
        """Unpacks a sound to WAV, 24 bit, which every editing program reads; FLAC is not on Premiere's list."""
        run(self.program, [*LOCAL_ONLY, "-i", local_file(source), "-c:a", "pcm_s24le", "-map_metadata", "-1", "-fflags",
                           "+bitexact", "-flags:a", "+bitexact", "-f", "wav", local_file(target)], place=target)

    def _film(self, frames: Iterable[Frame], frame_count: int, target: Path, progress: Progress) -> None:
        encode_film(frames, program=self.program, frame_count=frame_count, size=self.size, target=target, progress=progress)


def _bare(performance: Performance) -> Performance:
    return performance.model_copy(update={"inserts": (), "scrims": (), "stickers": ()})


def _within(progress: Progress, before: float, share: float) -> Progress:
    """Tells `progress` of a part that is `share` of the whole, when `before` of it is done."""
    return lambda part: progress(before + share * part)
