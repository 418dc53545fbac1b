"""The animation stage in front of a store."""

from pathlib import Path

import numpy as np
import pytest

from tasks.animation.still import StillAnimation
from tasks.animation.task import _key, animate
from tasks.domain.avatar import AvatarSnapshot, Consent
from tasks.domain.errors import AvatarError
from tasks.domain.performance import AvatarFilm, PlacedFilm
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat, Script
from tasks.domain.speech import Alignment, Phoneme, Speech, Word
from tasks.media.audio.wav import write_wav
from tasks.media.curves import CAMERA, MOTION, read_curves
from tasks.media.film_change import DISSOLVE_FRAMES
from tasks.media.mouth_track import TRACKED, MouthTrack
from tasks.orchestration.content_keys import content_key
from tasks.runtime.store import Store

AVATARS = Path(__file__).parents[2] / "avatars"
RATE_HZ = 48_000
DURATION_S = 2.51


@pytest.fixture
def speech(store: Store) -> Speech:
    """A tone from 0.5 s to 1.5 s."""
    samples = np.zeros(round(DURATION_S * RATE_HZ), np.float32)
    samples[RATE_HZ // 2:3 * RATE_HZ // 2] = 0.3 * np.sin(np.arange(RATE_HZ) / 30)
    with store.scratch() as folder:
        write_wav(folder / "voice.wav", samples, RATE_HZ)
        audio = store.put(folder / "voice.wav")
    return Speech(audio=audio, duration_s=DURATION_S, engine="tone", version="1")


@pytest.fixture
def alignment() -> Alignment:
    return Alignment(words=(Word(text="Ah.", start_s=0.5, end_s=1.5, beat=0),), engine="voice", version="1",
                     phonemes=(Phoneme(ipa="ɑ", start_s=0.5, end_s=1.5, stress=1, word=0),))


def plan_of(store: Store, *, avatar: str = "ada", engine: str = "puppet", seed: int = 1, direct: str | None = None,
            tail_s: float = 0.0, faceless: bool = False) -> ReelPlan:
    """A plan with what the stage reads of it."""
    snapshot = AvatarSnapshot(name=avatar, title=avatar, sha256="0" * 64,
                              portrait=store.put_copy(AVATARS / avatar / "portrait.png"),
                              rig=store.put_copy(AVATARS / avatar / "rig.json"),
                              consent=Consent(kind="synthetic", statement="Drawn."))
    if faceless:
        snapshot = snapshot.model_copy(update={"rig": None})
    script = Script(title="Ah", beats=(Beat(say="Ah.", direct=direct),))
    return ReelPlan.model_construct(script=script, avatar=snapshot, engines={"animation": engine}, seed=seed, tail_s=tail_s)


class TestAnimate:
    @pytest.mark.parametrize("engine", ["puppet", "still"])
    def test_one_shot_covers_the_reel(self, store: Store, speech: Speech, alignment: Alignment, engine: str) -> None:
        """2.51 s are 76 frames, the last one begun; the shot has a sample for each."""
        performance = animate.fn(plan_of(store, engine=engine), speech, alignment)
        assert performance.frame_count == 76
        (shot,) = performance.shots
        assert (shot.start_s, shot.end_s) == (0, pytest.approx(76 / 30))
        curves = read_curves(store.path(shot.motion))
        assert set(curves.values) == set(MOTION)
        assert len(curves) == 76
        assert performance.mouth is None
        assert performance.engine == engine

    def test_seed_and_portrait_make_the_take(self, store: Store, speech: Speech, alignment: Alignment) -> None:
        """The same plan gives the same curves; another seed, or another face, gives others."""
        plans = [plan_of(store), plan_of(store), plan_of(store, seed=2), plan_of(store, avatar="kofi")]
        first, again, reseeded, other = (animate.fn(plan, speech, alignment).shots[0].motion.sha256 for plan in plans)
        assert first == again
        assert len({first, reseeded, other}) == 3

    def test_end_card_lengthens_the_reel(self, store: Store, speech: Speech, alignment: Alignment) -> None:
        """2.51 s of voice and 1.5 s of end card are 121 frames, and each has its sample."""
        performance = animate.fn(plan_of(store, tail_s=1.5), speech, alignment)
        assert performance.frame_count == 121
        assert len(read_curves(store.path(performance.shots[0].motion))) == 121

    def test_engine_that_moves_the_camera_alone_gives_a_still(self, store: Store, speech: Speech, alignment: Alignment,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
        """With the camera's curves and no others, looking at the middle of the face, or at what stands out without one."""
        monkeypatch.setattr(StillAnimation, "shot", "still")
        (shot,) = animate.fn(plan_of(store, engine="still"), speech, alignment).shots
        assert shot.kind == "still"
        assert set(read_curves(store.path(shot.camera)).values) == set(CAMERA)
        assert shot.focus_x == pytest.approx(0.5, abs=0.1)
        assert shot.focus_y == pytest.approx(0.45, abs=0.1)
        (faceless,) = animate.fn(plan_of(store, engine="still", faceless=True), speech, alignment).shots
        assert (faceless.focus_x, faceless.focus_y) == pytest.approx((0.5, 0.45), abs=0.1)

    def test_avatar_without_a_face_is_refused_by_engines_that_move_one(self, store: Store, speech: Speech,
                                                                      alignment: Alignment) -> None:
        """The error says which engine works."""
        with pytest.raises(AvatarError, match="animation=kenburns"):
            animate.fn(plan_of(store, faceless=True), speech, alignment)

    def test_strange_words_of_a_direction_are_told(self, store: Store, speech: Speech, alignment: Alignment) -> None:
        """With beat and nearest known word; a direction that is understood is not worth a word."""
        told = animate.fn(plan_of(store, direct="smlie, and juggles"), speech, alignment).warnings
        assert told == ("'smlie' in the direction of beat 1 is not understood; did you mean 'smile'?",
                        "'juggles' in the direction of beat 1 is not understood; docs/direction.md lists the words that are")
        assert animate.fn(plan_of(store, direct="warm smile"), speech, alignment).warnings == ()


class TestFilmsInTime:
    """Films that follow the voice."""

    def test_each_frame_is_shown_at_its_moment_and_films_change_where_faces_meet(
            self, store: Store, speech: Speech, alignment: Alignment) -> None:
        """The first film looks away until frame 50 and goes on a little; the second begins at frame 40, its face at home."""
        away = np.full(60, 40.0)
        away[50:] = 0
        films = (PlacedFilm(film=film_of(store, away), start_s=0, end_s=2, in_time=True),
                 PlacedFilm(film=film_of(store, np.zeros(36)), start_s=40 / 30, end_s=76 / 30, in_time=True))
        first, second = animate.fn(plan_of(store, engine="generated"), speech, alignment, films).shots
        assert (first.start_s, first.end_s, second.end_s) == (0, second.start_s, pytest.approx(76 / 30))
        begun = round(second.start_s * 30)
        assert 50 <= begun <= 60 - DISSOLVE_FRAMES
        courses = [read_curves(store.path(shot.course)).values["frame"].tolist() for shot in (first, second)]
        assert courses == [list(range(60)), list(range(begun - 40, 36))]
        assert (first.dissolve_s, second.dissolve_s) == (0, pytest.approx(DISSOLVE_FRAMES / 30))

    @pytest.mark.parametrize(("shared", "dissolved"), [(20, DISSOLVE_FRAMES), (5, 5)])
    def test_films_whose_faces_meet_at_once_dissolve_too(self, store: Store, speech: Speech, alignment: Alignment,
                                                         shared: int, dissolved: int) -> None:
        """From the first frame that both show on, and no longer than both are there."""
        leaves = 60 - shared
        away = np.concatenate([np.zeros(leaves + 1), 5.0 * np.arange(1, shared)])
        films = (PlacedFilm(film=film_of(store, away), start_s=0, end_s=2, in_time=True),
                 PlacedFilm(film=film_of(store, np.zeros(76 - leaves)), start_s=leaves / 30, end_s=76 / 30, in_time=True))
        _, second = animate.fn(plan_of(store, engine="generated"), speech, alignment, films).shots
        assert second.start_s == pytest.approx(leaves / 30)
        assert second.dissolve_s == pytest.approx(dissolved / 30)

    def test_films_that_are_not_bound_to_the_voice_change_at_home(self, store: Store, speech: Speech, alignment: Alignment
                                                                  ) -> None:
        """At once: the first has come back to where the second begins."""
        films = (PlacedFilm(film=film_of(store, np.arange(30.0)), start_s=0, end_s=1.5),
                 PlacedFilm(film=film_of(store, np.arange(30.0)), start_s=1.5))
        first, second = animate.fn(plan_of(store, engine="generated"), speech, alignment, films).shots
        courses = [read_curves(store.path(shot.course)).values["frame"].tolist() for shot in (first, second)]
        assert (courses[0][-1], courses[1][0], second.dissolve_s) == (0, 0, 0)
        assert [len(course) for course in courses] == [45, 31]


def film_of(store: Store, right_px: np.ndarray) -> AvatarFilm:
    """A film of a face that is so far to the right on each frame; only its track is read."""
    count, home = len(right_px), np.random.default_rng(1).uniform(100, 900, (len(TRACKED), 2)).astype(np.float32)
    points = home + np.stack([right_px, np.zeros(count)], axis=-1)[:, None].astype(np.float32)
    ones = np.ones(count, np.float32)
    with store.scratch() as folder:
        (folder / "mouth.track").write_bytes(MouthTrack((1080, 1920), home, points, ones, 0 * ones, ones, 0).to_bytes())
        track = store.put(folder / "mouth.track")
    return AvatarFilm(film=track, frames=count, track=track, rig=track, version="1")


class TestKey:
    def test_everything_that_moves_the_avatar_counts(self, store: Store, speech: Speech, alignment: Alignment) -> None:
        """Another direction, end card, seed, face, engine, time or sound makes another performance; nothing else does."""
        later = alignment.model_copy(update={"words": (alignment.words[0].model_copy(update={"end_s": 1.4}),)})
        plan = plan_of(store)
        given = [(plan, speech, alignment), (plan, speech, later),
                 (plan, speech.model_copy(update={"audio": plan.avatar.portrait}), alignment),
                 *((other, speech, alignment) for other in (
                     plan_of(store, direct="smile"), plan_of(store, tail_s=1.5), plan_of(store, seed=2),
                     plan_of(store, avatar="kofi"), plan_of(store, engine="still")))]
        keys = [content_key("animation", _key(*one)) for one in given]
        assert len(set(keys)) == len(given)
        assert content_key("animation", _key(plan_of(store), speech, alignment)) == keys[0]
