"""What an engine gets of the installation, by keyword: models, the files that a plan names, the terms of its service, how it
is set up.
"""

from typing import Any

from tasks.runtime.engines import find_engine
from tasks.runtime.models import ModelFolder
from tasks.runtime.providers import Terms, find_provider
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store
from tasks.runtime.tuning import Tuning


def given_to(stage: str, name: str, settings: Settings, store: Store) -> dict[str, Any]:
    """What the constructor and the class methods of an engine take of the installation, by keyword.

    Args:
        stage: the engine's stage.
        name: the engine.
        settings: where models lie, and which licences are accepted.
        store: holds the files that a plan names.

    Returns:
        `models`, a `ModelFolder`, `files`, which gives the local path of a `MediaFile`, `terms`, the `Terms` of its service,
        and `tuning`, the `Tuning` of a generator; each only where the menu says that the engine wants it.

    Raises:
        UnknownName: no such engine.
    """
    entry = find_engine(stage, name)
    have: dict[str, Any] = {
        "models": ModelFolder(settings.models_path / name, frozenset(settings.accepted_licences)), "files": store.path,
        "terms": settings.terms_of(find_provider(entry.provider)) if entry.provider else Terms(),
        "tuning": settings.generators.get(name, Tuning())}
    return {want: have[want] for want in entry.wants}
