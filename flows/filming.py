"""The films that beats ask a generator for, made: ordered once it is known how long each is seen, shown like any film."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from flows.given_up import FINAL, unless_given_up
from flows.story import Story
from tasks.domain.approval import Approval
from tasks.domain.errors import ReelsError
from tasks.domain.generation import GeneratedClip, GeneratedShow
from tasks.domain.media import MediaFile
from tasks.domain.overlays import Cue, Overlays, ShownMedia
from tasks.domain.plan import ReelPlan
from tasks.domain.timeline import filled_px
from tasks.generation.shows import order_show
from tasks.generation.task import generate, generator_of
from tasks.media.clips import check_clip
from tasks.media.film_name import FilmName
from tasks.media.pictures import make_ready
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store, writable


def film_shows(story: Story, plan: ReelPlan, overlays: Overlays, approval: Approval, store: Store
               ) -> tuple[Overlays, tuple[GeneratedShow, ...]]:
    """Has the films made that cues ask for.

    Args:
        story: tells the stage `generation` for each.
        plan: names the generator, and holds the pictures that films begin with.
        overlays: their cues say what is asked for, and when it is seen.
        approval: a person's word, which a service wants.
        store: holds pictures and films.

    Returns:
        The overlays with the films, and what is to be told of each. Where no film could be made, the picture that it should
        begin with is shown, or nothing, and the warnings say so.

    Raises:
        ApprovalMissing, ConsentMissing, PaymentUnknown: a person has to decide first.
        ReelsError: a film could not be made, and the plan is strict.
    """
    if not any(cue.generate for cue in overlays.cues):
        return overlays, ()
    room = _Room(story, plan, approval, store)
    cues = [room.shown(cue) if cue.generate else cue for cue in overlays.cues]
    return overlays.filmed([cue for cue in cues if cue], room.media, room.told), tuple(room.made)


@dataclass
class _Room:
    """Where films are made, one after another."""

    story: Story
    plan: ReelPlan
    approval: Approval
    store: Store
    media: dict[str, ShownMedia] = field(default_factory=dict)
    made: list[GeneratedShow] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def shown(self, cue: Cue) -> Cue | None:
        """What a cue shows: its film, else its picture, else nothing."""
        number = (cue.beat or 0) + 1
        try:
            clip, media = unless_given_up(self.store, f"show/{cue.media}", partial(self._filmed, cue))
        except FINAL:
            raise
        except ReelsError as error:
            if self.plan.strict:
                raise
            instead = f"the picture {cue.picture!r} is shown as it is" if cue.picture else "nothing is shown"
            self.told.append(f"'show' of beat {number}: {instead}, as no film was made of {cue.generate!r}: {error}")
            return _still(cue) if cue.picture else None
        self.media[cue.media or ""] = media
        self.made.append(GeneratedShow.of(number, clip))
        self.told += (f"'show' of beat {number}: {warning}" for warning in clip.warnings)
        return cue

    def _filmed(self, cue: Cue) -> tuple[GeneratedClip, ShownMedia]:
        """The film that a cue asks for, large enough for where it is seen."""
        engine, size = generator_of(self.plan.engines["generation"]), filled_px(cue.layout)
        picture = self._picture(self.plan.media[cue.picture].file, size) if cue.picture else None
        order = order_show(cue, engine, picture=picture, seed=self.plan.seed, templates=current_settings().templates_path)
        clip = self.story.tell("generation", generate, self.plan, order, self.approval)
        facts = check_clip(self.store.path(clip.film), size=size, name=FilmName.generated(clip.engine, order.seed))
        return clip, ShownMedia(kind="clip", file=clip.film, width_px=facts.width_px, height_px=facts.height_px,
                                duration_s=facts.duration_s)

    def _picture(self, file: MediaFile, size: tuple[int, int]) -> MediaFile:
        """A picture as a generator is given it: upright, sRGB, opaque."""
        colours = self.plan.brand.colours
        with self.store.scratch() as folder, writable(folder):
            ready: Path = folder / "picture.jpg"
            make_ready(self.store.path(file), ready, backgrounds=(colours.panel, colours.on_panel), size=size)
            return self.store.put(ready)


def _still(cue: Cue) -> Cue:
    """The cue of a film as one of the picture that it should begin with."""
    return cue.model_copy(update={"kind": "image", "media": cue.picture, "generate": None, "picture": None})
