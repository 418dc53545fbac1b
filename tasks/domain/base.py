"""The base of every model: frozen, and strict about fields it does not know.

`Frozen` is for what people write (scripts, avatars, brands): an unknown field is refused. `Record` is for what the program
writes and later versions may extend (manifests, results): a reader ignores fields it does not know.
"""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """An immutable model that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Record(BaseModel):
    """An immutable model that ignores unknown fields, so that an older reader accepts a newer file."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
