"""Bundled scripts and style sheets: what templates get, what the server sends, what is said where nothing was built."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import shutil
from pathlib import Path

import httpx
import pytest
from jinja2 import Environment, PackageLoader
from starlette.applications import Starlette
from starlette.routing import Route

from maille.api.pages.assets import ROOT, AssetFiles, Bundle, assets_in, bundled
from maille.api.pages.i18n import Translator, load_messages
from maille.api.pages.render import Links

WEB = Path(__file__).resolve().parents[2] / "api" / "web"
SCRIPT = b"export const answer = 42;\n" * 200
MANIFEST = {
    "map": {"js": "map-ABC.js", "css": "map-DEF.css", "imports": ["chunk-X.js"]},
    "sparql": {"js": None, "css": "map-DEF.css", "imports": []},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    (tmp_path / "map-ABC.js").write_bytes(SCRIPT)
    (tmp_path / "map-ABC.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "map-DEF.css").write_bytes(b"p { margin: 0 }")
    return tmp_path


class Browser:
    """Asks the files of a folder, and names no coding unless told."""

    def __init__(self, folder: Path) -> None:
        self._app = Starlette(routes=[Route(f"{ROOT}{{name}}", AssetFiles(assets_in(folder)).answer)])

    def get(self, path: str, coding: str = "identity") -> httpx.Response:
        """Send a GET and return the whole response."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path, headers={"accept-encoding": coding})

        return asyncio.run(send())


@pytest.fixture
def browser(folder: Path) -> Browser:
    return Browser(folder)


def test_templates_get_the_paths_of_a_page(folder):
    found = assets_in(folder)
    assert found("map") == Bundle(f"{ROOT}map-ABC.js", f"{ROOT}map-DEF.css", (f"{ROOT}chunk-X.js",))
    assert found("sparql") == Bundle(None, f"{ROOT}map-DEF.css")
    assert found("nothing") is None


def test_nothing_was_built(tmp_path):
    assert assets_in(tmp_path / "dist")("map") is None
    assert assets_in(tmp_path / "dist").files() == {}


def test_a_page_loads_its_bundle_or_says_that_there_is_none(folder):
    templates = Environment(loader=PackageLoader("maille.api"), autoescape=True)
    source = '{% import "assets.html" as a %}{{ a.head(bundle, links) }}|{{ a.missing(bundle, t) }}'
    page = templates.from_string(source)
    links, t = Links("/below", None), Translator("fr", load_messages())
    head, _, told = page.render(bundle=assets_in(folder)("map"), links=links, t=t).partition("|")
    assert f'<script type="module" src="/below{ROOT}map-ABC.js"></script>' in head
    assert f'<link rel="stylesheet" href="/below{ROOT}map-DEF.css">' in head
    assert told.strip() == ""
    head, _, told = page.render(bundle=None, links=links, t=t).partition("|")
    assert head.strip() == ""
    assert "<code>make setup</code>" in told


def test_a_file_goes_out_as_it_lies_compressed(browser):
    plain = browser.get(f"{ROOT}map-ABC.js")
    assert (plain.content, plain.headers.get("content-encoding")) == (SCRIPT, None)
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    packed = browser.get(f"{ROOT}map-ABC.js", "gzip, br;q=0.5")
    assert (packed.content, packed.headers["content-encoding"]) == (SCRIPT, "gzip")
    assert int(packed.headers["content-length"]) < len(SCRIPT)
    for answer in (plain, packed):
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"


def test_a_coding_that_was_not_made_is_not_promised(browser):
    answer = browser.get(f"{ROOT}map-ABC.js", "br")
    assert (answer.content, answer.headers.get("content-encoding")) == (SCRIPT, None)


def test_bundling_anew_disturbs_no_running_server(browser, folder):
    (folder / "map-ABC.js").unlink()
    assert browser.get(f"{ROOT}map-ABC.js").content == SCRIPT


@pytest.mark.parametrize("name", ["manifest.json", "map-ABC.js.gz", "nothing.js", "..%2fsettings.py", "%2e%2e"])
def test_only_bundled_files_are_served(browser, name):
    assert browser.get(ROOT + name).status_code == 404


def test_the_bundles_are_there_where_npm_is():
    if shutil.which("npm") is None:
        pytest.skip("no npm: the pages are served without bundles")
    found = bundled()
    for page in ("sparql", "map", "trends"):
        bundle = found(page)
        assert bundle is not None, "`make setup` bundles them"
        assert {path.removeprefix(ROOT) for path in (bundle.js, bundle.css) if path} <= set(found.files())


def test_bundles_load_nothing_from_elsewhere_and_no_style_from_scripts():
    for source in (WEB / "src").glob("*.js"):
        assert not re.search(r"""import[^"']*["'][^"']*\.css["']""", source.read_text(encoding="utf-8")), source.name
    for built in bundled().folder.iterdir() if bundled().files() else ():
        if built.name.endswith(".css"):
            assert not re.search(r"(url\(|@import\s*)[\"']?(https?:)?//", built.read_text(encoding="utf-8")), built.name


def test_every_package_is_exact_and_known_by_its_hash_and_by_no_address():
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in installed.values())
    assert not [name for name, package in installed.items() if "resolved" in package]
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    ranges = {**wanted["dependencies"], **wanted["devDependencies"]}.values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in ranges)
