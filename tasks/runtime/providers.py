"""The services that are called: who they are, where they answer, and where their keys are found."""

from dataclasses import dataclass
from decimal import Decimal

from tasks.runtime.engines import unknown


@dataclass(frozen=True)
class Provider:
    """One service; it is paid unless it is the user's own."""

    name: str
    """As the settings and the list of costs call it."""
    title: str
    url: str
    """Where it answers unless `[providers.<name>] url` says otherwise; '' where only that can say it."""
    key_variable: str
    """Environment variable that holds its key."""
    requests_per_minute: int = 60
    """How many requests it takes, unless `[providers.<name>] requests_per_minute` says otherwise."""
    own: bool = False
    """True for a server of the user's own: nothing is paid to it, and it need not want a key."""
    jobs: bool = False
    """True for a server of the user's own that works on jobs, which take so long that none is to be made twice."""

    @property
    def key_block(self) -> str:
        """Name of the Prefect Secret block that holds its key where the variable is unset."""
        return self.key_variable.lower().replace("_", "-")

    @property
    def rate_limit(self) -> str:
        """Name of the Prefect concurrency limit that paces requests to it."""
        return f"provider:{self.name}"


@dataclass(frozen=True)
class Terms:
    """What an installation has settled with a service."""

    voice: str | None = None
    """The voice where a script names none."""
    usd_per_1000_letters: Decimal | None = None
    """What a thousand letters of speech cost; None: what the engine takes for granted."""
    usd_per_second: Decimal | None = None
    """What a second of film costs; None: nobody has said."""
    url: str | None = None
    """Where the installation says that it answers; None: at its own address."""


PROVIDERS: tuple[Provider, ...] = (
    Provider("pretend", "the pretend provider, examples/pretend_provider.py", "http://127.0.0.1:8765", "REELS_PRETEND_KEY",
             requests_per_minute=600),
    Provider("openai", "OpenAI, or another service that speaks its protocol", "https://api.openai.com/v1", "OPENAI_API_KEY"),
    Provider("speech-server", "a speech server of your own", "", "REELS_SPEECH_SERVER_KEY", own=True),
    Provider("video-server", "a server of your own that makes films", "", "REELS_VIDEO_SERVER_KEY", own=True, jobs=True),
    Provider("talking-server", "a server of your own that makes portraits talk", "", "REELS_TALKING_SERVER_KEY", own=True,
             jobs=True),
    Provider("openai-videos", "a service that speaks OpenAI's protocol for films", "", "OPENAI_VIDEOS_API_KEY"),
    Provider("elevenlabs", "ElevenLabs", "https://api.elevenlabs.io", "ELEVENLABS_API_KEY"),
)
"""All of them."""


def find_provider(name: str) -> Provider:
    """The service of that name.

    Raises:
        UnknownName: there is none, with the ones there are.
    """
    for provider in PROVIDERS:
        if provider.name == name:
            return provider
    raise unknown("provider", name, [provider.name for provider in PROVIDERS])
