"""What the contracts' tests stand on."""

import pytest

from tasks.animation import distant


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in for a slow service answers at once."""
    monkeypatch.setattr(distant, "WAIT_S", 0.0)
