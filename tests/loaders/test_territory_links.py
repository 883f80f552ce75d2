"""The table of links: what it says, what it is careful not to say, and what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.source import RowRejected
from maille.loaders.territories.links import TerritoryLinksLoader
from maille.loaders.territories.records import read_snapshot
from maille.loaders.territories.snapshot import SHIPPED as COG
from maille.ontology import iris
from maille.ontology.errors import SourceError
from maille.ontology.terms import MAILLE, PROV, RDF, SCHEMA, SKOS

HEAD = "kind;code;wikidata;wikidata_status;nuts\n"


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    loader = TerritoryLinksLoader()
    return [quad for row in loader.rows() for quad in loader.quads(row)]


def objects(quads: list[Quad], subject: NamedNode, predicate: NamedNode) -> list[object]:
    return [quad.object for quad in quads if (quad.subject, quad.predicate) == (subject, predicate)]


def test_every_region_and_departement_of_the_table_is_in_the_geographic_code() -> None:
    records, _ = read_snapshot(COG)
    known = {f"region-{record['code']}" for record in records["regions.json"]}
    known |= {f"departement-{record['code']}" for record in records["departements.json"]}
    keys = [row.key for row in TerritoryLinksLoader().rows()]
    assert set(keys) <= known
    assert len(set(keys)) == len(keys) == 18 + 101


def test_nuts_of_a_departement_begins_with_that_of_its_region() -> None:
    records, _ = read_snapshot(COG)
    rows = {row.key: row.values["nuts"] for row in TerritoryLinksLoader().rows()}
    for record in records["departements.json"]:
        nuts = rows.get(f"departement-{record['code']}")
        if nuts is not None:
            assert nuts.startswith(rows[f"region-{record['region']}"] or "FRY")
            assert len(nuts) == 5


def test_no_two_territories_share_a_nuts_code(quads: list[Quad]) -> None:
    codes = [quad.object for quad in quads if quad.predicate == MAILLE.nuts]
    assert len(set(codes)) == len(codes) == 13 + 101
    assert Literal("FRY") not in codes


def test_identifiers_are_plain_strings(quads: list[Quad]) -> None:
    ain = iris.thing("departement", "01")
    assert objects(quads, ain, MAILLE.wikidataId) == [Literal("Q3083")]
    assert objects(quads, ain, MAILLE.nuts) == [Literal("FRK21")]
    assert objects(quads, ain, SCHEMA.sameAs) == [NamedNode("http://www.wikidata.org/entity/Q3083")]


@pytest.mark.parametrize(("code", "qid"), [("75", "Q124881945"), ("69", "Q46130")])
def test_an_unverified_item_is_noted_and_never_the_same(quads: list[Quad], code: str, qid: str) -> None:
    subject = iris.thing("departement", code)
    assert objects(quads, subject, MAILLE.wikidataId) == [Literal(qid)]
    assert objects(quads, subject, SCHEMA.sameAs) == []
    (statement,) = [quad.subject for quad in quads if (quad.predicate, quad.object) == (RDF.subject, subject)]
    assert isinstance(statement, NamedNode)
    assert {note.language for note in objects(quads, statement, SKOS.note) if isinstance(note, Literal)} == {"fr", "en"}


def test_an_item_shared_by_two_territories_is_never_the_same(quads: list[Quad]) -> None:
    for kind, code in (("region", "01"), ("departement", "971")):
        assert objects(quads, iris.thing(kind, code), MAILLE.wikidataId) == [Literal("Q17012")]
        assert objects(quads, iris.thing(kind, code), SCHEMA.sameAs) == []
    same = [quad.object for quad in quads if quad.predicate == SCHEMA.sameAs]
    assert len(set(same)) == len(same) == 119 - 2 - 10


def test_every_line_is_a_row_of_the_source(quads: list[Quad]) -> None:
    loader = TerritoryLinksLoader()
    for row in loader.rows():
        (derived,) = objects(quads, iris.thing(*row.key.split("-")), PROV.wasDerivedFrom)
        assert isinstance(derived, NamedNode)
        assert objects(quads, derived, PROV.wasQuotedFrom) == [loader.description.source]


def test_lines_are_counted_as_an_editor_does() -> None:
    rows = list(TerritoryLinksLoader().rows())
    assert (rows[0].file, rows[0].line, rows[-1].line) == ("territory-links.csv", 2, 120)


def test_the_table_agrees_with_the_one_it_was_made_after(shared_data: Path) -> None:
    with (shared_data / "territoires_liens.csv").open(encoding="utf-8", newline="") as file:
        theirs = {
            f"{line['niveau']}-{line['code_insee']}": (line["wikidata_qid"], line["nuts"].replace("FRY", "")[:5])
            for line in csv.DictReader(file)
            if line["nuts"] == "FRY" or not line["nuts"].startswith("FRY")
        }
    ours = {row.key: (row.values["wikidata"], row.values["nuts"]) for row in TerritoryLinksLoader().rows()}
    assert theirs == {key: ours[key] for key in theirs}


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("canton;01;Q1;third-party;FR1", "kind", "canton"),
        ("region;1;Q1;third-party;FR1", "code", "1"),
        ("departement;2a;Q1;third-party;FRM01", "code", "2a"),
        ("region;11;13917;third-party;FR1", "wikidata", "13917"),
        ("region;11;q13917;third-party;FR1", "wikidata", "q13917"),
        ("region;11;Q13917;sure;FR1", "wikidata_status", "sure"),
        ("region;11;Q13917;third-party;DE1", "nuts", "DE1"),
        ("region;11;Q13917", "wikidata_status", ""),
        ("region;11;Q13917;third-party;FR1;more", "more", "['more']"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, column: str, value: str) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEAD + line + "\n", encoding="utf-8")
    loader = TerritoryLinksLoader(path)
    (row,) = loader.rows()
    with pytest.raises(RowRejected) as caught:
        list(loader.quads(row))
    assert (caught.value.column, caught.value.value) == (column, value)


def test_a_second_line_for_one_territory_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text(HEAD + "region;11;Q13917;third-party;FR1\nregion;11;Q90;third-party;\n", encoding="utf-8")
    loader = TerritoryLinksLoader(path)
    first, second = loader.rows()
    assert list(loader.quads(first))
    with pytest.raises(RowRejected, match="stated already on line 2"):
        list(loader.quads(second))


@pytest.mark.parametrize(
    "content", [b"", b"kind,code\n", HEAD.encode("utf-16"), b"\xff\xfe", HEAD.encode() + b"x" * 200_000]
)
def test_what_is_no_such_table_is_a_source_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "links.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"links\.csv"):
        list(TerritoryLinksLoader(path).rows())


def test_a_missing_table_is_a_source_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        list(TerritoryLinksLoader(tmp_path / "none.csv").rows())


def test_the_source_is_said_to_be_third_party() -> None:
    description = TerritoryLinksLoader().description
    assert "third-party" in description.description_en
    assert "tiers" in description.description_fr
