"""The keys of paid services: from the environment, else from a Prefect Secret block, and shown to nobody."""

from collections.abc import Callable, Mapping

from tasks.domain.errors import MissingTool
from tasks.runtime.providers import PROVIDERS, Provider
from tasks.runtime.redaction import HIDDEN, hide

ReadBlock = Callable[[str], str | None]
"""Gives the value of a Prefect Secret block by its name, None where there is none."""


class Secret:
    """A key that does not show itself: not printed, not pickled, not serialised.

    Args:
        value: the key; it is hidden from every log from now on.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        hide(value)
        self._value = value

    def reveal(self) -> str:
        """The key itself, for the request's header and nothing else."""
        return self._value

    def __repr__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> str:
        raise TypeError("a key is not passed on: look it up where it is needed")


def hide_keys(environment: Mapping[str, str]) -> None:
    """Hides the keys that lie in the environment from every log from now on, before anybody has asked for one."""
    for provider in PROVIDERS:
        if value := (environment.get(provider.key_variable) or "").strip():
            hide(value)


def find_key(provider: Provider, environment: Mapping[str, str], read_block: ReadBlock | None = None) -> Secret:
    """The key of a service.

    Args:
        provider: whose key.
        environment: where its variable is looked up first.
        read_block: asks Prefect; None where no server can be asked.

    Raises:
        MissingTool: it is in neither place.
    """
    key = find_optional_key(provider, environment, read_block)
    if key is None:
        raise MissingTool(f"{provider.title} wants a key and there is none: set the variable {provider.key_variable}, or"
                          f" make a Prefect Secret block {provider.key_block!r}; `reels engines` lists free engines")
    return key


def find_optional_key(provider: Provider, environment: Mapping[str, str], read_block: ReadBlock | None = None
                      ) -> Secret | None:
    """The same of a service that need not want a key; None where it is in neither place.

    Raises:
        MissingTool: what is there is no key.
    """
    value = (environment.get(provider.key_variable) or "").strip()
    if not value and read_block:
        value = (read_block(provider.key_block) or "").strip()
    if not value:
        return None
    if not value.isascii() or not value.isprintable():
        raise MissingTool(f"the key in {provider.key_variable} (or the block {provider.key_block!r}) holds letters that no"
                          " key has: copy it again")
    return Secret(value)
