"""Films as a viewer sees them: upright, at their own times, and what is no film."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.media.watched_film import pictures_at, read_upright

WIDTH, HEIGHT, COUNT = 64, 96, 12


def pictures() -> list[np.ndarray]:
    """Grey, lighter with every frame, with a white bar at the top."""
    made = []
    for index in range(COUNT):
        picture = np.full((HEIGHT, WIDTH, 3), 0.05 * index)
        picture[:16] = 1.0
        made.append(picture)
    return made


class TestReadUpright:
    def test_frames_come_in_order_at_their_times(self, film_of: Callable[..., Path]) -> None:
        frames = list(read_upright(film_of(pictures())))
        assert [frame.time_s for frame in frames] == pytest.approx([index / 30 for index in range(COUNT)], abs=0.002)
        assert {frame.size for frame in frames} == {(WIDTH, HEIGHT)}
        assert [frame.picture[60].mean() / 255 for frame in frames] == pytest.approx(
            [0.05 * index for index in range(COUNT)], abs=0.02)

    def test_uneven_times_stay(self, film_of: Callable[..., Path]) -> None:
        """Every third frame is gone."""
        film = film_of(pictures(), filters="select='mod(n,3)'")
        wanted = [index / 30 for index in range(COUNT) if index % 3]
        assert [frame.time_s for frame in read_upright(film)] == pytest.approx(wanted, abs=0.002)

    @pytest.mark.parametrize("turned_deg", [90, 180, 270])
    def test_a_film_on_its_side_is_set_upright(self, turned_deg: int, film_of: Callable[..., Path]) -> None:
        """Its metadata say that it is turned for showing, so the bar at the top comes to lie elsewhere."""
        film = film_of(pictures(), name="film.mp4", turned_deg=turned_deg, codec=("libx264", "-qp", "0"))
        frame = next(read_upright(film))
        turned = np.rot90(pictures()[0][..., 0], turned_deg // 90)
        assert frame.size == turned.shape[::-1]
        assert np.abs(frame.picture[..., 0] / 255 - turned).mean() < 0.02
        assert np.abs(frame.whole()[..., 0] / 255 - turned).mean() < 0.02

    def test_pictures_are_made_small_and_never_large(self, film_of: Callable[..., Path]) -> None:
        film = film_of(pictures())
        assert {frame.picture.shape for frame in read_upright(film, side_px=48)} == {(48, 32, 3)}
        assert {frame.picture.shape for frame in read_upright(film, side_px=500)} == {(HEIGHT, WIDTH, 3)}
        assert next(read_upright(film, side_px=48)).whole().shape == (HEIGHT, WIDTH, 3)

    def test_pixels_that_are_not_square_are_stretched(self, film_of: Callable[..., Path]) -> None:
        assert next(read_upright(film_of(pictures(), filters="setsar=2"))).size == (2 * WIDTH, HEIGHT)

    def test_a_film_that_breaks_off_is_read_as_far_as_it_goes(self, film_of: Callable[..., Path]) -> None:
        film = film_of([np.random.default_rng(index).random((HEIGHT, WIDTH, 3)) for index in range(COUNT)])
        film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
        assert 0 < len(list(read_upright(film))) < COUNT

    @pytest.mark.parametrize(("content", "sentence"), [(None, "is missing"), (b"no film", "is damaged or of a kind")])
    def test_what_is_no_film_is_refused(self, content: bytes | None, sentence: str, tmp_path: Path) -> None:
        if content is not None:
            (tmp_path / "film.mp4").write_bytes(content)
        with pytest.raises(FixRequest, match=sentence):
            list(read_upright(tmp_path / "film.mp4"))

    def test_a_kind_of_picture_that_nobody_knows_is_refused(self, film_of: Callable[..., Path]) -> None:
        film = film_of(pictures(), "film.mp4", codec=("libx264",))
        film.write_bytes(film.read_bytes().replace(b"avc1", b"zzzz"))
        with pytest.raises(FixRequest, match="has a picture of a kind that is not read here"):
            list(read_upright(film))


class TestPicturesAt:
    def test_they_are_those_shown_then(self, film_of: Callable[..., Path]) -> None:
        found = pictures_at(film_of(pictures()), [0.0, 4 / 30, 10 / 30], side_px=96)
        assert [picture[60].mean() / 255 for picture in found] == pytest.approx([0.0, 0.2, 0.5], abs=0.02)
