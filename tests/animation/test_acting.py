"""Directed movement: each action moves what it says, by how much it says, in its beat and not outside."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from tasks.animation.accents import find_accents
from tasks.animation.acting import SOFT_S, Acting, act, soften
from tasks.animation.base import Take
from tasks.animation.head import LIMITS
from tasks.animation.phrases import find_phrases
from tasks.animation.puppet import PuppetAnimation
from tasks.animation.staging import LOOK_S, Cue, stage_directions
from tasks.animation.vocabulary import ACTIONS
from tasks.domain.timeline import FPS

TakeMaker = Callable[..., Take]
BEATS = ("we were here before you came to us. | now this is what we have to tell^ you, and nobody else will tell you that. |"
         " and so it went on and on. and on.")
MIDDLE = 1
"""The beat that is directed."""
AROUND_S = 1.0
"""Nothing moves further from its beat than this: half the softening of the camera, which is the slowest."""
FASTEST_RAD_S = np.radians(40)
"""A directed head may be quicker than a reading one, but people's heads in talk are no quicker than this."""
NAMES = [action.name for action in ACTIONS]
HELD = [(action.name, part, amount) for action in ACTIONS for part, amount in action.parts.items()
        if action.course in ("held", "moment") and part in SOFT_S and amount]


def directed(take_of: TakeMaker, text: str | None, *, seed: int = 1) -> Take:
    """A take of three beats whose middle one is directed."""
    return take_of(BEATS, directions=(None, text, None), seed=seed)


def cues_of(take: Take) -> list[Cue]:
    phrases = find_phrases(take.words)
    return stage_directions(take, phrases, find_accents(take, phrases))


def acting_of(take: Take) -> Acting:
    return act(take.instants_s, cues_of(take))


def part_of(acting: Acting, part: str) -> np.ndarray:
    return acting.head[part] if part in acting.head else getattr(acting, part)


def inside(take: Take, around_s: float = 0.0) -> np.ndarray:
    """Which frames lie in the directed beat, or up to `around_s` from it."""
    span = take.beats()[MIDDLE]
    return (take.instants_s >= span.start_s - around_s) & (take.instants_s < span.end_s + around_s)


class TestAct:
    @pytest.mark.parametrize(("name", "part", "amount"), HELD)
    def test_held_action_moves_its_part_by_its_amount(self, take_of: TakeMaker, name: str, part: str, amount: float) -> None:
        """All of it within its beat, and nothing before and after."""
        take = directed(take_of, name)
        curve = part_of(acting_of(take), part)
        strongest = curve[np.abs(curve).argmax()]
        assert strongest == pytest.approx(amount, rel=0.03)
        assert inside(take)[np.abs(curve).argmax()]
        assert not curve[~inside(take, SOFT_S[part])].any()

    @pytest.mark.parametrize(("text", "factor"), [("small", 0.55), ("", 1.0), ("big", 1.4)])
    def test_strength_scales(self, take_of: TakeMaker, text: str, factor: float) -> None:
        """A big smile is 1.4 of a smile."""
        assert acting_of(directed(take_of, f"{text} smile")).smile.max() == pytest.approx(0.80 * factor, rel=0.03)

    def test_held_smile_settles(self, take_of: TakeMaker) -> None:
        """It comes, and after a while is smaller, but not gone."""
        take = directed(take_of, "smile")
        smile = acting_of(take).smile
        last = np.flatnonzero(inside(take))[-1] - FPS
        assert 0.58 < smile[last] < 0.75

    def test_same_smile_in_two_beats_does_not_dip_between(self, take_of: TakeMaker) -> None:
        """Neighbouring beats flow into each other."""
        take = take_of(BEATS, directions=("smile", "smile", None))
        border = round(take.beats()[MIDDLE].start_s * FPS)
        assert acting_of(take).smile[border - FPS:border + FPS].min() > 0.5

    def test_reel_may_begin_with_a_smile(self, take_of: TakeMaker) -> None:
        """On its first frame, which may become the cover."""
        assert acting_of(take_of(BEATS, directions=("smile",))).smile[0] > 0.65

    def test_nod_stands_on_the_underlined_word(self, take_of: TakeMaker) -> None:
        """The loud word of the beat; the chin is deepest there, by the nod's depth."""
        take = directed(take_of, "nod")
        loud = next(word for word in take.words if word.text == "tell")
        pitch = acting_of(take).head["pitch"]
        assert take.instants_s[pitch.argmax()] == pytest.approx(loud.start_s + 0.15, abs=0.04)
        assert pitch.max() == pytest.approx(0.058, rel=0.05)
        assert pitch.min() < -0.01

    def test_nods_are_counted(self, take_of: TakeMaker) -> None:
        """Three times is three deep nods and a small one."""
        pitch = acting_of(directed(take_of, "nod three times")).head["pitch"]
        peaks = [after for before, after, later in zip(pitch, pitch[1:], pitch[2:], strict=False) if before < after > later]
        assert [round(peak, 2) for peak in peaks if peak > 0.01] == [0.06, 0.06, 0.06, 0.03]

    def test_shake_goes_to_both_sides_and_dies_away(self, take_of: TakeMaker) -> None:
        """Each turn of the head goes the other way, the last ones less far."""
        yaw = acting_of(directed(take_of, "shake")).head["yaw"]
        far = np.abs(yaw)
        turns = yaw[1:-1][(far[1:-1] > far[:-2]) & (far[1:-1] >= far[2:])]
        assert len(turns) == 4
        assert all(before * after < 0 for before, after in pairwise(turns))
        assert abs(turns[1]) > abs(turns[2]) > abs(turns[3])

    def test_look_lasts_its_time_and_the_eyes_lead(self, take_of: TakeMaker) -> None:
        """To the left for its usual time; the head is on its way when the eyes are there."""
        take = directed(take_of, "look left")
        acting = acting_of(take)
        (look,) = acting.looks
        assert look.x < -1
        assert look.y == 0
        assert look.back_s - look.start_s == pytest.approx(LOOK_S)
        assert acting.head["yaw"][round((look.start_s + 0.1) * FPS)] > 0.9 * acting.head["yaw"].min()

    def test_looks_up_and_left_are_one_look(self, take_of: TakeMaker) -> None:
        """Together, not one after the other."""
        (look,) = acting_of(directed(take_of, "look up to the left")).looks
        assert look.x < -1
        assert look.y < -1

    def test_then_comes_later(self, take_of: TakeMaker) -> None:
        """The second step begins where a phrase does, near the middle of the beat."""
        take = directed(take_of, "look left, then right")
        left, right = acting_of(take).looks
        middle = next(word for word in take.words if word.text == "and")
        assert left.x < 0 < right.x
        assert left.back_s <= right.start_s
        assert right.start_s == pytest.approx(middle.start_s, abs=0.1)

    def test_what_is_held_goes_on_until_something_takes_its_place(self, take_of: TakeMaker) -> None:
        """A smile outlasts the nod after it, but not the frown."""
        take = directed(take_of, "smile, then nod")
        last = np.flatnonzero(inside(take))[-1] - FPS
        assert acting_of(take).smile[last] > 0.5
        assert acting_of(directed(take_of, "smile, then serious")).smile[last] < -0.5
        surprised = acting_of(directed(take_of, "serious, then surprised"))
        assert surprised.smile[last - FPS // 2] >= 0
        assert surprised.brow.max() > 0.9
        assert acting_of(directed(take_of, "smile, then brows up")).smile[last] > 0.5
        assert {cue.end_s for cue in cues_of(directed(take_of, "zoom in, then smile"))} == {take.beats()[MIDDLE].end_s}

    def test_smile_at_the_end_is_not_there_before(self, take_of: TakeMaker) -> None:
        """Only in the last part of the beat."""
        take = directed(take_of, "smile at the end")
        frames = np.flatnonzero(inside(take))
        smile = acting_of(take).smile
        assert not smile[frames[:len(frames) // 2]].any()
        assert smile[frames[-FPS // 2]] > 0.5

    def test_for_two_seconds(self, take_of: TakeMaker) -> None:
        """Counted from the start of the beat."""
        take = directed(take_of, "serious for 2 seconds")
        start_s = take.beats()[MIDDLE].start_s
        smile = acting_of(take).smile
        assert smile[round((start_s + 1.2) * FPS)] == pytest.approx(-0.7, rel=0.05)
        assert not smile[round((start_s + 2.4) * FPS):].any()


class TestSoften:
    def test_step_is_soft_centred_and_whole(self) -> None:
        """A step of 1 takes its time, is half way where it was, and keeps both levels."""
        soft = soften(np.r_[np.zeros(60), np.ones(60)], 1.0)
        assert len(soft) == 120
        assert not soft[:44].any()
        assert soft[76:] == pytest.approx(np.ones(44))
        assert (soft[59] + soft[60]) / 2 == pytest.approx(0.5, abs=0.01)
        assert np.all(np.diff(soft) >= 0)


class TestDirectedTake:
    @pytest.mark.parametrize("name", NAMES)
    def test_action_shows_in_its_beat_and_nowhere_else(self, take_of: TakeMaker, name: str) -> None:
        """Beside the same take undirected; blinks stay as they are, but for lids that follow the eyes down."""
        take = directed(take_of, name)
        plain, moved = (PuppetAnimation().motion(directed(take_of, text)).values for text in (None, name))
        changed = {part: np.abs(moved[part] - plain[part]) for part in plain}
        assert max(change[inside(take)].max() for change in changed.values()) > 0.004
        assert max(change[~inside(take, AROUND_S)].max() for change in changed.values()) < 1e-6
        assert not changed["breath"].any()
        if name != "look down":
            assert not changed["blink"].any()

    @pytest.mark.parametrize("name", NAMES)
    def test_no_action_is_too_far_or_too_fast(self, take_of: TakeMaker, name: str) -> None:
        """Huge, with any seed: inside what drawing takes, at a speed that heads have, without a jump."""
        for seed in range(4):
            values = PuppetAnimation().motion(directed(take_of, f"very huge {name}", seed=seed)).values
            assert all(np.abs(values[axis]).max() <= LIMITS[axis] for axis in LIMITS)
            assert all(np.abs(np.diff(values[axis])).max() * FPS < FASTEST_RAD_S for axis in ("yaw", "pitch", "roll"))
            assert np.abs(np.diff(values["smile"])).max() < 0.15
            assert np.abs(np.diff(values["brow"])).max() < 0.30
            assert values["smile"].min() >= -1
            assert values["smile"].max() <= 1
            assert np.abs([values["gaze_x"], values["gaze_y"]]).max() <= 3

    def test_still_rests_head_and_camera(self, take_of: TakeMaker) -> None:
        """A tenth of the movement or so; not none, which would be a photograph."""
        for seed in range(4):
            plain, still = (PuppetAnimation().motion(directed(take_of, text, seed=seed)).values for text in (None, "still"))
            rest = np.flatnonzero(inside(directed(take_of, None)))[FPS:-FPS]
            way = [np.abs(np.diff(values["pitch"][rest])).sum() for values in (plain, still)]
            assert 0 < way[1] < 0.35 * way[0]
            assert np.ptp(still["zoom"][rest]) < 1e-6
            assert np.ptp(still["pan_x"][rest]) < 1e-6

    def test_energy_shows(self, take_of: TakeMaker) -> None:
        """An energetic beat moves the head more than a calm one."""
        frames = inside(directed(take_of, None))
        for seed in range(4):
            ways = [np.abs(np.diff(PuppetAnimation().motion(directed(take_of, text, seed=seed)).values["yaw"][frames])).sum()
                    for text in ("calm", None, "energetic")]
            assert ways[0] < ways[1] < ways[2]

    def test_direction_beats_the_reading(self, take_of: TakeMaker) -> None:
        """Told to be serious, nobody smiles at an exclamation."""
        take = take_of("how good this is! | and so on.", directions=("serious", None))
        smile = PuppetAnimation().motion(take).values["smile"]
        assert smile[:round(1.5 * FPS)].max() < -0.4

    def test_last_beat_holds_its_face_on_the_end_card(self, take_of: TakeMaker) -> None:
        """Serious to the last frame, where an undirected reel would smile."""
        smiles = [PuppetAnimation().motion(take_of(BEATS, directions=(None, None, text), card_s=2.5)).values["smile"][-FPS:]
                  for text in (None, "serious")]
        assert smiles[0].min() > 0.3
        assert smiles[1].max() < -0.3

    def test_strange_words_change_nothing(self, take_of: TakeMaker) -> None:
        """What is not understood is not guessed at."""
        plain, moved = (PuppetAnimation().motion(directed(take_of, text)).to_json() for text in (None, "juggles balls"))
        assert plain == moved
