"""What every animation engine keeps, fake or real."""

import numpy as np
import pytest

from tasks.animation.base import Animation, Take
from tasks.animation.vocabulary import ACTIONS
from tasks.domain.speech import Phoneme, Word
from tasks.domain.timeline import FPS
from tasks.media.curves import CAMERA, COURSE, MOTION, Curves
from tasks.runtime.engines import ENGINES, find_engine, load_engine
from tasks.runtime.spending import Access

BELIEVABLE_RAD = np.radians(6.5)
"""Farther the portrait shows that it is flat; half a degree above the aim of 6 allows for rounding."""
RANGES = {"blink": (0, 1), "breath": (0, 1), "brow": (-0.8, 1.2), "gaze_x": (-3, 3), "gaze_y": (-3, 3), "smile": (-1, 1),
          "zoom": (0, np.log(1.10))}
"""Of a face; it is never enlarged by more than a tenth."""
CURVES = {"puppet": MOTION, "still": CAMERA, "clip": COURSE}
"""What an engine moves -> the curves it gives."""
FILM_FRAMES = 90
DIRECTED = [action.name for action in ACTIONS]
MAKERS = [entry.name for entry in ENGINES if entry.stage == "animation"]
PUPPETS = [name for name in MAKERS if load_engine("animation", name).shot == "puppet"]
MOVERS = [entry.name for entry in ENGINES if entry.name in PUPPETS and entry.stage == "animation" and not entry.fake]


def take_of(text: str, *, seed: int = 1, content: str = "portrait", word_s: float = 0.3, pause_s: float = 0.4,
            tail_s: float = 0.8, direct: str | None = None, card_s: float = 0.0) -> Take:
    """A take in which every word lasts as long, and every mark makes a pause."""
    words, phonemes, now_s = [], [], 0.3
    for index, token in enumerate(text.split()):
        words.append(Word(text=token, start_s=now_s, end_s=now_s + word_s, beat=0))
        phonemes.append(Phoneme(ipa="ɑ", start_s=now_s, end_s=now_s + word_s, stress=1, word=index))
        now_s += word_s + (pause_s if token[-1] in ".,?!" else 0)
    loudness = np.zeros(round((now_s + tail_s + card_s) * FPS), np.float32)
    for word in words:
        loudness[round(word.start_s * FPS):round(word.end_s * FPS)] = 0.6
    return Take(words, phonemes, loudness, seed=seed, content=content, directions=[direct], tail_s=card_s,
                film_moves=np.linspace(1, 2, FILM_FRAMES).tolist())


TEXT = "This is what we do in the morning, slowly and with care. " * 6


def check_face(curves: Curves) -> None:
    """Every curve is finite and within its range."""
    assert all(np.isfinite(curve).all() for curve in curves.values.values())
    assert max(np.abs(curves.values[axis]).max() for axis in ("yaw", "pitch", "roll")) < BELIEVABLE_RAD
    for name, (low, high) in RANGES.items():
        assert curves.values[name].min() >= low
        assert curves.values[name].max() <= high


def check_camera(curves: Curves, frames: int) -> None:
    """The camera lasts to the last frame, end card included, and stays inside the picture."""
    zoom, pan_x, pan_y = (curves.values[name].astype(float) for name in CAMERA)
    assert {len(curve) for curve in (zoom, pan_x, pan_y)} == {frames}
    assert zoom.min() >= 0
    assert np.all(np.abs(pan_x) <= (1 - np.exp(-zoom)) / 2 + 1e-4)


def check_course(curves: Curves, frames: int) -> None:
    """Every frame of the reel shows a frame of the film, there or back, and neighbours show neighbouring moments."""
    shown = curves.values["frame"]
    assert len(shown) == frames
    assert set(shown) <= set(range(2 * FILM_FRAMES))
    moments = np.minimum(shown, 2 * FILM_FRAMES - 1 - shown)
    assert np.abs(np.diff(moments)).max() <= 1


def hired(name: str, access: Access) -> Animation:
    """An engine, with access to its service where it is paid."""
    more = {"access": access} if find_engine("animation", name).provider else {}
    made: Animation = load_engine("animation", name)(**more)
    return made


@pytest.fixture(params=MAKERS)
def engine(request: pytest.FixtureRequest, open_access: Access) -> Animation:
    return hired(request.param, open_access)


@pytest.fixture(params=PUPPETS)
def puppet(request: pytest.FixtureRequest, open_access: Access) -> Animation:
    return hired(request.param, open_access)


@pytest.fixture(params=MOVERS)
def mover(request: pytest.FixtureRequest) -> Animation:
    return load_engine("animation", request.param)()


class TestAnimation:
    def test_engine_carries_name_and_version(self, engine: Animation) -> None:
        """The manifest can say what made the movement."""
        assert engine.name in MAKERS
        assert engine.version

    @pytest.mark.parametrize("frames", [1, 2, 20, 400])
    def test_every_curve_has_one_sample_a_frame(self, engine: Animation, frames: int) -> None:
        """Curves have the names of a puppet's motion, or of a camera's, and the length of the reel."""
        take = take_of("One word.")
        curves = engine.motion(Take(take.words, take.phonemes, np.zeros(frames, np.float32), seed=1))
        assert set(curves.values) == set(CURVES[engine.shot])
        assert {curve.shape for curve in curves.values.values()} == {(frames,)}

    @pytest.mark.parametrize("seed", range(5))
    def test_values_are_finite_and_believable(self, puppet: Animation, seed: int) -> None:
        """No take turns the head too far or leaves a curve's range."""
        check_face(puppet.motion(take_of(TEXT.replace(".", "!"), seed=seed)))

    @pytest.mark.parametrize("direct", [*DIRECTED, "very huge smile, then huge nod and zoom in, pan left", "blorp", "²"])
    def test_any_direction_is_taken(self, engine: Animation, direct: str) -> None:
        """Words of the vocabulary, several at once, and strange ones."""
        take = take_of(TEXT, direct=direct, card_s=2.5)
        curves = engine.motion(take)
        if engine.shot == "clip":
            check_course(curves, len(take.loudness))
        else:
            check_camera(curves, len(take.loudness))
        if engine.shot == "puppet":
            check_face(curves)

    def test_same_take_gives_the_same_bytes(self, engine: Animation) -> None:
        """A take can be made again."""
        assert engine.motion(take_of(TEXT)).to_json() == engine.motion(take_of(TEXT)).to_json()

    def test_reel_begins_and_ends_with_open_eyes(self, puppet: Animation) -> None:
        """The first 0.4 s and the last frame show no blink."""
        for seed in range(30):
            blink = puppet.motion(take_of(TEXT, seed=seed)).values["blink"]
            assert not blink[:round(0.4 * FPS)].any()
            assert blink[-1] == 0

    def test_silent_reel_is_a_reel(self, engine: Animation) -> None:
        """No word at all is no error."""
        assert len(engine.motion(Take([], [], np.zeros(90, np.float32), seed=1))) == 90


class TestMovingAnimation:
    def test_another_seed_is_another_take(self, mover: Animation) -> None:
        """The head goes another way and the eyes blink elsewhere."""
        first, second = (mover.motion(take_of(TEXT, seed=seed)).values for seed in (1, 2))
        assert not np.array_equal(first["yaw"], second["yaw"])
        assert not np.array_equal(first["blink"], second["blink"])

    def test_another_portrait_moves_otherwise_with_the_same_seed(self, mover: Animation) -> None:
        """Two avatars side by side do not move in step."""
        first, second = (mover.motion(take_of(TEXT, content=content)).values for content in ("ada", "kofi"))
        assert np.corrcoef(first["yaw"], second["yaw"])[0, 1] < 0.9
        assert not np.array_equal(first["blink"], second["blink"])

    def test_head_is_never_still(self, mover: Animation) -> None:
        """In every second of any take, speech or silence, the head turns by at least a tenth of a degree in all."""
        for seed in range(5):
            values = mover.motion(take_of(TEXT, seed=seed, tail_s=8)).values
            turned = sum(np.abs(np.diff(values[axis])) for axis in ("yaw", "pitch", "roll"))
            assert np.convolve(turned, np.ones(FPS), "valid").min() > np.radians(0.1)

    def test_blinks_come_8_to_25_times_a_minute(self, mover: Animation) -> None:
        """Over three minutes, with any seed, with and without pauses."""
        for text in (TEXT * 8, "word " * 590):
            for seed in range(10):
                blink = mover.motion(take_of(text, seed=seed)).values["blink"]
                closings = np.count_nonzero((blink[1:] == 1) & (blink[:-1] < 1))
                assert 8 <= closings / (len(blink) / FPS / 60) <= 25

    def test_directions_leave_the_blinks(self, mover: Animation) -> None:
        """Directing another expression or camera does not move a blink."""
        blinks = [mover.motion(take_of(TEXT, direct=text)).values["blink"] for text in (None, "smile, zoom in, then shake")]
        assert np.array_equal(*blinks)

    def test_avatar_lives_on_the_end_card(self, mover: Animation) -> None:
        """It smiles, faces the viewer and looks at them."""
        for seed in range(5):
            values = mover.motion(take_of(TEXT, seed=seed, card_s=3.0)).values
            last = slice(-round(1.8 * FPS), None)
            assert values["smile"][last].min() > 0.2
            assert np.abs(values["yaw"][last]).max() < np.radians(2.5)
            assert np.median(np.hypot(values["gaze_x"][last], values["gaze_y"][last])) < 0.3
