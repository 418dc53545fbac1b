"""A mouth's track: the file, and where the head goes."""

from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import StoreDamaged
from tasks.media.affine import apply_affine
from tasks.media.mouth_track import ANCHORS, LIPS, TRACKED, MouthTrack, film_moves, head_places, read_track

HALF_STEP = 1 / 32
"""Points are kept in sixteenths of a pixel."""


def face() -> np.ndarray:
    """Points of a face, mirrored left and right around x = 300."""
    dice = np.random.default_rng(1)
    lips = dice.uniform((250, 500), (350, 560), (len(LIPS), 2))
    nose = np.array([[300, 450], [290, 448], [310, 448]])
    left = dice.uniform((150, 250), (280, 450), (6, 2))
    return np.vstack([lips, nose, left, left * [-1, 1] + [600, 0]]).astype(np.float32)


def moved(turn_rad: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    """A (2, 3) similarity."""
    cos, sin = scale * np.cos(turn_rad), scale * np.sin(turn_rad)
    return np.array([[cos, -sin, shift[0]], [sin, cos, shift[1]]])


def track() -> MouthTrack:
    places = np.stack([moved(0.02 * index, 1 + 0.01 * index, (3 * index, -index)) for index in range(8)])
    points = apply_affine(places, face()).astype(np.float32)
    return known(face(), points, strength=np.linspace(0, 1, 8), soft=np.linspace(0, 6, 8), light=np.linspace(0.5, 1.6, 8))


def known(reference: np.ndarray, points: np.ndarray, **looks: np.ndarray) -> MouthTrack:
    """A track whose third last frame is the reference, drawn on everywhere, as soft and bright as that unless said."""
    plain = {"strength": np.ones(len(points)), "soft": np.zeros(len(points)), "light": np.ones(len(points))}
    return MouthTrack((1080, 1920), reference, points, reference_frame=max(len(points) - 3, 0),
                      **{name: values.astype(np.float32) for name, values in (plain | looks).items()})


class TestFile:
    def test_comes_back_as_it_was(self, tmp_path: Path) -> None:
        """To a sixteenth of a pixel, to a 255th of strength, and to a hundredth of the light."""
        path, kept = tmp_path / "mouth.track", track()
        path.write_bytes(kept.to_bytes())
        read = read_track(path)
        assert (read.size, len(read)) == (kept.size, 8)
        assert np.abs(read.points - kept.points).max() <= HALF_STEP + 1e-4
        assert np.abs(read.reference - kept.reference).max() <= HALF_STEP + 1e-4
        assert np.abs(read.strength - kept.strength).max() <= 0.5 / 255 + 1e-6
        assert np.abs(read.soft - kept.soft).max() <= HALF_STEP + 1e-6
        assert np.abs(read.light - kept.light).max() <= 0.005 + 1e-6
        assert read.reference_frame == 5

    def test_is_compact(self) -> None:
        """A minute takes less than half a megabyte."""
        assert len(track().to_bytes()) / 9 * 1800 < 2**19

    @pytest.mark.parametrize("content", [b"", b"{}", b"\x93NUMPY", track().to_bytes()[:-1], track().to_bytes() + b"x",
                                         b'{"schema": 2, "size": [1, 2], "frames": 0, "points": 59, "reference": 0}\n'])
    def test_damage_is_noticed(self, content: bytes, tmp_path: Path) -> None:
        (tmp_path / "mouth.track").write_bytes(content)
        with pytest.raises(StoreDamaged, match="'mouth.track' is no track of a mouth"):
            read_track(tmp_path / "mouth.track")

    def test_part_has_its_frames_and_knows_the_reference(self) -> None:
        part = track().part(2, 7)
        for name in ("points", "strength", "soft", "light"):
            assert np.array_equal(getattr(part, name), getattr(track(), name)[2:7])
        assert np.array_equal(part.reference, track().reference)
        assert part.reference_frame == 3


class TestHeadPlaces:
    def test_head_that_moves_as_a_whole_is_followed_exactly(self) -> None:
        """Turned, scaled and moved: the map carries the reference's points to each frame's."""
        kept = track()
        assert np.abs(apply_affine(head_places(kept), kept.reference) - kept.points).max() < 0.01

    def test_nose_that_stands_out_does_not_make_a_turned_head_lean(self) -> None:
        """A head turned by 10 degrees moves its nose aside: the map stays upright and goes with the nose."""
        turned = face()
        turned[len(LIPS):len(LIPS) + 3, 0] += 20
        kept = known(face(), turned[None])
        (place,) = head_places(kept)
        assert place[0, 1] == pytest.approx(0, abs=1e-6)
        assert place[0, 2] == pytest.approx(20, abs=0.01)

    def test_tracked_points_are_told_once(self) -> None:
        assert len(set(ANCHORS)) == len(ANCHORS)
        assert len(TRACKED) == len(LIPS) + len(ANCHORS) == 59


class TestFilmMoves:
    def test_tells_how_far_the_face_moves_to_the_next_frame(self) -> None:
        """A face that stands still for three frames, then moves by a mouth's width."""
        points = np.stack([face()] * 4)
        width = np.linalg.norm(points[0, 0] - points[0, 10])
        points[3, :, 0] += width
        kept = known(face(), points)
        assert film_moves(kept) == pytest.approx([0, 0, 1, 0], abs=1e-5)
