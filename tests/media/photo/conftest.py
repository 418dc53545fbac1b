"""Photos of known faces: the default avatars, small enough to be examined quickly, and what can be done to them."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.domain.photo import Finding
from tasks.media.photo.examination import examine
from tasks.media.photo.open_photo import Photo
from tasks.media.rig.model import Rig, load_image

AVATARS = Path(__file__).parents[3] / "avatars"
ZOOM = 0.5
"""Photos are half as large as the portraits: a face of about 220 pixels."""


@pytest.fixture(scope="session")
def mei() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Mei's picture, 540 x 960, and her landmarks (478, 3)."""
    image = load_image(AVATARS / "mei" / "portrait.png")[0]
    small = cv2.resize(image, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_AREA).astype(np.uint8)
    return small, Rig.read(AVATARS / "mei" / "rig.json").points() * np.float32(ZOOM)


@pytest.fixture(scope="session")
def findings_of() -> Callable[..., dict[str, Finding]]:
    """Examines a picture, (height, width, 3) uint8 BGR; check -> finding."""

    def find(image: NDArray[np.uint8], face: int | None = None) -> dict[str, Finding]:
        photo = Photo("photo.png", np.ascontiguousarray(image))
        return {finding.check: finding for finding in examine(photo, face=face).findings}

    return find


@pytest.fixture(scope="session")
def plain(mei: tuple[NDArray[np.uint8], NDArray[np.float32]], findings_of: Callable[..., dict[str, Finding]],
          ) -> dict[str, Finding]:
    """What is found about the plain picture."""
    return findings_of(mei[0])
