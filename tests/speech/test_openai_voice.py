"""Voices behind OpenAI's protocol, through the real client."""

from decimal import Decimal
from typing import Any

import pytest

from tasks.domain.errors import FixMachine
from tasks.runtime.keys import Secret
from tasks.runtime.openai_line import OpenAILine
from tasks.speech.openai_voice import OpenAIVoice

STRAY = {
    "OPENAI_API_KEY": "sk-of-the-environment", "OPENAI_ADMIN_KEY": "sk-of-an-admin",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_ORG_ID": "org-stray", "OPENAI_PROJECT_ID": "proj-stray",
    "OPENAI_CUSTOM_HEADERS": "X-Stray: yes\nCookie: stray=1",
    "HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9",
}
"""Variables by which the client of the package would be led astray."""
HEADERS = {"accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host",
           "user-agent"}
"""All that a request carries."""


class TestRequest:
    def test_asks_for_what_was_chosen(self, studio: Any) -> None:
        """Model, voice, rate and an exact format; nothing else."""
        studio.speak(studio.plan("openai", "Only 5 words, no more.", voice="a/model/a-voice", rate=1.25))
        asked, = studio.services.asked
        assert asked["path"] == "/v1/audio/speech"
        assert asked["body"] == {"model": "a/model", "voice": "a-voice", "input": "Only five words, no more.", "speed": 1.25,
                                 "response_format": "wav"}
        assert asked["headers"]["authorization"] == f"Bearer {studio.key}"

    @pytest.mark.parametrize("engine", ["openai", "speech-server"])
    def test_environment_changes_nothing(self, studio: Any, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither address, key, organisation nor headers come from variables meant for other programs."""
        for name, value in STRAY.items():
            monkeypatch.setenv(name, value)
        studio.speak(studio.plan(engine, "Hello."))
        headers = studio.services.asked[0]["headers"]
        assert set(headers) <= HEADERS
        assert headers["authorization"] == f"Bearer {studio.key}"
        assert "stray" not in repr(headers).lower()

    def test_without_a_key_none_is_sent(self, speech_program: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A server of one's own that wants none gets none, whatever the environment holds."""
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
        with speech_program.serving(None) as server, OpenAILine("speech-server", server.openai_url, None) as line:
            assert line.speech(model="m", voice="v", text="Hello.", speed=1.0, sound="wav")[:4] == b"RIFF"
            assert "authorization" not in server.asked[0]["headers"]

    def test_key_does_not_travel_in_the_clear(self) -> None:
        """Without a key a server in the next room is fine."""
        with pytest.raises(FixMachine, match="use https"):
            OpenAILine("speech-server", "http://gpu.example:8000/v1", Secret("sk-any-key"))
        with OpenAILine("speech-server", "http://gpu.example:8000/v1", None):
            pass


class TestPrice:
    @pytest.mark.parametrize(("voice", "usd"), [
        ("tts-1/nova", "0.000150"), ("tts-1-hd/nova", "0.000300"), ("nova", "0.000300"), ("a-model/nova", "0.000300")])
    def test_depends_on_the_model(self, studio: Any, voice: str, usd: str) -> None:
        """Ten letters; of a model whose price is not known, the dearest."""
        assert OpenAIVoice.price(studio.plan("openai", "Ten signs.", voice=voice)).usd == Decimal(usd)
