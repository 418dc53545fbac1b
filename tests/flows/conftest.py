"""What the tests of the flows share: a server that knows the deployment of reels."""

import pytest

from tasks.runtime.store import Store


@pytest.fixture(scope="session")
def _deployment(_prefect_server: None) -> None:
    """The tests' server knows the deployment `produce-reel`."""
    from flows.produce_reel import produce_reel

    produce_reel.to_deployment("produce-reel").apply()


@pytest.fixture
def deployed(_deployment: None, prefect: Store) -> Store:
    """Reels can be submitted, and no worker takes them; gives the store."""
    return prefect
