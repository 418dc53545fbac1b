"""What appears over the avatar besides captions, and the sound of the reel."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.box import Box
from tasks.domain.captions import Captions
from tasks.domain.media import MediaFile
from tasks.domain.performance import Insert, Performance, Scrim, Sticker

CueKind = Literal["hook", "title", "lower-third", "number", "image", "clip", "end-card", "progress-bar", "logo"]
"""What can appear on screen."""


class ShownMedia(Record):
    """A picture or film that the script names, as it was when the reel was planned."""

    kind: Literal["image", "clip"]
    file: MediaFile = Field(description="the file as it came")
    width_px: int = Field(gt=0, description="upright")
    height_px: int = Field(gt=0, description="upright")
    duration_s: float | None = Field(default=None, description="of a film")
    warnings: tuple[str, ...] = Field(default=(), description="what its owner should know, e.g. colours converted")


class Cue(Record):
    """One thing on screen, timed."""

    kind: CueKind
    start_s: float
    end_s: float
    text: str = ""
    box: Box | None = Field(default=None, description="where its ink stands, fully entered; None for whole pictures")
    media: str | None = Field(default=None, description="the name of the picture or film in the script")
    layout: Literal["full", "split"] | None = None
    from_s: float = Field(default=0.0, ge=0, description="where in the film it begins, seconds")
    generate: str | None = Field(default=None, description="what a generator is asked to make the film of")
    picture: str | None = Field(default=None, description="the name of the picture which that film begins with")
    beat: int | None = Field(default=None, description="index of the beat that asks for it")


class Footage(Record):
    """The pictures and films that a reel cuts to, made ready."""

    inserts: tuple[Insert, ...] = Field(default=(), description="one for each cue of a picture or film, in order")
    engine: str
    version: str
    warnings: tuple[str, ...] = ()


class Overlays(Record):
    """Everything over the avatar besides captions."""

    subtitles: MediaFile = Field(description="ASS file of the texts, burnt into the picture under the captions")
    inserts: tuple[Insert, ...] = ()
    scrims: tuple[Scrim, ...] = ()
    stickers: tuple[Sticker, ...] = ()
    cues: tuple[Cue, ...] = Field(default=(), description="in order of time")
    generated: dict[str, ShownMedia] = Field(default_factory=dict, description="films that a generator made, by the `media`"
                                                                               " of their cues")
    engine: str
    version: str
    warnings: tuple[str, ...] = ()

    def filmed(self, cues: Sequence[Cue], generated: Mapping[str, ShownMedia], warnings: Sequence[str]) -> "Overlays":
        """The same with the films that a generator made; `cues` are what is shown now, `warnings` what went otherwise."""
        return self.model_copy(update={"cues": tuple(cues), "generated": dict(generated),
                                       "warnings": (*self.warnings, *warnings)})

    def dressed(self, footage: Footage) -> "Overlays":
        """The same with the pictures and films that the reel cuts to."""
        return self.model_copy(update={"inserts": footage.inserts, "warnings": (*self.warnings, *footage.warnings)})

    def laid_over(self, performance: Performance, captions: Captions) -> Performance:
        """A performance with all that is drawn over it; the captions' small pictures lie on top."""
        return performance.model_copy(update={"inserts": self.inserts, "scrims": self.scrims,
                                              "stickers": (*self.stickers, *captions.stickers)})

    def covers(self, time_s: float) -> bool:
        """True while something else than the avatar alone fills the picture."""
        layers = (*(insert.shot for insert in self.inserts), *self.scrims)
        return any(layer.start_s <= time_s < layer.end_s for layer in layers)


class Sound(Record):
    """The finished sound of a reel."""

    track: MediaFile = Field(description="mp4 with one AAC-LC track, 48 kHz stereo, as long as the reel, -14 LUFS")
    stems: dict[str, MediaFile] = Field(
        default_factory=dict, description="'voice', 'music', 'effects', 'room': FLAC, 48 kHz stereo, as loud as in the mix"
                                          " and as long as the reel; only where export wants them")
    music_below_voice_db: float | None = Field(default=None, description="how much softer than the voice the music is while"
                                                                         " it speaks; None without music")
    engine: str
    version: str
    warnings: tuple[str, ...] = ()
