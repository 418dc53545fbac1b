"""Generated films: what is ordered of a generator, and what it made."""

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.media import MediaFile
from tasks.domain.performance import Performance

GENERATED = "generated"
"""The animation engine that shows what a generator made."""


class ClipOrder(Record):
    """One clip that a generator is to make."""

    picture: MediaFile | None = Field(default=None, description="the clip begins with it; None: from text alone")
    prompt: str = Field(default="", description="what is to be seen, in words; not every generator reads it")
    negative_prompt: str = Field(default="", description="what is not to be seen")
    seed: int = Field(ge=0, lt=2**31, description="another seed is another take")
    duration_s: float = Field(gt=0, description="how long it should be; a generator may make it shorter, and says so")
    voice: MediaFile | None = Field(default=None, description="WAV that the face is to follow, as long as the clip; only for"
                                                              " generators that follow a voice")
    driver: Performance | None = Field(default=None, description="performance of the embedded puppet that the face is to"
                                                                 " follow; only for generators that do")


class GeneratedClip(Record):
    """A clip as its generator made it."""

    film: MediaFile = Field(description="MP4, as large and as fast as the model makes it")
    order: ClipOrder
    engine: str
    version: str
    model: str = Field(description="which model made it: its name and, where it is known, its digest")
    cost_usd: float = 0.0
    warnings: tuple[str, ...] = Field(default=(), description="where it is not what was ordered: size, length")


class GeneratedShow(Record):
    """A film that a generator made for a beat, and of what: what somebody may ask later."""

    beat: int = Field(ge=1, description="number of the beat that shows it")
    engine: str
    version: str
    model: str
    prompt: str
    negative_prompt: str
    seed: int
    film_sha256: str = Field(description="digest of the film as it came")

    @classmethod
    def of(cls, beat: int, clip: GeneratedClip) -> "GeneratedShow":
        """What is told of the clip that the beat with this number shows."""
        return cls(beat=beat, engine=clip.engine, version=clip.version, model=clip.model, prompt=clip.order.prompt,
                   negative_prompt=clip.order.negative_prompt, seed=clip.order.seed, film_sha256=clip.film.sha256)


class PlacedOrder(Record):
    """A clip of the avatar to be made, and the part of the reel that it is to cover."""

    order: ClipOrder
    start_s: float = Field(ge=0)
    end_s: float = Field(gt=0)


class TakeClip(Record):
    """One clip of a take, as the manifest has it."""

    start_s: float
    end_s: float
    model: str = Field(description="which model made it")
    seed: int
    prompt: str
    negative_prompt: str
    film_sha256: str = Field(description="digest of the film as it came")


class TakeRecord(Record):
    """One take of the avatar: how it was made, and how good it came out."""

    engine: str = Field(description="the generator")
    number: int = Field(ge=1, description="which of its takes")
    mouth: str | None = Field(default=None, description="what its mouth is by, an engine of the stage 'lipsync'; 'own': the"
                                                        " generator's, as it made it")
    kept: bool = Field(default=False, description="whether the reel shows it")
    cost: float | None = Field(default=None, description="sum of its faults, 0 is faultless; None where it was not measured")
    faults: tuple[str, ...] = Field(default=(), description="what a viewer would see, or why there is no take")
    clips: tuple[TakeClip, ...] = ()
