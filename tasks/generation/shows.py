"""What is ordered of a generator for a beat that asks for a film."""

import hashlib
from pathlib import Path

from tasks.domain.generation import ClipOrder
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue
from tasks.domain.timeline import FPS, frame_at
from tasks.generation.base import SEEDS, ClipGenerator
from tasks.generation.prompts import Prompts, write_prompts


def order_show(cue: Cue, engine: ClipGenerator, *, picture: MediaFile | None, seed: int, templates: Path) -> ClipOrder:
    """The order for the film that a cue shows: as long as it is seen, or as long as the generator can make one.

    Args:
        cue: what is asked for, and how long it is on screen.
        engine: decides in which words it is asked, and how long a film can be.
        picture: the film begins with it.
        seed: of the reel.
        templates: the library's folder of templates.

    Raises:
        FixMachine: the engine's prompts, or its model, are missing or wrong.
    """
    wanted = cue.generate or ""
    words = write_prompts(templates, engine.prompts, look="", directions=(), subject="broll", show=wanted
                          ) if engine.prompts else Prompts("", "")
    seen_s = max(1, frame_at(cue.end_s) - frame_at(cue.start_s)) / FPS
    return ClipOrder(picture=picture, prompt=words.prompt, negative_prompt=words.negative_prompt,
                     seed=seed_of(seed, wanted, picture), duration_s=min(seen_s, engine.longest_s))


def seed_of(seed: int, wanted: str, picture: MediaFile | None) -> int:
    """The seed of one film: of the reel's, and what is asked for, so that another beat before it changes nothing."""
    facts = f"{seed}\n{picture.sha256 if picture else ''}\n{wanted}"
    return int.from_bytes(hashlib.sha256(facts.encode()).digest()[:8]) % SEEDS
