"""Kill -9 in the middle of a reel, five times: on a real site with server, worker, watchdog and database."""

from collections.abc import Iterator

import pytest

from benchmarks.faults import try_fault
from benchmarks.site import Site, has_postgres, running_site

WATCH_S = 2.0
"""The watchdog looks more often than on a real site, so that the tests are short."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One site for all faults of this module; each must leave it working."""
    with running_site(postgres=has_postgres(), watch_s=WATCH_S) as found:
        yield found


@pytest.mark.timeout(480)
@pytest.mark.parametrize(("number", "stage", "victim"), [
    (0, "picture", "flow"), (1, "captions", "worker"), (2, "render", "server"), (3, "quality", "database"),
    (4, "publish", "flow")])
def test_run_goes_on_and_does_nothing_twice(site: Site, number: int, stage: str, victim: str) -> None:
    """It is completed, no finished stage ran again, and the reel was published once."""
    outcome = try_fault(site, stage, victim, number)
    assert (outcome.state, outcome.repeated, outcome.publications) == ("COMPLETED", 0, 1), outcome
    assert outcome.well, outcome
