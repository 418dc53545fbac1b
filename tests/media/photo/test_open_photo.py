"""Photos from outside: whatever their form, upright, in sRGB and opaque."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tasks.domain.errors import AvatarError
from tasks.media.photo.open_photo import Photo, open_photo
from tasks.media.plain_picture import ORIENTATION

SIZE = (160, 200)
"""Width and height of the test pictures."""
PATCHES = {"top left": (200, 60, 40), "top right": (40, 160, 70),
           "bottom left": (50, 80, 190), "bottom right": (128, 128, 128)}
"""Where which colour stands, sRGB."""
LEVELS = 3
"""How far a colour may be from the one meant: the rounding of a JPEG and of a profile."""
LYING = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
"""EXIF's note -> how a camera that writes it lays the upright picture down."""


def quarters(mode: str = "RGB") -> Image.Image:
    """A picture of four colours."""
    pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for (rows, columns), colour in zip(PARTS.values(), PATCHES.values(), strict=True):
        pixels[rows, columns] = colour
    return Image.fromarray(pixels).convert(mode)


PARTS = {where: (slice(0, SIZE[1] // 2) if "top" in where else slice(SIZE[1] // 2, SIZE[1]),
                 slice(0, SIZE[0] // 2) if "left" in where else slice(SIZE[0] // 2, SIZE[0])) for where in PATCHES}
"""Rows and columns of each quarter."""


def largest_error(photo: Photo) -> int:
    """Farthest that the middle of any quarter is from its colour, levels."""
    assert photo.image.shape == (SIZE[1], SIZE[0], 3)
    found = {where: photo.image[rows, columns][SIZE[1] // 4, SIZE[0] // 4, ::-1].astype(int)
             for where, (rows, columns) in PARTS.items()}
    return max(int(np.abs(found[where] - PATCHES[where]).max()) for where in PATCHES)


def exchanged_profile() -> bytes:
    """A colour profile whose red is sRGB's green and whose green is sRGB's red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


def refusal(path: Path) -> str:
    """The sentence with which a photo is refused."""
    with pytest.raises(AvatarError) as caught:
        open_photo(path)
    return str(caught.value)


class TestColours:
    @pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 98, "subsampling": 0}),
                                                   ("WEBP", {"lossless": True})])
    def test_colours_stay_what_they_are(self, kind: str, options: dict[str, object], tmp_path: Path) -> None:
        """Whatever the kind of file, and whatever its suffix says."""
        quarters().save(tmp_path / "photo.jpg", kind, **options)
        assert largest_error(open_photo(tmp_path / "photo.jpg")) <= LEVELS

    def test_profile_is_followed(self, tmp_path: Path) -> None:
        """The profile says that red and green are exchanged; saved exchanged, they come out right."""
        red, green, blue = quarters().split()
        Image.merge("RGB", (green, red, blue)).save(tmp_path / "photo.png", icc_profile=exchanged_profile())
        assert largest_error(open_photo(tmp_path / "photo.png")) <= LEVELS

    def test_unusable_profile_is_told(self, tmp_path: Path) -> None:
        """Its colours are taken for sRGB, and the owner hears of it."""
        quarters().save(tmp_path / "photo.png", icc_profile=b"no profile")
        photo = open_photo(tmp_path / "photo.png")
        assert largest_error(photo) <= LEVELS
        assert "cannot be used" in photo.told[0]

    def test_grey_of_16_bits_keeps_its_level(self, tmp_path: Path) -> None:
        """25,700 of 65,535 is 100 of 255."""
        Image.fromarray(np.full((200, 160), 25_700, np.uint16)).save(tmp_path / "photo.png")
        assert np.abs(open_photo(tmp_path / "photo.png").image.astype(int) - 100).max() <= 1

    def test_colours_for_print_are_converted_and_told(self, tmp_path: Path) -> None:
        """Plain black ink, without a profile, is black."""
        Image.new("CMYK", SIZE, (0, 0, 0, 255)).save(tmp_path / "photo.jpg")
        photo = open_photo(tmp_path / "photo.jpg")
        assert photo.image.max() <= LEVELS
        assert "CMYK" in photo.told[0]

    @pytest.mark.parametrize("note", LYING)
    def test_lying_picture_is_set_upright(self, note: int, tmp_path: Path) -> None:
        """The camera's note is followed."""
        lying = quarters() if (turn := LYING[note]) is None else quarters().transpose(turn)
        exif = Image.Exif()
        exif[ORIENTATION] = note
        lying.save(tmp_path / "photo.png", exif=exif)
        assert largest_error(open_photo(tmp_path / "photo.png")) <= LEVELS


class TestTransparency:
    def test_alpha_is_kept_and_a_ground_laid_behind(self, tmp_path: Path) -> None:
        """The person's pixels stay; where it is clear there is one colour, not the one hidden in the file."""
        pixels = np.full((200, 160, 4), (250, 0, 250, 0), np.uint8)
        pixels[50:150, 40:120] = (220, 180, 150, 255)
        Image.fromarray(pixels).save(tmp_path / "photo.png")
        photo = open_photo(tmp_path / "photo.png")
        assert photo.alpha is not None
        assert photo.alpha[100, 80] == 1
        assert photo.alpha[10, 10] == 0
        assert photo.image[100, 80].tolist() == [150, 180, 220]
        assert np.ptp(photo.image[:50].reshape(-1, 3), axis=0).max() == 0
        assert np.ptp(photo.image[10, 10].astype(int)) < 40

    @pytest.mark.parametrize(("person", "light"), [((230, 210, 200), False), ((40, 30, 30), True)])
    def test_ground_differs_from_the_person(self, person: tuple[int, int, int], light: bool, tmp_path: Path) -> None:
        """Dark behind a light person, light behind a dark one."""
        pixels = np.zeros((200, 160, 4), np.uint8)
        pixels[50:150, 40:120] = (*person, 255)
        Image.fromarray(pixels).save(tmp_path / "photo.png")
        assert (open_photo(tmp_path / "photo.png").image[0, 0].mean() > 128) == light

    def test_opaque_alpha_is_none(self, tmp_path: Path) -> None:
        """A channel that says nothing is left out."""
        quarters("RGBA").save(tmp_path / "photo.png")
        assert open_photo(tmp_path / "photo.png").alpha is None

    def test_invisible_photo_is_refused(self, tmp_path: Path) -> None:
        """Nothing would be seen."""
        Image.new("RGBA", SIZE, (200, 0, 0, 0)).save(tmp_path / "photo.png")
        assert "wholly transparent" in refusal(tmp_path / "photo.png")


class TestRefusals:
    def test_animated_photo_is_refused(self, tmp_path: Path) -> None:
        """Nobody can say which frame is meant."""
        frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "blue")]
        frames[0].save(tmp_path / "photo.webp", save_all=True, append_images=frames[1:], duration=100)
        assert "is animated: save one of its 2 frames" in refusal(tmp_path / "photo.webp")

    def test_text_is_no_picture(self, tmp_path: Path) -> None:
        """A name with .jpg makes no photo."""
        (tmp_path / "photo.jpg").write_text("hello")
        assert "is no picture of a kind that is read here" in refusal(tmp_path / "photo.jpg")

    def test_truncated_photo_is_damaged(self, tmp_path: Path) -> None:
        """Half a file is found out."""
        quarters().save(tmp_path / "photo.jpg")
        content = (tmp_path / "photo.jpg").read_bytes()
        (tmp_path / "photo.jpg").write_bytes(content[:len(content) * 2 // 3])
        assert "is damaged or cannot be read" in refusal(tmp_path / "photo.jpg")

    @pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
    def test_what_is_no_file_is_not_opened(self, tmp_path: Path, make: Callable[[Path], None]) -> None:
        """A folder has no pixels, and a pipe would be waited for without end."""
        make(tmp_path / "photo.jpg")
        assert "is a folder, a device or a pipe, not a file" in refusal(tmp_path / "photo.jpg")

    def test_missing_photo_is_named(self, tmp_path: Path) -> None:
        """The path is in the sentence."""
        assert f"{str(tmp_path / 'photo.jpg')!r} is missing" in refusal(tmp_path / "photo.jpg")

    def test_tiny_photo_is_refused(self, tmp_path: Path) -> None:
        """An icon is no photo."""
        Image.new("RGB", (64, 64)).save(tmp_path / "photo.png")
        assert "each side needs at least 128" in refusal(tmp_path / "photo.png")

    def test_absurd_size_is_refused_before_decoding(
        self, tmp_path: Path, header_only: Callable[[Path, int, int], Path],
    ) -> None:
        """A file of 45 bytes that claims gigabytes costs nothing."""
        assert "pixels" in refusal(header_only(tmp_path / "photo.png", 60_000, 60_000))
