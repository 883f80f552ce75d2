"""A visit to the pages with a real browser, which minds what a person would not see: errors, violations, strangers."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, expect

WEB: Final = Path(__file__).resolve().parents[2] / "api" / "web"
CHROMIUM: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SOFTWARE_GL: Final = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
NO_GPU: Final = ("--disable-gpu",)
PATIENCE: Final = 15_000
"""Milliseconds that anything in a page may take."""

_TELLING: Final = (
    "addEventListener('securitypolicyviolation', e => "
    "console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI))"
)


def launch(playwright: Playwright, *more: str) -> Browser:
    """Start the Chromium of the distribution; skips the test where there is none."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    return playwright.chromium.launch(executable_path=found, args=[*FLAGS, *more])


class Visit:
    """Pages of one reader, with all that went wrong in them.

    Args:
        browser: where the pages open.
        address: the server, with a slash at its end.
        options: of the Playwright context, such as `java_script_enabled` or `color_scheme`.
    """

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        self.address = address
        self.faults: list[str] = []
        self._allowed: list[str] = []
        self._size = 0
        wanted = {"locale": "fr-FR", "viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        self.context: BrowserContext = browser.new_context(**(wanted | options))
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(_TELLING)
        self.context.on("request", self._requested)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda fault: self.faults.append(f"uncaught: {fault.error}"))

    def open(self, path: str, page: Page | None = None) -> Page:
        """Open a path of the server, in a page of its own unless one is given, and wait until it has loaded."""
        shown = page or self.context.new_page()
        shown.goto(self.address + path.removeprefix("/"), wait_until="load")
        return shown

    def allow(self, *texts: str) -> None:
        """Take faults that hold one of these texts for what the test is about."""
        self._allowed.extend(texts)

    def close(self) -> None:
        """Close the pages and fail for whatever went wrong in them."""
        self.context.close()
        found = [fault for fault in self.faults if not any(text in fault for text in self._allowed)]
        assert found == []

    def _requested(self, request: Request) -> None:
        here, there = urlsplit(self.address), urlsplit(request.url)
        if there.scheme not in ("data", "blob", "about") and there.netloc != here.netloc:
            self.faults.append(f"request to another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")


def violations(page: Page, impacts: Sequence[str] = ("serious", "critical"), rules: Sequence[str] = ()) -> list[str]:
    """Return what axe-core finds wrong with a page as it stands, at these impacts; `rules` are left out."""
    axe = WEB / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("no axe-core: `make setup` brings it where npm is")
    page.evaluate(axe.read_text(encoding="utf-8") + ";undefined")
    options = {
        "resultTypes": ["violations"],
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        "rules": {rule: {"enabled": False} for rule in rules},
    }
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{one['impact']} {one['id']}: {one['help']}; {node['target']} {node['html'][:120]}"
        for one in found
        if one["impact"] in impacts
        for node in one["nodes"][:5]
    ]


def accessible(page: Page, rules: Sequence[str] = ()) -> None:
    """Fail for any serious or critical violation of WCAG that axe-core finds in a page as it stands."""
    assert violations(page, rules=rules) == []


def transferred(visit: Visit, path: str) -> tuple[int, dict[str, int]]:
    """Return the bytes that a page with an empty cache brings over the wire, in all and by address."""
    page = visit.context.new_page()
    session = visit.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on(
        "Network.requestWillBeSent", lambda told: addresses.setdefault(told["requestId"], told["request"]["url"])
    )

    def finished(told: dict[str, Any]) -> None:
        url = addresses.get(told["requestId"], "?")
        sizes[url] = sizes.get(url, 0) + int(told["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    page.goto(visit.address + path.removeprefix("/"), wait_until="networkidle")
    page.close()
    return sum(sizes.values()), sizes
