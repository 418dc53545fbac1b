"""Kill -9 in the middle of a reel, five times, and once after an answer: on a real site with server, worker, watchdog and
database.
"""

from collections.abc import Iterator

import pytest

from benchmarks.faults import try_fault, try_waiting
from benchmarks.site import Site, has_postgres, running_site

WATCH_S = 2.0
"""The watchdog looks more often than on a real site, so that the tests are short."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One site for all faults of this module; each must leave it working."""
    with running_site(postgres=has_postgres(), watch_s=WATCH_S) as found:
        yield found


@pytest.mark.parametrize(("number", "stage", "victim"), [
    (0, "picture", "flow"), (1, "captions", "worker"), (2, "render", "server"), (3, "quality", "database"),
    (4, "publish", "flow")])
def test_run_goes_on_and_does_nothing_twice(site: Site, number: int, stage: str, victim: str) -> None:
    """It is completed, no finished stage ran again, and the reel was published once."""
    outcome = try_fault(site, stage, victim, number)
    assert (outcome.state, outcome.repeated, outcome.publications) == ("COMPLETED", 0, 1), outcome
    assert outcome.well, outcome


def test_answer_is_not_lost_with_the_process_that_was_to_read_it(site: Site) -> None:
    """The process that comes after reads it, and nobody is asked again."""
    site.change(REELS_APPROVAL="required")
    outcome = try_waiting(site, "answered", "flow", 5)
    assert outcome.well, outcome
