"""What the garbage collector is kept from."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from flows.collector import uncollected

CHECKOUT = Path(__file__).parents[2]
IMPORTS = """
import gc, sys
from flows.collector import end_uncollected, uncollected
rounds = []
gc.callbacks.append(lambda phase, _: rounds.append(phase))
with uncollected():
    import pydantic, pydantic.fields
print(rounds, gc.get_freeze_count() > 10_000, gc.isenabled())
"""


def test_imports_cost_no_rounds_then_or_later() -> None:
    """What was imported is frozen, and the collector works again."""
    done = subprocess.run([sys.executable, "-c", IMPORTS], cwd=CHECKOUT, capture_output=True, text=True, timeout=120,
                          check=True)
    assert done.stdout.strip() == "[] True True"


def test_block_that_imports_nothing_freezes_nothing() -> None:
    """A program that calls commands again and again would never give back what it froze."""
    before = gc.get_freeze_count()
    with uncollected():
        import sys  # noqa: F401  is imported already
    assert (gc.get_freeze_count(), gc.isenabled()) == (before, True)


def test_collector_that_was_paused_stays_paused() -> None:
    """One such block may lie in another."""
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_failing_import_leaves_the_collector_at_work() -> None:
    """The error is the caller's."""
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()
