"""Who animates the avatar: the best of several takes, and who takes over where nothing good comes of it."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from flows.acting import Acted, Sources, act
from flows.story import Story
from flows.ways import named
from tasks.domain.approval import Approval
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.brand import Brand
from tasks.domain.check import Finding, TakeReport
from tasks.domain.errors import (
    ApprovalMissing,
    AvatarError,
    DayLimitReached,
    FixMachine,
    FixRequest,
    NotWritable,
    PaymentUnknown,
    QualityRefused,
    ReelsError,
    TryAgain,
    Unfinished,
)
from tasks.domain.generation import GeneratedClip
from tasks.domain.media import MediaFile
from tasks.domain.performance import AvatarFilm, Performance, StillShot
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import StageRecord
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Speech, Word
from tasks.generation.double import DoubleFilms
from tasks.media.extension import HELD_FRAMES
from tasks.media.takes_sheet import MOMENT_PX, MOMENTS, write_strip
from tasks.runtime.library import Library
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)
FLICKER = Finding(name="flicker", title="skin flickers", value=5.5, unit="of 255", threshold="at most 2.5", verdict="failed")
LATE = Finding(name="av_offset", title="sound before mouth", value=200, unit="ms", threshold="at most 40", verdict="failed")
Play = Callable[[str, ReelPlan], float | Exception]
"""What comes of a stage: of 'take' the cost, 9 and more with a fault that is seen, `BAD_MOUTH` with one of the mouth alone;
an error is raised.
"""
BAD_MOUTH = 8.5


class Played(Story):
    """A story whose stages are made up; its films have so many frames."""

    frames = 90

    def __init__(self, play: Play, strip: MediaFile) -> None:
        super().__init__()
        self.told: list[tuple[str, str, int]] = []
        self.mouths: list[tuple[str, str | None]] = []
        self.whole: list[bool] = []
        self._play, self._strip = play, strip

    def tell(self, name: str, stage: Any, plan: ReelPlan, *arguments: Any) -> Any:
        self.told.append((name, named(plan), plan.take + 1))
        self.mouths.append((name, plan.engines.get("lipsync")))
        self.whole += [arguments[1]] if name == "clip" else []
        outcome = self._play(name, plan)
        if isinstance(outcome, Exception):
            raise outcome
        self.records.append(StageRecord(name=name, engine=named(plan), version="1", seconds=0.0, cached=False))
        made: dict[str, Callable[[], Any]] = {
            "generation": lambda: GeneratedClip(film=self._strip, order=arguments[0], engine="double", version="1",
                                                model="none"),
            "clip": lambda: AvatarFilm(film=FILE, frames=self.frames, track=FILE, rig=FILE, version="1"),
            "animation": lambda: Performance(frame_count=3, engine=plan.engines["animation"], version=str(plan.take), shots=(
                StillShot(start_s=0, end_s=1, picture=FILE, camera=FILE),)),
            "lipsync": lambda: arguments[0],
            "take": lambda: TakeReport(findings=(FLICKER,) * (outcome >= 9) + (LATE,) * (
                outcome == BAD_MOUTH), cost=outcome, strip=self._strip)}
        return made[name]()


@pytest.fixture
def brand() -> Brand:
    return Library(CHECKOUT).brand("default")


@pytest.fixture
def strip(store: Store, tmp_path: Path) -> MediaFile:
    """Grey pictures."""
    write_strip([np.full((MOMENT_PX[1], MOMENT_PX[0], 3), 120, np.uint8)] * MOMENTS, tmp_path / "strip.jpg")
    return store.put_copy(tmp_path / "strip.jpg")


@pytest.fixture
def acted(store: Store, strip: MediaFile, brand: Brand) -> Callable[..., tuple[Acted, Played]]:
    """Acts out a plan."""

    def run(play: Play, *, takes: int = 1, ways_out: tuple[str, ...] = ("puppet", "kenburns"), strict: bool = False,
            **engines: str) -> tuple[Acted, Played]:
        story = Played(play, strip)
        avatar = AvatarSnapshot(name="ada", title="Ada", sha256="0" * 64, portrait=FILE, rig=FILE,
                                look="A woman in green",
                                consent=Consent(kind="synthetic", statement="Drawn."))
        script = Script(title="Tea", beats=(Beat(say="Tea.", direct="warm smile, then zoom in"),))
        plan = ReelPlan.model_construct(
            script=script, avatar=avatar, seed=0, takes=takes, take=0, asked=None, ways_out=ways_out, tail_s=0.0,
            strict=strict, brand=brand, engines={"animation": "generated", "generation": "double", **engines})
        speech = Speech(audio=FILE, duration_s=3, engine="tone", version="1")
        words = Alignment(words=(Word(text="Tea.", start_s=0, end_s=1, beat=0),), phonemes=(), engine="even", version="1")
        approval = Approval.model_construct()
        return act(plan, Sources(story, speech, words, approval, store, CHECKOUT / "templates")), story

    return run


def costs(*of_takes: float) -> Play:
    """Every take scored so."""
    return lambda name, plan: of_takes[plan.take] if name == "take" else 0.0


def failing(stage: str, error: ReelsError, *, take: int = 0) -> Play:
    """A generator's stage fails in one take; nothing else does."""
    return lambda name, plan: error if (name, plan.engines["animation"], plan.take) == (stage, "generated", take) else 0.0


class TestTakes:
    def test_best_of_several_is_kept(self, acted: Any) -> None:
        """All are in the record with what they scored, and on the sheet."""
        done, _ = acted(costs(2.0, 0.5, 9.0), takes=3)
        assert done.performance.version == "1"
        assert [(take.number, take.kept, take.cost, take.faults) for take in done.takes] == [
            (1, False, 2.0, ()), (2, True, 0.5, ()), (3, False, 9.0, ("skin flickers: 5.5 of 255, at most 2.5 wanted",))]
        assert done.sheet
        assert done.warnings == ()

    def test_each_take_has_a_seed_of_its_own_and_its_prompt(self, acted: Any) -> None:
        done, _ = acted(costs(0, 0, 0), takes=3)
        clips = [take.clips[0] for take in done.takes]
        assert len({clip.seed for clip in clips}) == 3
        assert len({clip.prompt for clip in clips}) == 1
        assert all(words in clips[0].prompt for words in ("A woman in green", "warm smile."))
        assert "zoom" not in clips[0].prompt
        assert {clip.model for clip in clips} == {"none"}

    def test_take_without_a_face_is_a_spoilt_one(self, acted: Any) -> None:
        """The others are made all the same."""
        done, _ = acted(failing("clip", AvatarError("no face is seen")), takes=2)
        assert [(take.kept, take.cost, take.faults) for take in done.takes] == [(False, None, ("no face is seen",)),
                                                                              (True, 0.0, ())]
        assert done.plan.engines["animation"] == "generated"

    def test_film_that_cannot_be_used_spoils_its_take_alone(self, acted: Any) -> None:
        done, _ = acted(failing("clip", FixRequest("it lasts 0.36 s")), takes=2)
        assert [(take.kept, take.faults) for take in done.takes] == [(False, ("it lasts 0.36 s",)), (True, ())]

    @pytest.mark.parametrize("error", [TryAgain("busy"), FixMachine("out of memory"), DayLimitReached("enough for today"),
                                       ApprovalMissing("not that much"), PaymentUnknown("it broke off")])
    def test_what_is_made_is_used_where_another_cannot_be(self, acted: Any, error: ReelsError) -> None:
        """With the reason; nobody pays for a take that is thrown away."""
        done, story = acted(failing("generation", error, take=1), takes=3)
        assert [take.kept for take in done.takes] == [True]
        assert done.warnings == (f"take 2 of 3 was not made: {error}",)
        assert ("generation", "double", 3) not in story.told

    def test_reel_without_a_generator_has_no_takes(self, acted: Any) -> None:
        done, story = acted(costs(0), animation="puppet", ways_out=(), takes=3)
        assert (done.takes, done.sheet) == ((), None)
        assert [name for name, _, _ in story.told] == ["animation", "lipsync"]

    def test_what_follows_the_puppet_gets_its_performance(self, acted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Mouth included; the puppet is asked first."""
        monkeypatch.setattr(DoubleFilms, "follows", "puppet")
        _, story = acted(costs(0))
        assert story.told[:3] == [("animation", "puppet", 1), ("lipsync", "puppet", 1), ("generation", "double", 1)]

    @pytest.mark.parametrize(("follows", "whole"), [("nothing", False), ("puppet", True)])
    def test_all_of_a_film_is_kept_that_follows_something(self, acted: Any, monkeypatch: pytest.MonkeyPatch, follows: str,
                                                          whole: bool) -> None:
        """Whosever mouth is seen: without its beginning it would be late throughout."""
        monkeypatch.setattr(DoubleFilms, "follows", follows)
        assert acted(costs(0))[1].whole == [whole]


class TestOwnMouth:
    """A generator that follows something, whose mouth is asked for."""

    @pytest.fixture(autouse=True)
    def _follows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(DoubleFilms, "follows", "puppet")

    def test_take_whose_mouth_follows_best_is_kept_and_says_whose_it_is(self, acted: Any) -> None:
        """What the generator follows has a mouth that is drawn."""
        done, story = acted(costs(BAD_MOUTH, 0.5), takes=2, lipsync="own")
        assert [(take.mouth, take.kept) for take in done.takes] == [("own", False), ("own", True)]
        assert done.plan.engines["lipsync"] == "own"
        assert [mouth for name, mouth in story.mouths if name == "lipsync"] == ["visemes", "own"] * 2
        assert done.warnings == ()

    def test_our_mouth_is_drawn_on_the_same_films_where_theirs_does_not_follow(self, acted: Any) -> None:
        """That is a downgrade of the mouth alone."""
        done, story = acted(lambda name, plan: BAD_MOUTH if (name, plan.engines["lipsync"]) == ("take", "own") else 0.0,
                            lipsync="own")
        assert [(take.mouth, take.kept) for take in done.takes] == [("own", False), ("visemes", True)]
        assert done.takes[0].clips == done.takes[1].clips
        (told,) = done.warnings
        assert told.startswith("the mouth of the films of double was to be kept, and visemes draws it: double made no take")
        assert "sound before mouth: 200 ms" in told
        downgraded = {record.name: record.downgraded_from for record in story.records if record.downgraded_from}
        assert downgraded == {"lipsync": "own"}
        assert done.plan.asked["lipsync"] == "own"

    def test_strict_reel_fails_instead(self, acted: Any) -> None:
        with pytest.raises(QualityRefused, match="sound before mouth"):
            acted(costs(BAD_MOUTH), lipsync="own", strict=True)

    def test_film_that_is_too_short_cannot_keep_its_mouth(self, acted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of 3 s that are spoken it shows 2.67, and 2.7 are needed; ours is drawn."""
        monkeypatch.setattr(Played, "frames", 90 - HELD_FRAMES)
        assert acted(costs(0), lipsync="own")[0].takes[0].kept
        monkeypatch.setattr(Played, "frames", 80)
        done, _ = acted(costs(0), lipsync="own")
        assert done.takes[0].faults == ("the film that 'double' made lasts 2.67 s and its part of the voice 3.00 s: its"
                                        " mouth cannot be kept",)
        assert [(take.mouth, take.kept) for take in done.takes] == [("own", False), ("visemes", True)]

    @pytest.mark.parametrize("play", [costs(9.0), failing("generation", TryAgain("busy"))])
    def test_another_mouth_makes_no_spoilt_film_good(self, acted: Any, play: Play) -> None:
        """The puppet takes over at once, and nobody is asked twice."""
        done, story = acted(play, lipsync="own")
        assert (done.performance.engine, done.plan.engines["lipsync"]) == ("puppet", "visemes")
        assert [name for name, _, _ in story.told].count("generation") == 1
        downgraded = {record.name: record.downgraded_from for record in story.records if record.downgraded_from}
        assert downgraded == {"animation": "double", "lipsync": "own"}
        assert len(done.warnings) == 1


class TestWaysOut:
    def test_next_one_takes_over_and_that_is_told(self, acted: Any) -> None:
        """In the record of the stage, and in words with the reason."""
        done, story = acted(costs(9.0, 16.0), takes=2)
        assert done.performance.engine == "puppet"
        assert (done.plan.engines["animation"], done.plan.asked["animation"]) == ("puppet", "generated")
        last = [record for record in story.records if record.name == "animation"][-1]
        assert (last.engine, last.downgraded_from) == ("puppet", "double")
        (told,) = done.warnings
        assert told.startswith("double was to animate the avatar, and puppet does: double made no take that is good enough")
        assert "take 2: skin flickers: 5.5 of 255, at most 2.5 wanted" in told
        assert [take.kept for take in done.takes] == [False, False]

    @pytest.mark.parametrize("error", [TryAgain("busy"), FixMachine("out of memory"), FixRequest("moderated")])
    def test_generator_that_fails_is_replaced(self, acted: Any, error: ReelsError) -> None:
        done, _ = acted(failing("generation", error))
        assert done.performance.engine == "puppet"
        assert done.warnings == (f"double was to animate the avatar, and puppet does: {error}",)

    def test_ways_are_tried_in_order(self, acted: Any) -> None:
        """Here the puppet fails too."""

        def play(name: str, plan: ReelPlan) -> float | Exception:
            if name == "animation" and plan.engines["animation"] == "puppet":
                return AvatarError("no rig")
            return 9.0 if name == "take" else 0.0

        done, _ = acted(play)
        assert done.performance.engine == "kenburns"
        assert [told.partition(":")[0] for told in done.warnings] == [
            "double was to animate the avatar, and puppet does", "puppet was to animate the avatar, and kenburns does"]

    @pytest.mark.parametrize("error", [ApprovalMissing("not that much"), PaymentUnknown("it broke off"),
                                       Unfinished("cancelled"), NotWritable("disk full")])
    def test_person_is_asked_where_only_a_person_can_tell(self, acted: Any, error: ReelsError) -> None:
        """Money may be at stake: nothing takes over silently."""
        with pytest.raises(type(error)):
            acted(failing("generation", error))

    def test_strict_reel_fails_instead(self, acted: Any) -> None:
        with pytest.raises(QualityRefused, match=r"no take that is good enough.*skin flickers"):
            acted(costs(9.0), strict=True)
        with pytest.raises(TryAgain, match="busy"):
            acted(failing("generation", TryAgain("busy")), strict=True)

    def test_strict_reel_wants_all_takes(self, acted: Any) -> None:
        """And says where those can be seen that were made."""
        with pytest.raises(TryAgain, match=r"busy; the takes are shown in '.*jpg'"):
            acted(failing("generation", TryAgain("busy"), take=1), takes=2, strict=True)

    def test_run_that_is_told_again_gives_up_the_same(self, acted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The generator is not asked again, though it would answer now; another run asks it."""
        monkeypatch.setattr("flows.given_up.flow_run", SimpleNamespace(id="run-1"))
        first, _ = acted(failing("generation", TryAgain("busy")))
        again, story = acted(costs(0))
        assert again.warnings == first.warnings
        assert again.performance.engine == "puppet"
        assert "generation" not in {name for name, _, _ in story.told}
        monkeypatch.setattr("flows.given_up.flow_run", SimpleNamespace(id="run-2"))
        assert acted(costs(0))[0].plan.engines["animation"] == "generated"

    def test_last_way_says_what_is_wrong_with_it(self, acted: Any) -> None:
        with pytest.raises(QualityRefused):
            acted(costs(9.0), ways_out=())
