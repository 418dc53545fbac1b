"""Which store an installation uses, by its settings."""

from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import RESULTS, Store

RESULTS_BLOCK = "reels-store/results"
"""How Prefect's server calls the block that stands for the store's results, where the store is a bucket."""
GIB = 2**30
"""Bytes of the unit in which the cache's limit is set."""


def open_store() -> Store:
    """The installation's store."""
    return store_of(current_settings())


def store_of(settings: Settings) -> Store:
    """The store that the settings name: a folder, or a bucket with a cache in the home folder.

    Raises:
        MissingTool: a bucket is named and the package that talks to buckets is not there.
    """
    if settings.bucket is None:
        return Store(settings.store_path)
    from tasks.runtime.store_bucket import BucketPlace

    return Store(BucketPlace(settings.bucket, endpoint=settings.store_endpoint, home=settings.home_path,
                             cache_bytes=int(settings.cache_gib * GIB)))


def results_environment(settings: Settings) -> dict[str, str]:
    """The variables that make Prefect keep its results in the store; the block must be known to its server.

    `register_results` in tasks/orchestration/results.py sees to that.
    """
    if settings.bucket is None:
        return {"PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(settings.store_path / RESULTS)}
    return {"PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK": RESULTS_BLOCK}
