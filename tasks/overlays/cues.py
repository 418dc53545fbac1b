"""When things are on screen: from the words they belong to, in frames."""

from collections.abc import Iterator, Sequence

from tasks.domain.overlays import CueKind
from tasks.domain.script import Script, Show
from tasks.domain.speech import Word
from tasks.domain.timeline import frame_at, frame_count
from tasks.overlays.lanes import SHORTEST_PICTURE_S, SHORTEST_TEXT_S, joined, one_at_a_time
from tasks.overlays.parts import is_short_number
from tasks.overlays.spoken_place import find_places
from tasks.overlays.timed import Length, Timed, frames_of

LEAD_FRAMES = 2
"""Something appears so long before its word is heard: the eye needs a moment."""
HOLD_S = 0.2
"""It stays so long after the word it leaves after, within the silence there."""
HOOK_S = 2.2
"""How long the hook is on screen."""
LETTERS_PER_S = 12.0
"""How fast a text on screen is read while a voice speaks."""
GLANCE_S = 0.6
"""What the eye needs to find it."""
SAID_S = 0.5
"""A text stays so long after the word it came with, however long that took to say."""
NEAR_S = 0.8
"""A text that would leave so shortly before its beat ends stays to the end."""
CARD_DELAY_S = 0.1
"""The end card comes so long after the voice's end."""


def measure_length(speech_s: float, tail_s: float, *, called: bool, captions_end_s: float) -> Length:
    """The length of a reel's parts.

    Args:
        speech_s: length of the voice.
        tail_s: what follows it.
        called: whether there is something to say on an end card.
        captions_end_s: when the last caption leaves; the end card waits for it.
    """
    reel = frame_count(speech_s + tail_s)
    card = frame_at(max(speech_s + CARD_DELAY_S, captions_end_s)) if called else None
    return Length(reel=reel, card=card if card is not None and card < reel else None)


def time_shows(script: Script, words: Sequence[Word], length: Length, *, hook: str | None) -> list[Timed]:
    """Everything that beats show, and the hook, timed and in order.

    Raises:
        FixRequest: a show names a word that its beat does not say.
    """
    wanted = [timed for beat, part in enumerate(script.beats) for timed in _beat(part.show, words, beat, length)]
    texts = [timed for timed in wanted if timed.media is None]
    if hook:
        texts.insert(0, Timed("hook", 0, frames_of(HOOK_S), hook))
    pictures = joined([timed for timed in wanted if timed.media is not None], length)
    return sorted([*pictures, *one_at_a_time(texts, pictures, length)], key=lambda timed: timed.start)


def kind_of(show: Show) -> CueKind:
    """What a show is: a text without a form is a number if it is a short one, else a title."""
    if show.text is None:
        return "clip" if show.clip or show.generate else "image"
    return show.form or ("number" if is_short_number(show.text) else "title")


def media_of(show: Show, beat: int, index: int) -> str | None:
    """The name of the picture or film that a show brings: its file's, or one of its own where a generator is to make it.

    No file of the library is called so, as none has a colon in its name.
    """
    return f"beat {beat + 1}: generated {index + 1}" if show.generate else show.image or show.clip


def reading_frames(text: str) -> int:
    """How long it takes to read a text."""
    letters = sum(character.isalnum() for character in text)
    return frames_of(max(SHORTEST_TEXT_S, GLANCE_S + letters / LETTERS_PER_S))


def _beat(shows: Sequence[Show], spoken: Sequence[Word], beat: int, length: Length) -> Iterator[Timed]:
    """The shows of one beat, each as long as it wants to be."""
    if not shows:
        return
    words = [word for word in spoken if word.beat == beat]
    follows_s = next((word.start_s for word in spoken if word.beat > beat), None)
    places = [find_places(show, [word.text for word in words], beat) for show in shows]
    close = length.stage if follows_s is None else frame_at(_after(words[-1], follows_s))
    opening = 0 if beat == 0 else _before(words[0])
    for texts in (False, True):
        own = [index for index, show in enumerate(shows) if (show.text is not None) == texts]
        named = [_before(words[first.start]) if (first := places[index][0]) else None for index in own]
        starts = _spread(named, opening, close, words)
        for start, index in zip(starts, own, strict=True):
            show, (first, last) = shows[index], places[index]
            said = frame_at(words[first[-1]].end_s + SAID_S) if first else start
            stop = _stop(show, start, said, close, _left(words, last, follows_s) if last else None)
            yield Timed(kind_of(show), start, min(stop, length.stage), show.text or "", beat, media_of(show, beat, index),
                        (show.layout or "full") if show.text is None else None, show.from_s or 0.0,
                        show.generate, show.image if show.generate else None)


def _left(words: Sequence[Word], last: range, follows_s: float | None) -> int:
    """The frame at which what leaves after a word is gone."""
    word = words[last[-1]]
    return frame_at(_after(word, words[last[-1] + 1].start_s if last[-1] + 1 < len(words) else follows_s))


def _stop(show: Show, start: int, said: int, close: int, named: int | None) -> int:
    """Until when a show wants to stay, unless another one follows."""
    if show.text is None:
        return max(close if named is None else named, start + frames_of(SHORTEST_PICTURE_S))
    if named is not None:
        return max(named, start + frames_of(SHORTEST_TEXT_S))
    read = max(start + reading_frames(show.text), said)
    return close if 0 < close - read <= frames_of(NEAR_S) else read


def _spread(named: Sequence[int | None], opening: int, close: int, words: Sequence[Word]) -> list[int]:
    """Starts of a beat's shows: those without a word share the time between their neighbours, each with a word's start."""
    starts: list[int] = []
    for index, start in enumerate(named):
        if start is None and not index:
            start = opening
        elif start is None:
            waiting = next((step for step, later in enumerate(named[index:]) if later is not None), len(named) - index)
            until = named[index + waiting] if index + waiting < len(named) else close
            share = starts[-1] + ((until or close) - starts[-1]) / (waiting + 1)
            start = min((_before(word) for word in words), key=lambda frame: abs(frame - share))
        starts.append(start)
    return starts


def _before(word: Word) -> int:
    return max(0, frame_at(word.start_s) - LEAD_FRAMES)


def _after(word: Word, follows_s: float | None) -> float:
    """A little after a word, at most to the middle of the silence after it."""
    silence_s = HOLD_S * 2 if follows_s is None else max(0.0, follows_s - word.end_s)
    return word.end_s + min(HOLD_S, silence_s / 2)
