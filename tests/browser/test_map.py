"""The map as a person uses it: filters, frame, list, popups, keyboard; with tiles, without, and without a script."""

from __future__ import annotations

import re
import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from maille.api.maps.ground import stretched
from tests.browser.conftest import Visiting
from tests.browser.invented import HOSTILE, LONG, names
from tests.browser.visiting import PATIENCE, Visit, accessible, transferred
from tests.serving import serving

READY = "#map[data-ready]"
PARIS = "2.2,48.7,2.5,49"
AURILLAC = "2.3,44.85,2.6,45"
INVENTED = "source=invented"


def opened(visit: Visit, query: str = "", page: Page | None = None) -> Page:
    """Open the map and wait until it is there with its points; skips where the bundle was not built."""
    shown = visit.open(f"/map{query}", page)
    if shown.locator(".notice:has(code)").count():
        pytest.skip("no bundle: `make setup` makes it where npm is")
    shown.wait_for_selector(READY)
    return shown


def asked(page: Page, name: str) -> list[str]:
    """Return the values of a parameter of the address."""
    return parse_qs(urlsplit(page.url).query).get(name, [])


def heading(page: Page) -> int:
    """Return how many structures the list says it has."""
    text = page.locator("#list-heading").inner_text()
    return int(re.sub(r"\D", "", text))


def until_framed(page: Page, former: str = "") -> str:
    """Wait until the address has a frame that is not the former one, and the list is that of it."""
    page.wait_for_function(
        "former => new URL(location).searchParams.get('bbox') && new URL(location).searchParams.get('bbox') !== former",
        arg=former,
    )
    page.wait_for_selector("#list:not(.waiting)")
    return asked(page, "bbox")[0]


def test_filters_narrow_map_list_and_address(seeing_visit: Visit) -> None:
    page = opened(seeing_visit, f"?{INVENTED}")
    everything = heading(page)
    assert everything == len(names())
    page.locator(".map-filters > summary").click()
    page.locator("input[name=profile][value=incubateur]").first.check()
    expect(page.locator("#chips")).to_contain_text("Incubateur")
    page.wait_for_selector("#list:not(.waiting)")
    assert asked(page, "profile") == ["incubateur"]
    narrowed = heading(page)
    assert 0 < narrowed < everything
    assert page.locator(".map-filters").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.value") == "incubateur"
    page.go_back()
    expect(page.locator("#list-heading")).to_contain_text(str(everything))
    page.go_forward()
    expect(page.locator("#list-heading")).to_contain_text(str(narrowed))
    page.locator("#chips a").filter(has_text="Incubateur").click()
    expect(page.locator("#list-heading")).to_contain_text(str(everything))
    assert asked(page, "profile") == []


def test_moving_the_map_moves_the_list_and_the_address(seeing_visit: Visit) -> None:
    page = opened(seeing_visit, f"?{INVENTED}")
    everything = heading(page)
    canvas = page.locator("#map canvas")
    canvas.focus()
    for _ in range(3):
        page.keyboard.press("+")
    frame = until_framed(page)
    page.wait_for_timeout(400)
    frame = asked(page, "bbox")[0]
    inside = heading(page)
    assert inside < everything
    page.keyboard.press("ArrowLeft")
    moved = until_framed(page, frame)
    assert float(moved.split(",")[0]) < float(frame.split(",")[0])
    page.reload()
    page.wait_for_selector(READY)
    assert asked(page, "bbox") == [moved]
    west, south, east, north = map(float, moved.split(","))
    for item in page.locator("#list li[data-lon]").all():
        assert west <= float(item.get_attribute("data-lon") or 0) <= east
        assert south <= float(item.get_attribute("data-lat") or 0) <= north
    page.get_by_role("link", name="Voir tout").click()
    expect(page.locator("#list-heading")).to_contain_text(str(everything))
    assert asked(page, "bbox") == []


def test_a_click_leads_to_the_page_of_a_structure(seeing_visit: Visit) -> None:
    page = opened(seeing_visit, f"?bbox={AURILLAC}")
    item = page.locator("#list li[data-lon]").first
    name = item.locator("bdi").first.inner_text()
    item.get_by_role("button").click()
    popup = page.locator(".maplibregl-popup")
    expect(popup).to_contain_text(name)
    key = item.get_attribute("data-key") or ""
    assert urlsplit(page.url).fragment == key
    shared = page.url
    popup.get_by_role("link").click()
    page.wait_for_url(f"**/doc/structure/{key}*")
    expect(page.locator("h1")).to_contain_text(name)
    again = opened(seeing_visit, shared.partition("/map")[2])
    expect(again.locator(".maplibregl-popup")).to_contain_text(name)
    again.keyboard.press("Escape")
    expect(again.locator(".maplibregl-popup")).to_have_count(0)
    assert urlsplit(again.url).fragment == ""


def test_a_click_on_the_map_opens_what_is_there(seeing_visit: Visit) -> None:
    page = opened(seeing_visit, f"?{INVENTED}&q=intercommunale")
    page.locator("#list li[data-lon] button").first.click()
    expect(page.locator(".maplibregl-popup")).to_contain_text(LONG)
    page.keyboard.press("Escape")
    expect(page.locator(".maplibregl-popup")).to_have_count(0)
    until_framed(page)
    page.wait_for_timeout(500)
    # The one that was shown lies in the middle now.
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".maplibregl-popup")).to_contain_text(LONG)


def test_a_click_on_a_cluster_takes_it_apart(seeing_visit: Visit) -> None:
    page = opened(seeing_visit, f"?{INVENTED}&bbox={AURILLAC}")
    page.wait_for_timeout(500)
    box = page.locator("#map canvas").bounding_box()
    assert box is not None
    places = [
        [float(item.get_attribute(f"data-{name}") or 0) for name in ("lon", "lat")]
        for item in page.locator("#list li[data-lon]").all()
    ]
    lon, lat = (sum(values) / len(places) for values in zip(*places, strict=True))
    west, south, east, north = map(float, AURILLAC.split(","))
    # The frame is fitted into the map, so the middle of both is the same, and so is the scale.
    scale = min(box["width"], box["height"] * (east - west) / (stretched(south) - stretched(north)))
    x = box["x"] + box["width"] / 2 + (lon - (west + east) / 2) * scale / (east - west)
    down = stretched(lat) - (stretched(south) + stretched(north)) / 2
    page.mouse.click(x, box["y"] + box["height"] / 2 + down * scale / (east - west))
    until_framed(page, AURILLAC)


def test_names_that_are_markup_stay_text(seeing_visit: Visit) -> None:
    page = opened(seeing_visit, f"?{INVENTED}&q=onerror")
    item = page.locator("#list li").filter(has_text="<img")
    expect(item.locator("bdi").first).to_have_text(HOSTILE)
    item.get_by_role("button").click()
    expect(page.locator(".maplibregl-popup .name")).to_have_text(HOSTILE)
    assert page.locator("#map img, #list img").count() == 0
    assert page.title() != "1"
    for link in page.locator(".maplibregl-popup a").all():
        assert (link.get_attribute("href") or "").startswith("/doc/structure/")


def test_english_and_kept_choices_follow_the_reader(seeing_visit: Visit) -> None:
    page = opened(seeing_visit, f"?{INVENTED}&lang=en&bbox={PARIS}")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="See everything").click()
    page.wait_for_selector("#list:not(.waiting)")
    assert asked(page, "lang") == ["en"]
    href = page.locator(".languages a[hreflang=fr]").get_attribute("href") or ""
    assert "bbox" not in href
    assert "source=invented" in href
    page.locator("#list li[data-lon] button").first.click()
    expect(page.locator(".maplibregl-popup")).to_contain_text("Open the page")
    assert (page.locator(".maplibregl-popup a").get_attribute("href") or "").endswith("?lang=en")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_accessible(drawing_chromium: Browser, site: str, scheme: str) -> None:
    visit = Visit(drawing_chromium, site, color_scheme=scheme)
    page = opened(visit, f"?{INVENTED}&profile=incubateur")
    page.locator("#list li[data-lon] button").first.click()
    page.wait_for_selector(".maplibregl-popup")
    page.locator(".map-filters > summary").click()
    accessible(page)
    visit.close()


def test_a_telephone_shows_map_and_list_without_scrolling_sideways(drawing_chromium: Browser, site: str) -> None:
    visit = Visit(drawing_chromium, site, viewport={"width": 390, "height": 844})
    page = opened(visit, f"?{INVENTED}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".map-filters > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page = opened(visit, f"?{INVENTED}&q=intercommunale")
    expect(page.locator("#list")).to_contain_text(LONG)
    page.locator("#list li[data-lon] button").first.click()
    page.wait_for_selector(".maplibregl-popup")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.close()


def test_without_webgl_the_drawing_and_the_list_remain(visiting: Visiting) -> None:
    visit = visiting()
    visit.context.add_init_script(
        "const own = HTMLCanvasElement.prototype.getContext; HTMLCanvasElement.prototype.getContext ="
        " function (kind, ...more) { return /webgl/.test(kind) ? null : own.call(this, kind, ...more) }"
    )
    visit.allow("WebGL", "webgl")
    page = visit.open(f"/map?{INVENTED}")
    expect(page.locator("#map svg .spot").first).to_be_visible()
    if page.locator(".notice:has(code)").count() == 0:
        expect(page.locator("#map-state")).to_contain_text("ne peut pas s'afficher", timeout=PATIENCE)
    page.locator(".map-filters > summary").click()
    page.locator("input[name=profile][value=incubateur]").first.check()
    page.wait_for_url("**profile=incubateur**")
    expect(page.locator("#map svg .spot").first).to_be_visible()


def test_without_a_script_it_is_a_list_with_filters_and_a_drawing(visiting: Visiting) -> None:
    visit = visiting(java_script_enabled=False)
    page = visit.open(f"/map?{INVENTED}")
    everything = heading(page)
    assert page.locator("#map svg .land").count() == 1
    page.locator(".map-filters > summary").click()
    page.locator("input[name=profile][value=incubateur]").first.check()
    page.locator(".filters .apply button").click()
    page.wait_for_url("**profile=incubateur**")
    assert 0 < heading(page) < everything
    page.locator("#map svg a").filter(has=page.locator("text.number")).first.click()
    page.wait_for_url("**bbox=**")
    assert heading(page) >= 1
    page.get_by_role("link", name="Voir tout").click()
    page = visit.open(f"/map?{INVENTED}")
    page.get_by_role("link", name="Page suivante").click()
    page.wait_for_url("**cursor=**")
    assert page.locator("#list li").count() == everything - 25
    page.locator("#list li a").first.click()
    page.wait_for_url("**/doc/structure/**")


def _png() -> bytes:
    """Return an image of 256 by 256 pixels of one colour."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + b"\x40\x80\xc0" * 256 for _ in range(256))
    head = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class TileServer(ThreadingHTTPServer):
    """Answers with the same tile everywhere, or with a failure, and remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tiles)
        self.asked: list[str] = []
        self.image = _png()
        self.fails = False


class _Tiles(BaseHTTPRequestHandler):
    server: TileServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(503 if self.server.fails else 200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(self.server.image)))
        self.end_headers()
        self.wfile.write(self.server.image)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def tile_server() -> Iterator[TileServer]:
    """Start a server of tiles."""
    with TileServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def tiled_site(site_home: Path, tile_server: TileServer) -> Iterator[str]:
    """Serve the same home with that server as its base map."""
    tiles = f"http://127.0.0.1:{tile_server.server_port}/{{z}}/{{x}}/{{y}}.png © Essai <b>"
    with serving(site_home, MAILLE_TILES=tiles) as address:
        yield address


@pytest.fixture
def tiled_visit(drawing_chromium: Browser, tiled_site: str, tile_server: TileServer) -> Iterator[Visit]:
    """Return a visit of a service whose base map is that server, which answers."""
    tile_server.fails = False
    visit = Visit(drawing_chromium, tiled_site)
    visit.allow(f"http://127.0.0.1:{tile_server.server_port}")
    yield visit
    visit.close()


def test_tiles_come_from_the_one_host_that_the_setting_names(tiled_visit: Visit, tile_server: TileServer) -> None:
    page = opened(tiled_visit, f"?{INVENTED}")
    page.wait_for_function("document.querySelector('.maplibregl-ctrl-attrib')?.textContent.includes('Essai <b>')")
    expect(page.locator(".map-credit")).to_contain_text("© Essai <b>")
    assert tile_server.asked
    assert all(re.fullmatch(r"/\d+/\d+/\d+\.png", path) for path in tile_server.asked)
    response = page.request.get(page.url)
    policy = response.headers["content-security-policy"]
    assert policy.count(f"http://127.0.0.1:{tile_server.server_port}") == 2
    other = page.request.get(page.url.partition("/map")[0] + "/about")
    assert "127.0.0.1" not in other.headers["content-security-policy"]
    accessible(page)


def test_tiles_that_cannot_be_had_leave_a_map_and_a_line_that_says_so(
    tiled_visit: Visit, tile_server: TileServer
) -> None:
    tile_server.fails = True
    tiled_visit.allow("503")
    page = opened(tiled_visit, f"?{INVENTED}")
    expect(page.locator("#map-state")).to_contain_text("Le fond de carte ne répond pas")
    page.locator("#list li[data-lon] button").first.click()
    expect(page.locator(".maplibregl-popup")).to_have_count(1)


def test_the_page_is_small_and_brings_the_map_on_demand(visiting: Visiting) -> None:
    visit = visiting(java_script_enabled=False)
    total, sizes = transferred(visit, f"/map?{INVENTED}")
    assert total < 200_000, sizes
