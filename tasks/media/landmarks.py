"""Finds faces in pictures: 478 points a face, irises included.

The rest of the program knows only the small `LandmarkFinder`; `FaceMesh` is the one built on the models that mediapipe
carries in its package, so nothing is downloaded. They are used twice: to analyse a portrait, and to measure finished frames.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType, TracebackType
from typing import Any, Protocol, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import MissingTool

POINT_COUNT = 478
"""Points of a face: 468 of the mesh, then five for each iris (centre, right, top, left, bottom)."""
MESH_COUNT = 468
"""Points of the face without the irises."""

Landmarks = NDArray[np.float32]
"""(478, 3): x and y in pixels of the picture searched, z in the same unit, smaller is nearer to the camera."""


class LandmarkFinder(Protocol):
    """Whatever finds the points of faces in a picture."""

    def find(self, image: NDArray[np.uint8]) -> list[Landmarks]:
        """The faces in `image`, (height, width, 3) uint8 BGR, the most certain first."""


class Model:
    """A model of mediapipe, for many pictures; a context manager, since it holds native memory."""

    def __init__(self, load: Callable[[Any], Any]) -> None:
        """Loads the model: `load` makes it from what `load_solutions` gives.

        Raises:
            MissingTool: mediapipe is not installed.
        """
        with quiet_stderr():
            self._model = load(load_solutions())
            self._model.process(np.zeros((64, 64, 3), np.uint8))  # what its threads log at their start is said here

    def see(self, image: NDArray[np.uint8]) -> Any:
        """What the model makes of `image`, (height, width, 3) uint8 BGR."""
        with quiet_stderr():
            return self._model.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))

    def close(self) -> None:
        """Frees the model."""
        self._model.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class FaceMesh(Model):
    """The face mesh model as a `LandmarkFinder`."""

    def __init__(self, *, still: bool = True, face_count: int = 1, confidence: float = 0.4) -> None:
        """Loads the model.

        Args:
            still: search every picture afresh; False follows one face through a film, which is faster and steadier.
            face_count: how many faces to look for.
            confidence: how certain a detection must be, 0 to 1.

        Raises:
            MissingTool: mediapipe is not installed.
        """
        super().__init__(lambda solutions: solutions.face_mesh.FaceMesh(
            static_image_mode=still, refine_landmarks=True, max_num_faces=face_count, min_detection_confidence=confidence))

    def find(self, image: NDArray[np.uint8]) -> list[Landmarks]:
        """The faces in `image`, (height, width, 3) uint8 BGR."""
        height, width = image.shape[:2]
        scale = np.array([width, height, width], np.float32)
        return [np.array([(point.x, point.y, point.z) for point in face.landmark], np.float32) * scale
                for face in self.see(image).multi_face_landmarks or []]


def load_solutions() -> Any:
    """The models of mediapipe.

    Raises:
        MissingTool: mediapipe is not installed.
    """
    try:
        with without_plotting():
            from mediapipe.python import solutions
    except ImportError as error:
        raise MissingTool(f"faces cannot be found without mediapipe ({error}): install the requirements again") from error
    return solutions


@contextlib.contextmanager
def without_plotting() -> Iterator[None]:
    """Lets mediapipe be imported without matplotlib, whose import takes longer than all the faces of a reel.

    Only one of mediapipe's drawing functions, which nothing here calls, uses it.
    """
    names = [name for name in ("matplotlib", "matplotlib.pyplot") if name not in sys.modules]
    sys.modules.update({name: ModuleType(name) for name in names})
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Sends file descriptor 2 to nowhere meanwhile: the models' native log knows no other way to be silent.

    Threads may be inside at the same time; the last one that leaves brings it back.
    """
    _silence.begin()
    try:
        yield
    finally:
        _silence.end()


class _Silence:
    """File descriptor 2, sent to nowhere as long as anybody wants it."""

    def __init__(self) -> None:
        self._lock, self._wanted_by, self._saved = threading.Lock(), 0, -1

    def begin(self) -> None:
        """One more wants it."""
        with self._lock:
            if not self._wanted_by:
                self._saved = os.dup(2)
                with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  a descriptor is wanted, no path
                    os.dup2(nowhere.fileno(), 2)
            self._wanted_by += 1

    def end(self) -> None:
        """One less does."""
        with self._lock:
            self._wanted_by -= 1
            if not self._wanted_by:
                os.dup2(self._saved, 2)
                os.close(self._saved)


_silence = _Silence()
