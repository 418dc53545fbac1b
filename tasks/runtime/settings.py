"""Settings of the installation: `REELS_*` variables over `reels.toml` over defaults.

Read where a task or the command line starts; engines never read them.
"""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, field_validator

from tasks.domain.base import Frozen
from tasks.domain.errors import FixMachine, MissingTool
from tasks.domain.money import Limits
from tasks.runtime.engines import QUEUES, Queue, generators
from tasks.runtime.providers import PROVIDERS, Provider, Terms
from tasks.runtime.tuning import Tuning

PREFIX = "REELS_"
"""What the names of environment variables begin with."""
CONFIG_FILE = "reels.toml"
"""File in the current folder that may hold settings."""
CONFIG_VARIABLE = "REELS_CONFIG"
"""Variable that names another such file; background programs get it, which run in a folder of their own."""
BUCKET_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w!.*'()-]+)*/?", re.ASCII)
"""How a bucket, and perhaps a place inside it, is written; names of buckets follow the rules of S3."""
KEY_IN_ADDRESS = re.compile(r"//[^/]*@")
"""The part of an address that may hold a key, which no message repeats."""


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


def _store_address(value: str) -> str:
    if "://" in value and not BUCKET_ADDRESS.fullmatch(value):
        raise ValueError("neither a folder nor a bucket like 's3://bucket/prefix'")
    return value


def _endpoint_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("no address like 'https://s3.example.com'")
    if parts.username or parts.password:
        raise ValueError("an address holds no key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead")
    return value


def _names(value: object) -> object:
    """Names in a variable are separated by commas."""
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


class ProviderSettings(Frozen):
    """What an installation decides about one service: a table `[providers.<name>]`."""

    url: str | None = Field(default=None, description="where it answers; default: the service's own address")
    limit_day_usd: Decimal | None = Field(default=None, ge=0, description="most it may be paid in one day (UTC)")
    requests_per_minute: int | None = Field(default=None, gt=0, description="most requests sent to it in a minute, by all"
                                                                            " machines together; default: the service's")
    voice: str | None = Field(default=None, description="its voice where a script names none, e.g. 'tts-1/nova'")
    usd_per_1000_letters: Decimal | None = Field(default=None, ge=0, description="what a thousand letters of speech cost"
                                                                                 " there; default: the engine's tariff")
    usd_per_second: Decimal | None = Field(default=None, ge=0, description="what a second of film costs there")


class Settings(Frozen):
    """What an installation decides once."""

    home: Path | None = Field(default=None, description="folder for store and local server; default: .reels in the checkout")
    library: Path | None = Field(default=None, description="folder with avatars/ and templates/; default: the checkout")
    store: Annotated[str, BeforeValidator(_as_text), AfterValidator(_store_address)] | None = Field(
        default=None, description="the store: a folder, or a bucket as s3://bucket/prefix; default: <home>/store")
    store_endpoint: Annotated[str, AfterValidator(_endpoint_address)] | None = Field(
        default=None, description="where an S3-compatible service answers, as http(s)://host; default: Amazon's")
    cache_gib: float = Field(default=20.0, gt=0, description="room for local copies of a bucket's files, in GiB")
    models: Path | None = Field(default=None, description="folder with the models of engines that run on this machine;"
                                                          " default: <home>/models")
    accepted_licences: Annotated[tuple[str, ...], BeforeValidator(_names)] = Field(
        default=(), description="restrictive licences of models that you accept, e.g. 'CPML', which forbids commercial use")
    generators: dict[str, Tuning] = Field(default_factory=dict, description="how generators are set up, by engine; as a"
                                                                            " variable: one line of JSON")
    max_minutes: float = Field(default=10.0, gt=0, description="longest script accepted, in minutes of speech")
    approval: Literal["required", "never"] = Field(default="required", description="policy: 'never' lets every script pass")
    queues: Annotated[tuple[Queue, ...], BeforeValidator(_names)] = Field(
        default=QUEUES, min_length=1,
        description="what this machine serves; stages for other queues are left to machines that serve those")
    gpu_limit: str = Field(
        default="gpu", min_length=1,
        description="the Prefect concurrency limit of this machine's graphics card; a second such machine names another")
    limit_reel_usd: Decimal | None = Field(default=None, ge=0, description="most one reel may cost; default: no limit")
    limit_day_usd: Decimal | None = Field(default=None, ge=0, description="most that is spent in one day (UTC); default: no"
                                                                          " limit")
    providers: dict[str, ProviderSettings] = Field(default_factory=dict, description="services by name; as a variable:"
                                                                                     " one line of JSON")
    approval_deadline_hours: float | None = Field(default=None, gt=0, description="how long a run waits for an answer;"
                                                  " default: as long as it takes")
    approval_after_deadline: Literal["reject", "keep"] = Field(
        default="reject", description="what then happens: 'reject' ends the run, 'keep' lets it wait and calls it overdue")
    publish_approval: bool = Field(default=False, description="policy: ask once more, with the finished reel, before it is"
                                                              " published")
    server_port: int | None = Field(default=None, ge=1, le=65535, description="the local server's port; default: a free one")
    webhook_url: str | None = Field(default=None, description="where it is told that a reel waits, is finished or failed")
    webhook_hosts: Annotated[tuple[str, ...], BeforeValidator(_names)] = Field(
        default=(), description="hosts that webhook_url may name; default: its own")
    worker_poll_s: float = Field(default=5.0, gt=0, le=300, description="seconds between two looks of a worker for work")
    link_host: str = Field(default="127.0.0.1", description="address the link server listens on")
    link_port: int | None = Field(default=None, ge=1, le=65535, description="the link server's port; default: a free one")
    link_url: str | None = Field(default=None, pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
                                 description="what links begin with where a proxy stands before the link server")
    link_days: float = Field(default=7.0, gt=0, le=3650, description="how long a link to a reel holds")
    link_key: SecretStr | None = Field(default=None, min_length=32, description="key of the links, the same on every machine"
                                       " of a team; default: one made on this machine")

    @field_validator("providers", "generators", mode="before")
    @classmethod
    def _from_json(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("providers")
    @classmethod
    def _known(cls, value: dict[str, ProviderSettings]) -> dict[str, ProviderSettings]:
        known = [provider.name for provider in PROVIDERS]
        for name in value:
            if name not in known:
                raise ValueError(f"there is no service {name!r}; there are: {', '.join(known)}")
        return value

    @field_validator("generators")
    @classmethod
    def _made_here(cls, value: dict[str, Tuning]) -> dict[str, Tuning]:
        for name in value:
            if name not in generators():
                raise ValueError(f"there is no generator {name!r}; there are: {', '.join(generators())}")
        return value

    @property
    def home_path(self) -> Path:
        """The home folder, absolute."""
        return (self.home.expanduser() if self.home else checkout() / ".reels").absolute()

    @property
    def store_path(self) -> Path:
        """The store's folder, absolute; the one in the home folder where a bucket is the store."""
        return (Path(self.store).expanduser() if self.store and not self.bucket else self.home_path / "store").absolute()

    @property
    def bucket(self) -> str | None:
        """The address of the bucket that is the store, without a slash at its end; None where the store is a folder."""
        return self.store.rstrip("/") if self.store and "://" in self.store else None

    @property
    def library_path(self) -> Path:
        """The folder that holds avatars/ and templates/, absolute."""
        return (self.library.expanduser().absolute() if self.library else checkout())

    @property
    def models_path(self) -> Path:
        """The folder with models, absolute: one folder an engine."""
        return (self.models.expanduser() if self.models else self.home_path / "models").absolute()

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
        """Where a service answers.

        Raises:
            MissingTool: it is the user's own, and nobody has said where it is.
        """
        own = self.providers.get(provider.name)
        url = own.url if own and own.url else provider.url
        if not url:
            raise MissingTool(f"{provider.title} has no address: write [providers.{provider.name}] url ="
                              f" \"http://127.0.0.1:8000/v1\" (wherever it is) into {CONFIG_FILE}")
        return url

    def terms_of(self, provider: Provider) -> Terms:
        """What is settled with a service."""
        own = self.providers.get(provider.name, ProviderSettings())
        return Terms(voice=own.voice, usd_per_1000_letters=own.usd_per_1000_letters, usd_per_second=own.usd_per_second,
                     url=own.url)

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
    path = _config_file(environment, folder)
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
        name = str(first["loc"][0])
        value, reason = KEY_IN_ADDRESS.sub("//…@", repr(first["input"])), first["msg"].removeprefix("Value error, ")
        raise FixMachine(f"setting {name!r} = {value}: {reason}; set it in {CONFIG_FILE} or as"
                         f" {PREFIX}{name.upper()}") from error


def settings_environment(settings: Settings) -> dict[str, str]:
    """Variables with which a program in another folder settles the same settings: the file, and places in full."""
    path = _config_file(os.environ, Path.cwd())
    return {**({CONFIG_VARIABLE: str(path.absolute())} if path.is_file() else {}),
            f"{PREFIX}HOME": str(settings.home_path), f"{PREFIX}LIBRARY": str(settings.library_path),
            f"{PREFIX}MODELS": str(settings.models_path),
            f"{PREFIX}STORE": str(settings.store if "://" in str(settings.store) else settings.store_path)}


def _config_file(environment: Mapping[str, str], folder: Path) -> Path:
    return Path(environment.get(CONFIG_VARIABLE) or folder / CONFIG_FILE)


@cache
def current_settings() -> Settings:
    """The settings of this process."""
    return load_settings(os.environ, Path.cwd())
