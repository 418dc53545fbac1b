"""What tests of generators that call servers stand on: an order, a ledger, and a server on this machine."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from tasks.domain.approval import Approval
from tasks.domain.generation import ClipOrder
from tasks.domain.money import Limits
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.generation.base import Made, Material
from tasks.media.audio.wav import write_wav
from tasks.runtime.ceilings import ApprovedCeilings, NothingPaid
from tasks.runtime.engines import load_engine
from tasks.runtime.keys import Secret
from tasks.runtime.ledger import Entry, Ledger
from tasks.runtime.providers import Terms
from tasks.runtime.spending import Access, Guard, Surroundings
from tasks.runtime.store import Store
from tasks.runtime.tuning import Tuning

PORTRAIT = Path(__file__).parents[2] / "avatars" / "ada" / "portrait.png"
USD_A_SECOND = Decimal("0.10")
TINY = Tuning(width_px=144, height_px=256, clip_s=1, model="a-model")
"""Films that are made in a moment."""

NO_LIMITS = Limits()


@dataclass
class Studio:
    """Where a clip is ordered of a server."""

    store: Store
    server: Any
    key: str | None
    folder: Path
    picture: Path
    tuning: Tuning = TINY
    limits: Limits = NO_LIMITS
    slept: list[float] = field(default_factory=list)
    notes: list[tuple[float, str]] = field(default_factory=list)
    access: Access | None = None

    def order(self, **more: Any) -> ClipOrder:
        """An order of one second from the portrait."""
        wanted = {"prompt": "She looks at us.", "negative_prompt": "blur", "seed": 7, "duration_s": 1.0,
                  "picture": self.store.put_copy(self.picture)} | more
        return ClipOrder.model_validate(wanted)

    def make(self, engine: str, order: ClipOrder | None = None, *, url: str | None = None) -> Made:
        """One clip, in `self.folder`."""
        order = order or self.order()
        self.access = Access(url or self.server.url, Secret(self.key) if self.key else None, self.guard(engine),
                             report=self.note)
        maker = load_engine("generation", engine)(access=self.access, terms=Terms(usd_per_second=USD_A_SECOND),
                                                  tuning=self.tuning)
        self.folder.mkdir(exist_ok=True)
        made: Made = maker.generate(order, self.material(order), self.film, lambda *_: None)
        return made

    @property
    def film(self) -> Path:
        return self.folder / "clip.mp4"

    def material(self, order: ClipOrder) -> Material:
        return Material(picture=self.store.path(order.picture) if order.picture else None,
                        voice=self.store.path(order.voice) if order.voice else None)

    def voice(self, seconds: float = 1.0) -> Any:
        """A tone in the store."""
        instants = np.arange(round(48_000 * seconds)) / 48_000
        write_wav(self.folder.parent / "voice.wav", (0.3 * np.sin(2 * np.pi * 220 * instants)).astype(np.float32), 48_000)
        return self.store.put_copy(self.folder.parent / "voice.wav")

    def guard(self, engine: str) -> Guard:
        """What asks the server for this reel."""
        ledger, reel = Ledger(self.store), plan()
        around = Surroundings(budget=nullcontext, pace=lambda _: None, holds=lambda: True, report=self.note,
                              sleep=self.slept.append)
        if engine != "openai-videos":
            return Guard(reel, NothingPaid(), ledger, around)
        approval = Approval(who="t", how="--yes", when=dt.datetime.now(dt.UTC), sha256=reel.approval_sha256(),
                            cost_at_most_usd=10.0)
        return Guard(reel, ApprovedCeilings(reel, approval, ledger, self.limits), ledger, around)

    def note(self, done: float, said: str) -> None:
        self.notes.append((done, said))

    def entries(self) -> list[Entry]:
        """All attempts."""
        found = [self.store.claimed_as(key, Entry) for key in self.store.claims("requests")]
        return [entry for entry in found if entry]

    def kept(self) -> dict[str, bytes]:
        """Every file of the store."""
        return {str(path.relative_to(self.store.root)): path.read_bytes() for path in self.store.root.rglob("*")
                if path.is_file()}

    @property
    def created(self) -> list[dict[str, Any]]:
        """The forms of the films that were asked for, refused ones included."""
        return [one["form"] for one in self.server.asked if one["method"] == "POST"]


def plan() -> ReelPlan:
    """A plan with what the guard looks at."""
    return ReelPlan.model_construct(
        script=Script(title="T", beats=(Beat(say="Hello there, my friends, how are you today?"),)),
        engines={"generation": "video-server"}, voice=Voice(name="tone", language="en-US"), cost_usd=1.0,
        avatar=SimpleNamespace(sha256="0" * 64))


@pytest.fixture(scope="session")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada, small."""
    path = tmp_path_factory.mktemp("portrait") / "portrait.png"
    cv2.imwrite(str(path), cv2.resize(cv2.imread(str(PORTRAIT)), (180, 240), interpolation=cv2.INTER_AREA))
    return path


@pytest.fixture
def video_server(video_program: ModuleType) -> Iterator[Any]:
    """A server like vLLM-Omni."""
    with video_program.serving("vllm-omni") as server:
        yield server


@pytest.fixture
def studio(store: Store, video_server: Any, video_program: ModuleType, portrait: Path, tmp_path: Path,
           capfd: pytest.CaptureFixture[str]) -> Iterator[Studio]:
    """A studio with an empty ledger; after the test, the key is nowhere."""
    made = Studio(store, video_server, video_program.KEY, tmp_path / "made", portrait)
    yield made
    require_no_key(made, video_program.KEY, capfd)


@pytest.fixture
def at(store: Store, video_program: ModuleType, portrait: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
       ) -> Iterator[Callable[[str], Studio]]:
    """A studio at a server of another dialect; likewise."""
    with ExitStack() as servers:
        made: list[Studio] = []

        def studio_at(dialect: str) -> Studio:
            server = servers.enter_context(video_program.serving(dialect))
            made.append(Studio(store, server, video_program.KEY, tmp_path / "made", portrait))
            return made[-1]

        yield studio_at
        for one in made:
            require_no_key(one, video_program.KEY, capfd)


def require_no_key(studio: Studio, key: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither ledger, store, notes nor output hold the key."""
    told = capfd.readouterr()
    assert not any(key.encode() in content for content in studio.kept().values())
    assert key not in told.out + told.err + repr(studio.notes)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Gives a server so many seconds for each answer."""
    from tasks.runtime.openai_line import OpenAILine

    return lambda read_s: monkeypatch.setitem(OpenAILine.__init__.__kwdefaults__, "read_s", read_s)
