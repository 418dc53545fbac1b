"""Measures the mouth on filmed footage: films are made with `benchmarks/avatar_films.py`, given a new voice, and looked at.

    python -m benchmarks.mouth_on_footage                                            # all films; 1 when a limit is missed
    python -m benchmarks.mouth_on_footage --avatar ada --film idle --film turning --seconds 8 --films DIR --look DIR

Each film is drawn at 1080x1920. A line for each figure says its limit, and whether it is kept:

- prepared: processor time, of all cores together, for making a film ready, seconds for each of its seconds;
- border: largest change from frame to frame just inside the border of the mouth's patch, mean of 255 levels; no larger than
  the film's own there, so that drawing adds no jump;
- outside: largest change by drawing anywhere outside the patch, of 255 levels: every pixel there is the film's own;
- correlation: of the lips' opening, read off the drawn pixels, with the voice's envelope; and range of that opening;
- silence: opening in pauses, as a share of the mean in speech;
- still: jitter of the drawn lips in silence, hundredths of the scale from frame to frame;
- turns: largest change from frame to frame where the film turns, mean of 255 levels; no larger than elsewhere;
- looks, shape: likeness to the avatar's portrait over the drawn film (`tasks/media/metrics/likeness.py`), no worse than the
  film's own;
- drawing: processor time a frame for decoding and for the mouth, about what the puppet takes for a whole frame.

Frames on which the mouth is left as it was filmed count for border, outside, turns and likeness, not for the speech.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.avatar_films import FILMS, make_film
from benchmarks.cpu_time import processor_s
from tasks.domain.errors import AvatarError
from tasks.domain.speech import Phoneme
from tasks.domain.timeline import FPS
from tasks.lipsync.visemes import VisemeLipSync
from tasks.media.aligned_face import FaceAligner
from tasks.media.avatar_film import ReadyFilm, make_ready
from tasks.media.clips import check_clip
from tasks.media.curves import Curves
from tasks.media.drawing.clips import FilmReader, read_picture
from tasks.media.drawing.film_mouth import FilmMouth
from tasks.media.drawing.planes import new_frame, to_image, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.extension import plan_walk
from tasks.media.face_film import LOOKS_PX, Reference
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.film_name import FilmName
from tasks.media.landmarks import POINT_COUNT, FaceMesh
from tasks.media.metrics.likeness import looks, shape_distances, steady
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_track import film_moves
from tasks.media.reference_face import read_reference
from tasks.media.rig.geometry import face_width
from tasks.media.rig.model import Rig, read_portrait
from tasks.quality.face_checks import MOST
from tasks.quality.face_thresholds import BY_NAME

AVATARS = Path(__file__).parents[1] / "avatars"
SIZE, LOOK_SIZE = (1080, 1920), (540, 960)
SOUNDS = ("h", "ɛ", "l", "oʊ", "m", "aɪ", "n", "eɪ", "m", "ɪ", "z", "eɪ", "d", "ə", "ɑ", "n", "d", "aɪ", "l", "ʌ", "v", "p",
          "æ", "n", "k", "eɪ", "k", "s", "f", "ɔː", "b", "uː", "k", "s", "ɑː")
SOUND_S, PAUSE_S, PAUSE_EVERY = 0.09, 0.6, 12
QUICKEST = 3.0
"""Seconds of processor time, of all cores together, that making ready may take for each second of a film."""
SILENT_SHARE = 35.0
"""Per cent of the mean opening in speech that a mouth at rest may reach."""
TREMBLES = 0.25
"""What the mesh itself trembles by on a picture with a phone's grain, hundredths of the scale from frame to frame."""
AS_ALIKE = {"looks": 0.01, "shape": 0.005}
"""How much the mesh's trembling changes a likeness."""
MARGIN = 1.1
"""How much more a frame may take than the puppet's: by as much two runs of the same differ."""
TALKS = 0.02
"""Loudness from which the voice speaks."""
NO_FACE = np.full((POINT_COUNT, 3), np.nan, np.float32)


@dataclass(frozen=True)
class Figure:
    """A measured value and its limit: it may not be more, or less where `least` is set."""

    name: str
    value: float
    limit: float
    why: str
    least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the value, as shown, is within the limit."""
        value, limit = round(self.value, 2), round(self.limit, 2)
        return value >= limit if self.least else value <= limit

    def __str__(self) -> str:
        return (f"  {self.name:<12} {self.value:7.2f}  at {'least' if self.least else 'most'} {self.limit:.2f} ({self.why})"
                f"  {'kept' if self.kept else 'MISSED'}")


def main() -> int:
    """Prints the figures; 1 when one misses its limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--avatar", default="ada", help="a folder under avatars/")
    parser.add_argument("--film", action="append", choices=FILMS, help="only these")
    parser.add_argument("--films", type=Path, help="folder that has, or gets, the films; default: a temporary one")
    parser.add_argument("--seconds", type=float, default=8.0, help="of speech")
    parser.add_argument("--look", type=Path, help="folder that gets a sheet of each film's mouth: as filmed, and as drawn")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    folder = AVATARS / options.avatar
    portrait, puppet_ms, missed = read_reference(folder / "portrait.png"), time_puppet(folder), []
    with tempfile.TemporaryDirectory() as scratch:
        films = options.films or Path(scratch)
        for name in options.film or FILMS:
            path = films / f"{options.avatar}-{name}.mp4"
            if not path.exists():
                make_film(path, folder / "portrait.png", FILMS[name])
            try:
                figures = list(measure(path, Path(scratch), round(options.seconds * FPS), portrait, puppet_ms, options.look))
            except AvatarError as error:
                print(f"{name}: refused: {error}  MISSED", flush=True)
                missed.append(name)
                continue
            print(f"{name}:", *figures, sep="\n", flush=True)
            missed += [f"{name} {figure.name}" for figure in figures if not figure.kept]
    print(f"missed: {', '.join(missed)}" if missed else "all limits are kept")
    return 1 if missed else 0


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


def measure(path: Path, scratch: Path, frames: int, portrait: Reference, puppet_ms: float, look_into: Path | None
            ) -> Iterator[Figure]:
    """Makes a film ready, draws it with a new voice, and measures what is seen."""
    kept, started = scratch / "film.mp4", processor_s()
    film = make_ready(path, kept, name=FilmName.of_file(path), size=SIZE, program=find_ffmpeg(), progress=lambda *_: None)
    spent_s = processor_s() - started
    course = plan_walk(film_moves(film.track), frames)
    mouth, envelope = speech(frames)
    seen = draw_all(film, kept, course, mouth, portrait)
    if look_into:
        show(film, kept, course, mouth, look_into / f"{path.stem}.jpg")
    yield Figure("prepared", spent_s / check_clip(path).duration_s, QUICKEST, f"all cores together, {spent_s:.1f} s")
    yield Figure("border", seen["border_in"].max(), seen["border_film"].max(),
                 f"the film's own; just outside {seen['border_out'].max():.2f}")
    yield Figure("outside", seen["outside"].max(), 0, "of 255 levels")
    yield from speech_figures(seen, envelope, film.track.strength[course] == 1)
    turning = np.isin(np.arange(1, frames), turns(course))
    yield Figure("turns", seen["change"][turning].max(initial=0), seen["change"][~turning].max(), "elsewhere")
    yield from likeness_figures(seen, portrait)
    decode_ms, mouth_ms = (float(np.median(seen[name])) for name in ("decode", "mouth"))
    yield Figure("drawing", decode_ms + mouth_ms, MARGIN * puppet_ms, f"ms, the puppet's {puppet_ms:.1f}, and a tenth;"
                 f" {mouth_ms:.1f} for the mouth")


def speech_figures(seen: dict[str, NDArray[Any]], envelope: NDArray[np.float32], drawn: NDArray[np.bool_]
                   ) -> Iterator[Figure]:
    """How well the lips follow a voice, on the frames that were drawn."""
    voice, opening = np.convolve(envelope, np.ones(5) / 5, "same"), seen["opening"]
    silent, speaks = drawn & (voice < 0.01), drawn & (voice > TALKS)
    yield Figure("correlation", float(np.corrcoef(opening[drawn], voice[drawn])[0, 1]), BY_NAME["av_correlation"].low or 0,
                 "with the voice", least=True)
    yield Figure("range", float(np.ptp(opening[drawn])), BY_NAME["mouth_range"].low or 0, "of the opening", least=True)
    yield Figure("silence", 100 * float(np.median(opening[silent]) / opening[speaks].mean()), SILENT_SHARE, "% of speech")
    own = jitter(seen["film_lips"][silent])
    yield Figure("still", jitter(seen["lips"][silent]), max(own, TREMBLES), f"in silence; the film's own {own:.2f}")


def likeness_figures(seen: dict[str, NDArray[Any]], portrait: Reference) -> Iterator[Figure]:
    """How much the face stays that of the portrait, in the drawn film beside the film itself."""
    times_s = np.arange(len(seen["looks"])) / FPS
    drawn, own = ({"looks": float(np.nanpercentile(steady(times_s, seen[f"{film}looks"]), 100 - MOST)),
                   "shape": float(np.nanpercentile(shape_distances(times_s, seen[f"{film}face"], portrait.face), MOST))}
                  for film in ("", "film_"))
    for name, least in (("looks", True), ("shape", False)):
        limit = own[name] - AS_ALIKE[name] if least else own[name] + AS_ALIKE[name]
        yield Figure(name, drawn[name], limit, f"like the portrait; the film's own {own[name]:.3f}", least=least)


def draw_all(film: ReadyFilm, kept: Path, course: NDArray[np.intp], mouth: Curves, portrait: Reference
             ) -> dict[str, NDArray[Any]]:
    """Draws every frame; gives what was measured on each."""
    reader, lips = FilmReader(kept, FPS), mouth_of(film, kept)
    found: dict[str, list[Any]] = {}
    last = None
    with FaceMesh(still=False) as finder, FaceMesh(still=False) as other:
        eyes, own_eyes = Eyes(finder, portrait), Eyes(other, portrait)
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
            luma, own = frame[:SIZE[1]], plain[:SIZE[1]]
            values = {"decode": 1e3 * (decoded - begun), "mouth": 1e3 * (drawn - copied), **eyes.look(frame),
                      **{f"film_{name}": value for name, value in own_eyes.look(plain).items()},
                      "outside": np.where(inner | rim, 0, cv2.absdiff(luma, own)).max()}
            if last is not None:
                steps, own_steps = cv2.absdiff(luma, last[0]), cv2.absdiff(own, last[1])
                values |= {"border_out": steps[outer].mean(), "border_in": steps[rim].mean(),
                           "border_film": own_steps[rim].mean(), "change": own_steps[::8, ::8].mean()}
            for key, value in values.items():
                found.setdefault(key, []).append(value)
            last = luma, own
    return {key: np.array(values) for key, values in found.items()}


class Eyes:
    """Looks at frames of one film, and compares the face with the portrait of the avatar."""

    def __init__(self, finder: FaceMesh, portrait: Reference) -> None:
        self._finder, self._aligner = finder, FaceAligner.of(portrait.face, LOOKS_PX)
        self._wanted = self._aligned(portrait.picture, portrait.face)

    def look(self, frame: NDArray[np.uint8]) -> dict[str, Any]:
        """How far the mouth is open, where the lips are below the nose in eye distances, the face, and how alike it is."""
        small = new_frame(LOOK_SIZE)
        for plane, source in zip(view_planes(small), view_planes(frame), strict=True):
            cv2.resize(source, plane.shape[::-1], dst=plane, interpolation=cv2.INTER_AREA)
        picture = to_image(small)
        faces = self._finder.find(picture)
        if not faces:
            return {"opening": 0.0, "lips": np.zeros((4, 2), np.float32), "face": NO_FACE, "looks": np.nan}
        flat = faces[0][:, :2]
        lips = (flat[[61, 291, 0, 17]] - flat[2]) / np.linalg.norm(flat[33] - flat[263])
        return {"opening": mouth_opening(faces[0]), "lips": lips, "face": faces[0],
                "looks": looks(self._aligned(picture, faces[0]), self._wanted, self._aligner.upper)}

    def _aligned(self, picture: NDArray[np.uint8], face: NDArray[np.float32]) -> NDArray[np.uint8]:
        shrink = min(1.0, LOOKS_PX / face_width(face[:, :2]))
        small = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.cvtColor(self._aligner.align(small, face * np.float32(shrink)), cv2.COLOR_BGR2GRAY), np.uint8)


def mouth_of(film: ReadyFilm, kept: Path) -> FilmMouth:
    """What draws on a film."""
    return FilmMouth(film.rig, film.track, SIZE, read_picture(kept, film.track.reference_frame))


def rings(film: ReadyFilm, shown: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """The patch around the mouth, its border just inside, and a ring just outside it."""
    centre, unit = film.track.points[shown, :22].mean(axis=0), film.rig.scale_px
    rows, columns = (line.astype(np.float32) for line in np.ogrid[:SIZE[1], :SIZE[0]])
    away = []
    for grow in (-0.12, 0.06, 0.16):
        down = np.where(rows < centre[1], (centre[1] - rows) / (0.52 + grow), (rows - centre[1]) / (1.16 + grow))
        away.append((down < unit) & (np.abs(columns - centre[0]) / (0.98 + grow) < unit))
    inner, whole, wider = away
    return inner, whole & ~inner, wider & ~whole


def jitter(points: NDArray[Any]) -> float:
    """How much points tremble: half the median size of their second difference, hundredths."""
    return float(50 * np.median(np.abs(np.diff(points, n=2, axis=0)))) if len(points) > 2 else 0.0


def turns(course: NDArray[np.intp]) -> NDArray[np.intp]:
    """Frames of the reel on and around which the film turns."""
    steps = np.diff(course)
    moving = np.flatnonzero(steps)
    at = moving[1:][np.diff(np.sign(steps[moving])) != 0]
    return np.unique((at[:, None] + np.arange(-3, 5)).ravel())


def show(film: ReadyFilm, kept: Path, course: NDArray[np.intp], mouth: Curves, target: Path) -> None:
    """Writes the mouth on some frames: as filmed, and below as drawn."""
    reader, lips, columns = FilmReader(kept, FPS), mouth_of(film, kept), []
    reach = round(0.75 * film.rig.scale_px)
    for index in chosen(mouth):
        picture, frame = reader.frame(int(course[index])), new_frame(SIZE)
        for plane, source in zip(view_planes(frame), picture, strict=True):
            np.copyto(plane, source)
        filmed = to_image(frame)
        lips.draw(view_planes(frame), picture, int(course[index]), mouth.at(index))
        x, y = film.track.points[course[index], :22].mean(axis=0).astype(int)
        part = np.s_[max(y - reach, 0):y + reach, max(x - reach, 0):x + reach]
        columns.append(np.vstack([cv2.resize(image[part], (2 * reach, 2 * reach)) for image in (filmed, to_image(frame))]))
    target.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(target), np.hstack(columns), [cv2.IMWRITE_JPEG_QUALITY, 92])


def chosen(mouth: Curves) -> list[int]:
    """Frames that show the mouth closed, wide open, spread, rounded, pressed, tucked and half open."""
    curves, half = mouth.values, np.abs(mouth.values["jaw"] - 0.4 * mouth.values["jaw"].max())
    picked = (curves["jaw"] + np.abs(curves["wide"]), -curves["jaw"], -curves["wide"], curves["wide"], -curves["press"],
              -curves["tuck"], half)
    return [int(np.argmin(values)) for values in picked]


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
    sys.exit(main())
