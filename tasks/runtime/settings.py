"""Settings of the installation: `REELS_*` variables over `reels.toml` over defaults.

Read where a task or the command line starts; engines never read them.
"""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from tasks.domain.base import Frozen
from tasks.domain.errors import FixMachine

PREFIX = "REELS_"
"""What the names of environment variables begin with."""
CONFIG_FILE = "reels.toml"
"""File in the current folder that may hold settings."""


class Settings(Frozen):
    """What an installation decides once."""

    home: Path | None = Field(default=None, description="folder for store and local server; default: .reels in the checkout")
    library: Path | None = Field(default=None, description="folder with avatars/ and templates/; default: the checkout")
    store: Path | None = Field(default=None, description="the store; default: <home>/store")
    max_minutes: float = Field(default=10.0, gt=0, description="longest script accepted, in minutes of speech")
    approval: Literal["required", "never"] = Field(default="required", description="policy: 'never' lets every script pass")
    approval_deadline_hours: float | None = Field(default=None, gt=0, description="how long a run waits for an answer;"
                                                  " default: as long as it takes")
    approval_after_deadline: Literal["reject", "keep"] = Field(
        default="reject", description="what then happens: 'reject' ends the run, 'keep' lets it wait and calls it overdue")
    publish_approval: bool = Field(default=False, description="policy: ask once more, with the finished reel, before it is"
                                                              " published")
    server_port: int | None = Field(default=None, ge=1, le=65535, description="the local server's port; default: a free one")

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
