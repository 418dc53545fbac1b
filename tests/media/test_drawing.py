"""Tests of drawing: what of the picture moves, what stays, and that frames do not depend on each other."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import AvatarError
from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance, PuppetShot
from tasks.media.curves import MOTION, MOUTH, Curves
from tasks.media.drawing.performance import draw
from tasks.media.drawing.planes import to_planes, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[2] / "avatars"
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


FAINT_RIM = 0.005
"""Share of a portrait's pixels in which person and background mix; there the background is made up."""


class TestPuppet:
    def test_resting_pose_is_the_portrait(self) -> None:
        """With every curve at rest the luma plane is the portrait's own, but for the faint rim of the matte."""
        image, rig = load("kofi")
        drawn = view_planes(Puppet(image, rig, (1080, 1920)).frame({})).y.astype(int)
        wrong = np.abs(drawn - to_planes(image).y) > 1
        assert wrong.mean() < FAINT_RIM

    def test_background_never_moves(self, ada: Puppet) -> None:
        """Far from the person the picture is the same in every pose."""
        rest = view_planes(ada.frame({})).y
        posed = view_planes(ada.frame({"yaw": 0.1, "pitch": -0.05, "roll": 0.05, "sway": 0.03, "breath": 1.0})).y
        assert (rest[:120] == posed[:120]).all()
        assert (rest[:400, :50] == posed[:400, :50]).all()

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
