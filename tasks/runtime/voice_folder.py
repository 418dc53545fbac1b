"""Voices of somebody's own, as they lie in the library.

    <root>/voices/<name>/voice.yaml, the recordings it names, and perhaps the consent's document
"""

import datetime as dt
import hashlib
from pathlib import Path

from tasks.domain.errors import FixRequest
from tasks.domain.voice import CustomVoice, VoiceSnapshot
from tasks.media.audio.voice_sample import read_sample
from tasks.media.text.fields import into_model
from tasks.media.text.text_file import read_text
from tasks.media.text.yaml_fields import read_yaml
from tasks.runtime.consent import check_consent, current_day
from tasks.runtime.engines import unknown
from tasks.runtime.library import Library, names_of
from tasks.runtime.store import Store, sha256_of

ROOM = "voices"
"""The library's folder of voices."""


class VoiceFolders:
    """The voices of a library.

    Args:
        library: where they lie.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def names(self) -> tuple[str, ...]:
        """Names of the voices there are, in order."""
        return names_of(path.name for path in (self._library.root / ROOM).glob("*/"))

    def voice(self, name: str) -> CustomVoice:
        """Reads a voice's description.

        Raises:
            UnknownName: there is no such voice, with the ones there are.
            FixRequest: its voice.yaml is missing or wrong; with file, line and field.
        """
        path = self.folder(name) / "voice.yaml"
        text = read_text(path, kind="voice's description", error=FixRequest)
        return into_model(CustomVoice, read_yaml(text, name=str(path), error=FixRequest), error=FixRequest)

    def folder(self, name: str) -> Path:
        """The folder of a voice.

        Raises:
            UnknownName: there is no such voice, with the ones there are.
        """
        if name not in self.names():
            raise unknown("voice", name, self.names())
        return self._library.root / ROOM / name

    def snapshot(self, name: str, store: Store, *, today: dt.date | None = None) -> VoiceSnapshot:
        """Checks that a voice may be cloned and keeps its recordings in the store as they are now.

        Args:
            name: a voice's name.
            store: where the recordings are copied.
            today: the day that consent must cover; default: the current one.

        Raises:
            UnknownName: there is no such voice, or no such recording in its folder.
            FixRequest: its voice.yaml is missing or wrong, or a recording is no sound or holds hardly a voice.
            ConsentMissing: the consent is incomplete, expired or revoked, or its document is missing or another.
        """
        voice = self.voice(name)
        check_consent(name, voice.consent, today or current_day(), self.folder(name), of="voice")
        files = [self._library.file(f"{ROOM}/{name}/{recording}") for recording in voice.recordings]
        for recording, file in zip(voice.recordings, files, strict=True):
            read_sample(file, f"{ROOM}/{name}/{recording}")
        facts = "\n".join([voice.model_dump_json(by_alias=True), *map(sha256_of, files)])
        return VoiceSnapshot(name=name, title=voice.title, sha256=hashlib.sha256(facts.encode()).hexdigest(),
                             recordings=tuple(map(store.put_copy, files)), consent=voice.consent)

    def require_consent(self, voice: VoiceSnapshot, *, today: dt.date | None = None) -> None:
        """Makes sure that a planned voice may still be cloned: what its folder says now counts, if it is still there.

        Args:
            voice: the voice as the reel was planned with.
            today: the day that consent must cover; default: the current one.

        Raises:
            ConsentMissing: the consent was revoked or ended meanwhile, or its document is missing or another.
            FixRequest: voice.yaml was damaged meanwhile.
        """
        there = voice.name in self.names()
        consent = self.voice(voice.name).consent if there else voice.consent
        check_consent(voice.name, consent, today or current_day(), self.folder(voice.name) if there else None, of="voice")
