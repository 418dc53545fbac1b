"""Level of a film's sound: a tone at known times, in the film's own clock."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.audio.sound_level import HOP_S, level_of, read_sound_level
from tasks.media.audio.wav import write_wav
from tasks.media.ffmpeg import find_ffmpeg, local_file, run

RATE_HZ = 44_100


def tone(frequency_hz: float = 440.0) -> np.ndarray:
    """Two seconds, a tone of half of full scale from 0.5 s to 1.2 s."""
    times = np.arange(2 * RATE_HZ) / RATE_HZ
    return np.where((times >= 0.5) & (times < 1.2), 0.5 * np.sin(2 * np.pi * frequency_hz * times), 0).astype(np.float32)


class TestLevelOf:
    def test_it_is_the_root_mean_square_where_the_tone_is(self) -> None:
        found = level_of(tone(), RATE_HZ)
        loud = found.times_s[found.level > 0.2]
        assert (loud[0], loud[-1]) == pytest.approx((0.5, 1.2), abs=2 * HOP_S)
        assert np.median(found.level[(found.times_s > 0.6) & (found.times_s < 1.1)]) == pytest.approx(0.5 / 2**0.5, rel=0.05)
        assert len(found.level) == pytest.approx(2 / HOP_S, abs=1)

    def test_hum_is_left_out(self) -> None:
        assert level_of(tone(50.0), RATE_HZ).level.max() < 0.1


class TestReadSoundLevel:
    def test_pieces_give_what_the_whole_gives(self, tmp_path: Path) -> None:
        """A file is decoded in blocks that are no whole number of hops."""
        write_wav(tmp_path / "tone.wav", tone(), RATE_HZ)
        run(find_ffmpeg(), ["-i", local_file(tmp_path / "tone.wav"), "-c:a", "flac", local_file(tmp_path / "tone.mkv")],
            place=tmp_path)
        found, wanted = read_sound_level(tmp_path / "tone.mkv"), level_of(tone(), RATE_HZ)
        assert found is not None
        count = min(len(found.level), len(wanted.level))
        assert found.level[:count] == pytest.approx(wanted.level[:count], abs=2e-3)

    def test_a_late_track_is_late(self, tmp_path: Path) -> None:
        write_wav(tmp_path / "tone.wav", tone(), RATE_HZ)
        picture = ["-f", "lavfi", "-i", "color=s=32x32:r=30:d=2"]
        run(find_ffmpeg(), [*picture, "-itsoffset", "0.25", "-i", local_file(tmp_path / "tone.wav"), "-c:a", "aac",
                            local_file(tmp_path / "late.mp4")], place=tmp_path)
        found = read_sound_level(tmp_path / "late.mp4")
        assert found is not None
        assert found.times_s[found.level > 0.2][0] == pytest.approx(0.75, abs=0.015)

    def test_no_sound_gives_nothing(self, tmp_path: Path) -> None:
        silent = tmp_path / "silent.mp4"
        run(find_ffmpeg(), ["-f", "lavfi", "-i", "color=s=32x32:r=30:d=1", local_file(silent)], place=silent)
        assert read_sound_level(silent) is None
