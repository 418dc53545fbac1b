"""Checks of the file as a whole: format, length, sound."""

import math

from tasks.domain.reel import Measurement, MediaFacts
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, SIZE_PX
from tasks.media.audio.loudness import Heard
from tasks.media.metrics.duration import length_difference_s, words_outside_s
from tasks.media.metrics.media_facts import FileFacts
from tasks.quality import thresholds as limits

SILENCE_DB = -120.0
"""What stands in a report where digital silence would be minus infinity, which JSON cannot say."""


def check_format(facts: FileFacts, *, size: tuple[int, int] = SIZE_PX) -> dict[str, Measurement]:
    """Size, rate, codecs, colours, layout and synchronous start."""
    video = f"{facts.video_codec} {facts.video_profile} {facts.pixel_format}"
    audio = f"{facts.audio_codec} {facts.audio_profile} {facts.sample_rate} Hz {facts.channels} channels"
    wanted_audio = (f"{limits.CODECS['audio']} {limits.AUDIO_PROFILE} {limits.SAMPLE_RATE_HZ} Hz {limits.CHANNELS} channels")
    deviation_s = facts.rate_deviation_s(FPS)
    gap_s = facts.start_gap_s
    return {
        "picture_size": _equal("{}x{}".format(*facts.size), "{}x{}".format(*size), unit="px"),
        "square_pixels": Measurement(value=facts.pixel_aspect, threshold="1 to 1", passed=facts.pixel_aspect == 1),
        "frame_rate": Measurement(value=round(facts.fps, 3), unit="1/s", threshold=f"{FPS}, constant",
                                  passed=deviation_s <= limits.RATE_TOLERANCE_S),
        "video_codec": _equal(video, f"{limits.CODECS['video']} {limits.VIDEO_PROFILE} {limits.PIXEL_FORMAT}"),
        "colour": _equal(facts.colour, limits.COLOUR),
        "audio_codec": _equal(audio, wanted_audio),
        "index_first": Measurement(value=facts.index_first, threshold="moov before mdat", passed=facts.index_first),
        "start_gap": Measurement(value=round(gap_s, 4), unit="s", threshold=f"0 ± {limits.START_TOLERANCE_S}",
                                 passed=abs(gap_s) <= limits.START_TOLERANCE_S),
    }


def check_length(facts: FileFacts, length_s: float, words: tuple[Word, ...]) -> dict[str, Measurement]:
    """Picture and sound are as long as speech and end card together, and every word is inside."""
    longer_s = length_difference_s(facts.video_s, length_s)
    apart_s = length_difference_s(facts.video_s, facts.audio_s)
    outside_s = words_outside_s(words, facts.video_s)
    frame_s = 1 / FPS + 1e-6
    within = f"0 ± {1 / FPS:.4f} (one frame)"
    return {
        "video_to_speech": Measurement(value=round(longer_s, 4), unit="s", threshold=within,
                                       passed=abs(longer_s) <= frame_s),
        "video_to_sound": Measurement(value=round(apart_s, 4), unit="s", threshold=within,
                                      passed=abs(apart_s) <= frame_s),
        "words_past_the_end": Measurement(value=round(outside_s, 4), unit="s", threshold="0", passed=outside_s == 0),
    }


def check_sound(heard: Heard) -> dict[str, Measurement]:
    """Loudness and true peak of the decoded sound."""
    loudness, peak = _finite(heard.integrated_lufs), _finite(heard.true_peak_dbtp)
    tolerance = limits.LOUDNESS_TOLERANCE_LU
    return {
        "loudness": Measurement(value=round(loudness, 2), unit="LUFS", threshold=f"{limits.LOUDNESS_LUFS:g} ± {tolerance:g}",
                                passed=abs(loudness - limits.LOUDNESS_LUFS) <= tolerance),
        "true_peak": Measurement(value=round(peak, 2), unit="dBTP", threshold=f"at most {limits.TRUE_PEAK_DBTP:g}",
                                 passed=peak <= limits.TRUE_PEAK_DBTP),
    }


def check_music(below_voice_db: float | None) -> dict[str, Measurement]:
    """The music leaves the voice its room; nothing to check where there is none.

    Args:
        below_voice_db: how much softer than the voice the music is while it speaks, as the sound stage measured.
    """
    if below_voice_db is None:
        return {}
    return {"music_below_voice": Measurement(value=round(below_voice_db, 1), unit="LU",
                                             threshold=f"at least {limits.MUSIC_BELOW_VOICE_LU:g}",
                                             passed=below_voice_db >= limits.MUSIC_BELOW_VOICE_LU)}


def media_record(facts: FileFacts, checked: dict[str, Measurement]) -> MediaFacts:
    """The facts as the manifest keeps them."""
    return MediaFacts(
        width=facts.size[0], height=facts.size[1], fps=round(facts.fps, 3), duration_s=round(facts.video_s, 4),
        codecs={"video": facts.video_codec, "audio": facts.audio_codec},
        loudness_lufs=float(checked["loudness"].value or 0), true_peak_dbtp=float(checked["true_peak"].value or 0))


def _equal(value: str, wanted: str, *, unit: str = "") -> Measurement:
    return Measurement(value=value, unit=unit, threshold=wanted, passed=value == wanted)


def _finite(level_db: float) -> float:
    return level_db if math.isfinite(level_db) else SILENCE_DB
