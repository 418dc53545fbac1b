"""The author's own voice: recordings of the script in place of a synthetic voice.

Takes are brought to one loudness each, so that two made at different distances sound alike, and joined with the silence that
lies between beats. Inside a take nothing is moved: its breaths and pauses are how its speaker made them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from tasks.domain.errors import FixRequest
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.media.audio.mastering import levelled
from tasks.media.audio.sound_file import LONGEST_S
from tasks.media.audio.voice_file import read_voice_file
from tasks.runtime.engines import unknown
from tasks.speech.base import RATE_HZ, Pacing, Recording
from tasks.speech.joining import Piece, join

VOICE = "takes"
"""The only voice: whoever is heard in the recordings."""


class OwnRecording:
    """Recordings of the script, joined; word times are left to alignment.

    Args:
        voice: the name must be 'takes'; its takes are what is played.
        pacing: the silences at the ends and between takes.
        files: gives the local path of a take.

    Raises:
        UnknownName: another voice.
        FixRequest: another speed or pitch is wanted than was recorded.
    """

    name: ClassVar[str] = "recording"
    version: ClassVar[str] = "1"

    def __init__(self, voice: Voice, *, pacing: Pacing = Pacing(), files: Callable[[MediaFile], Path]) -> None:  # noqa: B008  frozen
        if voice.name != VOICE:
            raise unknown("voice of the engine 'recording'", voice.name, self.voices(files=files))
        for what, factor in (("rate", voice.rate), ("pitch", voice.pitch)):
            if factor != 1:
                raise FixRequest(f"a recording sounds as it was recorded, and the script asks for the {what} {factor:g}:"
                                 f" remove `{what}` under 'voice', or record it that way")
        self._takes, self._pacing, self._files = voice.takes, pacing, files

    @classmethod
    def voices(cls, *, files: Callable[[MediaFile], Path]) -> tuple[str, ...]:  # noqa: ARG003  like every engine's
        """The only voice there is."""
        return (VOICE,)

    @classmethod
    def default_voice(cls, language: str, *, files: Callable[[MediaFile], Path]) -> str:  # noqa: ARG003  like every engine's
        """The only voice there is; it speaks whatever was recorded."""
        return VOICE

    def read(self, script: Script) -> Recording:  # noqa: ARG002  what is said was said
        """Plays the takes.

        Raises:
            FixRequest: there are none, one cannot be read, or nothing is heard in it.
        """
        require_takes(self._takes)
        return join([self._piece(number, take) for number, take in enumerate(self._takes, start=1)], self._pacing)

    def _piece(self, number: int, take: MediaFile) -> Piece:
        """A take at the loudness of every voice."""
        found = read_voice_file(self._files(take), name=f"take {number}", at_most_s=LONGEST_S)
        return Piece(levelled(levelled(found.samples, RATE_HZ), RATE_HZ), RATE_HZ, self._pacing.between_beats_s)


def require_takes(takes: Sequence[object]) -> None:
    """Refuses to play nothing.

    Raises:
        FixRequest: with how a script gets a recording.
    """
    if not takes:
        raise FixRequest("the speech engine 'recording' plays your own recording, and the script names none: put the sound"
                         " file into the library and name it in the script, e.g. `voice: {recording: media/monday.wav}`, or"
                         " several in the order of the script: `voice: {recording: [media/one.wav, media/two.wav]}`")
