"""Times from the voice itself: exact, where the voice knows them.

A voice that knows its words and not its sounds gets those of the embedded one, laid into its words.
"""

from pathlib import Path
from typing import ClassVar

from tasks.alignment.base import require_complete
from tasks.alignment.filling import phonemes_for
from tasks.alignment.reference import embedded_sounds
from tasks.domain.errors import FixRequest
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Speech


class VoiceTimes:
    """Takes the voice's times after checking that they cover the approved script."""

    name: ClassVar[str] = "voice"
    version: ClassVar[str] = "1"

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:  # noqa: ARG002  others listen
        """The voice's own times; without sounds where the embedded voice does not know the language.

        Raises:
            FixRequest: the voice gives no times, or they do not fit the script.
        """
        if speech.words is None:
            raise FixRequest(f"the speech engine {speech.engine!r} gives no word times: choose --engine alignment=dtw, or"
                             " another speech engine")
        phonemes = speech.phonemes
        if phonemes is None:
            phonemes = phonemes_for(speech.words, embedded_sounds(script, voice))
        require_complete(script, speech.words, phonemes, speech.duration_s, voice.language)
        return Alignment(words=speech.words, phonemes=phonemes, engine=self.name, version=self.version)
