"""Measures the mouth on filmed footage: films are made with `benchmarks/avatar_films.py`, given a new voice, and looked at.

    python -m benchmarks.mouth_on_footage --avatar ada --film idle --film turning --seconds 8

Prints for each film, drawn at 1080x1920:

- border: largest change from frame to frame just outside the mouth's patch and just inside it, mean of 255 levels. Drawing
  adds no jump if the second is no larger than the film's own there (third figure);
- outside: largest change by drawing anywhere outside the patch, of 255 levels; 0 is every pixel the film's own;
- r: correlation of the lips' opening, read off the drawn pixels, with the voice's envelope; and the opening's range;
- still: jitter of the drawn lips in silence beside that of the film's own, hundredths of the scale from frame to frame;
- joins: largest change from frame to frame where the film turns, and elsewhere, mean of 255 levels;
- ms: processor time a frame for decoding and for the mouth; and what a frame of the puppet takes here and now.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.avatar_films import FILMS, make_film
from tasks.domain.errors import AvatarError
from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.visemes import VisemeLipSync
from tasks.media.avatar_film import ReadyFilm, make_ready
from tasks.media.curves import Curves
from tasks.media.drawing.clips import FilmReader
from tasks.media.drawing.film_mouth import FilmMouth
from tasks.media.drawing.planes import new_frame, to_image, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.extension import plan_walk
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.landmarks import FaceMesh
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_track import film_moves
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[1] / "avatars"
SIZE = (1080, 1920)
SOUNDS = ("h", "ɛ", "l", "oʊ", "m", "aɪ", "n", "eɪ", "m", "ɪ", "z", "eɪ", "d", "ə", "ɑ", "n", "d", "aɪ", "l", "ʌ", "v", "p",
          "æ", "n", "k", "eɪ", "k", "s", "f", "ɔː", "b", "uː", "k", "s", "ɑː")
SOUND_S, PAUSE_S, PAUSE_EVERY = 0.09, 0.6, 12


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--avatar", default="ada", help="a folder under avatars/")
    parser.add_argument("--film", action="append", choices=FILMS, help="only these")
    parser.add_argument("--films", type=Path, help="folder that has, or gets, the films; default: a temporary one")
    parser.add_argument("--seconds", type=float, default=8.0, help="of speech")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.films or Path(scratch)
        for name in options.film or FILMS:
            path = folder / f"{options.avatar}-{name}.mp4"
            if not path.exists():
                make_film(path, AVATARS / options.avatar / "portrait.png", FILMS[name])
            try:
                measure(name, path, Path(scratch), round(options.seconds * FPS))
            except AvatarError as error:
                print(f"{name:<10} refused: {error}")
    print(f"puppet     {time_puppet(AVATARS / options.avatar):.1f} ms a frame")


def speech(frames: int) -> tuple[Curves, NDArray[np.float32]]:
    """Mouth curves and envelope of a voice that says the sounds, with pauses."""
    sounds, loudness, now_s, number = [], np.zeros(frames, np.float32), 0.3, 0
    while now_s < frames / FPS - 0.5:
        sound = SOUNDS[number % len(SOUNDS)]
        sounds.append(Phoneme(ipa=sound, start_s=now_s, end_s=now_s + SOUND_S, stress=1, word=number))
        loudness[round(now_s * FPS):round((now_s + SOUND_S) * FPS)] = 0.9 if sound[0] in "ɛoaeɪəɑʌæɔu" else 0.3
        now_s, number = now_s + SOUND_S, number + 1
        now_s += PAUSE_S if number % PAUSE_EVERY == 0 else 0
    return VisemeLipSync().mouth(sounds, loudness), loudness


def measure(name: str, path: Path, scratch: Path, frames: int) -> None:
    """Draws a film with a new voice, and prints what is found."""
    started, kept = time.perf_counter(), scratch / "film.mp4"
    film = make_ready(path, kept, name=name, size=SIZE, program=find_ffmpeg(), progress=lambda *_: None)
    prepared_s = time.perf_counter() - started
    course = plan_walk(film_moves(film.track, len(film.track) // 2), frames)
    mouth, envelope = speech(frames)
    seen = draw_all(film, kept, course, mouth)
    turning = np.isin(np.arange(1, frames), turns(course, len(film.track)))
    joins, inside = (float(seen["change"][flags].max(initial=0)) for flags in (turning, ~turning))
    voice = np.convolve(envelope, np.ones(5) / 5, "same")
    r = float(np.corrcoef(seen["opening"], voice)[0, 1])
    silent = voice < 0.01
    print(f"{name:<10} made ready in {prepared_s:.1f} s; border {seen['border_out'].max():.2f} {seen['border_in'].max():.2f}"
          f" (film {seen['border_film'].max():.2f}); outside {seen['outside'].max():.0f}; r {r:.2f} range"
          f" {np.ptp(seen['opening']):.3f} silent {np.median(seen['opening'][silent]):.3f}; still"
          f" {jitter(seen['lips'][silent]):.2f} (film {jitter(seen['film_lips'][silent]):.2f}); joins {joins:.2f} (elsewhere"
          f" {inside:.2f}); ms decode {np.median(seen['decode']):.1f} mouth {np.median(seen['mouth']):.1f}"
          f" {' '.join(film.warnings)}", flush=True)


def draw_all(film: ReadyFilm, kept: Path, course: NDArray[np.intp], mouth: Curves) -> dict[str, NDArray[Any]]:
    """Draws every frame; gives what was measured on each."""
    reader, lips = FilmReader(kept, FPS), FilmMouth(film.rig, film.track, SIZE)
    found: dict[str, list[Any]] = {}
    last = None
    with FaceMesh(still=False) as finder, FaceMesh(still=False) as other:
        for index, shown in enumerate(course.tolist()):
            begun = time.thread_time()
            picture = reader.frame(shown)
            decoded = time.thread_time()
            frame, plain = new_frame(SIZE), new_frame(SIZE)
            for planes in (view_planes(frame), view_planes(plain)):
                for plane, source in zip(planes, picture, strict=True):
                    np.copyto(plane, source)
            copied = time.thread_time()
            lips.draw(view_planes(frame), picture, shown, mouth.at(index))
            drawn = time.thread_time()
            inner, rim, outer = rings(film, shown)
            luma, own = frame[:SIZE[1]].astype(np.int16), plain[:SIZE[1]].astype(np.int16)
            opening, points = look(finder, frame)
            values = {"decode": 1e3 * (decoded - begun), "mouth": 1e3 * (drawn - copied), "opening": opening, "lips": points,
                      "film_lips": look(other, plain)[1], "outside": np.abs(luma - own)[~(inner | rim)].max()}
            if last is not None:
                steps, own_steps = np.abs(luma - last[0]), np.abs(own - last[1])
                values |= {"border_out": steps[outer].mean(), "border_in": steps[rim].mean(),
                           "border_film": own_steps[rim].mean(), "change": own_steps[::8, ::8].mean()}
            for key, value in values.items():
                found.setdefault(key, []).append(value)
            last = luma, own
    return {key: np.array(values) for key, values in found.items()}


def rings(film: ReadyFilm, shown: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """The patch around the mouth, its border just inside, and a ring just outside it."""
    centre, unit = film.track.points[shown, :22].mean(axis=0), film.rig.scale_px
    rows, columns = np.ogrid[:SIZE[1], :SIZE[0]]
    away = []
    for grow in (-0.12, 0.06, 0.16):
        down = np.where(rows < centre[1], (centre[1] - rows) / (0.52 + grow), (rows - centre[1]) / (1.16 + grow))
        away.append(np.maximum(np.abs(columns - centre[0]) / (0.98 + grow), down) / unit)
    inner, whole, wider = (part < 1 for part in away)
    return inner, whole & ~inner, wider & ~whole


def look(finder: FaceMesh, frame: NDArray[np.uint8]) -> tuple[float, NDArray[np.float32]]:
    """How far the mouth is open on the pixels, and where its lips are below the nose, in eye distances."""
    faces = finder.find(cv2.resize(to_image(frame), (540, 960), interpolation=cv2.INTER_AREA).astype(np.uint8))
    if not faces:
        return 0.0, np.zeros((4, 2), np.float32)
    face = faces[0][:, :2]
    return mouth_opening(faces[0]), (face[[61, 291, 0, 17]] - face[2]) / np.linalg.norm(face[33] - face[263])


def jitter(points: NDArray[Any]) -> float:
    """How much points tremble: half the median size of their second difference, hundredths."""
    return float(50 * np.median(np.abs(np.diff(points, n=2, axis=0)))) if len(points) > 2 else 0.0


def turns(course: NDArray[np.intp], length: int) -> NDArray[np.intp]:
    """Frames of the reel on and around which the film turns."""
    moments = np.minimum(course, length - 1 - course)
    at = np.flatnonzero(np.diff(course) != np.diff(moments))
    return np.unique((at[:, None] + np.arange(-3, 5)).ravel())


def time_puppet(folder: Path) -> float:
    """Milliseconds of processor time that a frame of the puppet takes."""
    rig = Rig.read(folder / "rig.json")
    puppet, times = Puppet(read_portrait(folder / "portrait.png", rig), rig, SIZE), []
    for index in range(30):
        begun = time.thread_time()
        puppet.frame({"jaw": 0.5, "yaw": 0.002 * index})
        times.append(1e3 * (time.thread_time() - begun))
    return float(np.median(times))


if __name__ == "__main__":
    main()
