"""Format, length and sound: each check seen passing on a good file and failing on a bad one."""

from typing import Any

import numpy as np
import pytest

from tasks.media.audio.loudness import integrated_lufs, measure
from tasks.media.ffmpeg import BT709
from tasks.media.metrics.media_facts import read_media_facts
from tasks.quality.file_checks import SILENCE_DB, check_format, check_length, check_music, check_sound, media_record

RATE = 48_000
X264 = ("-c:v", "libx264", "-preset", "veryfast")


def failed(checked: dict[str, Any]) -> set[str]:
    """Names of the checks that did not pass."""
    return {name for name, measured in checked.items() if not measured.passed}


def tone(seconds: float, *, lufs: float | None = None, peak: float = 0.5) -> np.ndarray:
    """Stereo 440 Hz of a given loudness or peak."""
    mono = peak * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    stereo = np.stack([mono, mono], axis=1)
    return stereo if lufs is None else stereo * 10 ** ((lufs - integrated_lufs(stereo, RATE)) / 20)


class TestCheckFormat:
    def test_a_proper_reel_passes(self, studio: Any) -> None:
        """Nothing to object to."""
        checked = check_format(read_media_facts(studio.video(15)), size=studio.size)
        assert failed(checked) == set()
        assert checked["picture_size"].value == "270x480"

    @pytest.mark.parametrize(("arguments", "check"), [
        ((*X264, "-profile:v", "baseline", "-pix_fmt", "yuv420p", *BT709), "video_codec"),
        ((*X264, "-pix_fmt", "yuv444p", *BT709), "video_codec"),
        (("-c:v", "mpeg4", *BT709), "video_codec"),
        ((*X264, "-profile:v", "high", "-pix_fmt", "yuv420p", "-colorspace", "smpte170m"), "colour"),
        ((*X264, "-profile:v", "high", "-pix_fmt", "yuv420p", *BT709, "-vf", "setsar=4/3"), "square_pixels"),
        ((*X264, "-profile:v", "high", "-pix_fmt", "yuv420p", *BT709, "-vf", "crop=200:480"), "picture_size"),
    ])
    def test_a_wrong_picture_fails_by_name(self, arguments: tuple[str, ...], check: str, studio: Any) -> None:
        """One property is wrong, and the check of that property says so."""
        assert check in failed(check_format(read_media_facts(studio.video(15, arguments=arguments)), size=studio.size))

    @pytest.mark.parametrize("audio", [("-c:a", "libmp3lame"), ("-c:a", "aac", "-ac", "1"), ("-c:a", "aac", "-ar", "44100")])
    def test_a_wrong_sound_fails(self, audio: tuple[str, ...], studio: Any) -> None:
        """MP3, mono and 44.1 kHz are each refused."""
        assert failed(check_format(read_media_facts(studio.video(15, audio=audio)), size=studio.size)) == {"audio_codec"}

    def test_an_index_at_the_end_fails(self, studio: Any) -> None:
        """Without faststart the index comes last."""
        assert failed(check_format(read_media_facts(studio.video(15, faststart=False)), size=studio.size)) == {"index_first"}

    def test_a_dropped_frame_fails(self, studio: Any) -> None:
        """One frame missing in the middle leaves a hole in an otherwise constant rate."""
        holed = studio.convert(studio.video(30), "holed.mp4", "-vf", "select='not(eq(n,15))'", "-fps_mode", "passthrough",
                               *X264, "-profile:v", "high", *BT709, "-c:a", "copy", "-movflags", "+faststart")
        assert failed(check_format(read_media_facts(holed), size=studio.size)) == {"frame_rate"}

    def test_another_frame_rate_fails(self, studio: Any) -> None:
        """A constant 25 a second is not 30."""
        slow = studio.convert(studio.video(30), "slow.mp4", "-r", "25", *X264, "-profile:v", "high", *BT709, "-c:a", "copy",
                              "-movflags", "+faststart")
        assert failed(check_format(read_media_facts(slow), size=studio.size)) == {"frame_rate"}

    def test_sound_that_starts_late_fails(self, studio: Any) -> None:
        """Sound put off by 0.1 s is out of step with the lips."""
        made = studio.video(30)
        late = studio.convert(made, "late.mp4", "-itsoffset", "0.1", "-i", str(made), "-map", "0:v", "-map", "1:a",
                              "-c", "copy", "-movflags", "+faststart")
        assert "start_gap" in failed(check_format(read_media_facts(late), size=studio.size))


class TestCheckLength:
    def test_a_video_as_long_as_its_speech_passes(self, studio: Any) -> None:
        """60 frames are 2.0 s."""
        facts = read_media_facts(studio.video(60))
        assert failed(check_length(facts, 2.0, studio.alignment().words)) == set()
        assert failed(check_length(facts, 1.97, studio.alignment().words)) == set()

    def test_a_video_five_frames_short_fails(self, studio: Any) -> None:
        """55 frames for 2.0 s of speech and sound."""
        facts = read_media_facts(studio.video(55, audio_s=2.0))
        assert failed(check_length(facts, 2.0, studio.alignment().words)) == {"video_to_speech", "video_to_sound"}

    def test_a_word_past_the_end_fails(self, studio: Any) -> None:
        """The second word ends at 1.1 s, the video at 1.0 s."""
        checked = check_length(read_media_facts(studio.video(30)), 1.0, studio.alignment().words)
        assert failed(checked) == {"words_past_the_end"}
        assert checked["words_past_the_end"].value == pytest.approx(0.1, abs=1e-3)


class TestCheckSound:
    @pytest.mark.parametrize(("lufs", "names"), [
        (-14.0, set()), (-14.4, set()), (-13.6, set()), (-14.7, {"loudness"}), (-13.3, {"loudness"}), (-23.0, {"loudness"})])
    def test_loudness_is_held_to_half_a_unit(self, lufs: float, names: set[str]) -> None:
        """Half a loudness unit off is the limit, either way."""
        assert failed(check_sound(measure([tone(3.0, lufs=lufs)], RATE))) == names

    def test_a_high_peak_fails(self) -> None:
        """A single click at full scale is 0 dBTP."""
        sound = tone(3.0, lufs=-14.0)
        sound[RATE] = 1.0
        assert failed(check_sound(measure([sound], RATE))) == {"true_peak"}

    def test_silence_fails_and_can_be_written_down(self) -> None:
        """A reel without a sound is no reel; its report stays valid JSON."""
        checked = check_sound(measure([np.zeros((RATE, 2), np.float32)], RATE))
        assert failed(checked) == {"loudness"}
        assert checked["loudness"].value == SILENCE_DB


class TestCheckMusic:
    @pytest.mark.parametrize(("below_db", "names"), [(18.0, set()), (12.0, set()), (11.9, {"music_below_voice"})])
    def test_music_is_at_least_12_softer_than_the_voice(self, below_db: float, names: set[str]) -> None:
        """Twelve is enough, a tenth less is not."""
        assert failed(check_music(below_db)) == names

    def test_without_music_nothing_is_checked(self) -> None:
        """A reel without music has no such line in its report."""
        assert check_music(None) == {}


class TestMediaRecord:
    def test_it_repeats_what_was_measured(self, studio: Any) -> None:
        """The manifest's facts are those of the file."""
        facts = read_media_facts(studio.video(30))
        record = media_record(facts, check_sound(measure([tone(1.0, lufs=-14.0)], RATE)))
        assert (record.width, record.height, record.fps, record.duration_s) == (270, 480, 30.0, 1.0)
        assert record.codecs == {"video": "h264", "audio": "aac"}
        assert record.loudness_lufs == pytest.approx(-14.0, abs=0.01)
