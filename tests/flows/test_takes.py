"""A script's own recordings: planned, kept, and refused early."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from flows.planning import Overrides, plan_reel
from tasks.approval.request import describe
from tasks.domain.errors import FixRequest, ScriptError, UnknownName
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script, VoiceChoice
from tasks.media.audio.wav import write_wav
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store
from tasks.speech.espeak import EspeakVoice

CHECKOUT = Path(__file__).parents[2]
RATE_HZ = 48_000
SCRIPT = Script(title="Own", beats=(Beat(say="The kettle was singing when she came home."), Beat(say="It was late.")))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with recordings of the script: whole, and a file for each beat."""
    root = tmp_path_factory.mktemp("library")
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    (root / "media").mkdir()
    voice = EspeakVoice(Voice(name="en-us+f3", language="en-US"))
    parts = [SCRIPT.model_copy(update={"beats": (beat,)}) for beat in SCRIPT.beats]
    for name, script in (("all", SCRIPT), ("one", parts[0]), ("two", parts[1])):
        write_wav(root / "media" / f"{name}.wav", 0.5 * voice.read(script).samples, RATE_HZ)
    write_wav(root / "media" / "long.wav", np.tile(0.5 * voice.read(SCRIPT).samples, 20), RATE_HZ)
    write_wav(root / "media" / "phone.wav", 0.5 * voice.read(SCRIPT).samples[::6], RATE_HZ // 6)
    write_wav(root / "media" / "silent.wav", np.zeros(RATE_HZ, np.float32), RATE_HZ)
    write_wav(root / "media" / "hot.wav", np.clip(3 * voice.read(SCRIPT).samples, -1, 1), RATE_HZ)
    (root / "media" / "list.mp3").write_text("#EXTM3U\n#EXTINF:9,\n/etc/passwd\n", "utf-8")
    return root


def planned(store: Store, library: Path, *names: str, max_minutes: float = 10.0, engines: dict[str, str] | None = None,
            **voice: object) -> ReelPlan:
    """The plan of the script with recordings of the library."""
    chosen = VoiceChoice(recording=tuple(f"media/{name}" for name in names), **voice)
    return plan_reel(SCRIPT.model_copy(update={"voice": chosen}), overrides=Overrides(engines=engines or {}), store=store,
                     settings=Settings(library=library, max_minutes=max_minutes))


class TestPlannedRecording:
    def test_naming_one_is_enough(self, store: Store, library: Path) -> None:
        """The engine follows, the avatar's own voice does not get in the way, and the file is kept as it is now."""
        plan = planned(store, library, "all.wav")
        assert (plan.engines["speech"], plan.sources["engines.speech"]) == ("recording", "script")
        assert (plan.voice.name, plan.voice.rate, plan.voice.pitch, plan.warnings) == ("takes", 1.0, 1.0, ())
        assert [store.path(take).read_bytes() for take in plan.voice.takes] == [(library / "media/all.wav").read_bytes()]
        assert "voice     as recorded in 'media/all.wav', en-US" in describe(plan)

    def test_several_are_kept_in_order(self, store: Store, library: Path) -> None:
        """And another order is another reel to approve."""
        plan = planned(store, library, "one.wav", "two.wav")
        assert [store.path(take).stat().st_size for take in plan.voice.takes] == [
            (library / "media" / name).stat().st_size for name in ("one.wav", "two.wav")]
        assert plan.approval_sha256() != planned(store, library, "two.wav", "one.wav").approval_sha256()

    def test_faults_that_can_be_lived_with_are_told(self, store: Store, library: Path) -> None:
        """In the plan, where whoever approves reads them."""
        assert ["sounds like a telephone" in told for told in planned(store, library, "phone.wav").warnings] == [True]

    def test_the_command_line_may_ask_for_another_voice(self, store: Store, library: Path) -> None:
        """The recording is left alone then, which is told."""
        plan = planned(store, library, "all.wav", engines={"speech": "espeak"})
        assert (plan.engines["speech"], plan.voice.takes) == ("espeak", ())
        assert plan.warnings == ("the recording 'media/all.wav' is not heard: the speech engine is 'espeak'",)

    @pytest.mark.parametrize(("names", "more", "error", "said"), [
        (("no.wav",), {}, UnknownName, "there is no file 'media/no.wav'; in 'media/' there is"),
        (("silent.wav",), {}, FixRequest, "nothing is heard in the recording 'media/silent.wav' of 1.0 s"),
        (("hot.wav",), {}, FixRequest, "the recording 'media/hot.wav' is clipped"),
        (("list.mp3",), {}, FixRequest, "the recording 'media/list.mp3' cannot be read as sound"),
        (("long.wav",), {}, FixRequest, r"the recording lasts \d+\.\d s, and the script takes about \d s to say"),
        (("long.wav",), {"max_minutes": 0.5}, ScriptError, "lasts more than 0.5 minutes, the limit.*REELS_MAX_MINUTES"),
        (("all.wav",), {"rate": 1.2}, FixRequest, "the script asks for the rate 1.2: remove `rate`"),
        (("all.wav",), {"pitch": 0.9}, FixRequest, "the script asks for the pitch 0.9: remove `pitch`"),
        (("all.wav",), {"name": "en-us"}, UnknownName, "no voice of the engine 'recording' 'en-us'; there are: takes"),
        ((), {"engine": "recording"}, FixRequest, "plays your own recording, and the script names none"),
    ])
    def test_what_cannot_be_used_is_refused(
        self, names: tuple[str, ...], more: dict[str, object], error: type[FixRequest], said: str, store: Store,
        library: Path,
    ) -> None:
        """Before anything is kept."""
        with pytest.raises(error, match=said):
            planned(store, library, *names, **more)  # type: ignore[arg-type]
        assert not store.root.exists()

    def test_a_recording_and_another_engine_contradict_each_other(self) -> None:
        """In the script itself."""
        with pytest.raises(ValueError, match="both a 'recording' and the engine 'espeak'"):
            VoiceChoice(engine="espeak", recording=("media/all.wav",))
