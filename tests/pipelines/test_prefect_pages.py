"""The Prefect pages in a real browser: a person fills in the form of a run, approves what it asks, sees what was made."""

import os
import runpy
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tasks.runtime.local_server import LocalServer

CHECKOUT = Path(__file__).parents[2]
SCREENS = runpy.run_path(str(CHECKOUT / "docs" / "make_screens.py"))

pytestmark = [pytest.mark.timeout(900), pytest.mark.skipif(
    not Path(SCREENS["CHROMIUM"]).exists() and os.environ.get("CI") != "true", reason="no Chromium is installed here")]


def test_reel_by_the_form_of_the_pages(
    operating: Callable[..., AbstractContextManager[Any]], tmp_path: Path,
) -> None:
    """The form takes the script as text; the question shows what is made; the run's page leads to the reel."""
    title = f"Glass {uuid4().hex[:8]}"
    with operating(tmp_path / "home"):
        server: Any = LocalServer(tmp_path / "home").running()
        with SCREENS["prefect_pages"](server.ui_url) as pages:
            pages.log_in(server.key)
            pages.start_reel(f"title: {title}\nbeats:\n  - say: Drink <b>water</b>.\n    direct: warm smile\n")
            asked = pages.approve(title, "Ina")
            made = pages.finished(title)
    assert title in asked
    assert "Drink <b>water</b>." in asked, "the author's text is shown as it is written"
    assert "warm smile" in asked
    assert all(name in made.lower() for name in ("reel", "quality", "manifest", "plan"))
