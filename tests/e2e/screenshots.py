"""`python -m tests.e2e.screenshots` takes the pictures in `docs/images/` anew.

It starts a server, fills it with a sweep of training runs and lets Chromium look at it.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.browser import launched, visit
from tests.e2e.filling import SECONDS_PER_STEP, START, STEPS, Api, fill_sweep
from tests.support.server import running_server

FOLDER = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1400, "height": 760}


def take(browser: Browser, root: str, path: str, name: str) -> None:
    """One picture of a page, once its charts are there and it asks for nothing more."""
    tab = visit(browser, root, viewport=SIZE, device_scale_factor=1.5)
    tab.goto(path)
    expect(tab.page.locator("canvas").first).to_be_visible()
    tab.page.wait_for_load_state("networkidle")
    tab.page.screenshot(path=FOLDER / name, animations="disabled")
    tab.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        experiment, runs = fill_sweep(Api(server.url))
        # A run that goes on would keep its page from ever being quiet.
        end = START + 11 * 3_600_000 + STEPS * SECONDS_PER_STEP * 1000
        Api(server.url).finish(runs["sgd-0.01-2"], end=end)
        with launched() as browser:
            take(browser, server.url, f"/e/{experiment}", "experiment.png")
            take(browser, server.url, f"/r/{runs['adamw-0.001-1']}", "run.png")


if __name__ == "__main__":
    main()
