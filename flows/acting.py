"""Gives a reel its avatar, moving and speaking: by the engine asked for, or by the next one that is good enough.

Where films are generated, several takes are made, each is measured, and the best is kept. Where none is good enough, or the
generator fails, the plan's ways out follow, each told in the manifest; with `--strict` the reel fails instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from flows.given_up import FINAL, unless_given_up
from flows.story import Story
from flows.ways import OWN_MOUTH, drawn_instead, instead_of, is_own_mouth, named, ways_after
from tasks.animation.camera_words import part_direction
from tasks.animation.task import animate, understand
from tasks.domain.approval import Approval
from tasks.domain.check import TakeReport
from tasks.domain.errors import FixRequest, QualityRefused, ReelsError
from tasks.domain.generation import GENERATED, GeneratedClip, PlacedOrder, TakeClip, TakeRecord
from tasks.domain.media import MediaFile
from tasks.domain.performance import AvatarFilm, Performance, PlacedFilm
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech, beat_spans
from tasks.domain.timeline import FPS
from tasks.generation.orders import avatar_orders
from tasks.generation.prompts import write_prompts
from tasks.generation.task import generate, generator_of
from tasks.lipsync.task import lip_sync
from tasks.media.audio.wav import write_part
from tasks.media.extension import HELD_FRAMES
from tasks.media.sheet import lettering_of
from tasks.media.takes_sheet import TakeRow, write_takes_sheet
from tasks.orchestration.progress import announce
from tasks.quality.take_watching import LIPS
from tasks.quality.task import judge
from tasks.runtime.engines import load_engine
from tasks.runtime.store import Store, writable


@dataclass(frozen=True)
class Acted:
    """The avatar's performance, and how it came about."""

    performance: Performance
    plan: ReelPlan
    """Its engines are those that did it."""
    takes: tuple[TakeRecord, ...] = ()
    sheet: MediaFile | None = None
    """Contact sheet of the takes, JPEG."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """What a performance is made from."""

    story: Story
    speech: Speech
    alignment: Alignment
    approval: Approval
    store: Store
    templates: Path
    """Holds the prompts."""


@dataclass
class _Take:
    """A take, made and measured."""

    record: TakeRecord
    performance: Performance | None = None
    report: TakeReport | None = None

    wrong: bool = False
    """Whether its own mouth cannot be shown."""

    @property
    def good(self) -> bool:
        """Whether a viewer would see no fault."""
        return self.report is not None and not self.report.failed

    @property
    def is_mouth_wrong(self) -> bool:
        """Whether a viewer would see no fault but in its own mouth."""
        failed = {finding.name for finding in self.report.failed} if self.report else set()
        return self.wrong or (bool(failed) and failed <= set(LIPS))


@dataclass
class _Log:
    """All that was tried."""

    takes: list[_Take] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def act(plan: ReelPlan, sources: Sources) -> Acted:
    """The avatar's performance, its mouth included.

    Raises:
        QualityRefused: no take is good enough, and the plan is strict.
        ReelsError: an engine's own error, where the plan is strict, no other engine is left, or none could make it good.
    """
    log, way, left = _Log(), plan, ways_after(plan)
    while True:
        before = len(log.takes)
        try:
            performance = _perform(way, sources, log)
        except ReelsError as error:
            left = _worth_trying(left, way, log.takes[before:])
            if plan.strict or not left or isinstance(error, FINAL):
                raise _with_sheet(error, plan, log.takes, sources.store) from error
            log.warnings.append(f"{instead_of(way, left[0])}: {error}")
            announce("animation", 0.0, f"{named(left[0])} takes over")
            way, left = left[0], left[1:]
        else:
            _tell_downgrades(sources.story, plan, way)
            records = tuple(take.record for take in log.takes)
            return Acted(performance, way, records, _sheet(plan, log.takes, sources.store), tuple(log.warnings))


def _tell_downgrades(story: Story, plan: ReelPlan, way: ReelPlan) -> None:
    """Enters what had been asked for into the records of the stages that another engine did."""
    if named(way) != named(plan):
        story.told_downgrade("animation", named(plan))
    if is_own_mouth(plan) and not is_own_mouth(way):
        story.told_downgrade("lipsync", OWN_MOUTH)


def _worth_trying(left: list[ReelPlan], way: ReelPlan, takes: Sequence["_Take"]) -> list[ReelPlan]:
    """What may do better than a plan that failed; another mouth on the same films only where nothing but theirs is wrong."""
    return [other for other in left if named(other) != named(way) or any(take.is_mouth_wrong for take in takes)]


def _perform(plan: ReelPlan, sources: Sources, log: _Log) -> Performance:
    """One engine's performance.

    Raises:
        QualityRefused: no take of a generator is good enough.
        ReelsError: the engine's own.
    """
    if plan.engines["animation"] != GENERATED:
        return _spoken(plan, sources, _own_film(plan, sources))
    takes, stopped = _takes(plan, sources)
    log.takes += takes
    best = min((take for take in takes if take.good), key=_cost, default=None)
    if best and best.performance and not (stopped and plan.strict):
        best.record = best.record.model_copy(update={"kept": True})
        log.warnings += [f"take {len(takes) + 1} of {plan.takes} was not made: {stopped}"] if stopped else []
        return best.performance
    if stopped:
        raise stopped
    raise QualityRefused(f"{named(plan)} made no take that is good enough ({'; '.join(_reasons(takes))}): try more takes,"
                         " another seed or another generator")


def _takes(plan: ReelPlan, sources: Sources) -> tuple[list[_Take], ReelsError | None]:
    """The takes of a generator, and why there are fewer than were wanted, if so: those that are made are made."""
    takes: list[_Take] = []
    for number in range(plan.takes):
        of_take = plan.model_copy(update={"take": number})
        try:
            takes.append(unless_given_up(sources.store, f"{named(plan)}/{number + 1}", partial(_take, of_take, sources)))
        except ReelsError as error:
            return takes, error
    return takes, None


def _spoken(plan: ReelPlan, sources: Sources, films: tuple[PlacedFilm, ...]) -> Performance:
    """The performance with its mouth."""
    tell, speech, alignment = sources.story.tell, sources.speech, sources.alignment
    performance = tell("animation", animate, plan, speech, alignment, films, sources.approval)
    return tell("lipsync", lip_sync, plan, performance, speech, alignment)


def _own_film(plan: ReelPlan, sources: Sources) -> tuple[PlacedFilm, ...]:
    """The avatar's own film, made ready, where the engine shows it."""
    if plan.avatar.clip is None or load_engine("animation", plan.engines["animation"]).shot != "clip":
        return ()
    return (PlacedFilm(film=sources.story.tell("clip", understand, plan), start_s=0.0),)


def _take(plan: ReelPlan, sources: Sources) -> _Take:
    """One take of a generator: its clips made, spoken on and measured. One that cannot be spoken on is a spoilt one."""
    orders, cut = _orders(plan, sources)
    made: list[tuple[PlacedOrder, GeneratedClip]] = []
    for placed in orders:
        made.append((placed, sources.story.tell("generation", generate, plan, placed.order, sources.approval)))
    record = TakeRecord(engine=plan.engines["generation"], number=plan.take + 1, mouth=plan.engines.get("lipsync"),
                        clips=tuple(_clip_record(placed, clip) for placed, clip in made))
    films: list[PlacedFilm] = []
    for placed, clip in made:
        try:
            films.append(_placed_film(plan, sources, placed, clip))
        except FixRequest as error:
            return _Take(record.model_copy(update={"faults": (str(error),)}))
        if is_own_mouth(plan) and (lacking := _lacking(placed, films[-1].film, clip.engine)):
            return _Take(record.model_copy(update={"faults": (lacking,)}), wrong=True)
    performance = _spoken(plan, sources, tuple(films))
    told = dict.fromkeys([*cut, *(warning for _, clip in made for warning in clip.warnings)])
    performance = performance.model_copy(update={"warnings": (*told, *performance.warnings)})
    report = sources.story.tell("take", judge, plan, performance, tuple(clip.film for _, clip in made), sources.speech,
                                sources.alignment)
    faults = tuple(finding.as_fault() for finding in report.failed)
    return _Take(record.model_copy(update={"cost": report.cost, "faults": faults}), performance, report)


def _placed_film(plan: ReelPlan, sources: Sources, placed: PlacedOrder, clip: GeneratedClip) -> PlacedFilm:
    """A generator's film made ready; all of it where it follows something, as each frame belongs to its moment."""
    in_time = bool(placed.order.voice or placed.order.driver)
    film = sources.story.tell("clip", understand, plan, clip, in_time)
    if is_own_mouth(plan):
        film = film.model_copy(update={"warnings": ()})  # they tell where no mouth is drawn
    return PlacedFilm(film=film, start_s=placed.start_s, end_s=placed.end_s, in_time=in_time)


def _lacking(placed: PlacedOrder, film: AvatarFilm, engine: str) -> str:
    """What is said of a film that is shorter than its part of the voice; empty where it is long enough."""
    wanted_s, there_s = placed.end_s - placed.start_s, film.frames / FPS
    return "" if film.frames >= round(wanted_s * FPS) - HELD_FRAMES else (
        f"the film that {engine!r} made lasts {there_s:.2f} s and its part of the voice {wanted_s:.2f} s: its mouth cannot"
        " be kept")


def _clip_record(placed: PlacedOrder, clip: GeneratedClip) -> TakeClip:
    order = clip.order
    return TakeClip(start_s=placed.start_s, end_s=placed.end_s, model=clip.model, seed=order.seed, prompt=order.prompt,
                    negative_prompt=order.negative_prompt, film_sha256=clip.film.sha256)


def _orders(plan: ReelPlan, sources: Sources) -> tuple[list[PlacedOrder], list[str]]:
    """What is ordered for one take, and what of the directions is not told the generator."""
    engine, speech = generator_of(plan.engines["generation"]), sources.speech
    driver = _spoken(drawn_instead(plan).instead(animation="puppet"), sources, ()) if engine.follows == "puppet" else None
    cut: list[str] = []

    def write(beats: Sequence[int]) -> tuple[str, str]:
        if engine.prompts is None:
            return "", ""
        directions = [direct for beat in beats if (direct := part_direction(plan.script.beats[beat].direct or "").avatar)]
        told = write_prompts(sources.templates, engine.prompts, subject="avatar", look=plan.avatar.look,
                             directions=directions)
        cut.extend(told.warnings)
        return told.prompt, told.negative_prompt

    return avatar_orders(
        engine, beat_spans(sources.alignment.words, speech.duration_s), speech.duration_s + plan.tail_s,
        portrait=plan.avatar.portrait, seed=plan.seed, take=plan.take, write=write, words=sources.alignment.words,
        hear=partial(_heard, sources), driver=driver), cut


def _heard(sources: Sources, start_s: float, end_s: float) -> MediaFile:
    """A part of the voice as a file of its own; silence where nothing is said any more."""
    store = sources.store
    with store.scratch() as folder, writable(folder):
        write_part(store.path(sources.speech.audio), folder / "voice.wav", start_s=start_s, end_s=end_s)
        return store.put(folder / "voice.wav")


def _with_sheet(error: ReelsError, plan: ReelPlan, takes: Sequence[_Take], store: Store) -> ReelsError:
    """The error, and where the takes can be looked at that were made before it."""
    sheet = _sheet(plan, takes, store)
    return type(error)(f"{error}; the takes are shown in {store.where(sheet)!r}") if sheet else error


def _cost(take: _Take) -> float:
    return take.report.cost if take.report else float("inf")


def _reasons(takes: Sequence[_Take]) -> list[str]:
    return [f"take {take.record.number}: {', '.join(take.record.faults)}" for take in takes]


def _sheet(plan: ReelPlan, takes: Sequence[_Take], store: Store) -> MediaFile | None:
    """The contact sheet, the take that is kept first, then the others by how good they are."""
    if not takes:
        return None
    rows = [_row(take, store) for take in sorted(takes, key=lambda take: (not take.record.kept, not take.good, _cost(take)))]
    with store.scratch() as folder:
        target = Path(folder) / "takes.jpg"
        write_takes_sheet(rows, plan.script.title, target, lettering_of(plan.brand.fonts))
        return store.put(target)


def _row(take: _Take, store: Store) -> TakeRow:
    record, report = take.record, take.report
    own = ", own mouth" if record.mouth == OWN_MOUTH else ""
    return TakeRow(title=f"{record.engine}, take {record.number}{own}", faults=record.faults, kept=record.kept,
                   score=f"faults {report.cost:.2f}" if report else "not measured",
                   strip=store.path(report.strip) if report else None)
