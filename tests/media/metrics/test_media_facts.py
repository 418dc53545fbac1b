"""Facts of a file: boxes counted by hand, files that are none."""

from pathlib import Path

import pytest

from tasks.domain.errors import StoreDamaged
from tasks.media.ffmpeg import find_ffmpeg, local_file, run
from tasks.media.metrics.media_facts import index_comes_first, read_media_facts, top_boxes


def box(kind: bytes, content: bytes = b"", *, wide: bool = False) -> bytes:
    """An ISO base media box, with a 32-bit or a 64-bit length."""
    if wide:
        return (1).to_bytes(4, "big") + kind + (16 + len(content)).to_bytes(8, "big") + content
    return (8 + len(content)).to_bytes(4, "big") + kind + content


class TestIndexComesFirst:
    @pytest.mark.parametrize(("boxes", "first"), [
        ([box(b"ftyp", b"mp42"), box(b"moov", bytes(9)), box(b"mdat", bytes(99))], True),
        ([box(b"ftyp", b"mp42"), box(b"mdat", bytes(99)), box(b"moov", bytes(9))], False),
        ([box(b"ftyp"), box(b"mdat", b"moov" * 4, wide=True), box(b"moov")], False),
        ([box(b"ftyp"), box(b"moov"), box(b"mdat", bytes(50), wide=True)], True),
        ([box(b"ftyp"), box(b"mdat")], False)])
    def test_boxes_are_read_in_order(self, boxes: list[bytes], first: bool, tmp_path: Path) -> None:
        """The word 'moov' inside other content is no index."""
        path = tmp_path / "a.mp4"
        path.write_bytes(b"".join(boxes))
        assert index_comes_first(path) is first

    def test_a_box_of_impossible_length_ends_the_reading(self, tmp_path: Path) -> None:
        """A damaged file neither loops nor fails here."""
        path = tmp_path / "a.mp4"
        path.write_bytes(box(b"ftyp") + (3).to_bytes(4, "big") + b"junk" + bytes(20))
        assert list(top_boxes(path)) == [b"ftyp", b"junk"]


class TestReadMediaFacts:
    def test_a_file_that_is_no_video_is_refused_by_name(self, tmp_path: Path) -> None:
        """Text is no video."""
        (tmp_path / "note.mp4").write_text("hello")
        with pytest.raises(StoreDamaged, match=r"note\.mp4"):
            read_media_facts(tmp_path / "note.mp4")

    def test_a_video_without_sound_is_refused(self, tmp_path: Path) -> None:
        """A reel has both."""
        path = tmp_path / "mute.mp4"
        run(find_ffmpeg(), ["-f", "lavfi", "-i", "testsrc=s=64x64:d=0.2", local_file(path)], place=path)
        with pytest.raises(StoreDamaged, match="no picture or no sound"):
            read_media_facts(path)

    def test_keyframes_and_times_are_those_of_the_film(self, tmp_path: Path) -> None:
        """25 frames a second with a keyframe every 10."""
        path = tmp_path / "film.mp4"
        run(find_ffmpeg(), ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1:r=25", "-f", "lavfi", "-i", "sine=d=1", "-g", "10",
                            "-sc_threshold", "0", local_file(path)], place=path)
        facts = read_media_facts(path)
        assert facts.keyframes == (0, 10, 20)
        assert facts.fps == 25
        assert facts.rate_deviation_s(25) < 1e-4
        assert facts.rate_deviation_s(30) > 0.1
