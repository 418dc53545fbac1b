"""Films that a script shows: what is found out about them, and which are refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import FixRequest
from tasks.media.clips import MAX_BYTES, ClipFacts, check_clip
from tasks.media.ffmpeg import find_ffmpeg, run

FilmMaker = Callable[..., Path]
SIZE = (54, 96)
"""What the films must fill, (width, height): small, so that tests are quick."""
H264 = ("libx264", "-qp", "10", "-g", "10")


def grey(count: int = 30, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """Frames that grow brighter."""
    return [np.full((size[1], size[0], 3), 0.2 + 0.5 * index / count) for index in range(count)]


def facts(path: Path) -> ClipFacts:
    return check_clip(path, size=SIZE)


def refusal(path: Path) -> str:
    """The sentence with which a film is refused."""
    with pytest.raises(FixRequest) as caught:
        facts(path)
    return str(caught.value)


class TestFacts:
    @pytest.mark.parametrize(("name", "codec"), [("a.mp4", H264), ("a.mov", H264), ("a.mkv", H264), ("a.avi", H264),
                                                 ("a.webm", ("libvpx-vp9", "-deadline", "realtime"))])
    def test_plain_film_has_nothing_to_tell(self, name: str, codec: tuple[str, ...], film_of: FilmMaker) -> None:
        """Size and length in every container that is read; no warnings where the film says its colours."""
        found = facts(film_of(grey(45), name, codec=codec))
        assert (found.width_px, found.height_px, found.rotation_deg, found.square, found.even) == (*SIZE, 0, True, True)
        assert found.duration_s == pytest.approx(1.5, abs=0.01)
        assert found.warnings == ()

    @pytest.mark.parametrize(("turned_deg", "size"), [(90, (96, 54)), (270, (96, 54)), (180, (54, 96))])
    def test_turned_film_is_measured_upright(self, turned_deg: int, size: tuple[int, int], film_of: FilmMaker) -> None:
        """What lies on its side stands as its metadata say."""
        found = check_clip(film_of(grey(), "a.mp4", codec=H264, turned_deg=turned_deg), size=size)
        assert (found.width_px, found.height_px, found.rotation_deg) == (*size, turned_deg)

    @pytest.mark.parametrize(("aspect", "size"), [("2/1", (108, 96)), ("1/2", (54, 192))])
    def test_pixels_that_are_not_square_are_found(self, aspect: str, size: tuple[int, int], film_of: FilmMaker) -> None:
        """The film is as wide, or as high, as it is shown."""
        found = facts(film_of(grey(), filters=f"setsar={aspect}"))
        assert (found.width_px, found.height_px, found.square) == (*size, False)

    def test_uneven_times_are_found(self, film_of: FilmMaker) -> None:
        """A film that slows down half way is told, with its true length."""
        slower = "settb=1/600,setpts='if(lt(N,15),N,15+(N-15)*3)*20'"
        found = facts(film_of(grey(), filters=slower))
        assert not found.even
        assert "come at uneven times" in found.warnings[0]
        assert found.duration_s == pytest.approx((15 + 15 * 3) / 30, abs=0.07)

    @pytest.mark.parametrize(("colours", "full", "matrix"), [("bt709", False, "bt709"), ("bt709", True, "bt709"),
                                                             ("bt601", False, "bt601"), ("bt2020", False, "bt2020")])
    def test_colours_are_found(self, colours: str, full: bool, matrix: str, film_of: FilmMaker) -> None:
        """Matrix and range, as the film says; that needs no warning."""
        found = facts(film_of(grey(), colours=colours, full=full))
        assert (found.matrix, found.full_range, found.bright, found.warnings) == (matrix, full, None, ())

    @pytest.mark.parametrize(("size", "matrix", "taken"), [(SIZE, "bt601", "BT.601"), ((406, 720), "bt709", "BT.709")])
    def test_silence_on_colours_is_told(
        self, size: tuple[int, int], matrix: str, taken: str, film_of: FilmMaker,
    ) -> None:
        """Small films are taken for BT.601, large ones for BT.709, as such films usually are."""
        found = facts(film_of(grey(size=size), says=False))
        assert found.matrix == matrix
        assert f"does not say in which colours it is: they are taken for {taken}" in found.warnings[0]

    def test_high_dynamic_range_is_told(self, film_of: FilmMaker) -> None:
        """Its owner should look at the result."""
        found = facts(film_of(grey(), colours="pq"))
        assert found.bright == "pq"
        assert "is of high dynamic range: its colours are brought down plainly" in found.warnings[0]

    def test_half_pictures_are_told(self, film_of: FilmMaker) -> None:
        """An interlaced film is known by its frames."""
        found = facts(film_of(grey(60), filters="tinterlace=interleave_top",
                              codec=(*H264, "-flags", "+ilme+ildct", "-x264-params", "tff=1")))
        assert found.interlaced
        assert "is interlaced" in found.warnings[0]

    def test_enlargement_is_told(self, film_of: FilmMaker) -> None:
        """Twice is bearable, with a warning."""
        found = check_clip(film_of(grey()), size=(108, 192))
        assert "is enlarged 2.0 times and will look soft" in found.warnings[0]


class TestRefusals:
    def test_missing_film_is_named(self, tmp_path: Path) -> None:
        """The path that was looked at is in the sentence."""
        assert f"the film {str(tmp_path / 'a.mp4')!r} is missing" in refusal(tmp_path / "a.mp4")

    @pytest.mark.parametrize("content", [
        b"", b"no film", b"GIF89a", b"\x89PNG\r\n\x1a\n",
        b"#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1/a.ts\n", b"ffconcat version 1.0\nfile /etc/passwd\n",
    ])
    def test_other_content_is_no_film(self, content: bytes, tmp_path: Path) -> None:
        """Playlists, which would open other files, and pictures are refused whatever they are called."""
        (tmp_path / "a.mp4").write_bytes(content)
        assert "is damaged or of a kind that is not read here" in refusal(tmp_path / "a.mp4")

    def test_kind_of_picture_that_nobody_knows_is_not_read(self, film_of: FilmMaker) -> None:
        """The head of the file names it."""
        film = film_of(grey(), "a.mp4", codec=H264)
        film.write_bytes(film.read_bytes().replace(b"avc1", b"zzzz"))
        assert "has a picture of a kind that is not read here" in refusal(film)

    def test_folder_is_no_film(self, tmp_path: Path) -> None:
        """A folder of that name is refused like a damaged file."""
        assert "is damaged or of a kind that is not read here" in refusal(tmp_path)

    @pytest.mark.parametrize("cover", [False, True])
    def test_sound_alone_is_no_film(self, cover: bool, tmp_path: Path, film_of: FilmMaker) -> None:
        """Nor is a sound with a cover picture."""
        path = tmp_path / "sound.m4a"
        picture = ["-i", str(film_of(grey(1), "cover.mkv"))] if cover else []
        shown = ["-map", "0:a", "-map", "1:v", "-c:v", "mjpeg", "-disposition:v", "attached_pic"] if cover else []
        run(find_ffmpeg(), ["-f", "lavfi", "-i", "sine=duration=1", *picture, *shown, str(path)], place=path)
        assert "has no picture, only sound" in refusal(path)

    @pytest.mark.parametrize(("name", "options"), [("a.mp4", ("-movflags", "+faststart")), ("a.mkv", ())])
    def test_film_that_is_cut_off_is_damaged(self, name: str, options: tuple[str, ...], film_of: FilmMaker) -> None:
        """Half a file is found out, though its header is right."""
        rng = np.random.default_rng(1)
        film = film_of((rng.random((96, 54, 3)) for _ in range(90)), name, codec=(*H264, *options))
        film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
        assert "is damaged" in refusal(film)

    def test_longer_sound_is_no_damage(self, tmp_path: Path, film_of: FilmMaker) -> None:
        """A film whose sound goes on is as long as its picture."""
        path = tmp_path / "sound.mkv"
        run(find_ffmpeg(), ["-i", str(film_of(grey())), "-f", "lavfi", "-i", "sine=duration=4", "-c:v", "copy", str(path)],
            place=path)
        assert facts(path).duration_s == pytest.approx(1.0, abs=0.01)

    def test_too_short_a_film_is_refused(self, film_of: FilmMaker) -> None:
        """A third of a second is hardly a movement."""
        assert "lasts 0.33 s, at least 0.5 s are needed" in refusal(film_of(grey(10)))

    def test_too_long_a_film_is_refused(self, film_of: FilmMaker) -> None:
        """One frame every 30 seconds makes a long film of few frames."""
        assert "lasts 630 s, at most 600 s are read" in refusal(film_of(grey(21), filters="setpts=N*30/TB"))

    def test_too_small_a_film_is_refused(self, film_of: FilmMaker) -> None:
        """The numbers are in the sentence."""
        with pytest.raises(FixRequest, match=r"has 54 x 96 pixels and would be enlarged 20\.0 times to fill 1080 x 1920"):
            check_clip(film_of(grey()))

    def test_too_large_a_file_is_not_opened(self, tmp_path: Path) -> None:
        """The file's size alone is enough."""
        path = tmp_path / "a.mp4"
        path.touch()
        with path.open("r+b") as stream:
            stream.truncate(MAX_BYTES + 1)
        assert "1,073,741,825 bytes" in refusal(path)
