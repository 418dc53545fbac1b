"""Captions beside the video: SubRip (`.srt`) and WebVTT (`.vtt`), one cue a page, emoji and symbols kept."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    """One page as text."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    """As the author wrote them; no line is empty or holds a line break."""


def srt_text(cues: Sequence[Cue]) -> str:
    """The cues as a SubRip file, whose text is plain."""
    blocks = [f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n" + "\n".join(cue.lines) + "\n"
              for number, cue in enumerate(cues, 1)]
    return "\n".join(blocks)


def vtt_text(cues: Sequence[Cue]) -> str:
    """The cues as a WebVTT file; what would be markup there is escaped."""
    blocks = [f"{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n" + _vtt_escape("\n".join(cue.lines)) + "\n"
              for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def _vtt_escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(time_s: float, point: str) -> str:
    thousandths = round(time_s * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"
