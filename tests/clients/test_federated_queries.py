"""The federated examples, each run against a second server with small data in the shapes of the services it names.

The shapes: https://www.wikidata.org/wiki/Wikidata:SPARQL_query_service, http://rdf.insee.fr/def/geo, NUTS and IdRef as
their publishers give them. Every item is invented but for its shape; the answers are counted by hand.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from maille.api.pages.examples import federated
from maille.ontology.namespaces import PREFIXES
from tests.endpoints import oxigraph
from tests.serving import MAILLE, environment, serving

from .conftest import TOKEN

WD = "http://www.wikidata.org/entity/"
QUERIES = {example.name: example.query for example in federated()}
OURS = """
id:structure-a a maille:InnovationStructure ; skos:prefLabel "A"@fr ; maille:inCommune <commune/69123> .
id:structure-b a maille:InnovationStructure ; skos:prefLabel "B"@fr ; maille:inCommune <commune/69123> .
id:structure-c a maille:InnovationStructure ; skos:prefLabel "C"@fr ; maille:inCommune <commune/69266> .
<commune/69123> a igeo:Commune ; skos:prefLabel "Lyon"@fr ; maille:codeInsee "69123" ; maille:population 500 ;
  igeo:codeINSEE "69123"^^xsd:token ; igeo:subdivisionDe <departement/69>, <region/84> ; maille:memberOfEpci <epci/1> .
<commune/69266> a igeo:Commune ; skos:prefLabel "Villeurbanne"@fr ; maille:codeInsee "69266" ; maille:population 150 ;
  igeo:codeINSEE "69266"^^xsd:token ; igeo:subdivisionDe <departement/69>, <region/84> ; maille:memberOfEpci <epci/1> .
<epci/1> maille:siren "200046977" .
<departement/69> a igeo:Departement ; skos:prefLabel "Rhône"@fr ; maille:codeInsee "69" ; maille:nuts "FRK26" .
<region/84> a igeo:Region ; skos:prefLabel "Auvergne-Rhône-Alpes"@fr ; maille:codeInsee "84" .
id:school a maille:OperatingOrganisation ; skos:prefLabel "École"@fr ; maille:siren "732829320" ;
  maille:ror "05q7a8a02" ;
  maille:idref "026374862" .
id:unknown a maille:OperatingOrganisation ; skos:prefLabel "Inconnue"@fr ; maille:siren "356000000" .
id:site a org:Site ; skos:prefLabel "Site"@fr ; maille:siret "73282932000074" .
"""
THEIRS = """
wd:Q1 wdt:P374 "69123" ; wdt:P625 "Point(4.84 45.76)"^^geo:wktLiteral .
wd:Q2 wdt:P2586 "69" ; wdt:P2046 3249.0 .
wd:Q3 wdt:P2585 "84" ; wdt:P2046 65.0 .
wd:Q4 wdt:P1616 "732829320" ; wdt:P6782 "05q7a8a02" ; wdt:P2196 900, 1100 ; wdt:P856 <https://ecole.example.fr/> .
wd:Q5 wdt:P3215 "73282932000074" .
wd:Q6 wdt:P374 "13055" ; wdt:P1616 "552032534" ; wdt:P2586 "13" .
<http://data.europa.eu/nuts/code/FRK26> skos:prefLabel "Rhône" ; skos:broader <http://data.europa.eu/nuts/code/FRK2> .
<http://id.insee.fr/geo/commune/1> a igeo:Commune ; igeo:codeINSEE "69123"^^xsd:token ; igeo:nom "Lyon"@fr .
<http://id.insee.fr/geo/commune/2> a igeo:Commune ; igeo:codeINSEE "69266"^^xsd:token ; igeo:nom "Villeurbanne"@fr .
<http://www.idref.fr/026374862/id> foaf:name "École (Lyon)" .
"""
EXPECTED: dict[str, set[tuple[str, ...]]] = {
    "structures-on-wikidata-map": {("A", WD + "Q1"), ("B", WD + "Q1")},
    "operators-in-wikidata": {("732829320", WD + "Q4", "https://ecole.example.fr/")},
    "sites-in-wikidata": {("73282932000074", WD + "Q5")},
    "departements-wikidata-area": {("Rhône", "3249", "3")},
    "regions-wikidata-density": {("Auvergne-Rhône-Alpes", "650", "10")},
    "institutions-ror-wikidata": {("École", "1100")},
    "nuts-names-eu": {("FRK26", "Rhône", "http://data.europa.eu/nuts/code/FRK2")},
    "communes-at-insee": {("69123", "Lyon"), ("69266", "Villeurbanne")},
    "institutions-at-idref": {("http://www.idref.fr/026374862/id", "École (Lyon)")},
    "unknown-here-at-wikidata": {("69123", WD + "Q1"), ("69266", "")},
}
COLUMNS = {
    "structures-on-wikidata-map": ("name", "commune"),
    "operators-in-wikidata": ("siren", "item", "website"),
    "sites-in-wikidata": ("siret", "item"),
    "departements-wikidata-area": ("name", "area", "structures"),
    "regions-wikidata-density": ("name", "inhabitants", "density"),
    "institutions-ror-wikidata": ("name", "students"),
    "nuts-names-eu": ("code", "label", "above"),
    "communes-at-insee": ("code", "nameThere"),
    "institutions-at-idref": ("record", "form"),
    "unknown-here-at-wikidata": ("code", "item"),
}


def turtle(text: str) -> str:
    """Return triples with the prefixes of the table, ours and Wikidata's."""
    more = {"id": "https://w3id.org/maille/id/x/", "wd": WD, "wdt": "http://www.wikidata.org/prop/direct/"}
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in {**PREFIXES, **more}.items())
    return f"BASE <https://w3id.org/maille/id/>\n{prefixes}{text}"


def put(address: str, body: bytes, **headers: str) -> None:
    request = Request(address, body, {"Content-Type": "text/turtle", **headers}, method="PUT")
    with urlopen(request, timeout=60) as answer:
        assert answer.status < 300


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    """Serve what the others hold, all of it by one server."""
    with oxigraph(turtle(THEIRS)) as address:
        yield address


@pytest.fixture(scope="module")
def ours(other: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a small graph of our own, every service of the examples led to the other server."""
    home: Path = tmp_path_factory.mktemp("federated")
    subprocess.run([str(MAILLE), "build", "--empty"], env=environment(home), check=True, capture_output=True)
    names = sorted({iri for query in QUERIES.values() for iri in re.findall(r"SERVICE <([^>]+)>", query)})
    services = home / "services.toml"
    services.write_text(
        "".join(
            f'[service-{number}]\niri = "{iri}"\naddress = "{other}"\nallow_private = true\n'
            for number, iri in enumerate(names)
        )
    )
    with serving(home, MAILLE_TOKEN=TOKEN, MAILLE_SERVICES=str(services)) as address:
        put(f"{address}graph-store?graph=http://e.org/ours", turtle(OURS).encode(), Authorization=f"Bearer {TOKEN}")
        yield address


def ask(address: str, query: str) -> list[dict[str, str]]:
    headers = {"Accept": "application/sparql-results+json"}
    with urlopen(Request(f"{address}sparql", urlencode({"query": query}).encode(), headers), timeout=60) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        found = json.load(answer)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_every_federated_example_is_expected() -> None:
    assert set(QUERIES) == set(EXPECTED) == set(COLUMNS)
    assert len(QUERIES) >= 8


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_federated_example_joins_both_sides(ours: str, name: str) -> None:
    found = ask(ours, QUERIES[name])
    rows = [tuple(row.get(column, "") for column in COLUMNS[name]) for row in found]
    assert set(rows) == EXPECTED[name]
    assert len(rows) == len(EXPECTED[name])


def test_only_what_is_joined_is_asked_for(ours: str) -> None:
    query = urlencode({"query": QUERIES["operators-in-wikidata"], "explain": "1"}).encode()
    with urlopen(Request(f"{ours}sparql", query), timeout=60) as answer:
        (told,) = json.load(answer)["services"]
    assert told["service"] == "https://query.wikidata.org/sparql"
    assert "VALUES" in json.dumps(told)
    assert "552032534" not in json.dumps(told)
