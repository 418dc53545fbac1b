"""Films that a service sent."""

from pathlib import Path
from types import ModuleType

import pytest

from tasks.media import received_film
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.received_film import NoFilm, ReceivedFilm, keep_usual, measure_film


@pytest.fixture(scope="module")
def whole(video_program: ModuleType) -> bytes:
    """A second of test pictures."""
    film: bytes = video_program.made(96, 160, 24, 24)
    return film


class TestMeasure:
    def test_says_what_the_film_is(self, whole: bytes) -> None:
        assert measure_film(whole) == ReceivedFilm((96, 160), 24, pytest.approx(1.0), usual=True)

    def test_other_codec_is_a_film_too(self, video_program: ModuleType) -> None:
        assert not measure_film(video_program.made(96, 160, 24, 24, "mpeg4")).usual

    @pytest.mark.parametrize(("content", "phrase"), [
        (b"", "^empty$"), (b" \n", "^empty$"), (b"<!doctype html><title>Sign in</title>", "^a web page, '<!doctype html>"),
        (b'{"detail": "no"}', "^a text, "), (bytes(range(256)) * 8, "broken"), (b"RIFF\0\0\0\0WAVE" + bytes(200), "broken")])
    def test_what_is_no_film_is_told_in_few_words(self, content: bytes, phrase: str) -> None:
        with pytest.raises(NoFilm, match=phrase) as caught:
            measure_film(content)
        assert caught.value.text == (content[:1] in (b"<", b"{"))

    @pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.96])
    def test_film_that_was_cut_off_is_none(self, whole: bytes, share: float) -> None:
        with pytest.raises(NoFilm):
            measure_film(whole[:round(share * len(whole))])

    def test_film_that_was_mangled_is_none(self, whole: bytes, video_program: ModuleType) -> None:
        """The head says all is well."""
        with pytest.raises(NoFilm, match="broken"):
            measure_film(video_program.mangled(whole))

    def test_sound_alone_is_none(self, video_program: ModuleType) -> None:
        with pytest.raises(NoFilm, match="without a moving picture"):
            measure_film(video_program.made(96, 160, 24, 24, "sound"))

    def test_absurd_measures_are_none(
        self, whole: bytes, video_program: ModuleType, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Too small to be seen, or longer than any clip."""
        with pytest.raises(NoFilm, match="16x16 pixels"):
            measure_film(video_program.made(16, 16, 4, 24))
        monkeypatch.setattr(received_film, "LONGEST_S", 0.5)
        with pytest.raises(NoFilm, match="a film of 1 s"):
            measure_film(whole)


class TestKeep:
    def test_usual_film_stays_as_it_came(self, whole: bytes, tmp_path: Path) -> None:
        keep_usual(whole, measure_film(whole), tmp_path / "clip.mp4", program=find_ffmpeg())
        assert (tmp_path / "clip.mp4").read_bytes() == whole

    def test_other_film_is_encoded_anew(self, video_program: ModuleType, tmp_path: Path) -> None:
        """As many frames, of even sides."""
        other = video_program.made(96, 160, 24, 24, "mpeg4")
        keep_usual(other, measure_film(other), tmp_path / "clip.mp4", program=find_ffmpeg())
        assert measure_film((tmp_path / "clip.mp4").read_bytes()) == ReceivedFilm((96, 160), 24, pytest.approx(1.0),
                                                                                 usual=True)
        assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]
