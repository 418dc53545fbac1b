"""Pictures that a script shows: the right way up, in the right colours, and refused where they would look bad."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from tasks.domain.errors import FixRequest
from tasks.media.image_file import MAX_BYTES
from tasks.media.pictures import check_picture, make_ready
from tasks.media.plain_picture import ORIENTATION

SIZE = (1200, 2000)
"""Width and height of most test pictures: a little larger than a reel's frame."""
PATCHES = {"top left": (200, 60, 40), "top right": (40, 160, 70),
           "bottom left": (50, 80, 190), "bottom right": (128, 128, 128)}
"""Where which colour stands, sRGB."""
GREYS = {"top left": 30, "top right": 110, "bottom left": 170, "bottom right": 235}
LEVELS = 3
"""How far a colour may be from the one meant: a JPEG's rounding, twice."""
PALETTE_LEVELS = 4
"""A palette's nearest colour and a JPEG's rounding."""
BACKGROUNDS = ("#101418", "#f0f4f8")
TURNS = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
         5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
         8: Image.Transpose.ROTATE_270}
"""EXIF's note -> how a camera that writes it lays the upright picture down."""


def quarters(colours: dict[str, tuple[int, int, int]] | dict[str, int], size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture of four quarters."""
    width, height = size
    first = next(iter(colours.values()))
    pixels = np.zeros((height, width, 3) if isinstance(first, tuple) else (height, width), np.uint8)
    for where, colour in colours.items():
        rows = slice(0, height // 2) if "top" in where else slice(height // 2, height)
        columns = slice(0, width // 2) if "left" in where else slice(width // 2, width)
        pixels[rows, columns] = colour
    return Image.fromarray(pixels)


def seen(path: Path) -> dict[str, tuple[int, ...]]:
    """The colour in the middle of each quarter of a file."""
    with Image.open(path) as picture:
        assert (picture.mode, picture.format) == ("RGB", "JPEG")
        pixels = np.asarray(picture)
    height, width = pixels.shape[:2]
    return {where: tuple(int(level) for level in
                         pixels[height // 4 if "top" in where else 3 * height // 4,
                                width // 4 if "left" in where else 3 * width // 4])
            for where in PATCHES}


def ready(path: Path) -> Path:
    """The picture made ready, after it was checked."""
    check_picture(path)
    target = path.with_name("ready.jpg")
    make_ready(path, target, backgrounds=BACKGROUNDS)
    return target


def largest_error(found: dict[str, tuple[int, ...]], meant: dict[str, tuple[int, int, int]]) -> int:
    """Farthest that any colour is off, in levels."""
    return max(abs(one - other) for where in meant for one, other in zip(found[where], meant[where], strict=True))


def refusal(path: Path) -> str:
    """The sentence with which a picture is refused."""
    with pytest.raises(FixRequest) as caught:
        check_picture(path)
    return str(caught.value)


def exchanged_profile() -> bytes:
    """A colour profile whose red is sRGB's green and whose green is sRGB's red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


def half_seen(size: tuple[int, int] = SIZE, colour: tuple[int, int, int] = (220, 200, 180)) -> Image.Image:
    """One colour, clear in the upper half, half transparent in the lower."""
    picture = Image.new("RGBA", size, (*colour, 255))
    picture.paste((*colour, 128), (0, size[1] // 2, *size))
    return picture


def write_16_bit_colours(path: Path) -> None:
    """Four quarters with 65,536 levels a channel."""
    path.write_bytes(cv2.imencode(".png", np.asarray(quarters(PATCHES), np.uint16)[..., ::-1] * 257)[1].tobytes())


def write_cmyk(path: Path) -> None:
    """Four quarters in the colours of a press."""
    quarters(PATCHES).convert("CMYK").save(path, "JPEG", quality=98, subsampling=0)


COLOURED: dict[str, Callable[[Path], None]] = {
    "PNG": lambda path: quarters(PATCHES).save(path, "PNG"),
    "JPEG": lambda path: quarters(PATCHES).save(path, "JPEG", quality=98),
    "WebP": lambda path: quarters(PATCHES).save(path, "WEBP", lossless=True),
    "palette": lambda path: quarters(PATCHES).quantize(16).save(path, "PNG"),
    "GIF": lambda path: quarters(PATCHES).quantize(16).save(path, "GIF"),
    "16 bits a channel": write_16_bit_colours,
    "for print": write_cmyk,
    "much larger": lambda path: quarters(PATCHES, (4000, 7000)).save(path, "PNG"),
}
"""The same four colours in every form a file can have."""


class TestColours:
    @pytest.mark.parametrize("form", COLOURED)
    def test_colours_stay_what_they_are(self, form: str, tmp_path: Path) -> None:
        """Whatever the file's form, the four quarters keep their colours and places."""
        COLOURED[form](tmp_path / "picture")
        assert largest_error(seen(ready(tmp_path / "picture")), PATCHES) <= PALETTE_LEVELS

    @pytest.mark.parametrize("deep", [False, True])
    def test_greys_stay_what_they_are(self, deep: bool, tmp_path: Path) -> None:
        """Greys of 8 and of 16 bits."""
        grey = quarters(GREYS)
        if deep:
            grey = Image.fromarray(np.asarray(grey, np.uint16) * 257)
        grey.save(tmp_path / "grey.png")
        meant = {where: (level, level, level) for where, level in GREYS.items()}
        assert largest_error(seen(ready(tmp_path / "grey.png")), meant) <= LEVELS

    def test_colour_profile_is_followed(self, tmp_path: Path) -> None:
        """A profile says what the numbers mean: here that red and green are exchanged."""
        quarters(PATCHES).save(tmp_path / "picture.png", icc_profile=exchanged_profile())
        meant = {where: (green, red, blue) for where, (red, green, blue) in PATCHES.items()}
        assert check_picture(tmp_path / "picture.png").warnings == ()
        assert largest_error(seen(ready(tmp_path / "picture.png")), meant) <= LEVELS

    def test_damaged_profile_is_told_and_left_out(self, tmp_path: Path) -> None:
        """The picture is still a picture."""
        quarters(PATCHES).save(tmp_path / "picture.png", icc_profile=b"no profile")
        warning, = check_picture(tmp_path / "picture.png").warnings
        assert "the colour profile inside the picture 'picture.png' cannot be used" in warning
        assert largest_error(seen(ready(tmp_path / "picture.png")), PATCHES) <= LEVELS

    def test_colours_for_print_are_told(self, tmp_path: Path) -> None:
        """Its owner should look whether the conversion is right."""
        write_cmyk(tmp_path / "picture.jpg")
        warning, = check_picture(tmp_path / "picture.jpg").warnings
        assert "has colours for print (CMYK), which were converted" in warning


class TestUpright:
    @pytest.mark.parametrize("note", TURNS)
    def test_cameras_note_is_followed(self, note: int, tmp_path: Path) -> None:
        """Every corner is where it belongs, and the size is that of the upright picture."""
        picture, turn = quarters(PATCHES), TURNS[note]
        exif = Image.Exif()
        exif[ORIENTATION] = note
        laid = picture if turn is None else picture.transpose(turn)
        laid.save(tmp_path / "picture.jpg", quality=98, subsampling=0, exif=exif)
        facts = check_picture(tmp_path / "picture.jpg")
        assert (facts.width_px, facts.height_px, facts.warnings) == (*SIZE, ())
        assert largest_error(seen(ready(tmp_path / "picture.jpg")), PATCHES) <= LEVELS

    @pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b""])
    def test_note_that_says_nothing_is_ignored(self, exif: bytes, tmp_path: Path) -> None:
        """Damaged EXIF leaves the picture as it lies."""
        quarters(PATCHES).save(tmp_path / "picture.jpg", quality=98, exif=exif)
        assert largest_error(seen(ready(tmp_path / "picture.jpg")), PATCHES) <= LEVELS


class TestTransparency:
    @pytest.mark.parametrize("form", ["PNG", "WEBP"])
    def test_transparent_parts_show_the_brands_colour(self, form: str, tmp_path: Path) -> None:
        """Half transparent is half the picture's and half the background's colour; it is told."""
        half_seen().save(tmp_path / "picture", form, lossless=True)
        warning, = check_picture(tmp_path / "picture").warnings
        assert "is partly transparent" in warning
        clear, mixed = (220, 200, 180), tuple(round(0.502 * one + 0.498 * other) for one, other in
                                              zip((220, 200, 180), (0x10, 0x14, 0x18), strict=True))
        meant = {"top left": clear, "top right": clear, "bottom left": mixed, "bottom right": mixed}
        assert largest_error(seen(ready(tmp_path / "picture")), meant) <= LEVELS

    @pytest.mark.parametrize(("colour", "behind"), [
        ((15, 15, 20), (0xf0, 0xf4, 0xf8)),
        ((240, 240, 230), (0x10, 0x14, 0x18)),
    ])
    def test_background_is_the_one_that_shows_the_picture(
        self, colour: tuple[int, int, int], behind: tuple[int, int, int], tmp_path: Path,
    ) -> None:
        """A dark drawing stands on the light colour, a light one on the dark colour."""
        picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
        picture.paste((*colour, 255), (0, 0, SIZE[0] // 2, SIZE[1]))
        picture.save(tmp_path / "picture.png")
        found = seen(ready(tmp_path / "picture.png"))
        assert largest_error(found, {"top left": colour, "top right": behind, "bottom right": behind}) <= LEVELS

    def test_colour_named_as_transparent_is_transparent(self, tmp_path: Path) -> None:
        """A palette's transparent entry shows the background too."""
        marked = Image.new("P", SIZE, 0)
        marked.putpalette([255, 0, 255, 20, 30, 40])
        marked.paste(1, (0, 0, SIZE[0], SIZE[1] // 2))
        marked.save(tmp_path / "picture.gif", transparency=0)
        found = seen(ready(tmp_path / "picture.gif"))
        assert largest_error(found, {"top left": (20, 30, 40), "bottom left": (0xf0, 0xf4, 0xf8)}) <= LEVELS

    def test_nothing_to_see_is_refused(self, tmp_path: Path) -> None:
        """A picture without a visible pixel helps nobody."""
        Image.new("RGBA", SIZE, (200, 0, 0, 0)).save(tmp_path / "picture.png")
        assert "is wholly transparent" in refusal(tmp_path / "picture.png")


class TestSize:
    def test_kept_no_larger_than_useful(self, tmp_path: Path) -> None:
        """One and a half times the frame covers every camera move; the shape stays."""
        quarters(PATCHES, (4500, 6000)).save(tmp_path / "picture.jpg")
        with Image.open(ready(tmp_path / "picture.jpg")) as picture:
            assert picture.size == (2160, 2880)

    def test_laid_down_picture_is_measured_upright(self, tmp_path: Path) -> None:
        """A tall picture that a camera wrote lying keeps the room it needs when it stands."""
        exif = Image.Exif()
        exif[ORIENTATION] = 6
        quarters(PATCHES, (4000, 3000)).save(tmp_path / "picture.jpg", exif=exif)
        with Image.open(ready(tmp_path / "picture.jpg")) as picture:
            assert picture.size == (2160, 2880)

    def test_small_picture_stays_as_it_is(self, tmp_path: Path) -> None:
        """Drawing enlarges it once, nobody before."""
        quarters(PATCHES, (900, 1000)).save(tmp_path / "picture.png")
        with Image.open(ready(tmp_path / "picture.png")) as picture:
            assert picture.size == (900, 1000)

    @pytest.mark.parametrize(("size", "times"), [((600, 1060), "1.8"), ((1920, 900), "2.1")])
    def test_enlarged_picture_is_told(self, size: tuple[int, int], times: str, tmp_path: Path) -> None:
        """Up to two and a half times is bearable, with a warning."""
        quarters(PATCHES, size).save(tmp_path / "picture.png")
        warning, = check_picture(tmp_path / "picture.png").warnings
        assert f"the picture 'picture.png' is enlarged {times} times and will look soft" in warning

    @pytest.mark.parametrize(("size", "times"), [((400, 1920), "2.7"), ((4000, 600), "3.2"), ((64, 64), "30.0")])
    def test_too_small_a_picture_is_refused(self, size: tuple[int, int], times: str, tmp_path: Path) -> None:
        """The numbers are in the sentence."""
        quarters(PATCHES, size).save(tmp_path / "picture.png")
        assert (f"has {size[0]} x {size[1]} pixels and would be enlarged {times} times to fill 1080 x 1920"
                in refusal(tmp_path / "picture.png"))

    def test_smaller_frame_needs_a_smaller_picture(self, tmp_path: Path) -> None:
        """What is refused for the whole frame may do for a part of it."""
        quarters(PATCHES, (1280, 720)).save(tmp_path / "picture.png")
        assert "enlarged 2.7 times" in refusal(tmp_path / "picture.png")
        assert check_picture(tmp_path / "picture.png", size=(1080, 1056)).warnings == ()

    @pytest.mark.parametrize(("width", "height"), [(8000, 7000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
    def test_absurd_size_is_refused_before_decoding(
        self, width: int, height: int, tmp_path: Path, header_only: Callable[[Path, int, int], Path],
    ) -> None:
        """A file of 45 bytes that claims gigabytes costs nothing."""
        assert "pixels" in refusal(header_only(tmp_path / "picture.png", width, height))

    def test_too_large_a_file_is_not_opened(self, tmp_path: Path) -> None:
        """The file's size alone is enough."""
        path = tmp_path / "picture.png"
        path.touch()
        with path.open("r+b") as stream:
            stream.truncate(MAX_BYTES + 1)
        assert "67,108,865 bytes" in refusal(path)


class TestOtherFiles:
    @pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
    def test_animation_shows_its_first_frame(self, form: str, tmp_path: Path) -> None:
        """It is told, and the first frame is what is seen."""
        others = [Image.new("RGB", SIZE, (0, 0, level)) for level in (60, 120)]
        first = quarters(PATCHES)
        first.save(tmp_path / "moving", form, save_all=True, append_images=others, duration=100)
        warning, = check_picture(tmp_path / "moving").warnings
        assert "the picture 'moving' is animated: its first frame is shown" in warning
        found = seen(ready(tmp_path / "moving"))
        assert all(np.argmax(found[where]) == np.argmax(PATCHES[where]) for where in PATCHES if where != "bottom right")

    def test_missing_picture_is_named(self, tmp_path: Path) -> None:
        """The path that was looked at is in the sentence."""
        assert f"the picture {str(tmp_path / 'cup.jpg')!r} is missing" in refusal(tmp_path / "cup.jpg")

    @pytest.mark.parametrize("content", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"])
    def test_other_content_is_no_picture(self, content: bytes, tmp_path: Path) -> None:
        """Text and kinds that are not read are refused before a decoder sees them."""
        (tmp_path / "cup.jpg").write_bytes(content)
        assert "is no picture of a kind that is read here (PNG, JPEG, WEBP, GIF)" in refusal(tmp_path / "cup.jpg")

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_half_a_picture_is_damaged(self, form: str, tmp_path: Path) -> None:
        """It is found out though its header is right."""
        path = tmp_path / "cup"
        Image.effect_noise(SIZE, 80).convert("RGB").save(path, form)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "is damaged or cannot be read" in refusal(path)

    def test_folder_is_no_picture(self, tmp_path: Path) -> None:
        """A folder of that name is refused as what it is."""
        assert "is a folder, a device or a pipe" in refusal(tmp_path)
