"""The services that are paid: who they are, where they answer, and where their keys are found."""

from dataclasses import dataclass

from tasks.runtime.engines import unknown


@dataclass(frozen=True)
class Provider:
    """One paid service."""

    name: str
    """As the settings and the list of costs call it."""
    title: str
    url: str
    """Where it answers unless `[providers.<name>] url` says otherwise."""
    key_variable: str
    """Environment variable that holds its key."""
    requests_per_minute: int = 60
    """How many requests it takes, unless `[providers.<name>] requests_per_minute` says otherwise."""

    @property
    def key_block(self) -> str:
        """Name of the Prefect Secret block that holds its key where the variable is unset."""
        return self.key_variable.lower().replace("_", "-")

    @property
    def rate_limit(self) -> str:
        """Name of the Prefect concurrency limit that paces requests to it."""
        return f"provider:{self.name}"


PROVIDERS: tuple[Provider, ...] = (
    Provider("pretend", "the pretend provider, examples/pretend_provider.py", "http://127.0.0.1:8765", "REELS_PRETEND_KEY",
             requests_per_minute=600),
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
