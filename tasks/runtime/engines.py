"""The engine menu: what each stage can be done by. Strings only; an engine's module is imported when it is chosen."""

import difflib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tasks.domain.errors import MissingTool, UnknownName

Queue = Literal["gpu", "publish", "cpu"]
"""What a machine may serve: work for a graphics card, handing reels on with the platforms' keys, and ordinary work."""
QUEUES: tuple[Queue, ...] = get_args(Queue)
"""All of them, those first whose runs a free worker takes first, as a reel waits for them already."""

Want = Literal["models", "files"]
"""What an engine may take of the installation (`tasks.runtime.given`): its folder of models, the files a plan names."""

MODELS = "the models environment: run `make setup-models`, then use .venv-models/bin/reels"
"""What engines need that run models on this machine."""


@dataclass(frozen=True)
class EngineEntry:
    """One line of the menu."""

    stage: str
    name: str
    target: str
    """'module:Class'."""
    summary: str
    needs: str = "nothing"
    """What must be there: a package extra, a key, a GPU."""
    cost: str = "free"
    """'free', or what the engine's `tariff` says."""
    provider: str | None = None
    """The service that is paid, a name of `tasks.runtime.providers`; None: nobody."""
    licence: str = "Apache-2.0"
    default: bool = False
    fake: bool = False
    """True for the deterministic stand-ins that tests and drafts use."""
    queue: Queue = "cpu"
    """Where it wants to run; a machine that does not serve this queue leaves the stage to one that does."""
    sunset: str | None = None
    """The day a service behind the engine ends, ISO date."""
    wants: tuple[Want, ...] = ()
    """What its constructor takes of the installation."""


ENGINES: tuple[EngineEntry, ...] = (
    EngineEntry("speech", "espeak", "tasks.speech.espeak:EspeakVoice", "formant voice with exact word times",
                licence="GPL-3.0 program in a process of its own", default=True),
    EngineEntry("speech", "piper", "tasks.speech.piper:PiperSpeech", "neural voices from files of yours, on any processor",
                needs=MODELS, licence="GPL-3.0 program in a process of its own", wants=("models",)),
    EngineEntry("speech", "recording", "tasks.speech.recording:OwnRecording", "your own recording of the script",
                needs="a sound file that the script names", wants=("files",)),
    EngineEntry("speech", "tone", "tasks.speech.tone:ToneVoice", "a tone a word, exact known times", fake=True),
    EngineEntry("speech", "till", "tasks.speech.till:TillVoice", "the tone voice, paid by the letter",
                needs="REELS_PRETEND_KEY", cost="0.03 USD a 1000 letters", provider="pretend", fake=True),
    EngineEntry("alignment", "auto", "tasks.alignment.auto:ChosenTimes", "the voice's own times, where it gives none those"
                " that `dtw` finds", default=True, wants=("models",)),
    EngineEntry("alignment", "voice", "tasks.alignment.voice:VoiceTimes", "the voice's own word and phoneme times"),
    EngineEntry("alignment", "dtw", "tasks.alignment.dtw:WarpedTimes",
                "times of any voice, by comparison with the embedded one"),
    EngineEntry("alignment", "even", "tasks.alignment.even:EvenTimes", "words spread evenly by length", fake=True),
    EngineEntry("animation", "puppet", "tasks.animation.puppet:PuppetAnimation", "the portrait itself moves", default=True),
    EngineEntry("animation", "kenburns", "tasks.animation.kenburns:KenBurnsAnimation", "a slow camera, for any picture"),
    EngineEntry("animation", "clip", "tasks.animation.clip:ClipAnimation", "the avatar's own film, extended to the speech"),
    EngineEntry("animation", "still", "tasks.animation.still:StillAnimation", "the portrait, not moving", fake=True),
    EngineEntry("animation", "sway", "tasks.animation.sway:SwayAnimation",
                "the portrait sways, as if a model on a graphics card had moved it", fake=True, queue="gpu"),
    EngineEntry("animation", "distant", "tasks.animation.distant:DistantAnimation",
                "the portrait, not moving, after a wait as for a remote service", fake=True),
    EngineEntry("animation", "parlour", "tasks.animation.parlour:ParlourAnimation",
                "the portrait comes nearer, paid by the second", needs="REELS_PRETEND_KEY", cost="0.01 USD a second",
                provider="pretend", fake=True),
    EngineEntry("lipsync", "visemes", "tasks.lipsync.visemes:VisemeLipSync",
                "mouth shapes from phonemes, from the sound where none are known", default=True),
    EngineEntry("lipsync", "sound", "tasks.lipsync.sound:SoundLipSync", "mouth shapes from the sound of any voice"),
    EngineEntry("lipsync", "flap", "tasks.lipsync.flap:FlapLipSync", "opens on vowels, nothing else", fake=True),
    EngineEntry("captions", "ass", "tasks.captions.ass:AssCaptions", "words on time, in several styles", default=True),
    EngineEntry("overlays", "ass", "tasks.overlays.ass:AssOverlays", "titles, numbers, hook and end card", default=True),
    EngineEntry("sound", "mix", "tasks.sound.mix:MixedSound", "voice, music, effects and room tone, levelled", default=True),
    EngineEntry("footage", "moviepy", "tasks.footage.moviepy_cut:MoviepyFootage", "pictures and films to cut to, made ready",
                default=True),
    EngineEntry("render", "ffmpeg", "tasks.render.ffmpeg_pass:FfmpegRender", "one streaming pass, libx264 and libass",
                licence="GPL-3.0 program in a process of its own", default=True),
    EngineEntry("export", "otio", "tasks.export.otio:OtioExport", "an edit for DaVinci Resolve, Kdenlive and Premiere",
                default=True),
    EngineEntry("publish", "folder", "tasks.publish.folder:FolderPublisher", "a folder of the store", default=True),
    EngineEntry("publish", "nowhere", "tasks.publish.nowhere:NowherePublisher", "remembers, hands nothing on", fake=True),
)
"""All engines, in the order of the story."""


def find_engine(stage: str, name: str) -> EngineEntry:
    """The menu's line for an engine.

    Raises:
        UnknownName: no such engine, with the ones there are.
    """
    for entry in ENGINES:
        if (entry.stage, entry.name) == (stage, name):
            return entry
    raise unknown(f"{stage} engine", name, [entry.name for entry in ENGINES if entry.stage == stage])


def default_engines() -> dict[str, str]:
    """The menu's defaults: stage -> the embedded engine that does it unless something else is asked for."""
    return {entry.stage: entry.name for entry in ENGINES if entry.default}


def queue_of(stage: str, names: Iterable[str]) -> Queue:
    """The queue that a stage's engines want: the first that is not the ordinary one, as one machine does them all.

    Raises:
        UnknownName: no such engine.
    """
    wanted = (find_engine(stage, name).queue for name in names)
    return next((queue for queue in wanted if queue != "cpu"), "cpu")


def load_engine(stage: str, name: str) -> Any:
    """Imports an engine's module and gives its class.

    Raises:
        UnknownName: no such engine.
        MissingTool: a package the engine needs is not installed.
    """
    entry = find_engine(stage, name)
    module_name, _, attribute = entry.target.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise MissingTool(f"the {stage} engine {name!r} needs {entry.needs} ({error}); choose another engine with"
                          f" --engine {stage}=NAME (`reels engines` lists them)") from error
    return getattr(module, attribute)


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """The error for a name that stands for nothing: the nearest right one, and all there are."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? There are" if near else "there are"
    return UnknownName(f"no {kind} {name!r}; {hint}: {', '.join(names) or 'none'}")
