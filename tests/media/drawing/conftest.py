"""Files that performances are made of, generated: pictures, films and curves."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tasks.domain.media import MediaFile
from tasks.domain.performance import ClipShot, Performance, Shot, StillShot
from tasks.media.curves import CAMERA, Curves
from tasks.media.drawing.performance import draw


class PropertyRoom:
    """Makes files and draws what is made of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def media(self, path: Path) -> MediaFile:
        """A file as the store would name it."""
        content = path.read_bytes()
        return MediaFile(uri=str(path), sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))

    def curves(self, name: str, values: Mapping[str, object]) -> MediaFile:
        """A file of curves."""
        path = self.folder / f"{name}.json"
        path.write_text(Curves({key: np.asarray(curve, np.float32) for key, curve in values.items()}).to_json(), "utf-8")
        return self.media(path)

    def picture(self, name: str, image: np.ndarray) -> MediaFile:
        """A PNG of a BGR or BGRA image."""
        cv2.imwrite(str(self.folder / name), image)
        return self.media(self.folder / name)

    def film(self, name: str, lumas: list[int], size: tuple[int, int]) -> MediaFile:
        """A film whose frames are plain greys of the given luma."""
        path = self.folder / name
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=30)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            stream.options = {"preset": "ultrafast", "qp": "4", "g": "12"}
            for luma in lumas:
                grey = np.full((size[1] * 3 // 2, size[0]), 128, np.uint8)
                grey[:size[1]] = luma
                container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="yuv420p")))
            container.mux(stream.encode())
        return self.media(path)

    def still(self, picture: MediaFile, frames: int, *, start_s: float = 0.0, focus: tuple[float, float] = (0.5, 0.5),
              **camera: object) -> StillShot:
        """A picture under a camera whose curves are given, or at rest."""
        curves = self.curves(f"camera-{picture.sha256[:8]}-{frames}-{len(camera)}",
                             dict.fromkeys(CAMERA, np.zeros(frames)) | camera)
        return StillShot(start_s=start_s, end_s=start_s + frames / 30, picture=picture, camera=curves, focus_x=focus[0],
                         focus_y=focus[1])

    def clip(self, film: MediaFile, frames: int, *, start_s: float = 0.0) -> ClipShot:
        """A film shot."""
        return ClipShot(start_s=start_s, end_s=start_s + frames / 30, clip=film)

    def perform(self, shots: tuple[Shot, ...], **over: object) -> Performance:
        """A performance of some shots, with what is over them."""
        return Performance(frame_count=round(shots[-1].end_s * 30), shots=shots, engine="test", version="1", **over)

    def draw(self, performance: Performance, frames: list[int] | None = None, *, size: tuple[int, int] = (108, 192)
             ) -> list[np.ndarray]:
        """Drawn frames."""
        return list(draw(performance, lambda file: Path(file.uri), size=size, frames=frames))


@pytest.fixture
def room(tmp_path: Path) -> PropertyRoom:
    """A folder for one test."""
    return PropertyRoom(tmp_path)
