"""What is ordered of a generator for one take of the avatar: clips that begin with the portrait and cover the reel.

A clip is shown forwards and backwards, so that a short one covers a longer part of the reel; where that would be seen, there
are several, and each begins where the one before has come back to: at the portrait. A clip that follows something is shown
once, as it was made; where one that follows the voice is shorter than the reel, there are several, each with its part of it.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from tasks.domain.generation import GENERATED, ClipOrder, PlacedOrder
from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import BeatSpan, Word
from tasks.domain.timeline import FPS
from tasks.generation.base import SEEDS, ClipGenerator
from tasks.generation.heard_spans import heard_spans
from tasks.media.text.duration import estimate_duration_s

MOST_SHOWN = 4.0
"""How often each moment of a clip may be seen, there and back: once more and a viewer knows it."""
MARGIN = 1.25
"""How much longer than estimated a voice may get before films cost more than was said at first."""

Write = Callable[[Sequence[int]], tuple[str, str]]
"""Gives the prompt and the negative prompt of a clip that is seen during beats of these indices."""
Hear = Callable[[float, float], MediaFile]
"""Gives a part of the voice, from and to a second of the reel: WAV of exactly that length."""


def avatar_orders(
    engine: ClipGenerator, beats: Sequence[BeatSpan], reel_s: float, *, portrait: MediaFile, seed: int, take: int,
    write: Write, words: Sequence[Word] = (), hear: Hear | None = None, driver: Performance | None = None,
) -> list[PlacedOrder]:
    """The clips of one take, in order, covering the reel; those that follow the voice overlap (`heard_spans`).

    Args:
        engine: is to make them.
        beats: of the reel, in order.
        reel_s: its length, end card included.
        portrait: each clip begins with it.
        seed: the reel's.
        take: number of the take, from 0.
        write: the prompts.
        words: of the reel, in order: between them the voice is cut.
        hear: the sound of the reel, for an engine that follows it.
        driver: the puppet's performance of the reel, for an engine that follows it.
    """
    orders = []
    for number, (start_s, end_s) in enumerate(_spans(engine, beats, words, reel_s)):
        prompt, negative = write([span.beat for span in beats if span.start_s < end_s and span.end_s > start_s])
        order = ClipOrder(
            picture=portrait, prompt=prompt, negative_prompt=negative, seed=clip_seed(seed, take, number),
            duration_s=min(engine.longest_s, end_s - start_s) if engine.follows == "nothing" else end_s - start_s,
            voice=hear(start_s, end_s) if hear and engine.follows == "voice" else None,
            driver=driver if engine.follows == "puppet" else None)
        orders.append(PlacedOrder(order=order, start_s=start_s, end_s=end_s))
    return orders


def _spans(engine: ClipGenerator, beats: Sequence[BeatSpan], words: Sequence[Word], reel_s: float
           ) -> list[tuple[float, float]]:
    """The parts of a reel that one clip each covers."""
    if engine.follows == "voice":
        return heard_spans(words, reel_s, engine.longest_s)
    return [(0.0, reel_s)] if engine.follows == "puppet" else clip_spans(beats, reel_s, engine.longest_s)


def clip_spans(beats: Sequence[BeatSpan], reel_s: float, clip_s: float) -> list[tuple[float, float]]:
    """Parts of a reel that one clip each can cover, on whole frames: as few as can be, about equally long, and they change
    between two beats where they can.
    """
    longest_s, borders = MOST_SHOWN * clip_s, [0.0]
    for left in range(clip_count(reel_s, clip_s), 1, -1):
        start_s, rest_s = borders[-1], reel_s - borders[-1]
        even_s = rest_s / left
        least_s = max(even_s / 2, rest_s - (left - 1) * longest_s)
        most_s = min(longest_s, rest_s - even_s / 2)
        between = [span.end_s for span in beats[:-1] if least_s <= span.end_s - start_s <= most_s]
        borders.append(min(between, key=lambda end_s: abs(end_s - start_s - even_s), default=start_s + even_s))
    whole = [round(border * FPS) / FPS for border in [*borders, reel_s]]
    return [(start_s, end_s) for start_s, end_s in pairwise(whole) if end_s > start_s]


def clip_count(reel_s: float, clip_s: float) -> int:
    """How many clips cover a reel."""
    return max(1, math.ceil(reel_s / (MOST_SHOWN * clip_s) - 1e-9))


def films_at_most(plan: ReelPlan, name: str, clip_s: float) -> int:
    """How many films a generator may be asked for by a plan: takes of the avatar, and what beats ask for.

    Args:
        plan: before anything is spoken.
        name: the generator, the plan's own or one that may take over.
        clip_s: its longest film.
    """
    own = plan.engines.get("generation") == name
    count = sum(1 for _ in plan.script.asked_films()) if own else 0
    if name in plan.ways_out or (own and plan.engines["animation"] == GENERATED):
        spoken_s = estimate_duration_s(plan.script, plan.voice.rate, language=plan.voice.language,
                                       pronunciations=plan.voice.pronunciations)
        count += plan.takes * clip_count(spoken_s * MARGIN + plan.tail_s, clip_s)
    return count


def clip_seed(seed: int, take: int, number: int) -> int:
    """The seed of one clip: another for every take and clip, always the same for the same ones."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{take}/{number}".encode()).digest()[:4], "big") % SEEDS
