"""Watches a film once and notes, frame by frame, everything that is measured of a talking face.

One frame and a few small copies are in memory at a time, whatever the film's length; what stays are numbers. Cheap things
are noted on every frame, dear ones a few times a second.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.aligned_face import FaceAligner
from tasks.media.landmarks import POINT_COUNT, LandmarkFinder, Landmarks
from tasks.media.metrics.background_stillness import background_change, background_of
from tasks.media.metrics.flow_error import flow_error
from tasks.media.metrics.likeness import looks
from tasks.media.metrics.sharpness import sharpness
from tasks.media.rig.topology import FACE_LEFT, FACE_OVAL, FACE_RIGHT, LOWER_LIP_OUTER, UPPER_LIP_OUTER
from tasks.media.watched_film import Picture, ShownFrame, read_upright

LOOKS_PX = 112
"""Width at which faces are compared: features are told apart, pores are not."""
SHARP_PX = 384
"""Greatest width at which sharpness is compared."""
FLOW_PX = 160
"""Width of a face at which the flow around it is found."""
AROUND_FACE = 0.25
"""What is looked at around a face, in its widths."""
SMALL_PX = 480
"""Longest side at which the whole picture is compared with the one before."""
WORTH_SHRINKING = 0.8
"""A picture is made smaller from here on; by less it would only be blurred."""
PROGRESS_FRAMES = 30
"""Frames between two words on progress."""
DETAIL_EVERY_S, STILL_EVERY_S, COUNT_EVERY_S = 0.5, 0.25, 2.0
"""How often sharpness, background and the number of faces are looked at."""


class PersonMatte(Protocol):
    """Whatever tells the person from the background."""

    def find(self, image: Picture) -> NDArray[np.float32]:
        """(height, width) float32, 0 background to 1 person."""
        ...


@dataclass(frozen=True)
class Reference:
    """The face that the film's face should be.

    Attributes:
        picture: (height, width, 3) uint8 BGR.
        face: (478, 3) its points, pixels.
    """

    picture: Picture
    face: Landmarks


@dataclass(frozen=True)
class FilmTraces:
    """What was noted; all times in the film's own clock, which its sound shares.

    Attributes:
        times_s: (n,) when each frame is shown.
        size: (width, height) of the film, upright.
        searched_scale: how many pixels of the film are one of the picture that was searched.
        points: (n, 478, 3) the followed face, pixels of the picture that was searched; NaN where there is none.
        brightness: (n,) mean level, of 255.
        change: (n,) mean difference to the frame before, of 255; NaN at the first.
        flow_error: (n,) see `metrics/flow_error.py`, of the face without its mouth; NaN where there is none.
        skin: (n, 3) mean colour of the steady part of the face; NaN where there is none.
        looks: (n,) see `metrics/likeness.py`; NaN where there is no face.
        reference: (478, 3) points of the face compared with; None where no face was ever seen.
        detail_s, detail: (m,) when, and sharpness as a share of the portrait's; empty without a portrait.
        still_s, background: (k,) when, and the change of the background.
        faces: most faces seen at once.
    """

    times_s: NDArray[np.float64]
    size: tuple[int, int]
    searched_scale: float
    points: NDArray[np.float32]
    brightness: NDArray[np.float64]
    change: NDArray[np.float64]
    flow_error: NDArray[np.float64]
    skin: NDArray[np.float64]
    looks: NDArray[np.float64]
    reference: Landmarks | None
    detail_s: NDArray[np.float64]
    detail: NDArray[np.float64]
    still_s: NDArray[np.float64]
    background: NDArray[np.float64]
    faces: int

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(n,): whether a face was found."""
        result: NDArray[np.bool_] = ~np.isnan(self.points[:, 0, 0])
        return result

    @property
    def start_s(self) -> float:
        """When the first frame is shown."""
        return float(self.times_s[0])

    @property
    def end_s(self) -> float:
        """When the last frame goes: it stays as long as the usual one."""
        usual = float(np.median(np.diff(self.times_s))) if len(self.times_s) > 1 else 0.0
        return float(self.times_s[-1]) + usual


def watch_film(path: Path, finder: LandmarkFinder, *, person: PersonMatte, counter: LandmarkFinder | None = None,
               portrait: Reference | None = None, progress: Callable[[float], None] = lambda _: None) -> FilmTraces:
    """Watches a film.

    Args:
        path: a film file.
        finder: follows the face from frame to frame.
        person: tells the person from the background.
        counter: finds several faces in one picture; they are not counted without it.
        portrait: what the face is compared with; the film's first face unless given.
        progress: told now and then which instant was reached, seconds.

    Raises:
        FixRequest: it is no film, or cannot be decoded.
    """
    watch = _Watch(person, counter, portrait)
    for index, (frame, faces) in enumerate(_found_ahead(read_upright(path), finder)):
        watch.note(frame, faces[0] if faces else None)
        if index % PROGRESS_FRAMES == 0:
            progress(frame.time_s)
    return watch.traces()


def _found_ahead(frames: Iterator[ShownFrame], finder: LandmarkFinder) -> Iterator[tuple[ShownFrame, list[Landmarks]]]:
    """Each frame with its faces; those of the next are searched on another core meanwhile."""
    with ThreadPoolExecutor(1, thread_name_prefix="faces") as pool:
        pending: tuple[ShownFrame, Future[list[Landmarks]]] | None = None
        for frame in frames:
            searched = pool.submit(finder.find, frame.picture)
            if pending:
                yield pending[0], pending[1].result()
            pending = frame, searched
        if pending:
            yield pending[0], pending[1].result()


class _Watch:
    """The notes while the film runs."""

    def __init__(self, person: PersonMatte, counter: LandmarkFinder | None, portrait: Reference | None) -> None:
        self._person, self._counter, self._portrait = person, counter, portrait
        self._rows: list[tuple[float, float, float, float, float]] = []
        self._points: list[Landmarks] = []
        self._skin: list[NDArray[np.float64]] = []
        self._detail: list[tuple[float, float]] = []
        self._still: list[tuple[float, float]] = []
        self._size, self._scale, self._faces = (0, 0), 1.0, 0
        self._small: NDArray[np.uint8] | None = None
        self._before: tuple[NDArray[np.uint8], Landmarks | None] | None = None
        self._stood: tuple[NDArray[np.uint8], NDArray[np.bool_]] | None = None
        self._due = dict.fromkeys(("detail", "still", "count"), -np.inf)
        self._likeness: _Likeness | None = _Likeness(portrait) if portrait else None
        self._detailed: _Detail | None = None

    def note(self, frame: ShownFrame, face: Landmarks | None) -> None:
        """Looks at one frame and its face."""
        picture, self._size, self._scale = frame.picture, frame.size, frame.size[0] / frame.picture.shape[1]
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
        self._points.append(face if face is not None else np.full((POINT_COUNT, 3), np.nan, np.float32))
        if face is not None and self._likeness is None:
            self._likeness = _Likeness(Reference(picture.copy(), face))
        alike, skin = self._likeness.compare(picture, face) if self._likeness and face is not None else (
            np.nan, np.full(3, np.nan))
        self._skin.append(skin)
        change = self._changed(grey)
        self._rows.append((frame.time_s, float(grey.mean()), change, self._flow_error(grey, face), alike))
        self._before = grey, face
        self._look_closer(frame, grey, face)

    def _look_closer(self, frame: ShownFrame, grey: NDArray[np.uint8], face: Landmarks | None) -> None:
        """What is looked at a few times a second."""
        if self._is_due("still", frame.time_s, STILL_EVERY_S):
            self._note_background(frame, grey, face)
        if face is not None and self._portrait and self._is_due("detail", frame.time_s, DETAIL_EVERY_S):
            larger = np.float32(frame.size[0] / frame.picture.shape[1])
            if self._detailed is None:
                self._detailed = _Detail(self._portrait, face * larger)
            self._detail.append((frame.time_s, self._detailed.share(_cropped(frame.whole(), face * larger))))
        if self._counter and self._is_due("count", frame.time_s, COUNT_EVERY_S):
            self._faces = max(self._faces, len(self._counter.find(frame.picture)))

    def _is_due(self, what: str, time_s: float, every_s: float) -> bool:
        due = time_s >= self._due[what]
        if due:
            self._due[what] = time_s + every_s - 1e-6
        return bool(due)

    def _changed(self, grey: NDArray[np.uint8]) -> float:
        shrink = min(1.0, SMALL_PX / max(grey.shape))
        size = tuple(max(2, round(side * shrink)) for side in grey.shape[::-1])
        small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        change = np.nan if self._small is None or self._small.shape != small.shape else float(
            np.abs(small.astype(np.int16) - self._small).mean())
        self._small = small
        return change

    def _flow_error(self, grey: NDArray[np.uint8], face: Landmarks | None) -> float:
        """The flow-warped error of the face, its mouth left out; NaN unless it is on this frame and the one before."""
        if face is None or self._before is None or self._before[1] is None or self._before[0].shape != grey.shape:
            return np.nan
        width = float(np.ptp(face[:, 0]))
        low = np.maximum(face[:, :2].min(axis=0) - AROUND_FACE * width, 0).astype(int)
        high = (face[:, :2].max(axis=0) + AROUND_FACE * width).astype(int) + 1
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        shrink = min(1.0, FLOW_PX / width)
        after, before = (cv2.resize(picture[part], None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
                         for picture in (grey, self._before[0]))
        mask = _face_without_mouth((face[:, :2] - low) * shrink, after.shape[:2])
        return flow_error(np.asarray(after, np.uint8), np.asarray(before, np.uint8), mask)

    def _note_background(self, frame: ShownFrame, grey: NDArray[np.uint8], face: Landmarks | None) -> None:
        assert self._small is not None  # noqa: S101  set by `_changed` before
        small = self._small
        if face is None:
            self._stood = None
            return
        matte = cv2.resize(self._person.find(frame.picture), small.shape[::-1], interpolation=cv2.INTER_AREA)
        background = background_of(np.asarray(matte, np.float32))
        background[int(face[:, 1].max() * small.shape[0] / grey.shape[0]):] = False
        if self._stood is not None and self._stood[0].shape == small.shape:
            change = background_change(small, self._stood[0], background & self._stood[1])
            if not np.isnan(change):
                self._still.append((frame.time_s, change))
        self._stood = small, background

    def traces(self) -> FilmTraces:
        """What was noted."""
        rows = np.array(self._rows, np.float64)
        return FilmTraces(
            times_s=_ascending(rows[:, 0]), size=self._size, searched_scale=self._scale,
            points=np.stack(self._points).astype(np.float32),
            brightness=rows[:, 1], change=rows[:, 2], flow_error=rows[:, 3], skin=np.stack(self._skin), looks=rows[:, 4],
            reference=self._likeness.face if self._likeness else None,
            detail_s=_column(self._detail, 0), detail=_column(self._detail, 1),
            still_s=_column(self._still, 0), background=_column(self._still, 1), faces=self._faces)


class _Likeness:
    """Compares faces with the reference's."""

    def __init__(self, reference: Reference) -> None:
        self.face = reference.face
        self._aligner = FaceAligner.of(reference.face, LOOKS_PX)
        self._wanted = _grey(self._aligner.align(_shrunk(reference, LOOKS_PX), self._face_of(reference)))

    @staticmethod
    def _face_of(reference: Reference) -> Landmarks:
        return reference.face * np.float32(_shrinking(reference, LOOKS_PX))

    def compare(self, picture: Picture, face: Landmarks) -> tuple[float, NDArray[np.float64]]:
        """How alike, and the colour of the skin."""
        seen = _cropped(picture, face)
        aligned = self._aligner.align(_shrunk(seen, LOOKS_PX), self._face_of(seen))
        return looks(_grey(aligned), self._wanted, self._aligner.upper), aligned[self._aligner.skin].mean(axis=0)


class _Detail:
    """Compares the detail of faces with the portrait's, at the film's scale."""

    def __init__(self, portrait: Reference, face: Landmarks) -> None:
        self._width = round(min(float(np.ptp(face[:, 0])), SHARP_PX))
        self._aligner = FaceAligner.of(portrait.face, self._width)
        self._wanted = self._of(portrait)

    def share(self, seen: Reference) -> float:
        """Detail as a share of the portrait's."""
        return self._of(seen) / max(self._wanted, 1e-9)

    def _of(self, seen: Reference) -> float:
        shrink = np.float32(_shrinking(seen, self._width))
        return sharpness(_grey(self._aligner.align(_shrunk(seen, self._width), seen.face * shrink)), self._aligner.upper)


def _cropped(picture: Picture, face: Landmarks) -> Reference:
    """The part of a picture around a face."""
    around = AROUND_FACE * float(np.ptp(face[:, 0]))
    low = np.maximum(face[:, :2].min(axis=0) - around, 0).astype(int)
    high = (face[:, :2].max(axis=0) + around).astype(int) + 1
    return Reference(picture[low[1]:high[1], low[0]:high[0]], face - np.array([*low, 0], np.float32))


def _shrinking(reference: Reference, width_px: int) -> float:
    """How much smaller a picture must be for its face to be `width_px` wide; 1 where it is about that already."""
    share = width_px / max(float(np.ptp(reference.face[:, 0])), 1.0)
    return share if share < WORTH_SHRINKING else 1.0


def _shrunk(reference: Reference, width_px: int) -> Picture:
    """The picture made smaller so that its face is `width_px` wide, every pixel counted; never larger."""
    shrink = _shrinking(reference, width_px)
    if shrink == 1.0:
        return reference.picture
    return np.asarray(cv2.resize(reference.picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), np.uint8)


def _face_without_mouth(points: NDArray[np.floating], shape: Sequence[int]) -> NDArray[np.bool_]:
    mask = np.zeros(tuple(shape), np.uint8)
    cv2.fillPoly(mask, [np.round(points[list(FACE_OVAL)]).astype(np.int32)], 1)
    lips = points[[*UPPER_LIP_OUTER, *LOWER_LIP_OUTER]]
    width = float(np.linalg.norm(points[FACE_LEFT] - points[FACE_RIGHT]))
    grown = lips.mean(axis=0) + (lips - lips.mean(axis=0)) * (1 + 0.15 * width / max(float(np.ptp(lips[:, 0])), 1.0))
    cv2.fillConvexPoly(mask, np.round(cv2.convexHull(grown.astype(np.float32))).astype(np.int32), 0)
    return mask.astype(bool)


def _grey(picture: Picture) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _ascending(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Times as a clock needs them; a damaged file may repeat or turn back one."""
    return np.asarray(np.maximum.accumulate(times_s))


def _column(rows: Sequence[tuple[float, float]], index: int) -> NDArray[np.float64]:
    return np.array([row[index] for row in rows], np.float64)
