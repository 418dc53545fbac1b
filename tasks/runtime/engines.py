"""The engine menu: what each stage can be done by. Strings only; an engine's module is imported when it is chosen."""

import difflib
import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, get_args

from tasks.domain.errors import MissingTool, UnknownName

Queue = Literal["gpu", "publish", "cpu"]
"""What a machine may serve: work for a graphics card, handing reels on with the platforms' keys, and ordinary work."""
QUEUES: tuple[Queue, ...] = get_args(Queue)
"""All of them, those first whose runs a free worker takes first, as a reel waits for them already."""

Want = Literal["models", "files", "terms", "tuning"]
"""What an engine may take of the installation (`tasks.runtime.given`): its folder of models, the files a plan names, what is
settled with its service, how it is set up."""

MODELS = "the models environment: run `make setup-models`, then use .venv-models/bin/reels"
"""What engines need that run models on this machine."""
PIPER = "piper-tts: run `make setup-piper`, 200 MB"
"""What piper needs, which is in the models environment too."""

TINY_MODELS = "tiny models with random weights, made by the tests; never published weights"
"""Against what engines are tried that run models: no model was at hand when this was written."""
DOCUMENTED = "a server on this machine that speaks the documented protocol, faults included; never the service itself"
"""Against what engines are tried that call services."""


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
    """The service that is called, a name of `tasks.runtime.providers`; it is paid unless it is the user's own."""
    licence: str = "Apache-2.0"
    default: bool = False
    kana_only: bool = False
    """True for a voice that reads Japanese in kana only."""
    fake: bool = False
    """True for the deterministic stand-ins that tests and drafts use."""
    queue: Queue = "cpu"
    """Where it wants to run; a machine that does not serve this queue leaves the stage to one that does."""
    clones: bool = False
    """True for a voice engine that can speak like somebody of whom there are recordings."""
    sunset: str | None = None
    """The day a service behind the engine ends, ISO date."""
    wants: tuple[Want, ...] = ()
    """What its constructor takes of the installation."""

    @property
    def tried(self) -> str:
        """Against what the tests run it."""
        if self.fake:
            return "itself, as a stand-in"
        if self.needs in (MODELS, PIPER):
            return TINY_MODELS
        return DOCUMENTED if self.provider else "itself"


ENGINES: tuple[EngineEntry, ...] = (
    EngineEntry("speech", "espeak", "tasks.speech.espeak:EspeakVoice", "formant voice with exact word times",
                licence="GPL-3.0 program in a process of its own", default=True, kana_only=True),
    EngineEntry("speech", "piper", "tasks.speech.piper:PiperSpeech", "neural voices from files of yours, on any processor",
                needs=PIPER, licence="GPL-3.0 program in a process of its own", wants=("models",)),
    EngineEntry("speech", "recording", "tasks.speech.recording:OwnRecording", "your own recording of the script",
                needs="a sound file that the script names", wants=("files",)),
    EngineEntry("speech", "tone", "tasks.speech.tone:ToneVoice", "a tone a word, exact known times", fake=True),
    EngineEntry("speech", "till", "tasks.speech.till:TillVoice", "the tone voice, paid by the letter",
                needs="REELS_PRETEND_KEY", cost="0.03 USD a 1000 letters", provider="pretend", fake=True),
    EngineEntry("speech", "coqui", "tasks.speech.coqui:CoquiVoice", "a model of coqui-tts; with XTTS the voice of somebody"
                " who consents", needs=MODELS, queue="gpu", wants=("models", "files"), clones=True,
                licence="MPL-2.0; each model's own"),
    EngineEntry("speech", "openai", "tasks.speech.openai_voice:OpenAIVoice",
                "voices of OpenAI, or of a service that speaks its protocol", needs="OPENAI_API_KEY",
                cost="0.015 to 0.03 USD a 1000 letters", provider="openai", licence="the service's terms",
                sunset="2027-01-06", wants=("terms",)),
    EngineEntry("speech", "speech-server", "tasks.speech.openai_voice:SpeechServerVoice",
                "voices of a server of your own that speaks OpenAI's protocol, e.g. vLLM-Omni or SGLang",
                needs="[providers.speech-server] url", provider="speech-server", licence="the model's", wants=("terms",)),
    EngineEntry("speech", "elevenlabs", "tasks.speech.elevenlabs:ElevenLabsVoice", "voices of ElevenLabs, with word times",
                needs="ELEVENLABS_API_KEY", cost="0.30 USD a 1000 letters", provider="elevenlabs",
                licence="the service's terms", wants=("terms",)),
    EngineEntry("alignment", "auto", "tasks.alignment.auto:ChosenTimes", "the voice's own times, else those of `whisperx`"
                " where its model of the language is, else those of `dtw`", default=True, wants=("models",)),
    EngineEntry("alignment", "voice", "tasks.alignment.voice:VoiceTimes",
                "the voice's own times of words, with its own sounds or those of the embedded voice"),
    EngineEntry("alignment", "dtw", "tasks.alignment.dtw:WarpedTimes",
                "times of any voice, by comparison with the embedded one"),
    EngineEntry("alignment", "whisperx", "tasks.alignment.whisperx:WhisperxTimes",
                "times of any voice, by a model of its language that hears letters", needs=MODELS, queue="gpu",
                wants=("models",)),
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
    EngineEntry("animation", "generated", "tasks.animation.generated:GeneratedAnimation",
                "films that the reel's generator makes of the portrait", needs="a generator: --engine generation=NAME"),
    EngineEntry("generation", "double", "tasks.generation.double:DoubleFilms",
                "the puppet, filmed, as if a model had made the film", fake=True),
    EngineEntry("generation", "ltx", "tasks.generation.ltx:LtxFilms", "films of LTX-Video, from a picture or from text",
                needs=MODELS, queue="gpu", wants=("models", "tuning"),
                licence="the model's own; as published: LTX-Video Open Weights License"),
    EngineEntry("generation", "ltx2", "tasks.generation.ltx2:Ltx2Films", "films of LTX-2, from a picture or from text",
                needs=MODELS, queue="gpu", wants=("models", "tuning"),
                licence="the model's own; as published: LTX-2 Community License"),
    EngineEntry("generation", "wan", "tasks.generation.wan:WanFilms", "films of Wan 2.1 or 2.2, from what the model is made"
                " for: a picture, text, or both", needs=MODELS, queue="gpu", wants=("models", "tuning"),
                licence="the model's own; as published: Apache-2.0"),
    EngineEntry("generation", "svd", "tasks.generation.svd:SvdFilms", "films of Stable Video Diffusion, from a picture,"
                " 7 frames a second", needs=MODELS, queue="gpu", wants=("models", "tuning"),
                licence="the model's own; as published: Stability AI Community License"),
    EngineEntry("generation", "wan-animate", "tasks.generation.wan_animate:WanAnimateFilms",
                "the portrait moves and speaks as the puppet does, by Wan Animate", needs=MODELS, queue="gpu",
                wants=("models", "tuning"), licence="the model's own; as published: Apache-2.0"),
    EngineEntry("generation", "video-server", "tasks.generation.openai_videos:VideoServerFilms",
                "films by a server of your own that speaks OpenAI's protocol, e.g. vLLM-Omni or SGLang",
                needs="[providers.video-server] url", provider="video-server", licence="the model's",
                wants=("terms", "tuning")),
    EngineEntry("generation", "talking-server", "tasks.generation.openai_videos:TalkingServerFilms",
                "films that follow the voice, by a vLLM-Omni of your own that runs a speech-to-video model",
                needs="[providers.talking-server] url", provider="talking-server", licence="the model's",
                wants=("terms", "tuning")),
    EngineEntry("generation", "openai-videos", "tasks.generation.openai_videos:OpenAIVideosFilms",
                "films by a service that speaks OpenAI's protocol, paid by the second", needs="OPENAI_VIDEOS_API_KEY",
                cost="what [providers.openai-videos] usd_per_second says", provider="openai-videos",
                licence="the service's terms", wants=("terms", "tuning")),
    EngineEntry("generation", "sora", "tasks.generation.openai_videos:SoraFilms",
                "OpenAI's own films: always refused, as the service has ended", needs="OPENAI_API_KEY",
                cost="no longer sold", provider="openai", licence="the service's terms", sunset="2026-09-24",
                wants=("terms", "tuning")),
    EngineEntry("lipsync", "visemes", "tasks.lipsync.visemes:VisemeLipSync",
                "mouth shapes from phonemes, from the sound where none are known", default=True),
    EngineEntry("lipsync", "sound", "tasks.lipsync.sound:SoundLipSync", "mouth shapes from the sound of any voice"),
    EngineEntry("lipsync", "own", "tasks.lipsync.own:OwnMouth",
                "the film's own mouth, of a generator that follows the voice or the puppet"),
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


def generators() -> tuple[str, ...]:
    """The engines that make films."""
    return tuple(entry.name for entry in ENGINES if entry.stage == "generation")


def kanji_voices() -> tuple[str, ...]:
    """The speech engines that read Japanese as it is written, or bring a recording."""
    return tuple(entry.name for entry in ENGINES if entry.stage == "speech" and not entry.kana_only and not entry.fake)


def stages() -> tuple[str, ...]:
    """The stages that an engine can be chosen for, in the order of the story."""
    return tuple(dict.fromkeys(entry.stage for entry in ENGINES))


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
    with needed_by(stage, name):
        module = importlib.import_module(module_name)
    return getattr(module, attribute)


@contextmanager
def needed_by(stage: str, name: str) -> Iterator[None]:
    """What an engine imports inside it and is not installed is told with what the engine needs.

    Raises:
        MissingTool: a package the engine needs is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise MissingTool(f"the {stage} engine {name!r} needs {find_engine(stage, name).needs} ({error}); choose another"
                          f" engine with --engine {stage}=NAME (`reels engines` lists them)") from error


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """The error for a name that stands for nothing: the nearest right one, and all there are."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}? There are" if near else "there are"
    return UnknownName(f"no {kind} {name!r}; {hint}: {', '.join(names) or 'none'}")
