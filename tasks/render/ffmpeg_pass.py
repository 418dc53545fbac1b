"""One streaming pass: drawn frames in, texts burnt by libass, H.264 out. Sound joins it without another encode."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from tasks.media.encoding import MP4, Frame, burn, encode_film
from tasks.media.ffmpeg import LOCAL_ONLY, local_file, run


class FfmpegRender:
    """The render engine: libx264 and libass in one ffmpeg."""

    name: ClassVar[str] = "ffmpeg"
    version: ClassVar[str] = "3"

    def __init__(self, *, program: str) -> None:
        """Takes the ffmpeg program to start, from `tasks.media.ffmpeg.find_ffmpeg`."""
        self._program = program

    def film(self, frames: Iterable[Frame], *, frame_count: int, size: tuple[int, int], subtitles: Sequence[Path],
             fonts: Path, target: Path, progress: Callable[[float], None]) -> None:
        """Makes the picture of the reel, without sound.

        Args:
            frames: I420 frames at 30 a second, as many as `frame_count`.
            frame_count: length of the reel in frames.
            size: (width, height) in pixels.
            subtitles: ASS files, burnt into the picture one over the other.
            fonts: folder with the fonts the subtitles name, and no others.
            target: file to make.
            progress: told the fraction done, 0 to 1.

        Raises:
            NotWritable: the disk is full or the folder may not be written.
            FixMachine: ffmpeg failed, or `frames` was shorter or longer than said.
        """
        encode_film(frames, program=self._program, frame_count=frame_count, size=size, target=target, progress=progress,
                    filters=[burn(path, fonts) for path in subtitles])

    def join(self, film: Path, sound: Path, target: Path) -> None:
        """Puts picture and finished sound, an AAC track as long, into one file; both are taken over as they are.

        Raises:
            NotWritable: the disk is full or the folder may not be written.
            FixMachine: ffmpeg failed.
        """
        run(self._program, [*LOCAL_ONLY, "-i", local_file(film), *LOCAL_ONLY, "-i", local_file(sound), "-map", "0:v",
                            "-map", "1:a", "-c", "copy", *MP4, local_file(target)], place=target)
