"""Each named transformation and kind of value, on what open data write."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from maille.loaders.describing import points_france
from maille.loaders.territories.gazetteer import Gazetteer

from .describing import described, geojson, load, table

XSD = "<http://www.w3.org/2001/XMLSchema#"
POINT = '"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(4.85 45.76)"'


def one(folder: Path, gazetteer: Gazetteer, cell: str, fact: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return what a cell gives under `dct:subject`-like property, and why it gives nothing."""
    fact = {"property": "dct:identifier", "column": "x", **fact}
    found = load(folder, gazetteer, described(fact), table(("id", "nom", "x"), (1, "Un", cell)))
    assert found.source.read == 1
    return found.objects("/identifier"), [reason for *_, reason in found.reasons]


@pytest.mark.parametrize(
    ("cell", "fact", "wanted"),
    [
        ("75019.0", {"as": "code"}, '"75019"'),
        ("1001.0", {"as": "code", "width": 5}, '"01001"'),
        ("01001", {"as": "code", "width": 5}, '"01001"'),
        ("2024_04_29", {"as": "date", "formats": ["%Y_%m_%d"]}, f'"2024-04-29"^^{XSD}date>'),
        ("02/11/2026", {"as": "date"}, f'"2026-11-02"^^{XSD}date>'),
        ("2023-09-01T00:00:00", {"as": "date"}, f'"2023-09-01"^^{XSD}date>'),
        ("1429801727000", {"as": "date", "formats": ["epoch-ms"]}, f'"2015-04-23"^^{XSD}date>'),
        ("45000", {"as": "date", "formats": ["excel"]}, f'"2023-03-15"^^{XSD}date>'),
        ("2013", {"as": "year"}, f'"2013"^^{XSD}gYear>'),
        ("Oui", {"as": "boolean"}, f'"true"^^{XSD}boolean>'),
        ("non", {"as": "boolean"}, f'"false"^^{XSD}boolean>'),
        ("yes", {"as": "boolean"}, f'"true"^^{XSD}boolean>'),
        ("ouvert", {"as": "boolean", "true": ["Ouvert"]}, f'"true"^^{XSD}boolean>'),
        ("4 257", {"as": "integer"}, f'"4257"^^{XSD}integer>'),
        ("4\u202f257", {"as": "integer"}, f'"4257"^^{XSD}integer>'),
        ("1 234 567", {"as": "integer"}, f'"1234567"^^{XSD}integer>'),
        ("-12\u00a0345,5", {"as": "decimal"}, f'"-12345.5"^^{XSD}decimal>'),
        ("3,50", {"as": "decimal"}, f'"3.5"^^{XSD}decimal>'),
        ("a<br />b &amp; c", {"transforms": ["strip-html"]}, '"a\\nb & c"@fr'),
        ("<b>a</b>\n\n<script>x</script> b", {"transforms": ["strip-html", "one-line"]}, '"a b"@fr'),
        ("<b>a</b>", {}, '"<b>a</b>"@fr'),
        ("a\x07\tb\x1f", {}, '"a b"@fr'),
        ("a\r\nb", {"as": "string"}, '"a\\nb"'),
        ("D057", {"as": "string", "transforms": [{"do": "remove-prefix", "text": "D"}]}, '"057"'),
        ("7", {"as": "string", "transforms": [{"do": "pad", "width": 3}]}, '"007"'),
        ("NANTES CEDEX", {"transforms": ["capitalise"]}, '"Nantes Cedex"@fr'),
        ("a > b > c", {"transforms": [{"do": "part", "split": ">", "index": -1}]}, '"c"@fr'),
        ("N:x|K:y|N:z", {"transforms": [{"do": "value-of", "key": "K"}]}, '"y"@fr'),
        ("http://exemple.fr/a[]=b", {"as": "page"}, "<http://exemple.fr/a%5B%5D=b>"),
        ("HTTPS://exemple.fr", {"as": "page"}, "<https://exemple.fr>"),
        ("exemple.fr/a", {"as": "page", "complete": True}, "<https://exemple.fr/a>"),
        ("https://ror.org/02dga6j42", {"as": "ror"}, '"02dga6j42"'),
        ("https://www.wikidata.org/entity/Q42", {"as": "wikidata"}, '"Q42"'),
        ("0951214D", {"as": "uai"}, '"0951214D"'),
        ("49069", {"as": "commune"}, "<id/commune/49126>"),
        ("200046977", {"as": "territory"}, "<id/epci/200046977>"),
        ("216901231", {"as": "territory"}, "<id/commune/69123>"),
        ("1", {"as": "departement"}, "<id/departement/01>"),
        ("84", {"as": "region"}, "<id/region/84>"),
    ],
)
def test_a_value_becomes_what_is_declared(
    tmp_path: Path, gazetteer: Gazetteer, cell: str, fact: dict[str, Any], wanted: str
) -> None:
    assert one(tmp_path, gazetteer, cell, fact) == ([wanted], [])


@pytest.mark.parametrize(
    ("cell", "fact", "reason"),
    [
        ("12.5", {"as": "code"}, "no whole number"),
        ("123456", {"as": "code", "width": 5}, "more than 5 digits"),
        ("1.000", {"as": "integer"}, "part thousands"),
        ("-12,345", {"as": "integer"}, "part thousands"),
        ("31/02/2024", {"as": "date"}, "no day"),
        ("avril", {"as": "date", "formats": ["%Y_%m_%d"]}, "no date as %Y_%m_%d"),
        ("peut-être", {"as": "boolean"}, "neither yes nor no"),
        ("#NUM!", {"as": "year"}, "no year"),
        ("1.234,5", {"as": "decimal"}, "no decimal"),
        ("1 2 3", {"as": "integer"}, "may be several numbers"),
        ("1 2 3", {"as": "decimal"}, "may be several numbers"),
        ("1234 567", {"as": "integer"}, "may be several numbers"),
        ("3,5 4", {"as": "decimal"}, "may be several numbers"),
        ("javascript:alert(1)", {"as": "page"}, "neither http nor https"),
        ("data:text/html,x", {"as": "page", "complete": True}, "neither http nor https"),
        ("exemple.fr", {"as": "page"}, "complete = true"),
        ("bonjour@exemple.fr", {"as": "page", "complete": True}, "e-mail"),
        ("http://exemple", {"as": "page"}, "no dot"),
        ("http://ex emple.fr", {"as": "page"}, "holds ' '"),
        ("8548079600151", {"as": "siret"}, "fourteen digits"),
        ("82282751500025", {"as": "siret"}, "Luhn"),
        ("45.76, 4.85", {"as": "point"}, "order"),
        ("95, 4", {"as": "point", "order": "lat-lon"}, "outside"),
        ("0, 0", {"as": "point", "order": "lat-lon"}, "nobody knew"),
        ("4.85, 45.76", {"as": "point", "order": "lat-lon"}, 'swapped; order = "lon-lat"'),
        ("40.7, -74", {"as": "point", "order": "lat-lon"}, "is not in France"),
        ('{"type": "Point", "coordinates": [45.7, 4.8]}', {"as": "point"}, "are swapped"),
        ('{"type": "Point", "coordinates": [45.7, 4.8]}', {"as": "geometry"}, "are swapped"),
        (
            '{"type": "Polygon", "coordinates": [[[45.7, 4.8], [45.8, 4.8], [45.8, 4.9], [45.7, 4.8]]]}',
            {"as": "geometry"},
            "are swapped",
        ),
        ('{"type": "MultiPoint", "coordinates": [[4.8, 45.7]]}', {"as": "geometry"}, "is a MultiPoint"),
        ("99999", {"as": "commune"}, "commune"),
        (
            "x",
            {"transforms": [{"do": "refuse", "values": ["x"], "reason": "is known to be wrong"}]},
            "known to be wrong",
        ),
    ],
)
def test_a_bad_value_is_left_out_and_told(
    tmp_path: Path, gazetteer: Gazetteer, cell: str, fact: dict[str, Any], reason: str
) -> None:
    found, reasons = one(tmp_path, gazetteer, cell, fact)
    assert found == []
    assert len(reasons) == 1
    assert reason in reasons[0]


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ({"lon": 4.85, "lat": 45.76}, ""),
        ([45.76, 4.85], "lat-lon"),
        ([4.85, 45.76], "lon-lat"),
        ("45.76, 4.85", "lat-lon"),
        ("45,76;4,85", "lat-lon"),
        ({"type": "Point", "coordinates": [4.85, 45.76]}, ""),
        ({"type": "Feature", "geometry": {"type": "Point", "coordinates": [4.85, 45.76]}}, ""),
        ('{"type": "Point", "coordinates": [4.85, 45.76]}', ""),
        ("POINT (4.85 45.76)", ""),
    ],
)
def test_a_point_is_read_in_each_form(tmp_path: Path, gazetteer: Gazetteer, cell: Any, order: str) -> None:
    fact = {"column": "x", "as": "point", **({"order": order} if order else {})}
    values = described(fact, name="essai.geojson", thing={"kind": "site", "classes": ["org:Site"]})
    found = load(tmp_path, gazetteer, values, geojson(({"id": "1", "nom": "Un", "x": cell}, None)))
    assert found.reasons == []
    assert [wkt.partition("^^")[0] for wkt in found.objects("asWKT")] == [POINT]


def test_a_swapped_point_of_a_place_is_left_out_and_the_row_stays(tmp_path: Path, gazetteer: Gazetteer) -> None:
    place = {"name": "ville", "point": "x", "order": "lat-lon"}
    values = described(thing={"place": place})
    content = table(("id", "nom", "ville", "x"), (1, "Un", "Lyon", "4.85, 45.76"))
    found = load(tmp_path, gazetteer, values, content)
    assert len(found.source.rows) == 1
    ((line, column, value, reason),) = found.reasons
    assert (line, column, value) == (2, "x", "4.85, 45.76")
    assert 'order = "lon-lat"' in reason


def test_france_is_the_same_here_as_in_the_check() -> None:
    text = (files("maille.shapes") / "checks" / "point-in-france.rq").read_text(encoding="utf-8")
    number = r"(-?[0-9.]+)"
    line = rf"\?x >= {number} && \?x <= {number} && \?y >= {number} && \?y <= {number}"
    assert tuple(tuple(map(float, box)) for box in re.findall(line, text)) == points_france.BOXES


def test_an_empty_geometry_says_nothing(tmp_path: Path, gazetteer: Gazetteer) -> None:
    values = described({"column": "geometry", "as": "point"}, name="essai.geojson")
    empty = {"type": "GeometryCollection", "geometries": []}
    found = load(tmp_path, gazetteer, values, geojson(({"id": "1", "nom": "Un"}, empty)))
    assert (found.objects("asWKT"), found.reasons, len(found.source.rows)) == ([], [], 1)


@pytest.mark.parametrize(
    "text",
    [
        "06 12 34 56 78",
        "0612345678",
        "06.12.34.56.78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "06\u00a012-34/56 78",
        "nom@exemple.fr",
        "nom.x+y@sous.exemple.fr",
        "nom @ exemple.fr",
        "nom [at] exemple.fr",
        "mailto:nom@exemple.fr",
    ],
)
def test_personal_data_never_stay_in_a_text(tmp_path: Path, gazetteer: Gazetteer, text: str) -> None:
    found = load(
        tmp_path,
        gazetteer,
        described({"property": "dct:description", "column": "x"}),
        table(("id", "nom", "x"), (1, "Un", f"Venez ou {text} le matin")),
    )
    assert found.objects("/description") == ['"Venez ou le matin"@fr']
    ((line, column, value, reason),) = found.reasons
    assert (line, column, value) == (2, "x", "")
    assert "taken out" in reason


@pytest.mark.parametrize(
    "text", ["du 01/02/2020 au 31/12/2021", "48.0612345678", "SIRET 08228275150002512", "@tiers_lieu"]
)
def test_other_numbers_stay(tmp_path: Path, gazetteer: Gazetteer, text: str) -> None:
    found, reasons = one(tmp_path, gazetteer, text, {})
    assert (found, reasons) == ([f'"{text}"@fr'], [])
