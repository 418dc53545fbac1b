"""The whole mix of a voice with known times: levels, ducking, ends, stems."""

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.domain.errors import UnknownName
from tasks.domain.overlays import Cue
from tasks.media.audio.decode import decode_audio
from tasks.media.audio.loudness import lufs, measure, step_powers
from tasks.media.audio.synth.score import PIECES
from tasks.media.ffmpeg import find_ffmpeg
from tasks.sound.mix import FILE, MixedSound, Score

RATE = 48_000
TWO_PARTS = ((0.3, 3.9), (4.2, 6.0), (9.0, 12.0))
"""Speech with a short pause, then a long one, then to two seconds before the end."""
DURATION_S = 14.0
SUM_LU = 0.7
"""What limiting and AAC may change in the loudness of a tenth of a second."""


def mixed(score: Score, folder: Path, *, stems: bool = True) -> tuple[np.ndarray, dict[str, np.ndarray], object]:
    """The decoded track, the decoded stems, and what the engine said."""
    (folder / "mix").mkdir(exist_ok=True)
    made = MixedSound(program=find_ffmpeg()).mix(score, folder / "mix", stems=stems, progress=lambda _: None)
    return decode_audio(made.track)[0], {name: decode_audio(path)[0] for name, path in made.stems.items()}, made


def levels(sound: np.ndarray) -> np.ndarray:
    """Loudness of every tenth of a second."""
    return lufs(np.maximum(step_powers([sound], RATE), 1e-9))


def steady(folder: Path, seconds: float) -> Path:
    """A file with an even noise: whatever changes its level later is ours."""
    noise = np.random.default_rng(1).standard_normal(round(seconds * RATE)) * 0.1
    with wave.open(str(folder / "steady.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(np.clip(noise, -1, 1) * 32767).astype("<i2").tobytes())
    return folder / "steady.wav"


class TestTrack:
    @pytest.mark.parametrize("music", [*PIECES, "off"])
    def test_it_is_finished_as_promised(self, music: str, score: Callable[..., Score], tmp_path: Path) -> None:
        """-14 LUFS, at most -1 dBTP, stereo, as long as the reel, whatever plays."""
        track, _, _ = mixed(score(*TWO_PARTS, duration_s=DURATION_S, music=music, tail_s=2.0), tmp_path, stems=False)
        heard = measure([track], RATE)
        assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)
        assert heard.true_peak_dbtp <= -1
        assert track.shape == (round(DURATION_S * RATE), 2)

    def test_no_pause_is_digital_silence(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """In the long pause of a reel without music there is a room: soft, and no zeros."""
        track, _, _ = mixed(score(*TWO_PARTS, duration_s=DURATION_S), tmp_path, stems=False)
        pause = track[round(6.5 * RATE):round(8.5 * RATE)]
        assert 20 * np.log10(pause.std()) == pytest.approx(-62, abs=3)
        assert np.abs(pause).reshape(-1, 480, 2).max(axis=(1, 2)).min() > 0

    def test_a_silent_voice_is_not_made_a_roar(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """A room alone stays at its level."""
        track, _, _ = mixed(score(duration_s=2.0), tmp_path, stems=False)
        assert np.abs(track).max() < 0.01

    def test_the_same_score_gives_the_same_bytes(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """Nothing is left to chance."""
        wanted = score((0.3, 2.0), duration_s=3.0, music="bright", cues=(Cue(kind="title", start_s=1.0, end_s=2.0),))
        made = [mixed(wanted, tmp_path, stems=False)[2].track.read_bytes() for _ in range(2)]  # type: ignore[attr-defined]
        assert made[0] == made[1]

    def test_music_nobody_wrote_is_refused(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """With the pieces there are."""
        with pytest.raises(UnknownName, match="calm"):
            mixed(score((0.3, 1.0), duration_s=2.0, music="jazz"), tmp_path)


class TestMusicUnderTheVoice:
    @pytest.mark.parametrize("below_db", [12.0, 18.0, 30.0])
    @pytest.mark.parametrize("music", PIECES)
    def test_it_is_as_far_below_as_asked_for(self, music: str, below_db: float, score: Callable[..., Score], tmp_path: Path
                                             ) -> None:
        """Measured on what was mixed, within a third of a decibel, and never less."""
        _, _, made = mixed(score((0.3, 6.0), duration_s=8.0, music=music, below_voice_db=below_db), tmp_path, stems=False)
        assert made.music_below_voice_db == pytest.approx(below_db + 0.2, abs=0.2)  # type: ignore[attr-defined]
        assert made.music_below_voice_db >= below_db  # type: ignore[attr-defined]

    def test_it_comes_up_after_the_voice_and_does_not_pump(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """With an even music: the same level all through speech and its short pause, 9 dB more 0.6 s after its end."""
        wanted = score(*TWO_PARTS, duration_s=DURATION_S, music=FILE, music_file=steady(tmp_path, 20.0))
        _, stems, _ = mixed(wanted, tmp_path)
        music = levels(stems["music"])
        speech = music[8:60]
        assert np.ptp(speech) < 1.5
        assert music[66:84].mean() - speech.mean() == pytest.approx(9.0, abs=0.5)
        assert music[67] - speech.mean() > 8.5
        assert music[91:119].mean() == pytest.approx(speech.mean(), abs=0.3)

    def test_it_begins_and_ends_softly(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """Next to nothing in the first and last hundredth of a second, and all the way down in the last two seconds."""
        _, stems, _ = mixed(score((1.0, 4.0), duration_s=8.0, music=FILE, music_file=steady(tmp_path, 20.0)), tmp_path)
        music = stems["music"]
        hundredth = RATE // 100
        body = music[2 * RATE:3 * RATE].std()
        assert music[:hundredth].std() < 0.02 * body
        assert music[-hundredth:].std() < 0.02 * body
        assert np.all(np.diff(levels(music)[64:79]) < 0.7)

    def test_short_music_is_repeated(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """Three seconds of music fill a reel of fourteen."""
        _, stems, _ = mixed(
            score((0.3, 1.0), duration_s=14.0, music=FILE, music_file=steady(tmp_path, 3.0)), tmp_path)
        assert levels(stems["music"])[20:115].std() < 1.0

    def test_silent_music_is_said_and_left_out(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """The reel is made without, and its author is told."""
        path = steady(tmp_path, 3.0)
        path.write_bytes(path.read_bytes()[:44] + bytes(3 * RATE * 2))
        _, stems, made = mixed(score((0.3, 1.0), duration_s=2.0, music=FILE, music_file=path), tmp_path)
        assert "music" not in stems
        assert made.music_below_voice_db is None  # type: ignore[attr-defined]
        assert "silent" in made.warnings[0]  # type: ignore[attr-defined]


class TestStems:
    def test_they_add_up_to_the_track(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """Voice, music, effects and room, each as long as the reel; together they are what is heard."""
        cues = (Cue(kind="image", start_s=2.0, end_s=4.0), Cue(kind="end-card", start_s=12.0, end_s=14.0))
        track, stems, _ = mixed(
            score(*TWO_PARTS, duration_s=DURATION_S, music="calm", tail_s=2.0, cues=cues), tmp_path)
        assert set(stems) == {"voice", "music", "effects", "room"}
        assert {stem.shape for stem in stems.values()} == {track.shape}
        assert levels(sum(stems.values())) == pytest.approx(levels(track), abs=SUM_LU)

    def test_effects_are_quiet_and_where_their_cues_are(self, score: Callable[..., Score], tmp_path: Path) -> None:
        """Silence, a breath at two seconds, silence; nowhere louder than -20 LUFS."""
        cues = (Cue(kind="image", start_s=2.0, end_s=4.0),)
        _, stems, _ = mixed(score(*TWO_PARTS, duration_s=DURATION_S, cues=cues), tmp_path)
        effects = levels(stems["effects"])
        assert effects[16:23].max() == effects.max() < -20
        assert effects[:15].max() < -70
        assert effects[25:].max() < -70
