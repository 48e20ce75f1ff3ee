"""A real browser on a real server."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

CHROMIUM = shutil.which("chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds: a busy machine is no failure

expect.set_options(timeout=PATIENCE)


@contextmanager
def launched() -> Iterator[Browser]:
    """The system's Chromium; the caller has checked that there is one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """A tab on a server, with what went wrong in it."""

    page: Page
    root: str
    """The server's address with its static prefix."""
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._requested)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        # A refused request is the page's business, and each refusal is a message of the browser.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def goto(self, path: str) -> None:
        self.page.goto(self.root + path)

    @property
    def place(self) -> str:
        """The address below the server's root."""
        return self.page.url.removeprefix(self.root)

    def foreign_requests(self) -> list[str]:
        """Requests to any other host than the server."""
        host = urlsplit(self.root).netloc
        return [url for url in self.requests if urlsplit(url).netloc != host]

    def close(self) -> None:
        self.page.context.close()


def visit(browser: Browser, root: str, **options: Any) -> Visit:
    """A new tab with nothing stored, English and light unless `options` say otherwise."""
    settings = {"locale": "en-US", "color_scheme": "light", "timezone_id": "UTC", **options}
    page = browser.new_context(**settings).new_page()
    page.set_default_timeout(PATIENCE)
    return Visit(page, root)
