"""How well the length of a video fits what is spoken in it, in seconds."""

from collections.abc import Sequence

from tasks.domain.speech import Word


def length_difference_s(video_s: float, speech_s: float) -> float:
    """How much longer the video is than the speech; negative when it is shorter."""
    return video_s - speech_s


def words_outside_s(words: Sequence[Word], video_s: float) -> float:
    """How far the last word reaches past the end of the video; 0.0 when all words are inside."""
    return max(0.0, max((word.end_s for word in words), default=0.0) - video_s)
