"""A film is asked for once and never lost, wherever the program ends between the order and the kept film.

One whole run is watched: each of its touches to ledger, store and server is a seam, with a moment before and one after. Then
the run is made again for every one of them, with a process that ends there, and is followed by one that does not.
"""

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows import costs
from tasks.domain.errors import PaymentUnknown, TryAgain
from tasks.domain.media import MediaFile
from tasks.media import received_film
from tasks.runtime import spending
from tasks.runtime.ledger import Holder, Ledger
from tasks.runtime.openai_line import OpenAILine
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).resolve().parents[2]
SEAMS = ((Store, "claim"), (Store, "complete"), (Store, "put"), (OpenAILine, "create_video"), (OpenAILine, "video"),
         (OpenAILine, "video_content"), (received_film, "measure_film"))
"""What a run does to the world; `measure_film` stands for the time between download and store."""
MOMENTS = {"video-server": 28, "openai-videos": 32}
"""Engine -> moments of its run, before and after each touch: three claims, three states of the attempt, the film put twice
and measured twice, one request, two looks and one download; what is paid is claimed for its day and its reel too."""
NEVER_SENT = range(7, 11)
"""Moments of a paid run after it was settled that the request is sent and before it was: nobody can know that it was not."""
NO_PROCESS = 2**22 + 1
"""A process number that no Linux gives."""
PATIENCE_S = 240.0
"""How long a process may take on a busy machine."""


class Ended(BaseException):
    """The process ends here: nothing that it would still do happens."""


class Life:
    """Counts the moments of a process, and ends it at one of them.

    Args:
        last: at which; None: it lives on.
    """

    def __init__(self, last: int | None = None) -> None:
        self.last, self.moments, self.over = last, list[str](), False

    def pass_by(self, what: str) -> None:
        """One moment; none of a process that has ended."""
        if self.over or len(self.moments) == self.last:
            self.over = True
            raise Ended(what)
        self.moments.append(what)


@pytest.fixture
def lives(monkeypatch: pytest.MonkeyPatch) -> list[Life]:
    """The processes there were, the present one last; none of them is this one."""
    passed = [Life()]
    for owner, name in SEAMS:
        monkeypatch.setattr(owner, name, _seam(getattr(owner, name), name, passed))
    monkeypatch.setattr("tasks.generation.video_jobs.measure_film", received_film.measure_film)
    monkeypatch.setattr("tasks.generation.openai_videos.measure_film", received_film.measure_film)
    this_process = spending.this_process

    def another_process(run: str | None, *, for_s: float) -> Holder:
        return this_process(run, for_s=for_s).model_copy(update={"pid": NO_PROCESS + len(passed)})

    monkeypatch.setattr(spending, "this_process", another_process)
    return passed


def _seam(act: Callable[..., Any], name: str, passed: list[Life]) -> Callable[..., Any]:
    def touched(*given: Any, **named: Any) -> Any:
        passed[-1].pass_by(f"before {name}")
        done = act(*given, **named)
        passed[-1].pass_by(f"after {name}")
        return done

    return touched


def make(studio: Any, engine: str, seed: int = 7) -> MediaFile:
    """One clip, kept as the stage keeps it."""
    studio.make(engine, studio.order(seed=seed))
    kept: MediaFile = studio.store.put(studio.film)
    return kept


def make_until_done(studio: Any, engine: str, lives: list[Life], runs: int = 3) -> MediaFile:
    """What comes of running the same again and again, as a person or the task does."""
    for _ in range(runs):
        lives.append(Life())
        try:
            return make(studio, engine)
        except TryAgain:
            continue
    raise AssertionError("not done")


def settle(studio: Any, engine: str, lives: list[Life]) -> None:
    """A person looked at the bill and found no charge; until then nothing is sent."""
    lives.append(Life())
    with pytest.raises(PaymentUnknown):
        make(studio, engine)
    assert studio.created == []
    entry, = studio.entries()
    costs.settle(Ledger(studio.store), entry.request, charged=None)


@pytest.fixture(params=["video-server", "openai-videos"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def film(video_program: Any) -> bytes:
    """What is made of the order."""
    made: bytes = video_program.made(144, 256, 24, 24)
    return made


class TestEverySeam:
    """The process ends before or after each touch."""

    def test_run_has_all_these_moments(self, studio: Any, engine: str, lives: list[Life]) -> None:
        """So that none of them is left out below."""
        order = studio.order()
        lives.append(Life())
        studio.make(engine, order)
        studio.store.put(studio.film)
        assert len(lives[-1].moments) == MOMENTS[engine]

    @pytest.mark.parametrize(("chosen", "moment"), [(name, moment) for name, count in MOMENTS.items()
                                                    for moment in range(count)])
    def test_film_is_asked_for_once_and_kept(
        self, studio: Any, chosen: str, lives: list[Life], film: bytes, moment: int,
    ) -> None:
        order = studio.order()
        lives.append(Life(moment))
        with pytest.raises(Ended):
            studio.store.put(studio.film) if studio.make(chosen, order) else None
        if chosen == "openai-videos" and moment in NEVER_SENT:
            settle(studio, chosen, lives)
        kept = make_until_done(studio, chosen, lives)
        assert studio.store.path(kept).read_bytes() == film
        assert len(studio.created) == 1
        assert [entry.state for entry in studio.entries()][-1] == "paid"
        if chosen == "openai-videos":
            assert sum(float(entry.counts_usd) for entry in studio.entries()) == pytest.approx(0.1)


class TestTheLine:
    """The connection ends."""

    @pytest.mark.parametrize("ordered", [
        {"creates": ["cut"]}, {"looks": ["cut"]}, {"looks": ["", "cut"]}, {"loads": ["cut-0"]}, {"loads": ["cut-1"]},
        {"loads": ["cut-250"]}, {"loads": ["cut-500"]}, {"loads": ["cut-999"]},
        {"creates": ["cut"], "looks": ["cut"], "loads": ["cut-500"]}], ids=str)
    def test_film_is_asked_for_once_and_kept(
        self, studio: Any, engine: str, lives: list[Life], film: bytes, ordered: dict[str, list[str]],
    ) -> None:
        for kind, faults in ordered.items():
            getattr(studio.server.orders, kind).extend(faults)
        kept = make_until_done(studio, engine, lives)
        assert studio.store.path(kept).read_bytes() == film
        assert len(studio.created) == 1

    def test_request_that_never_arrived_is_sent_again_where_nothing_is_paid(
        self, studio: Any, lives: list[Life], film: bytes,
    ) -> None:
        """One film is made."""
        studio.server.orders.creates.append("lost")
        make_until_done(studio, "video-server", lives)
        assert (len(studio.created), len(studio.server.jobs)) == (2, 1)


class TestTwoTakes:
    """The same words, another seed."""

    def test_each_take_gets_its_own_job_back(self, studio: Any, engine: str, lives: list[Life]) -> None:
        """The second run broke off while the first take was known: its job is not taken for the other's."""
        lives.append(Life())
        make(studio, engine, seed=1)
        studio.server.orders.creates.append("cut")
        for _ in range(2):
            lives.append(Life())
            make(studio, engine, seed=2)
        assert len(studio.created) == 2
        jobs = [entry.job for entry in studio.entries()]
        assert len(set(jobs)) == 2


KILLED = """
import sys
from pathlib import Path
from types import SimpleNamespace
from tasks.domain.generation import ClipOrder
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.generation.base import Material
from tasks.generation.openai_videos import VideoServerFilms
from tasks.runtime.ceilings import NothingPaid, no_budget, no_pace
from tasks.runtime.keys import Secret
from tasks.runtime.ledger import Ledger
from tasks.runtime.spending import Access, Guard, Surroundings
from tasks.runtime.store import Store
from tasks.runtime.tuning import Tuning

root, url, key, picture, folder = sys.argv[1:]
store = Store(Path(root))
plan = ReelPlan.model_construct(script=Script(title="T", beats=(Beat(say="Hello"),)), engines={}, cost_usd=0.0,
                                voice=Voice(name="tone", language="en-US"), avatar=SimpleNamespace(sha256="0" * 64))
around = Surroundings(budget=no_budget, pace=no_pace, holds=lambda: True, sleep=lambda _: None)
access = Access(url, Secret(key), Guard(plan, NothingPaid(), Ledger(store), around))
order = ClipOrder(prompt="She looks at us.", seed=7, duration_s=1, picture=store.put_copy(Path(picture)))
maker = VideoServerFilms(access=access, tuning=Tuning(width_px=144, height_px=256, clip_s=1))
Path(folder).mkdir(exist_ok=True)
maker.generate(order, Material(picture=Path(picture)), Path(folder) / "clip.mp4", lambda *_: None)
print(store.put(Path(folder) / "clip.mp4").sha256)
"""


class TestKill:
    """kill -9, at moments that the server knows."""

    def test_last_process_gets_the_film_of_the_first(self, studio: Any, portrait: Path, film: bytes) -> None:
        """Killed while the answer to the request is awaited, while the job is followed, in the middle of the download."""
        studio.server.orders.creates.append("hang")
        studio.server.orders.looks += ["", "hang"]
        studio.server.orders.loads.append("hang")
        arguments = [str(studio.store.root), studio.server.url, studio.key, str(portrait), str(studio.folder)]
        for _ in range(3):
            process = start(arguments)
            assert studio.server.hanging.wait(PATIENCE_S), process.communicate()[1][-3000:]
            studio.server.hanging.clear()
            process.send_signal(signal.SIGKILL)
            process.communicate()
        last = start(arguments)
        digest, err = last.communicate(timeout=PATIENCE_S)
        assert last.returncode == 0, err[-3000:]
        assert digest.strip() == hashlib.sha256(film).hexdigest()
        assert len(studio.created) == 1


def start(arguments: list[str]) -> subprocess.Popen[str]:
    """Another process on the same store and server."""
    return subprocess.Popen([sys.executable, "-c", KILLED, *arguments], cwd=CHECKOUT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
