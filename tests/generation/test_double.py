"""The stand-in for a generator: films that can be told apart, spoken on, and made again."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.domain.errors import AvatarError
from tasks.domain.generation import ClipOrder
from tasks.domain.media import MediaFile
from tasks.generation.base import Material
from tasks.generation.double import LONGEST_S, SIZE_PX, DoubleFilms

PORTRAIT = Path(__file__).parents[2] / "avatars" / "ada" / "portrait.png"
FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)


def made(folder: Path, *, picture: Path | None, **order: object) -> list[np.ndarray]:
    """The frames of a clip."""
    wanted = ClipOrder.model_validate({"seed": 1, "duration_s": 0.5, "picture": FILE if picture else None} | order)
    DoubleFilms().generate(wanted, Material(picture=picture), folder / "clip.mp4", lambda *_: None)
    film, frames = cv2.VideoCapture(str(folder / "clip.mp4")), []
    while (read := film.read())[0]:
        frames.append(read[1])
    return frames


class TestDouble:
    def test_film_begins_with_the_portrait_and_moves(self, tmp_path: Path) -> None:
        frames = made(tmp_path, picture=PORTRAIT)
        portrait = cv2.imread(str(PORTRAIT))
        width = portrait.shape[0] * SIZE_PX[0] // SIZE_PX[1]
        left = (portrait.shape[1] - width) // 2
        seen = cv2.resize(portrait[:, left:left + width], SIZE_PX, interpolation=cv2.INTER_AREA)
        assert {frame.shape for frame in frames} == {(SIZE_PX[1], SIZE_PX[0], 3)}
        assert np.abs(frames[0].astype(float) - seen).mean() < 4
        assert np.abs(frames[-1].astype(float) - frames[0]).mean() > 1

    def test_film_is_as_long_as_it_is_ordered_up_to_its_longest(self, tmp_path: Path) -> None:
        assert len(made(tmp_path, picture=None, duration_s=0.5)) == 15
        assert len(made(tmp_path, picture=None, duration_s=60)) == LONGEST_S * 30

    def test_seed_and_text_decide_it(self, tmp_path: Path) -> None:
        """The same order gives the same film."""
        first, again, other, text = (made(tmp_path, picture=None, **more)[0] for more in (
            {}, {}, {"seed": 2}, {"prompt": "a cup"}))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)
        assert not np.array_equal(first, text)

    def test_picture_without_a_face_comes_nearer(self, tmp_path: Path) -> None:
        """A white square in the middle of a grey picture grows."""
        picture = np.full((1920, 1080, 3), 90, np.uint8)
        picture[860:1060, 440:640] = 250
        cv2.imwrite(str(tmp_path / "square.png"), picture)
        sizes = [int((frame > 170).all(-1).sum()) for frame in made(tmp_path, picture=tmp_path / "square.png", duration_s=1)]
        assert sizes[0] == pytest.approx(100**2, rel=0.03)
        assert sizes[-1] == pytest.approx(sizes[0] * 1.04**2, rel=0.03)

    def test_file_that_is_no_picture_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "text.png").write_text("text")
        with pytest.raises(AvatarError, match="no picture"):
            made(tmp_path, picture=tmp_path / "text.png")
