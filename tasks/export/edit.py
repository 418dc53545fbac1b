"""A reel as an edit: tracks of items, each with its media and its place, to the frame.

Convention: frames from the start of the reel, half open, `[start, stop)`; frame `i` shows the instant `i / 30`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Literal, TypeVar

from tasks.domain.captions import Captions
from tasks.domain.overlays import Cue, Overlays
from tasks.domain.performance import Insert
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, frame_at
from tasks.media.text.words import join_words

S = TypeVar("S")

Facts = Mapping[str, object]
"""What else is known of a thing: JSON values by name."""

PICTURES = ("image", "clip")
"""Kinds of things on screen that are cutaways."""
ON_TOP = {"progress-bar": "Progress bar", "logo": "Logo"}
"""Things that stay while texts come and go, and what they are called where nothing else is on screen."""
VEIL = "Panel"
"""What a veil is called where nothing else is on screen."""


@dataclass(frozen=True)
class Item:
    """A piece of media on a track."""

    name: str
    start: int
    stop: int
    media: str
    """Path beside the edit's file, with '/' between folders."""
    media_frames: int
    """Length of the media."""
    media_start: int = 0
    """Which frame of the media stands at `start`."""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Track:
    """Items one after the other, with gaps; the whole track is as long as the reel."""

    name: str
    kind: Literal["video", "audio"]
    items: tuple[Item, ...]
    marked: bool = False
    """Whether markers of the whole edit repeat the names of the items."""


@dataclass(frozen=True)
class Edit:
    """A reel, part by part."""

    name: str
    frames: int
    tracks: tuple[Track, ...]
    """Pictures from bottom to top, then sounds."""
    facts: Facts


def frame_span(start_s: float, end_s: float, frames: int) -> range:
    """The frames on which something is drawn, at most those of a reel of `frames`."""
    return range(frame_at(start_s), min(frame_at(end_s), frames))


def cutaway_track(inserts: Sequence[Insert], cues: Sequence[Cue], media: Sequence[str], sources: Sequence[str],
                  frames: int) -> Track:
    """The track of cutaways.

    Args:
        inserts: in order.
        cues: what the script calls them.
        media: the film of each as it is seen, as long as it is seen.
        sources: the picture or film each was made from.
        frames: length of the reel.
    """
    items: list[Item] = []
    names = {frame_span(cue.start_s, cue.end_s, frames).start: cue.media for cue in cues if cue.kind in PICTURES}
    for insert, seen, source in zip(inserts, media, sources, strict=True):
        span = frame_span(insert.shot.start_s, insert.shot.end_s, frames)
        facts = {"kind": "image" if insert.shot.kind == "still" else "clip", "layout": insert.layout, "source": source,
                 "soft_in_frames": round(insert.enter_s * FPS), "soft_out_frames": round(insert.leave_s * FPS)}
        if len(span):
            items.append(Item(name=names.get(span.start) or f"Cutaway {len(items) + 1}", start=span.start, stop=span.stop,
                              media=seen, media_frames=len(span), facts=facts))
    return Track("Cutaways", "video", tuple(items))


def title_track(overlays: Overlays, media: str, frames: int) -> Track:
    """The track of texts and what else lies over the picture.

    One item stands for each text, others where only a logo, a bar or a panel is seen, a gap where there is nothing.

    Args:
        overlays: what is on screen.
        media: the film of all of it, as long as the reel, with transparency.
        frames: length of the reel.
    """
    texts = [(frame_span(cue.start_s, cue.end_s, frames), cue) for cue in overlays.cues
             if cue.kind not in (*PICTURES, *ON_TOP)]
    others = [(frame_span(cue.start_s, cue.end_s, frames), ON_TOP[cue.kind]) for cue in overlays.cues if cue.kind in ON_TOP]
    others += [(frame_span(scrim.start_s, scrim.end_s, frames), VEIL) for scrim in overlays.scrims]
    if not any(cue.kind == "logo" for cue in overlays.cues):
        others += [(frame_span(sticker.start_s, sticker.end_s, frames), ON_TOP["logo"]) for sticker in overlays.stickers]

    def seen(frame: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
        shown = tuple(index for index, (span, _) in enumerate(texts) if frame in span)
        return shown, () if shown else tuple(sorted({name for span, name in others if frame in span}))

    items = []
    for span, (shown, names) in _stretches([span for span, _ in [*texts, *others]], seen, frames):
        cues = [texts[index][1] for index in shown]
        if cues or names:
            facts = {"texts": [{"kind": cue.kind, "text": cue.text,
                                **({"box": cue.box.model_dump(mode="json")} if cue.box else {})} for cue in cues]}
            name = " / ".join(_one_line(cue.text) or cue.kind for cue in cues) or ", ".join(names)
            items.append(Item(name=name, start=span.start, stop=span.stop, media=media, media_frames=frames,
                              media_start=span.start, facts=facts))
    return Track("Titles", "video", tuple(items))


def caption_track(captions: Captions, words: Sequence[Word], media: str, frames: int, language: str) -> Track:
    """The track of captions, an item for each page, named by its words as their author wrote them.

    Args:
        captions: the pages.
        words: the alignment's words.
        media: the film of all pages, as long as the reel, with transparency.
        frames: length of the reel.
        language: BCP 47 tag of what is said.
    """
    items = []
    for page in captions.pages:
        said = [words[word.word] for word in page.words]
        span = frame_span(page.start_s, page.end_s, frames)
        facts = {"text": join_words([word.text for word in said], language),
                 "words": [{"text": word.text, "start_s": word.start_s, "end_s": word.end_s} for word in said]}
        if len(span):
            items.append(Item(name=str(facts["text"]), start=span.start, stop=span.stop, media=media, media_frames=frames,
                              media_start=span.start, facts=facts))
    return Track("Captions", "video", tuple(items), marked=True)


def whole_track(name: str, kind: Literal["video", "audio"], media: str, frames: int, *, title: str | None = None) -> Track:
    """A track that one piece of media fills from the start of the reel on."""
    return Track(name, kind, (Item(name=title or name, start=0, stop=frames, media=media, media_frames=frames),))


def _stretches(spans: Iterable[range], seen: Callable[[int], S], frames: int) -> list[tuple[range, S]]:
    """The reel cut wherever what is seen changes."""
    edges = sorted({0, frames, *(edge for span in spans if len(span) for edge in (span.start, span.stop))})
    pieces = [(range(start, stop), seen(start)) for start, stop in pairwise(edges)]
    joined = []
    for shown, group in groupby(pieces, key=lambda piece: piece[1]):
        together = [span for span, _ in group]
        joined.append((range(together[0].start, together[-1].stop), shown))
    return joined


def _one_line(text: str) -> str:
    return " ".join(text.split())
