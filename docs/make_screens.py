"""Drives the Prefect pages in a headless Chromium as a person does, and keeps pictures of them for the docs.

    python docs/make_screens.py        # after `reels up`, in the same home folder; makes one reel
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect, sync_playwright

from tasks.runtime.local_server import LocalServer
from tasks.runtime.settings import current_settings

CHROMIUM = "/usr/bin/chromium"
"""Debian's browser."""
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
"""Options that keep the browser from looking for other machines."""
SIZE_PX = {"width": 1280, "height": 1000}
"""The window."""
ABOVE_PATHS_PX = 580
"""How much of the finished reel's page is kept: below stand paths of this machine."""
JPEG_QUALITY = 72
"""Of the pictures."""
PATIENCE_MS = 240_000
"""How long a page, or a state of a run, may take on a busy machine."""
CREATED = "**/create_flow_run"
"""Where the form of a run is sent to."""
RESUMED = "**/resume"
"""Where an answer to a run's question is sent to."""
DRAWN_MS = 3000
"""How long a page may draw after it has all it shows."""
SCRIPT = """\
title: One glass of water
beats:
  - say: Drink a glass of water before your first coffee.
    direct: warm smile, small nod
    show: {text: "1 glass, then coffee"}
post: {caption: "One small habit.", hashtags: [mornings]}
"""
"""What is made for the pictures."""


class PrefectPages:
    """The pages of one server in one browser window.

    Args:
        page: the window.
        address: of the server, without a path.
        pictures: folder for pictures; None keeps none.
    """

    def __init__(self, page: Page, address: str, pictures: Path | None = None) -> None:
        self._page, self._address, self._pictures = page, address, pictures

    def log_in(self, password: str) -> None:
        """Logs in with the server's key."""
        self._page.goto(f"{self._address}/v2/login")
        self._page.get_by_placeholder("admin:pass").fill(password)
        self._page.get_by_role("button", name="Login").click()
        self._page.wait_for_url("**/dashboard**")

    def start_reel(self, script: str) -> None:
        """Fills in the form of a run of `produce-reel`, the script as text, and sends it."""
        self._page.goto(f"{self._address}/v2/deployments")
        self._page.get_by_role("link", name="produce-reel").first.click()
        self._page.get_by_role("button", name="Run", exact=True).click()
        self._page.get_by_role("menuitem", name="Custom run").click()
        self._page.locator("textarea").first.fill(script)
        self._keep("run-form")
        self._send(self._page.get_by_role("button", name="Submit"), CREATED)
        self._page.wait_for_url("**/deployments/deployment/*?**")

    def approve(self, title: str, who: str) -> str:
        """Waits until the reel waits, reads what is asked, and approves it in the form; gives what was shown."""
        self._open_run(title, "Waiting for approval")
        self._page.locator("button[aria-haspopup=menu]").first.click()
        self._page.get_by_role("menuitem", name="Resume").click()
        form = self._page.get_by_role("dialog")
        form.get_by_text("What is said").wait_for()
        self._page.wait_for_timeout(500)
        self._keep("approval")
        shown = form.inner_text()
        form.get_by_role("combobox").or_(form.get_by_role("button", name="Select")).first.click()
        self._page.get_by_role("option", name="approve").click()
        form.locator("textarea").first.fill(who)
        self._keep("approval-answer")
        self._send(form.get_by_role("button", name="Resume"), RESUMED)
        form.wait_for(state="hidden")
        return shown

    def finished(self, title: str) -> str:
        """Waits until the reel is finished; gives what the run's page of artifacts shows."""
        self._open_run(title, "Completed")
        self._page.reload()  # an open page goes on drawing what it knew of the run before
        self._page.get_by_role("tab", name="Task Runs").click()
        self._page.get_by_text("publish", exact=True).first.wait_for()
        self._page.wait_for_timeout(DRAWN_MS)
        self._keep("finished")
        self._page.get_by_role("tab", name="Artifacts").click()
        finished = self._page.get_by_text("The finished reel", exact=True)
        finished.wait_for()
        shown = self._page.locator("body").inner_text()
        finished.click()
        self._page.get_by_role("link", name="Watch it").wait_for()
        self._page.wait_for_timeout(DRAWN_MS)
        self._keep("reel", height_px=ABOVE_PATHS_PX)
        return shown

    def _send(self, button: Locator, address: str) -> None:
        """Sends a form, and once more whenever the server was too busy to take it: the page then keeps the form."""
        until_s = time.monotonic() + PATIENCE_MS / 1000
        while True:
            with self._page.expect_response(address) as told:
                button.click()
            if told.value.ok or time.monotonic() > until_s:
                return

    def _open_run(self, title: str, state: str) -> None:
        """Opens the page of the newest run of that title once it is in a state."""
        self._page.goto(f"{self._address}/v2/runs")
        self._page.get_by_role("link", name=f"reel: {title}").first.click()
        self._page.wait_for_url("**/runs/flow-run/**")
        expect(self._page.get_by_text(state, exact=True).first).to_be_visible(timeout=PATIENCE_MS)
        self._page.wait_for_timeout(1000)

    def _keep(self, name: str, *, height_px: int = SIZE_PX["height"]) -> None:
        """Keeps a picture of the window, or of its upper part."""
        if self._pictures:
            self._page.screenshot(path=self._pictures / f"{name}.jpg", type="jpeg", quality=JPEG_QUALITY,
                                  clip={"x": 0, "y": 0, "width": SIZE_PX["width"], "height": height_px})


@contextmanager
def prefect_pages(address: str, pictures: Path | None = None) -> Iterator[PrefectPages]:
    """A browser window for the pages of a server."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            size: Any = SIZE_PX
            page = browser.new_page(viewport=size)
            page.set_default_timeout(PATIENCE_MS)
            yield PrefectPages(page, address, pictures)
        finally:
            browser.close()


def main() -> int:
    """Makes the pictures."""
    server = LocalServer(current_settings().home_path).running()
    if server is None:
        sys.stderr.write("run `reels up` first\n")
        return 3
    pictures = Path(__file__).parent / "operation"
    pictures.mkdir(exist_ok=True)
    with prefect_pages(server.ui_url, pictures) as pages:
        pages.log_in(server.key)
        pages.start_reel(SCRIPT)
        pages.approve("One glass of water", "Ina")
        pages.finished("One glass of water")
    return 0


if __name__ == "__main__":
    sys.exit(main())
