"""A film of an avatar made ready for speech, and films that cannot speak."""

from collections.abc import Callable
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tasks.domain.errors import AvatarError
from tasks.media.avatar_clip import check_avatar_clip
from tasks.media.avatar_film import ReadyFilm, best_frame, make_ready, usable_frames
from tasks.media.clips import check_clip
from tasks.media.drawing.film_mouth import FilmMouth
from tasks.media.drawing.planes import Planes, to_image, view_planes
from tasks.media.encoding import encode_film
from tasks.media.face_track import FaceTrack
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.film_name import FilmName
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_clearance import EASE, MARGIN, Clearance
from tasks.media.rig.topology import LEFT_EYE_LOWER, LEFT_EYE_UPPER, RIGHT_EYE_LOWER, RIGHT_EYE_UPPER

ADA = FilmName.of_avatar("ada")
SIZE = (360, 640)
COUNT = 72
"""Frames of the film `avatar_film`."""
AH = {"jaw": 0.8, "wide": 0.1, "upper": 0.2, "lower": 0.3}
CODING = 12
"""How far a pixel may be off for having been encoded."""
OTHER_NODES = 30
"""The same at the edge of a lip where the grid of a part lies otherwise than that of the whole frame."""
STRONG = 80
"""What changes by so many levels of 255 is the inside of the mouth, where there was a lip."""
ASTRAY_PX = 2.5
"""A held frame is one frame's movement behind, half a pixel here, and a mesh is certain to about one."""
AROUND = 1.5
"""The mouth's patch reaches this far from the middle of the mouth, in units of the scale."""
Edit = Callable[[np.ndarray, int], np.ndarray]


def edited(film: Path, target: Path, edit: Edit, *, frames: range = range(COUNT)) -> Path:
    """The film with each picture, BGR, changed."""
    with av.open(str(film)) as container:
        pictures = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    changed = [cv2.cvtColor(edit(pictures[index], index), cv2.COLOR_BGR2YUV_I420) for index in frames]
    size = changed[0].shape[1], changed[0].shape[0] * 2 // 3
    encode_film(iter(changed), program=find_ffmpeg(), frame_count=len(changed), size=size, target=target,
                progress=lambda _: None)
    return target


def ready(film: Path, folder: Path) -> ReadyFilm:
    return make_ready(film, folder / "film.mp4", name=ADA, size=SIZE, program=find_ffmpeg(), progress=lambda *_: None)


def hand(picture: np.ndarray, index: int) -> np.ndarray:
    """A hand of skin's colour that lies over the mouth on frames 30 to 32."""
    if 30 <= index < 33:
        picture = picture.copy()
        cv2.ellipse(picture, (185, 350), (70, 40), 20, 0, 360, (140, 170, 215), -1)
        for finger in range(4):
            cv2.line(picture, (130, 330 + 14 * finger), (250, 370 + 14 * finger), (100, 130, 180), 2)
    return picture


def beside(picture: np.ndarray, index: int) -> np.ndarray:
    """Twice the same person."""
    face = picture[130:490, 20:340]
    return np.ascontiguousarray(np.tile(cv2.resize(face, (180, 202)), (3, 2, 1))[:606])


@pytest.fixture(scope="module")
def kept(avatar_film: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ReadyFilm, Path]:
    """The film made ready, and where it is kept."""
    folder = tmp_path_factory.mktemp("ready")
    return ready(avatar_film, folder), folder / "film.mp4"


@pytest.fixture(scope="module")
def pictures(kept: tuple[ReadyFilm, Path]) -> list[np.ndarray]:
    """Its frames, I420."""
    with av.open(str(kept[1])) as container:
        return [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]


def drawn(film: ReadyFilm, picture: np.ndarray, index: int, values: dict[str, float]) -> np.ndarray:
    """One frame with its mouth."""
    frame = picture.copy()
    mouth_of(film, picture).draw(view_planes(frame), view_planes(picture.copy()), index, values)
    return frame


def mouth_of(film: ReadyFilm, picture: np.ndarray) -> FilmMouth:
    """The film's mouth; any of its frames is as soft and as red as the reference frame."""
    return FilmMouth(film.rig, film.track, SIZE, to_image(picture))


def changed(film: ReadyFilm, picture: np.ndarray, index: int, values: dict[str, float]) -> np.ndarray:
    """(height, width): by how much drawing changes luma."""
    return np.abs(drawn(film, picture, index, values).astype(int) - picture)[:SIZE[1]]


class TestMakeReady:
    def test_every_frame_is_kept_as_it_was_filmed(self, kept: tuple[ReadyFilm, Path], pictures: list[np.ndarray],
                                                  avatar_film: Path) -> None:
        """In the same order, to a level on average, and the track knows as many."""
        with av.open(str(avatar_film)) as container:
            filmed = [frame.to_ndarray(format="yuv420p") for frame in container.decode(video=0)]
        assert len(pictures) == len(filmed) == len(kept[0].track) == COUNT
        assert max(np.abs(one.astype(int) - other).mean() for one, other in zip(pictures, filmed, strict=True)) < 1

    def test_mouth_is_made_from_the_frame_it_names(self, kept: tuple[ReadyFilm, Path]) -> None:
        """The points of the reference are those of that frame, and beside it the frame is neither softer nor brighter."""
        track = kept[0].track
        assert np.array_equal(track.reference, track.points[track.reference_frame])
        assert track.soft[track.reference_frame] == 0
        assert track.light[track.reference_frame] == pytest.approx(1)

    def test_quiet_film_may_be_drawn_on_everywhere(self, kept: tuple[ReadyFilm, Path]) -> None:
        assert kept[0].track.strength.min() == 1
        assert kept[0].warnings == ()

    def test_reference_shows_the_mouth_closed(self, kept: tuple[ReadyFilm, Path]) -> None:
        assert mouth_opening(kept[0].rig.points()) < 0.03

    def test_nothing_is_left_beside_it(self, kept: tuple[ReadyFilm, Path]) -> None:
        assert [path.name for path in kept[1].parent.iterdir()] == ["film.mp4"]


class TestDrawing:
    @pytest.mark.parametrize("index", [0, 20, 50, 71])
    def test_silent_mouth_leaves_the_film_as_it_is(self, index: int, kept: tuple[ReadyFilm, Path],
                                                   pictures: list[np.ndarray]) -> None:
        """A closed mouth that says nothing is not touched, but for a pixel's worth of steadying at its edges."""
        assert changed(kept[0], pictures[index], index, {}).mean() < 0.05

    @pytest.mark.parametrize("index", [0, 20, 50, 71])
    def test_nothing_outside_the_patch_changes(self, index: int, kept: tuple[ReadyFilm, Path],
                                               pictures: list[np.ndarray]) -> None:
        """Not by one level, however wide the mouth opens."""
        film = kept[0]
        centre = film.track.points[index, :22].mean(axis=0)
        rows, columns = np.mgrid[:SIZE[1], :SIZE[0]]
        far = np.hypot(rows - centre[1], columns - centre[0]) > AROUND * film.rig.scale_px
        moved = changed(film, pictures[index], index, AH)
        assert moved[far].max() == 0
        assert moved.max() > 60

    def test_mouth_follows_the_head(self, kept: tuple[ReadyFilm, Path], pictures: list[np.ndarray]) -> None:
        """From the head turned one way to the other what opens goes as far as the film's lips do."""
        film, places, lips = kept[0], [], []
        for index in (19, 56):
            centre = film.track.points[index, :22].mean(axis=0)
            rows = slice(int(centre[1]), int(centre[1] + 0.25 * film.rig.scale_px))
            places.append(np.median(np.nonzero(changed(film, pictures[index], index, AH)[rows] > STRONG)[1]))
            lips.append(centre[0])
        assert abs(lips[0] - lips[1]) > 0.1 * film.rig.scale_px
        assert places[0] - places[1] == pytest.approx(lips[0] - lips[1], abs=0.03 * film.rig.scale_px)

    def test_drawing_fades_without_a_jump(self, kept: tuple[ReadyFilm, Path], pictures: list[np.ndarray]) -> None:
        """From drawn to left alone every step changes the picture by less than half of the whole way."""
        film, picture = kept[0], pictures[20]
        frames = []
        for strength in np.linspace(1, 0, EASE):
            weak = ReadyFilm(deepcopy(film.track), film.rig)
            weak.track.strength[:] = strength
            frames.append(drawn(weak, picture, 20, AH)[:SIZE[1]].astype(int))
        steps = [np.abs(after - before).sum() for before, after in pairwise(frames)]
        assert np.array_equal(frames[-1], picture[:SIZE[1]])
        assert max(steps) < 0.5 * np.abs(frames[0] - frames[-1]).sum()

    def test_part_of_a_frame_is_the_same(self, kept: tuple[ReadyFilm, Path], pictures: list[np.ndarray]) -> None:
        """The upper part beside a split insert shows what the whole frame shows there, to its last row."""
        film, picture, first, rows = kept[0], pictures[20], 120, 300
        whole = view_planes(drawn(film, picture, 20, AH))
        source = view_planes(picture.copy())
        part = Planes(*(plane.copy() for plane in source.crop(0, first, SIZE[0], first + rows)))
        mouth_of(film, picture).draw(part, source, 20, AH, first=first)
        for plane, wanted in zip(part, whole.crop(0, first, SIZE[0], first + rows), strict=True):
            away = np.abs(plane.astype(int) - wanted)
            assert away.max() <= OTHER_NODES
            assert max((away > CODING).mean(), (away[-4:] > CODING).mean()) < 0.001


class TestPhoneFilm:
    def test_lying_and_uneven_film_is_followed_as_any_other(self, avatar_film: Path, film_of: Callable[..., Path],
                                                           kept: tuple[ReadyFilm, Path], tmp_path: Path) -> None:
        """The same film stored lying, with every fifth frame left out: each mouth is where it was, to a frame's movement."""
        with av.open(str(avatar_film)) as container:
            frames = [np.rot90(frame.to_ndarray(format="rgb24"), -1) / 255 for frame in container.decode(video=0)]
        phone = film_of(frames, name="phone.mp4", turned_deg=90, codec=("libx264", "-qp", "8", "-g", "250"),
                        filters=r"select=mod(n\,5)")
        facts, film = check_clip(phone, size=SIZE), ready(phone, tmp_path)
        assert (facts.rotation_deg, facts.even, facts.width_px, facts.height_px) == (90, False, *SIZE)
        assert film.warnings == ()
        there = (film.track.points, kept[0].track.points[1:])
        count = min(map(len, there))
        assert count >= COUNT - 3
        assert np.linalg.norm(there[0][:count] - there[1][:count], axis=-1).mean(axis=1).max() < ASTRAY_PX


class TestHiddenMouth:
    def test_hand_is_left_alone_and_come_to_softly(self, avatar_film: Path, tmp_path: Path) -> None:
        """Three of 72 frames are few enough: the film is used whole, drawing fades around them, and its owner knows."""
        film = ready(edited(avatar_film, tmp_path / "hand.mp4", hand), tmp_path)
        there = film.track.strength
        assert len(there) == COUNT
        assert there[28:35].max() == 0
        assert there[10] == there[60] == 1
        assert np.abs(np.diff(there)).max() < 0.25
        assert "has something before its mouth" in film.warnings[0]

    def test_film_that_is_bound_to_its_moments_is_kept_whole(self, avatar_film: Path, tmp_path: Path) -> None:
        """However often its mouth is hidden, here every half second; that is told."""
        film = edited(avatar_film, tmp_path / "hands.mp4", lambda picture, index: hand(picture, 30 + index % 15))
        with pytest.raises(AvatarError, match="cannot speak"):
            ready(film, tmp_path)
        (tmp_path / "film.mp4").unlink(missing_ok=True)
        kept = make_ready(film, tmp_path / "film.mp4", name=ADA, size=SIZE, program=find_ffmpeg(),
                          progress=lambda *_: None, whole=True)
        assert len(kept.track) == COUNT
        assert kept.warnings[0].endswith("there the mouth stays as it was filmed")

    def test_film_that_is_hidden_too_often_is_refused(self) -> None:
        """With how much is hidden, why, how long the mouth can be drawn, and what to do."""
        flags = np.zeros(90, bool)
        flags[::20] = True
        none = np.zeros(90, bool)
        with pytest.raises(AvatarError, match=r"has something before its mouth on 6 % of its frames; its mouth can be"
                                              r" drawn for at most 0\.0 s in a row, 2 s are needed: take a film"):
            usable_frames(Clearance({"hidden": none, "covered": flags}), ADA)

    def test_longest_free_run_is_used(self) -> None:
        """Without the frames over which drawing would come and go."""
        flags = np.zeros(200, bool)
        flags[60:90] = True
        assert usable_frames(Clearance({"covered": flags}), ADA) == (89 + MARGIN + EASE, 200)


class TestBestFrame:
    @pytest.mark.parametrize(("offered", "wanted"), [([1, 1, 1, 1], 2), ([1, 1, 0, 1], 1), ([1, 0, 0, 0], 0)])
    def test_is_closed_and_from_the_front(self, offered: list[int], wanted: int, kept: tuple[ReadyFilm, Path]) -> None:
        """Of an open, a leaning, a quiet and a turned face, among those offered; leaning costs nothing, turning does."""
        quiet = kept[0].rig.points()
        gape, turn, lean = quiet.copy(), quiet.copy(), quiet.copy()
        gape[[87, 14, 317], 1] += 60
        turn[:, 2] += 0.6 * turn[:, 0]
        lean[:, :2] = quiet[:, :2] @ np.array([[0.8, 0.6], [-0.6, 0.8]], np.float32)
        lean[[87, 14, 317], :2] += 1
        film = FaceTrack(np.stack([gape, lean, quiet, turn]), SIZE)
        assert best_frame(film, np.array(offered, bool)) == wanted


    def test_has_its_eyes_open(self, kept: tuple[ReadyFilm, Path]) -> None:
        """Of frames whose mouths are as closed to a hundredth, one with closed eyes is not taken."""
        awake = kept[0].rig.points()
        asleep = awake.copy()
        for upper, lower in ((LEFT_EYE_UPPER, LEFT_EYE_LOWER), (RIGHT_EYE_UPPER, RIGHT_EYE_LOWER)):
            asleep[list(upper)] = asleep[list(lower)]
        awake[[87, 14, 317], 1] += 1
        film = FaceTrack(np.stack([asleep, awake, awake]), SIZE)
        assert best_frame(film, np.ones(3, bool)) == 1


class TestBadFilms:
    def test_film_without_a_face_is_refused(self, avatar_film: Path, tmp_path: Path) -> None:
        film = edited(avatar_film, tmp_path / "blank.mp4", lambda picture, _: np.full_like(picture, 90))
        with pytest.raises(AvatarError, match="'ada' shows a face on 0 of 8 frames looked at: take one in which"):
            ready(film, tmp_path)

    def test_film_on_its_side_is_refused(self, avatar_film: Path, tmp_path: Path) -> None:
        film = edited(avatar_film, tmp_path / "lying.mp4", lambda picture, _: np.ascontiguousarray(np.rot90(picture)))
        with pytest.raises(AvatarError, match="lies on its side"):
            ready(film, tmp_path)

    def test_film_of_two_people_is_refused(self, avatar_film: Path, tmp_path: Path) -> None:
        with pytest.raises(AvatarError, match="'ada' shows two faces on . of 8 frames looked at: cut it"):
            ready(edited(avatar_film, tmp_path / "two.mp4", beside), tmp_path)

    def test_film_too_short_is_refused(self, avatar_film: Path, tmp_path: Path) -> None:
        film = edited(avatar_film, tmp_path / "short.mp4", lambda picture, _: cv2.resize(picture, (720, 1280)),
                      frames=range(40))
        with pytest.raises(AvatarError, match=r"short\.mp4' of the avatar lasts 1\.3 s, between 2 and 60 s are needed"):
            check_avatar_clip(film)

    def test_what_is_no_film_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "clip.mp4").write_text("no film")
        with pytest.raises(AvatarError, match=r"clip\.mp4' is damaged or of a kind that is not read"):
            check_avatar_clip(tmp_path / "clip.mp4")
