"""What tests in a browser share: Debian's Chromium, and a server over the default build and invented structures.

`visit` is for pages that need no WebGL, `seeing_visit` for maps; both fail the test for a console error, a violation
of the content security policy or a request to another host. `visiting` makes one with options of its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import invented
from tests.browser.visiting import NO_GPU, SOFTWARE_GL, Visit, launch
from tests.serving import MAILLE, environment, indexed, serving

Visiting = Callable[..., Visit]


@pytest.fixture(scope="session")
def site_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the default build and the invented structures; only to be read."""
    home = tmp_path_factory.mktemp("browser-home")
    source = invented.write(tmp_path_factory.mktemp("browser-data"))
    build = [str(MAILLE), "build", "--source", str(source)]
    done = subprocess.run(build, env=environment(home), capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    indexed(home)
    return home


@pytest.fixture(scope="session")
def site(site_home: Path) -> Iterator[str]:
    """Serve that home, without tiles, which are another host's; give the address, which ends with a slash."""
    with serving(site_home, MAILLE_QUERY_TIMEOUT="20", MAILLE_TILES="none") as address:
        yield address


# Scope "module": while Playwright runs, its event loop is the running one, and other tests want one of their own.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Start Playwright."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start a browser without WebGL."""
    browser = launch(playwright, *NO_GPU)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def drawing_chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start a browser that draws WebGL in software."""
    browser = launch(playwright, *SOFTWARE_GL)
    yield browser
    browser.close()


@pytest.fixture
def visiting(chromium: Browser, site: str) -> Iterator[Visiting]:
    """Return what makes visits, with options of the Playwright context; what goes wrong in them fails the test."""
    made: list[Visit] = []

    def make(**options: Any) -> Visit:
        made.append(Visit(chromium, site, **options))
        return made[-1]

    yield make
    for visit in made:
        visit.close()


@pytest.fixture
def visit(visiting: Visiting) -> Visit:
    """Return a visit in French, on a wide screen."""
    return visiting()


@pytest.fixture
def seeing_visit(drawing_chromium: Browser, site: str) -> Iterator[Visit]:
    """Return a visit in a browser that has WebGL."""
    visit = Visit(drawing_chromium, site)
    yield visit
    visit.close()
