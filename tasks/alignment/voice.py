"""Times from the voice itself: exact, where the voice knows them."""

from pathlib import Path
from typing import ClassVar

from tasks.alignment.base import require_complete
from tasks.domain.errors import FixRequest
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Speech


class VoiceTimes:
    """Takes the voice's times after checking that they cover the approved script."""

    name: ClassVar[str] = "voice"
    version: ClassVar[str] = "1"

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:  # noqa: ARG002  others listen
        """The voice's own times.

        Raises:
            FixRequest: the voice gives no times, or they do not fit the script.
        """
        if speech.words is None or speech.phonemes is None:
            raise FixRequest(f"the speech engine {speech.engine!r} gives no word times: choose --engine alignment=dtw, or"
                             " another speech engine")
        require_complete(script, speech.words, speech.phonemes, speech.duration_s, voice.language)
        return Alignment(words=speech.words, phonemes=speech.phonemes, engine=self.name, version=self.version)
