"""Settings of the installation: `REELS_*` variables over `reels.toml` over defaults.

Read where a task or the command line starts; engines never read them.
"""

import json
import os
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from tasks.domain.base import Frozen
from tasks.domain.errors import FixMachine
from tasks.domain.money import Limits
from tasks.runtime.providers import Provider

PREFIX = "REELS_"
"""What the names of environment variables begin with."""
CONFIG_FILE = "reels.toml"
"""File in the current folder that may hold settings."""


class ProviderSettings(Frozen):
    """What an installation decides about one paid service: a table `[providers.<name>]`."""

    url: str | None = Field(default=None, description="where it answers; default: the service's own address")
    limit_day_usd: Decimal | None = Field(default=None, ge=0, description="most it may be paid in one day (UTC)")
    requests_per_minute: int | None = Field(default=None, gt=0, description="most requests sent to it in a minute, by all"
                                                                            " machines together; default: the service's")


class Settings(Frozen):
    """What an installation decides once."""

    home: Path | None = Field(default=None, description="folder for store and local server; default: .reels in the checkout")
    library: Path | None = Field(default=None, description="folder with avatars/ and templates/; default: the checkout")
    store: Path | None = Field(default=None, description="the store; default: <home>/store")
    max_minutes: float = Field(default=10.0, gt=0, description="longest script accepted, in minutes of speech")
    approval: Literal["required", "never"] = Field(default="required", description="policy: 'never' lets every script pass")
    limit_reel_usd: Decimal | None = Field(default=None, ge=0, description="most one reel may cost; default: no limit")
    limit_day_usd: Decimal | None = Field(default=None, ge=0, description="most that is spent in one day (UTC); default: no"
                                                                          " limit")
    providers: dict[str, ProviderSettings] = Field(default_factory=dict, description="paid services by name; as a variable:"
                                                                                     " one line of JSON")
    server_port: int | None = Field(default=None, ge=1, le=65535, description="the local server's port; default: a free one")

    @field_validator("providers", mode="before")
    @classmethod
    def _from_json(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @property
    def home_path(self) -> Path:
        """The home folder, absolute."""
        return (self.home.expanduser() if self.home else checkout() / ".reels").absolute()

    @property
    def store_path(self) -> Path:
        """The store's folder, absolute."""
        return (self.store.expanduser() if self.store else self.home_path / "store").absolute()

    @property
    def library_path(self) -> Path:
        """The folder that holds avatars/ and templates/, absolute."""
        return (self.library.expanduser().absolute() if self.library else checkout())

    @property
    def templates_path(self) -> Path:
        """The library's folder of templates and brand kits, absolute."""
        return self.library_path / "templates"

    @property
    def limits(self) -> Limits:
        """The most that is spent."""
        providers = {name: own.limit_day_usd for name, own in self.providers.items() if own.limit_day_usd is not None}
        return Limits(reel_usd=self.limit_reel_usd, day_usd=self.limit_day_usd, provider_day_usd=providers)

    def address_of(self, provider: Provider) -> str:
        """Where a paid service answers."""
        own = self.providers.get(provider.name)
        return own.url if own and own.url else provider.url

    def pace_of(self, provider: Provider) -> int:
        """How many requests a minute a paid service gets."""
        own = self.providers.get(provider.name)
        return own.requests_per_minute if own and own.requests_per_minute else provider.requests_per_minute


def checkout() -> Path:
    """The folder this program runs from."""
    return Path(__file__).resolve().parents[2]


def load_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Settles the settings from variables and from `reels.toml` in `folder`.

    An empty variable counts as unset, one that names no setting is left to other programs.

    Raises:
        FixMachine: the file is no TOML, a name in it is wrong, or a value in file or variables.
    """
    path = folder / CONFIG_FILE
    try:
        values = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise FixMachine(f"{str(path)!r} cannot be read as TOML ({error}): correct or remove it") from error
    known = Settings.model_fields
    variables = {name: value for name in known if (value := environment.get(PREFIX + name.upper()))}
    strangers = values.keys() - known
    if strangers:
        raise FixMachine(f"{str(path)!r} holds {min(strangers)!r}, and there is no such setting; there are:"
                         f" {', '.join(sorted(known))}")
    try:
        return Settings.model_validate({**values, **variables})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise FixMachine(f"setting {name!r} = {first['input']!r}: {first['msg']}; set it in {CONFIG_FILE} or as"
                         f" {PREFIX}{name.upper()}") from error


@cache
def current_settings() -> Settings:
    """The settings of this process."""
    return load_settings(os.environ, Path.cwd())
