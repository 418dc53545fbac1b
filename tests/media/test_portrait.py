"""A portrait's file: checked, written, examined again."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tasks.domain.errors import AvatarError
from tasks.media.image_file import MAX_BYTES
from tasks.media.portrait import check_portrait, examine_portrait, shows, write_portrait
from tasks.media.rig.model import Rig

AVATARS = Path(__file__).parents[2] / "avatars"


def picture(path: Path, size: tuple[int, int] = (300, 400), **options: str) -> Path:
    """A grey picture as a file."""
    Image.new("RGB", size, (90, 90, 90)).save(path, **options)
    return path


def refusal(path: Path) -> str:
    """The sentence with which a portrait is refused."""
    with pytest.raises(AvatarError) as caught:
        check_portrait(path)
    return str(caught.value)


class TestCheckPortrait:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
    def test_content_counts_not_suffix(self, tmp_path: Path, kind: str) -> None:
        """A picture is known by what it holds, and its size is (width, height)."""
        assert check_portrait(picture(tmp_path / "portrait.png", format=kind)) == (300, 400)

    def test_missing_portrait_is_named(self, tmp_path: Path) -> None:
        """The path that was looked at is in the sentence."""
        assert f"the portrait {str(tmp_path / 'portrait.png')!r} is missing" in refusal(tmp_path / "portrait.png")

    @pytest.mark.parametrize("content", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a"])
    def test_other_content_is_no_picture(self, tmp_path: Path, content: bytes) -> None:
        """Text and kinds that are not read are refused before a decoder sees them."""
        path = tmp_path / "portrait.png"
        path.write_bytes(content)
        assert "is no picture of a kind that is read here" in refusal(path)

    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_truncated_picture_is_damaged(self, tmp_path: Path, kind: str) -> None:
        """Half a file is found out, though its header is right."""
        path = tmp_path / "portrait.png"
        Image.effect_noise((300, 400), 80).convert("RGB").save(path, format=kind)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "is damaged or cannot be read" in refusal(path)

    @pytest.mark.parametrize(("width", "height"), [(8000, 7000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
    def test_absurd_size_is_refused_before_decoding(
        self, tmp_path: Path, width: int, height: int, header_only: Callable[[Path, int, int], Path],
    ) -> None:
        """A file of 45 bytes that claims gigabytes costs nothing."""
        assert "pixels" in refusal(header_only(tmp_path / "portrait.png", width, height))

    def test_too_large_a_file_is_not_opened(self, tmp_path: Path) -> None:
        """The file's size alone is enough."""
        path = tmp_path / "portrait.png"
        path.touch()
        with path.open("r+b") as stream:
            stream.truncate(MAX_BYTES + 1)
        assert "67,108,865 bytes" in refusal(path)

    def test_tiny_picture_is_refused(self, tmp_path: Path) -> None:
        """A thumbnail has no face to animate."""
        assert "300 x 200 pixels, each side needs at least 256" in refusal(picture(tmp_path / "portrait.png", (300, 200)))

    def test_folder_is_no_portrait(self, tmp_path: Path) -> None:
        """A folder of that name is refused as what it is."""
        assert "is a folder, a device or a pipe" in refusal(tmp_path)


class TestShows:
    def test_written_portrait_shows_exactly_its_picture(self, tmp_path: Path) -> None:
        """Every pixel; one level elsewhere is another picture, and so is no file."""
        image = np.random.default_rng(1).integers(0, 256, (300, 300, 3), np.uint8)
        write_portrait(image, tmp_path / "portrait.png")
        assert shows(tmp_path / "portrait.png", image)
        other = image.copy()
        other[7, 9, 1] ^= 1
        assert not shows(tmp_path / "portrait.png", other)
        assert not shows(tmp_path / "none.png", image)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mei and Kofi on one picture, Kofi on the right and a little larger."""
    mei, kofi = (cv2.imread(str(AVATARS / name / "portrait.png"))[300:1300] for name in ("mei", "kofi"))
    path = tmp_path_factory.mktemp("pair") / "portrait.png"
    cv2.imwrite(str(path), np.hstack([mei, kofi]))
    return path


class TestExaminePortrait:
    def rig_at(self, name: str, shift_px: float) -> Rig:
        """An avatar's rig with its landmarks where its face is on the picture of two."""
        rig = Rig.read(AVATARS / name / "rig.json")
        return rig.model_copy(update={"landmarks": tuple((x + shift_px, y - 300, z) for x, y, z in rig.landmarks)})

    @pytest.mark.parametrize(("name", "shift_px"), [("mei", 0.0), ("kofi", 1080.0)])
    def test_face_of_the_rig_is_examined(self, pair: Path, name: str, shift_px: float) -> None:
        """Chosen among two by its owner: the other one is no fault."""
        rig = self.rig_at(name, shift_px)
        found = examine_portrait(pair, rig, chosen=True)
        assert found.landmarks is not None
        assert np.abs(found.landmarks - rig.points())[:, :2].max() < 12
        assert not found.refused
