"""The ground of the map, its marks, and whose tiles it may load."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from maille.api.http.security import CONTENT_SECURITY_POLICY, opened_for, with_safe_headers
from maille.api.maps.ground import PARTS, Box, coarse, ground, stretched, view_of
from maille.api.maps.marks import PLAIN, marks_of
from maille.api.maps.tiles import tiles_of
from maille.api.settings import Settings

POLICY = b"content-security-policy"


def test_tiles_are_those_of_ign_unless_they_are_chosen_or_none() -> None:
    ign = tiles_of(Settings.model_fields["tiles"].default)
    assert ign is not None
    assert (ign.origin, "IGN" in ign.credit, "{z}" in ign.address) == ("https://data.geopf.fr", True, True)
    assert tiles_of("none") is None
    own = tiles_of("http://127.0.0.1:8123/{z}/{x}/{y}.png © nobody")
    assert own is not None
    assert (own.origin, own.credit) == ("http://127.0.0.1:8123", "© nobody")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "javascript:alert({z}{x}{y})",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example;script-src/{z}/{x}/{y}",
        "https://user:pass@tiles.example/{z}/{x}/{y}",
        "https://tiles.example 'unsafe-inline'/{z}/{x}/{y}",
        "//tiles.example/{z}/{x}/{y}",
        "https://t.example/{z}/{x}/{y}\n",
        "https:///{z}/{x}/{y}",
    ],
)
def test_no_address_of_tiles_opens_more_than_one_host(value: str) -> None:
    try:
        found = Settings(tiles=value).tiles
    except ValidationError:
        return
    tiles = tiles_of(found)
    assert tiles is not None
    assert not set(tiles.origin) & set("; '\"\n")


def test_a_page_with_a_map_opens_its_policy_for_one_host_only() -> None:
    opened = opened_for("https://tiles.example")["Content-Security-Policy"]
    assert "img-src 'self' data: https://tiles.example;" in opened
    assert "connect-src 'self' https://tiles.example;" in opened
    assert opened.replace(" https://tiles.example", "") == CONTENT_SECURITY_POLICY
    assert opened_for(None) == {}
    dressed = with_safe_headers([(POLICY, opened.encode()), (b"x-frame-options", b"ALLOW")])
    assert [value for name, value in dressed if name == POLICY] == [opened.encode()]
    assert [value for name, value in dressed if name == b"x-frame-options"] == [b"DENY"]
    assert [value for name, value in with_safe_headers([]) if name == POLICY] == [CONTENT_SECURITY_POLICY.encode()]


def test_the_ground_has_land_and_every_departement() -> None:
    found = ground()
    codes = [label.code for label in found.labels]
    assert len(codes) == len(set(codes)) == 107
    assert all(part.holds(label.lon, label.lat) for label in found.labels[:96] for part in [PARTS["metropole"]])
    assert all(any(part.holds(label.lon, label.lat) for part in PARTS.values()) for label in found.labels)
    for ring in found.rings:
        assert ring[0] == ring[-1]
        assert all(math.isfinite(x) and math.isfinite(y) for x, y in ring)


def test_a_drawing_is_web_mercator() -> None:
    assert stretched(0) == pytest.approx(0)
    assert stretched(45) == pytest.approx(-50.4987, abs=1e-3)
    assert stretched(90) == stretched(89)
    x, y, width, height = view_of(Box(170, -20, -170, -10))
    assert (x, width) == (170, 20)
    assert y < y + height
    assert coarse([(0, 0), (1, 0), (1, 1), (0, 0)], 5) == [(0, 0), (1, 0), (1, 1), (0, 0)]


@pytest.mark.parametrize(
    ("lon", "lat", "part"), [(2.35, 48.85, "metropole"), (55.5, -21.1, "reunion"), (-61, 14.6, "martinique")]
)
def test_a_small_map_shows_the_part_of_france(lon: float, lat: float, part: str) -> None:
    frame = ground().frame(lon, lat)
    assert frame is not None
    assert frame.view.startswith(f"{PARTS[part].west:.2f} ")
    assert frame.land.startswith("M")
    assert len(frame.land) < 5_000
    west, south, east, north = map(float, frame.around.split(","))
    assert Box(west, south, east, north).holds(lon, lat)


@pytest.mark.parametrize("place", [(None, None), ("2", "48"), (math.nan, 48), (200, 48), (2, 91), (True, None)])
def test_what_is_no_place_has_no_small_map(place: tuple[object, object]) -> None:
    assert ground().frame(*place) is None
    assert ground().frame(179.99, 89.99) is not None


def test_marks_differ_by_colour_shape_and_letter_and_follow_the_tree() -> None:
    known = "accelerateur technopole-pole-cluster hub-innovation incubateur-pepiniere-universitaire".split()
    rows = [{"iri": f"x:{name}", "id": name, "label": name} for name in known]
    rows += [
        {"iri": "x:fablab", "id": "fablab", "label": "Fab", "broader": [{"iri": "x:hub-innovation"}]},
        {"iri": "x:deep", "id": "deep", "label": "Deep", "broader": [{"iri": "x:fablab"}]},
        {"iri": "x:a", "id": "a", "label": "A", "broader": [{"iri": "x:b"}]},
        {"iri": "x:b", "id": "b", "label": "B", "broader": [{"iri": "x:a"}]},
        {"iri": "x:zed", "id": "zed", "label": "zed"},
    ]
    marks = marks_of(rows)
    assert list(marks.marks) == [*known, "zed", PLAIN]
    for attribute in ("colour", "letter"):
        values = [getattr(mark, attribute) for mark in marks.marks.values()]
        assert len(values) == len(set(values))
    assert marks.of({"profiles": [{"iri": "x:deep"}, {"iri": "x:accelerateur"}]}).key == "hub-innovation"
    for row in ({}, {"profiles": []}, {"profiles": [{"iri": "x:a"}]}, {"profiles": [{"iri": "unknown"}]}):
        assert marks.of(row).key == PLAIN
