"""Debian's Chromium, headless and cut off from everything but loopback."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.tools import require

# --no-sandbox: the tests may run as root, in a container without user namespaces.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]


@contextmanager
def chromium_page(*, expected_errors: str = r"(?!)") -> Iterator[Page]:
    """A fresh page; an error on it, in a script or on its console, fails the test at the end.

    Except what matches `expected_errors`: the console also logs each refused request.
    """
    executable = require("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            page = browser.new_page()
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on(
                "console",
                lambda message: (
                    errors.append(f"{message.text} ({message.location})")
                    if message.type == "error"
                    else None
                ),
            )
            page.set_default_timeout(15_000)
            yield page
            assert [error for error in errors if not re.search(expected_errors, error)] == []
        finally:
            browser.close()
