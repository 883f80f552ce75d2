"""The manual of federation is true: its queries, on a server whose Wikidata and INSEE are a small one on loopback."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from maille.ontology.namespaces import PREFIXES
from maille.store.federation_policy import services_of
from maille.store.release import Home

from . import docs
from .endpoints import oxigraph
from .serving import serving

PAGE = "docs/federation.md"
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
THERE = """
@prefix wd: <http://www.wikidata.org/entity/> . @prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix igeo: <http://rdf.insee.fr/def/geo#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
wd:Q456 wdt:P374 "69123" ; wdt:P31 wd:Q484170 ; wdt:P2046 47.87 .
wd:Q82920 wdt:P374 "69266" ; wdt:P31 wd:Q484170 ; wdt:P2046 14.52 .
wd:Q90 wdt:P374 "75056" ; wdt:P31 wd:Q484170 ; wdt:P2046 105.4 .
<http://id.insee.fr/geo/region/84> a igeo:Region ; igeo:codeINSEE "84"^^xsd:token .
"""


def blocks(language: str) -> list[docs.Block]:
    return [block for block in docs.blocks(language) if block.document == PAGE]


@pytest.fixture(scope="module")
def federating(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(THERE) as there:
        services = tmp_path_factory.mktemp("services") / "services.toml"
        keys = f'address = "{there}"\nallow_private = true\nexpiry = 0\n'
        services.write_text(f"[wikidata]\n{keys}[insee]\n{keys}", encoding="utf-8")
        with serving(built_home.path, MAILLE_SERVICES=str(services)) as address:
            yield address


def asked(address: str, query: str, accept: str = "text/csv", **more: str) -> tuple[bytes, dict[str, str]]:
    form = urlencode({"query": PROLOGUE + query, **more}).encode()
    with urlopen(Request(f"{address}sparql", form, {"Accept": accept}), timeout=60) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


@pytest.mark.parametrize("block", blocks("rq"), ids=str)
def test_its_queries_find_something(block: docs.Block, federating: str) -> None:
    body, headers = asked(federating, block.text)
    assert len(body.splitlines()) > 1
    assert headers["cache-control"] == "no-store"
    assert "etag" not in headers


@pytest.mark.parametrize("block", blocks("rq"), ids=str)
def test_its_queries_send_values_along(block: docs.Block, federating: str) -> None:
    told = json.loads(asked(federating, block.text, explain="1")[0])
    (service,) = told["services"]
    assert service["boundVariables"]
    assert service["rows"] < 10
    assert all("VALUES" in request["query"] for request in service["requests"])


def test_an_explanation_has_what_is_shown(federating: str) -> None:
    (block,) = blocks("json")
    shown = json.loads(block.text)
    told = json.loads(asked(federating, blocks("rq")[0].text, explain="1")[0])
    assert shown.keys() <= told.keys()
    assert shown["services"][0].keys() <= told["services"][0].keys()
    assert shown["services"][0]["requests"][0].keys() <= told["services"][0]["requests"][0].keys()


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_its_lists_of_endpoints_are_read(block: docs.Block, tmp_path: Path) -> None:
    file = tmp_path / "services.toml"
    file.write_text(block.text, encoding="utf-8")
    assert len(services_of(str(file)).endpoints) == len(tomllib.loads(block.text))
