"""Tests of drawing: what of the picture moves, what stays, and that frames do not depend on each other."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.domain.errors import AvatarError
from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance, PuppetShot
from tasks.lipsync.viseme_table import VISEMES
from tasks.media.curves import MOTION, MOUTH, Curves
from tasks.media.drawing.performance import draw
from tasks.media.drawing.planes import to_planes, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[3] / "avatars"
SMALL = (540, 960)
"""Half size: all that is tested here holds at any size, and this one is quick."""


def load(name: str) -> tuple[np.ndarray, Rig]:
    """A default avatar's portrait and rig."""
    rig = Rig.read(AVATARS / name / "rig.json")
    return read_portrait(AVATARS / name / "portrait.png", rig), rig


def media(path: Path) -> MediaFile:
    """A file as the store would name it."""
    content = path.read_bytes()
    return MediaFile(uri=str(path), sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content))


@pytest.fixture(scope="module")
def ada() -> Puppet:
    """Ada at half size."""
    return Puppet(*load("ada"), SMALL)


RESAMPLED = 8
"""Luma difference, of 255, that sharpening and reading between pixels may leave in a picture at rest."""
FAINT_RIM = 0.001
"""Share of a portrait's pixels in which person and background mix; there the background is made up."""
SHARPNESS_RATIO = 1.8
"""Reading between pixels without precautions gives 3."""
MOUTH_BOX = np.s_[478:540, 225:315]
"""Lips and chin of Ada at half size, no hair, no neck; her mouth is at (270, 495)."""
TEETH_LESS_RED = 8
"""Red chroma of lips above that of teeth, at least."""
NEUTRAL = 128
"""Chroma without colour."""
DARK = 60
"""Luma that no skin or lip of Ada has."""


class TestPuppet:
    def test_resting_pose_is_the_portrait(self) -> None:
        """With every curve at rest the picture is the portrait, but for the faint rim of the matte."""
        image, rig = load("kofi")
        drawn = view_planes(Puppet(image, rig, (1080, 1920)).frame({})).y.astype(int)
        wrong = np.abs(drawn - to_planes(image).y) > RESAMPLED
        assert wrong.mean() < FAINT_RIM

    def test_background_never_moves(self, ada: Puppet) -> None:
        """Far from the person the picture is the same in every pose."""
        rest = view_planes(ada.frame({})).y
        posed = view_planes(ada.frame({"yaw": 0.1, "pitch": -0.05, "roll": 0.05, "sway": 0.03, "breath": 1.0})).y
        assert (rest[:120] == posed[:120]).all()
        assert (rest[:400, :50] == posed[:400, :50]).all()

    @pytest.mark.parametrize("pose", [{"yaw": 0.1}, {"roll": -0.05}, {"jaw": 0.9, "smile": 1.0, "breath": 1.0}],
                             ids=["yaw", "roll", "jaw"])
    def test_away_from_the_person_no_byte_changes(self, ada: Puppet, pose: dict[str, float]) -> None:
        """Further from the matte than a head moves, a pose changes nothing, all around the person."""
        near = cv2.dilate((ada._opacity > 0).astype(np.uint8), np.ones((25, 25), np.uint8))
        far = cv2.resize(near, SMALL, interpolation=cv2.INTER_NEAREST) == 0
        rest, moved = (view_planes(ada.frame(values)).y for values in ({}, pose))
        assert far.mean() > 0.2
        assert (rest[far] == moved[far]).all()

    def test_threads_draw_the_same_bytes(self, ada: Puppet) -> None:
        """Frames drawn at once by several threads equal frames drawn one by one, in any order."""
        poses = [{"yaw": 0.01 * i, "jaw": 0.1 * i, "blink": 0.1 * i} for i in range(8)]
        alone = [ada.frame(pose) for pose in poses]
        with ThreadPoolExecutor(3) as pool:
            together = list(pool.map(ada.frame, reversed(poses)))
        for one, other in zip(alone, reversed(together), strict=True):
            assert (one == other).all()

    @pytest.mark.parametrize("size", [(270, 480), (540, 960), (400, 400)])
    def test_any_size(self, size: tuple[int, int]) -> None:
        """Frames come in the size asked for."""
        assert Puppet(*load("mei"), size).frame({"jaw": 0.5}).shape == (size[1] * 3 // 2, size[0])


    def test_motion_keeps_its_sharpness(self) -> None:
        """A texture moved by a part of a pixel is as sharp as one moved by whole pixels, so that nothing pulses."""
        puppet = Puppet(*load("mei"), (1080, 1920))
        hair = np.s_[380:520, 300:700]
        detail = [cv2.Laplacian(view_planes(puppet.frame({"breath": 0.1 * i})).y[hair].astype(np.float32), cv2.CV_32F).var()
                  for i in range(6)]
        assert max(detail) < SHARPNESS_RATIO * min(detail)

    def test_jaw_opens_the_mouth(self, ada: Puppet) -> None:
        """The further the jaw drops, the more pixels between lips and chin differ from the closed mouth."""
        rest = view_planes(ada.frame({})).y[MOUTH_BOX].astype(int)
        changed = [np.abs(view_planes(ada.frame({"jaw": jaw})).y[MOUTH_BOX] - rest).mean() for jaw in (0.1, 0.3, 0.5, 0.8)]
        assert changed == sorted(changed)
        assert changed[-1] > 3 * changed[0]

    def test_jaw_uncovers_the_dark_of_the_mouth(self, ada: Puppet) -> None:
        """An open mouth shows more dark pixels than a half open one, and that more than a closed one."""
        dark = [(view_planes(ada.frame({"jaw": jaw})).y[MOUTH_BOX] < DARK).sum() for jaw in (0.0, 0.35, 0.8)]
        assert dark[0] < dark[1] < dark[2]

    def test_press_closes_the_gap_between_the_lips(self, ada: Puppet) -> None:
        """Pressed lips show less of the dark line that resting lips have."""
        rest, pressed = (view_planes(ada.frame({"press": press})).y[MOUTH_BOX] for press in (0.0, 1.0))
        assert (pressed < DARK).sum() < 0.7 * (rest < DARK).sum()

    def test_tuck_shows_teeth_on_the_lower_lip(self, ada: Puppet) -> None:
        """For f and v the middle of the mouth loses the red of the lips: teeth."""
        rest, tucked = (view_planes(ada.frame(pose)) for pose in ({}, {"tuck": 1.0, "upper": 0.25, "jaw": 0.1}))
        middle = np.s_[240:252, 130:140]
        assert tucked.v[middle].min() < rest.v[middle].min() - TEETH_LESS_RED

    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_f_shows_teeth_and_no_dark_line(self, name: str) -> None:
        """In the middle of the mouth, lips apart by a line at rest, the darkest of f and v is brighter by half."""
        image, rig = load(name)
        puppet = Puppet(image, rig, SMALL)
        x, y = np.round(np.mean([*rig.mouth.upper, *rig.mouth.lower], axis=0) / 2).astype(int)
        rest, tucked = (view_planes(puppet.frame(pose)).y[y - 6:y + 7, x - 6:x + 7].astype(int)
                        for pose in ({}, VISEMES["fv"]))
        assert tucked.min() > 1.5 * rest.min()

    def test_blink_covers_the_iris(self, ada: Puppet) -> None:
        """A closed eye shows neither the black of the pupil nor the white of the eye where they were."""
        left, top, radius = 427 // 2, 758 // 2, 6
        pupil = np.s_[top - radius:top, left - radius:left + radius]
        opened, closed = (view_planes(ada.frame({"blink": blink})).y[pupil] for blink in (0.0, 1.0))
        assert opened.min() < DARK
        assert closed.min() > DARK

    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    @pytest.mark.parametrize("smile", [0.0, 1.0])
    def test_closed_lids_leave_no_sliver_of_the_eye(self, name: str, smile: float) -> None:
        """Over the whole opening nothing of a closed eye is brighter than the brightest skin around it: no eye white."""
        image, rig = load(name)
        puppet = Puppet(image, rig, (1080, 1920))
        planes = view_planes(puppet.frame({"blink": 1.0, "smile": smile}))
        for eye in puppet._face.eyes:
            opening = np.zeros(planes.y.shape, np.uint8)
            cv2.fillPoly(opening, [np.vstack([eye.upper, eye.lower[::-1]]).astype(np.int32)], 1)
            lid = cv2.dilate(opening, np.ones((41, 41), np.uint8)) - cv2.dilate(opening, np.ones((9, 9), np.uint8))
            assert planes.y[opening > 0].max() <= np.percentile(planes.y[lid > 0], 99) + RESAMPLED

    def test_teeth_in_the_shade_are_not_grey(self) -> None:
        """Between hardly parted lips the light is warm: teeth have the red chroma of skin, not of paper."""
        planes = view_planes(Puppet(*load("ada"), (1080, 1920)).frame({"jaw": 0.15}))
        middle = np.s_[495:505, 262:278]
        assert planes.v[middle].min() > NEUTRAL + 6

    def test_yaw_moves_the_nose_more_than_the_ears(self) -> None:
        """A turn of the head shifts what is near to the camera most: parallax."""
        image, rig = load("kofi")
        pose, (nose, ear) = Puppet(image, rig, SMALL)._pose, (rig.landmarks[4], rig.landmarks[234])
        shift = pose.grid.nodes() - pose.places({"yaw": 0.1})
        nose_px, ear_px = (pose.grid.sample(shift, np.array([[x / 2, y / 2]]))[0, 0] for x, y, _ in (nose, ear))
        assert nose_px > 3 * abs(ear_px)
        assert nose_px > 0

    def test_odd_size_is_refused(self) -> None:
        """Chroma has half the resolution, so sides are even."""
        with pytest.raises(ValueError, match="even"):
            Puppet(*load("ada"), (541, 960))


class TestDraw:
    def test_frames_are_independent(self, tmp_path: Path) -> None:
        """A frame asked for alone equals the same frame of the whole performance."""
        performance = perform(tmp_path, "ada")
        every = list(draw(performance, lambda file: Path(file.uri), size=(270, 480)))
        some = list(draw(performance, lambda file: Path(file.uri), size=(270, 480), frames=[5, 2]))
        assert len(every) == performance.frame_count
        assert (some[0] == every[5]).all()
        assert (some[1] == every[2]).all()

    def test_wrong_portrait_is_refused(self, tmp_path: Path) -> None:
        """A rig draws only the portrait it was made for."""
        shot = perform(tmp_path, "ada").shots[0]
        swapped = shot.model_copy(update={"portrait": media(AVATARS / "mei/portrait.png")})
        performance = perform(tmp_path, "ada", shot=swapped)
        with pytest.raises(AvatarError, match="another portrait"):
            next(draw(performance, lambda file: Path(file.uri)))


def perform(folder: Path, name: str, *, shot: PuppetShot | None = None, frame_count: int = 8) -> Performance:
    """A short performance in which everything moves."""
    ramp = np.linspace(0, 0.5, frame_count, dtype=np.float32)
    for file, curves in (("motion.json", MOTION), ("mouth.json", MOUTH)):
        (folder / file).write_text(Curves(dict.fromkeys(curves, ramp)).to_json(), "utf-8")
    shot = shot or PuppetShot(start_s=0, end_s=frame_count / 30, portrait=media(AVATARS / name / "portrait.png"),
                              rig=media(AVATARS / name / "rig.json"), motion=media(folder / "motion.json"))
    return Performance(frame_count=frame_count, shots=(shot,), mouth=media(folder / "mouth.json"), engine="test",
                       version="1")
