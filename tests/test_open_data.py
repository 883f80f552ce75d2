"""The whole graph with every shipped description on its real file: what became of each row, who is one, and no person.

Skipped where the files are not at hand: none of them is in the repository.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import QuerySolutions, Store

from maille.loaders.build import BuildOptions, build
from maille.loaders.summary import BuildSummary
from maille.ontology.namespaces import sparql_prologue
from maille.store import dump
from maille.store.release import Home

WKT = re.compile(r'"[^"]*"\^\^<http://www\.opengis\.net/ont/geosparql#wktLiteral>')
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
TELEPHONE = re.compile(
    r"(?<![\w.,/#%-])(?:(?:\+|00)33[\s.\u00a0-]?(?:\(0\))?|0)[\s.\u00a0-]?[1-9](?:[\s.\u00a0/-]?\d\d){4}(?![\w.,-])"
)


class Built(NamedTuple):
    """A build of everything, and its release opened."""

    summary: BuildSummary
    store: Store
    dump: str
    rejected: list[dict[str, object]]

    def ask(self, query: str) -> set[tuple[str, ...]]:
        """Return the rows of a SELECT over the union of graphs."""
        found = self.store.query(sparql_prologue() + query, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return {tuple("" if term is None else term.value for term in row) for row in found}  # type: ignore[union-attr]

    def things_of(self, *rows: str) -> set[str]:
        """Return the structures that are derived from rows, each `source/vintage/key`."""
        names = " ".join(f"<https://w3id.org/maille/row/{row}>" for row in rows)
        query = f"SELECT ?s {{ VALUES ?row {{ {names} }} ?s a maille:InnovationStructure ; prov:wasDerivedFrom ?row }}"
        return {thing for (thing,) in self.ask(query)}


@pytest.fixture(scope="module")
def built(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    home = tmp_path_factory.mktemp("open-data")
    summary = build(BuildOptions(home=home, data=shared_data))
    release = Home(home).current()
    assert release is not None
    rejected = json.loads((release.path / "rejected.json").read_bytes())
    return Built(summary, release.open_store(), "\n".join(dump.read(release.dump)), rejected)


def test_every_row_is_accounted_for(built: Built) -> None:
    # A violation that no row answers for would have published nothing.
    for one in built.summary.sources:
        assert one.read == one.accepted + one.merged + one.rejected + one.left_out, one
    described = {one.source: one.read for one in built.summary.sources}
    assert described["idf-incubateurs"] == 212
    assert described["techonmap"] == 2120
    assert described["mesr-etablissements"] == 250
    assert all({"file", "line", "column", "value", "reason"} <= set(one) for one in built.rejected)


def test_there_are_as_many_communes_as_without(built: Built) -> None:
    assert built.ask("SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a igeo:Commune }") == {("34969",)}


def test_no_triple_stands_in_two_graphs(built: Built) -> None:
    # Else the union of the graphs would count it twice.
    lines = built.dump.splitlines()
    triples = {line[: line.rindex(" <")] for line in lines}
    assert len(triples) == len(lines)
    assert built.ask("SELECT (COUNT(*) AS ?n) { ?s a maille:InnovationStructure }") == built.ask(
        "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a maille:InnovationStructure }"
    )


def test_what_two_sources_say_has_the_rows_of_the_later_one(built: Built) -> None:
    (moho,) = built.things_of("anct-fabriques/2026-11/fabt-223")
    told = built.ask(
        f"SELECT ?row {{ ?st rdf:subject <{moho}> ; rdf:predicate rdf:type ; rdf:object maille:InnovationStructure ; "
        "prov:wasDerivedFrom ?row }"
    )
    assert ("https://w3id.org/maille/row/anct-fabriques/2026-11/fabt-223",) in told


def test_moho_is_one_structure_and_the_two_tubas_are_two(built: Built) -> None:
    (moho,) = built.things_of("anct-fabriques/2026-11/fabt-223")
    sources = built.ask(f"SELECT ?source {{ <{moho}> prov:wasDerivedFrom/prov:wasQuotedFrom ?source }}")
    assert {source.removeprefix("https://w3id.org/maille/source/") for (source,) in sources} >= {
        "study/2020-06",
        "anct-fabriques/2026-11",
    }
    (mulhouse,) = built.things_of("anct-fabriques/2026-11/fabt-34")
    lyon = built.ask(
        'SELECT ?s { ?s a maille:InnovationStructure ; skos:prefLabel ?n FILTER(LCASE(STR(?n)) = "tuba") }'
    )
    assert lyon
    assert (mulhouse,) not in lyon


def test_rows_with_one_siret_stay_distinct(built: Built, shared_data: Path) -> None:
    file = shared_data / "idf-incubateurs-accelerateurs.csv"
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = [row for row in csv.DictReader(text, delimiter=";") if row["SIRET"]]
    shared = {row["SIRET"] for row in rows if sum(row["SIRET"] == other["SIRET"] for other in rows) > 1}
    keys = built.ask("SELECT ?row { ?row prov:wasQuotedFrom <https://w3id.org/maille/source/idf-incubateurs/2024-05> }")
    numbers = {row["ID"].removesuffix(".0") for row in rows if row["SIRET"] in shared}
    those = [row.removeprefix("https://w3id.org/maille/row/") for (row,) in keys if _number(row) in numbers]
    found = [thing for row in those for thing in built.things_of(row)]
    assert len(shared) == 3
    assert len(set(found)) == len(found) == len(those) >= 8


def test_wrong_numbers_are_reported_and_an_old_code_leads_to_the_commune_of_today(built: Built) -> None:
    values = {str(one["value"]) for one in built.rejected}
    assert {"8548079600151", "410218010", "82282751500025"} <= values
    places = built.ask('SELECT ?code { ?s maille:sourceCommuneCode "49069" ; maille:inCommune/maille:codeInsee ?code }')
    assert places == {("49126",)}


def test_no_address_number_or_name_of_a_person_is_published(built: Built, shared_data: Path) -> None:
    texts = WKT.sub('""', built.dump)
    assert E_MAIL.findall(texts) == []
    assert TELEPHONE.findall(texts) == []
    folded = texts.casefold()
    people = set(_people(shared_data))
    assert len(people) > 300
    assert [name for name in people if name in folded] == []


def _number(row: str) -> str:
    return row.rpartition("/")[2].partition("-")[0]


def _people(shared_data: Path) -> Iterator[str]:
    """Yield the names of directors, either way round, as they may stand in a text."""
    with (shared_data / "mesr-rnsr-extrait-400.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text, delimiter=";"):
            for last, first in zip(
                row["nom_du_responsable"].split(";"), row["prenom_du_responsable"].split(";"), strict=True
            ):
                if last.strip() and first.strip():
                    yield f"{first.strip()} {last.strip()}".casefold()
                    yield f"{last.strip()} {first.strip()}".casefold()
