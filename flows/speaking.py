"""Settles who speaks a reel and how, and refuses what that voice cannot say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.choices import Choices
from flows.pronunciations import settle_pronunciations
from flows.takes import Takes, find_takes, require_plausible
from tasks.domain.avatar import Avatar
from tasks.domain.brand import Brand
from tasks.domain.errors import FixRequest
from tasks.domain.plan import Voice
from tasks.domain.script import RECORDED, Script
from tasks.domain.voice import VoiceSnapshot
from tasks.media.text.duration import require_short
from tasks.media.text.languages import require_words
from tasks.media.text.readings import check_readings, require_readings
from tasks.runtime.engines import ENGINES, default_engines, find_engine, kanji_voices, load_engine
from tasks.runtime.given import given_to
from tasks.runtime.library import Library
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store
from tasks.runtime.voice_folder import VoiceFolders

LANGUAGE = "en-US"
"""What is spoken unless another language is asked for."""


@dataclass(frozen=True)
class Speaking:
    """Who speaks a reel and how."""

    voice: Voice
    """Without its recordings, which are kept once nothing else of the plan is refused."""
    takes: Takes
    warnings: tuple[str, ...]
    """What the author should know."""

    def kept_in(self, store: Store) -> Voice:
        """The voice with its recordings, as they are now, in the store."""
        return self.voice.model_copy(update={"takes": tuple(map(store.put_copy, self.takes.files))})


def settle_speaking(script: Script, avatar: Avatar, brand: Brand, engine_name: str, choices: Choices, *, library: Library,
                    store: Store, settings: Settings) -> Speaking:
    """The voice, its recordings, and how it says words.

    Args:
        script: what its author wants.
        avatar: decides what the script leaves open.
        brand: holds pronunciations.
        engine_name: the speech engine.
        choices: keeps where each value came from.
        library: where recordings and voices to clone are.
        store: where those of a cloned voice are kept as they are now.
        settings: where models lie, and how long a script may be.

    Raises:
        UnknownName: no such voice, language or recording.
        ConsentMissing: the voice must not be cloned.
        ScriptError: the script is too long, or has a beat that the voice cannot read.
        FixRequest: a recording cannot be used, or the engine cannot do what is asked.
    """
    takes = find_takes(script, engine_name, library, settings.max_minutes)
    clone = settle_clone(script, avatar, engine_name, choices)
    voice = settle_voice(script, avatar, engine_name, choices, given=given_to("speech", engine_name, settings, store),
                         clone=VoiceFolders(library).snapshot(clone, store) if clone else None)
    check_readings(script.beats, voice.language)
    if find_engine("speech", engine_name).kana_only:
        require_readings(script.beats, voice.language, kanji_voices())
    said = settle_pronunciations(script, brand, voice.language)
    voice = voice.model_copy(update={"pronunciations": said.entries})
    require_short(script, voice.rate, settings.max_minutes, language=voice.language, pronunciations=said.entries)
    require_plausible(takes, script, voice)
    return Speaking(voice, takes, (*takes.warnings, *said.warnings))


def settle_clone(script: Script, avatar: Avatar, engine_name: str, choices: Choices) -> str | None:
    """Whose voice is cloned, a name under voices/; None where nobody's is.

    Raises:
        FixRequest: the speech engine clones no voices.
    """
    kept = _speaks_by(avatar) == engine_name and script.voice.name is None
    clone = choices.pick("voice.clone", None, script=script.voice.clone, avatar=avatar.voice.clone if kept else None)
    if clone and not find_engine("speech", engine_name).clones:
        able = [entry.name for entry in ENGINES if entry.stage == "speech" and entry.clones]
        raise FixRequest(f"the speech engine {engine_name!r} has voices of its own and clones none, and the script asks for"
                         f" the voice {clone!r}: remove 'clone', or use --engine speech={able[0]}")
    return clone


def settle_voice(script: Script, avatar: Avatar, engine_name: str, choices: Choices, *, given: Mapping[str, Any],
                 clone: VoiceSnapshot | None = None) -> Voice:
    """The voice; the engine's own class says whether it has it.

    Args:
        script: what its author wants.
        avatar: decides what the script leaves open.
        engine_name: the speech engine.
        choices: keeps where each value came from.
        given: what the engine wants of the installation.
        clone: whose voice the engine's model speaks like.
    """
    language = choices.pick("language", LANGUAGE, script=script.language, avatar=avatar.language)
    require_words(language)
    engine: Any = load_engine("speech", engine_name)
    its_own = _speaks_by(avatar) == engine_name != RECORDED

    def usual() -> str:
        name: str = engine.default_voice(language, **given)
        return name

    own = _avatar_voice(avatar, language, usual) if its_own else None
    voice = Voice(
        name=choices.pick("voice.name", "", script=script.voice.name, avatar=own) or usual(),
        language=language,
        rate=choices.pick("voice.rate", 1.0, script=script.voice.rate, avatar=avatar.voice.rate if its_own else None),
        pitch=choices.pick("voice.pitch", 1.0, script=script.voice.pitch, avatar=avatar.voice.pitch if its_own else None),
        clone=clone)
    engine(voice, **given)
    return voice


def _speaks_by(avatar: Avatar) -> str:
    """The speech engine that has the avatar's voice."""
    return avatar.voice.engine or default_engines()["speech"]


def _avatar_voice(avatar: Avatar, language: str, usual: Callable[[], str]) -> str | None:
    """The avatar's voice; in another language than its own, that language's voice with the avatar's variant, e.g. '+f3'."""
    own = avatar.voice.name
    if own is None or (avatar.language or LANGUAGE).lower() == language.lower():
        return own
    variant = own.partition("+")[2]
    return f"{usual()}+{variant}" if variant else None
