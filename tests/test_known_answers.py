"""Questions whose answers are known from the source itself, asked of the whole graph in every result format.

The expected values were counted in the JSON of `@etalab/decoupage-administratif` 6.0.0, by hand, without our loader;
where the package is at hand (MAILLE_NPM_COG, its unpacked folder) they are counted again.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from maille.api.app import create_app
from maille.api.settings import Settings
from maille.ontology.namespaces import BASE, sparql_prologue
from maille.store.embedded import EmbeddedEngine
from maille.store.release import Home

SRX = "{http://www.w3.org/2005/sparql-results#}"
ID = BASE + "id/"
REGIONS = (
    "84 4025 32 3782 93 946 44 5115 76 4446 28 2644 75 4293 24 1754 27 3685 53 1202 94 360 52 1228 11 1266 01 32 02 34 "
    "03 22 04 24 06 17 975 2 977 1 978 1 984 5 986 3 987 48 988 33 989 1"
).split()
QUESTIONS: dict[str, tuple[str, list[tuple[str, ...]]]] = {
    "communes": ("SELECT (COUNT(?c) AS ?n) WHERE { ?c a igeo:Commune }", [("34969",)]),
    "communes per région": (
        "SELECT ?code (COUNT(?c) AS ?n) WHERE { ?c a igeo:Commune ; igeo:subdivisionDirecteDe+ ?r . "
        "?r a igeo:Region ; maille:codeInsee ?code } GROUP BY ?code",
        list(zip(REGIONS[::2], REGIONS[1::2], strict=True)),
    ),
    "the EPCI of a commune": (
        'SELECT ?epci ?name WHERE { ?c a igeo:Commune ; maille:codeInsee "44109" ; maille:memberOfEpci ?epci . '
        "?epci skos:prefLabel ?name }",
        [(ID + "epci/244400404", "Nantes Métropole")],
    ),
    "communes of a métropole": (
        'SELECT (COUNT(?c) AS ?n) WHERE { ?c maille:memberOfEpci ?e . ?e maille:siren "200046977" }',
        [("58",)],
    ),
    "communes inside any métropole": (
        "SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE { ?c a igeo:Commune ; "
        "maille:memberOfEpci/maille:epciKind/skos:broader* <https://w3id.org/maille/scheme/epci-kind/metropole> }",
        [("969",)],
    ),
    "the commune with a given SIREN": (
        'SELECT ?c WHERE { ?c a igeo:Commune ; maille:siren "212000046" }',
        [(ID + "commune/2A004",)],
    ),
    "the present commune of a former code": (
        'SELECT ?now WHERE { ?f a maille:FormerCommune ; maille:codeInsee "01340" ; dct:isReplacedBy ?now }',
        [(ID + "commune/01015",)],
    ),
    "the two things named 01015": (
        'SELECT ?thing ?name WHERE { ?thing maille:codeInsee "01015" ; skos:prefLabel ?name }',
        [(ID + "commune/01015", "Arboys en Bugey"), (ID + "commune-deleguee/01015", "Arbignieu")],
    ),
    "the name of a former commune and the day it ended": (
        "SELECT ?name (STR(?date) AS ?day) WHERE { ?event igeo:suppression ?f ; igeo:date ?date . "
        '?f a maille:FormerCommune ; maille:codeInsee "01091" ; skos:prefLabel ?name }',
        [("Châtillon-en-Michaille", "2019-01-01")],
    ),
    "the period in which a commune changed its code": (
        'SELECT DISTINCT (STR(?a) AS ?from) (STR(?b) AS ?to) WHERE { ?e igeo:suppression/maille:codeInsee "49069" ; '
        'igeo:creation/maille:codeInsee "49126" ; dct:temporal [ dcat:startDate ?a ; dcat:endDate ?b ] }',
        [("2024-01-01", "2025-01-01")],
    ),
    "the régions that that of Strasbourg replaced": (
        f"SELECT ?name WHERE {{ ?r a maille:FormerRegion ; skos:prefLabel ?name ; dct:isReplacedBy <{ID}region/44> }}",
        [("Alsace",), ("Champagne-Ardenne",), ("Lorraine",)],
    ),
}

PAST = {
    "the name of a former commune and the day it ended",
    "the period in which a commune changed its code",
    "the régions that that of Strasbourg replaced",
}
"""Questions that the package of one vintage cannot answer: the tests of the snapshot compare with the others."""


def _from_json(body: bytes) -> Iterator[tuple[str, ...]]:
    answer = json.loads(body)
    for row in answer["results"]["bindings"]:
        yield tuple(row[name]["value"] for name in answer["head"]["vars"])


def _from_xml(body: bytes) -> Iterator[tuple[str, ...]]:
    for row in ET.fromstring(body).iter(f"{SRX}result"):  # noqa: S314, our own answer
        yield tuple("".join(binding.itertext()).strip() for binding in row.iter(f"{SRX}binding"))


def _from_csv(body: bytes) -> Iterator[tuple[str, ...]]:
    yield from map(tuple, list(csv.reader(io.StringIO(body.decode(), newline="")))[1:])


def _from_tsv(body: bytes) -> Iterator[tuple[str, ...]]:
    for line in body.decode().splitlines()[1:]:
        yield tuple(cell.removesuffix("@fr").strip('<>"') for cell in line.split("\t"))


FORMATS = {
    "application/sparql-results+json": _from_json,
    "application/sparql-results+xml": _from_xml,
    "text/csv": _from_csv,
    "text/tab-separated-values": _from_tsv,
}


@pytest.fixture(scope="module")
def engine(built_home: Home) -> EmbeddedEngine:
    release = built_home.current()
    assert release is not None
    return EmbeddedEngine.over(release.load_memory(), release.id)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("media_type", FORMATS)
def test_the_answer_is_the_known_one(engine: EmbeddedEngine, question: str, media_type: str) -> None:
    query, expected = QUESTIONS[question]
    response = asyncio.run(_ask(engine, query, media_type))
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert sorted(FORMATS[media_type](response.content)) == sorted(expected)


def test_the_known_answers_are_those_of_the_package() -> None:
    folder = os.environ.get("MAILLE_NPM_COG")
    if not folder:
        pytest.skip("MAILLE_NPM_COG is not set: the npm package is not at hand")
    data = Path(folder) / "data" if (Path(folder) / "data").is_dir() else Path(folder)
    communes, epcis = (json.loads((data / f"{name}.json").read_bytes()) for name in ("communes", "epci"))
    assert {question: sorted(QUESTIONS[question][1]) for question in QUESTIONS if question not in PAST} == {
        question: sorted(rows) for question, rows in _counted(communes, epcis).items()
    }


def _counted(communes: list[dict[str, Any]], epcis: list[dict[str, Any]]) -> dict[str, list[tuple[str, ...]]]:
    present = [one for one in communes if one["type"] == "commune-actuelle"]
    members = {member["code"]: epci for epci in epcis for member in epci["membres"]}
    regions = Counter(one["region"] for one in present)
    kinds = {"commune-actuelle": "commune", "commune-deleguee": "commune-deleguee", "commune-associee": "-"}
    return {
        "communes": [(str(len(present)),)],
        "communes per région": [(code, str(count)) for code, count in regions.items()],
        "the EPCI of a commune": [(f"{ID}epci/{members['44109']['code']}", members["44109"]["nom"])],
        "communes of a métropole": [(str(sum(epci["code"] == "200046977" for epci in members.values())),)],
        "communes inside any métropole": [(str(sum(e["type"] in {"METRO", "MET69"} for e in members.values())),)],
        "the commune with a given SIREN": [
            (f"{ID}commune/{one['code']}",) for one in present if one.get("siren") == "212000046"
        ],
        "the present commune of a former code": [
            (f"{ID}commune/{one['code']}",) for one in present if "01340" in one.get("anciensCodes", ())
        ],
        "the two things named 01015": [
            (f"{ID}{kinds[one['type']]}/01015", one["nom"]) for one in communes if one["code"] == "01015"
        ],
    }


async def _ask(engine: EmbeddedEngine, query: str, media_type: str) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(Settings(), engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get("/sparql", params={"query": sparql_prologue() + query}, headers={"Accept": media_type})
