"""Files of units in the home: written once, read by a build, newest first, and never with what may not be published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from maille.loaders.enrichment import units as enrichment
from maille.loaders.enrichment.loader import SECTIONS, EnrichmentLoader, legal_form, loaders
from maille.loaders.enrichment.units import Kept, Unit
from maille.ontology import iris, vocabulary
from maille.ontology.errors import SourceError
from maille.ontology.terms import LEGAL, MAILLE
from maille.shapes.validate import validate

UNIT = Unit("123456782", "9220", "72.19Z", "72.10Y", "active")
OTHER = Unit("222222226", "5499", "", "", "cessee")


def said(loader: EnrichmentLoader) -> Store:
    store = Store()
    for row in loader.rows():
        store.extend(loader.quads(row))
    return store


def objects(store: Store, siren: str, predicate: NamedNode) -> set[str]:
    subject = iris.thing("organisation", siren)
    found = {quad.object for quad in store.quads_for_pattern(subject, predicate, None, None)}
    return {str(getattr(term, "value", "")).removeprefix("https://w3id.org/maille/") for term in found}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    enrichment.write(tmp_path, "recherche-entreprises", "2026-11-23", Kept([UNIT]))
    enrichment.write(tmp_path, "sirene-stock", "2026-10", Kept([OTHER, Unit("123456782", "5710", "", "", "cessee")]))
    return tmp_path


def test_a_unit_has_form_activities_and_state_in_the_graph_of_its_source(home: Path) -> None:
    loader = loaders(home)[0]
    store = said(loader)
    assert objects(store, UNIT.siren, LEGAL.companyType) == {"scheme/legal-form/9220"}
    assert objects(store, UNIT.siren, LEGAL.companyStatus) == {"scheme/company-status/active"}
    assert objects(store, UNIT.siren, LEGAL.companyActivity) == {"scheme/naf-rev2/m", "scheme/naf-2025/n"}
    assert objects(store, UNIT.siren, MAILLE.legalCategory) == {"9220"}
    assert objects(store, UNIT.siren, MAILLE.nafRevTwo) == {"72.19Z"}
    assert objects(store, UNIT.siren, MAILLE.nafTwentyFive) == {"72.10Y"}
    assert {quad.graph_name for quad in store} == {iris.graph("recherche-entreprises", "2026-11-23")}


def test_the_newest_file_that_speaks_of_a_unit_counts(home: Path) -> None:
    newest, older = loaders(home)
    assert newest.description.vintage == "2026-11-23"
    assert [row.key for row in newest.rows()] == [UNIT.siren]
    assert [row.key for row in older.rows()] == [OTHER.siren]
    assert older.description.issued.isoformat() == "2026-10-01"


def test_what_is_said_conforms_to_the_shapes(home: Path) -> None:
    store = said(loaders(home)[0])
    subject, graph = iris.thing("organisation", UNIT.siren), iris.graph("study", "2020-06")
    for line in (f"{subject} a {LEGAL.LegalEntity}", f'{subject} {MAILLE.siren} "{UNIT.siren}"'):
        store.update(f"INSERT DATA {{ GRAPH {graph} {{ {line} }} }}")
    violated = {(result.path, result.shape) for result in validate(store).violations}
    # The name is given by the source that speaks of the organisation, and not by a register.
    assert {str(path) for path, _ in violated} == {"<http://www.w3.org/2004/02/skos/core#prefLabel>"}


def test_a_home_without_files_has_no_source(tmp_path: Path) -> None:
    assert loaders(tmp_path) == ()
    (tmp_path / enrichment.FOLDER).mkdir()
    for name in ("notes.jsonl", "other-2026-11.jsonl", "recherche-entreprises-2026.jsonl"):
        (tmp_path / enrichment.FOLDER / name).write_text("{}\n")
    assert loaders(tmp_path) == ()


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        json.dumps({"siren": "123456782", "nom": "MARTIN"}),
        json.dumps({"siren": "123456789", "legal_category": "5710"}),
        json.dumps({"siren": "123456782", "legal_category": "1000"}),
        json.dumps({"siren": "123456782", "legal_category": "5710", "status": "?"}),
    ],
)
def test_a_file_that_was_changed_by_hand_is_refused(home: Path, line: str) -> None:
    path = home / enrichment.FOLDER / "recherche-entreprises-2026-11-23.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(SourceError, match="maille enrich"):
        list(EnrichmentLoader(path, "recherche-entreprises", "2026-11-23").rows())


def test_the_same_units_give_the_same_bytes(tmp_path: Path) -> None:
    one = enrichment.write(tmp_path / "a", "sirene-stock", "2026-10", Kept([UNIT, OTHER]))
    other = enrichment.write(tmp_path / "b", "sirene-stock", "2026-10", Kept([OTHER, UNIT]))
    assert one.read_bytes() == other.read_bytes()


def test_sirens_are_checked_and_sorted() -> None:
    assert enrichment.sirens(["222222226", "123456782", "123456789", "", "222222226"]) == ["123456782", "222222226"]


@pytest.mark.parametrize(
    ("category", "concept"), [("9220", "9220"), ("9240", "92"), ("3999", "3"), ("5710", "5710"), ("1000", None)]
)
def test_a_legal_category_leads_to_the_nearest_concept(category: str, concept: str | None) -> None:
    found = legal_form(category)
    assert found == (iris.concept("legal-form", concept) if concept else None)


def test_every_legal_category_of_the_register_has_a_concept(shared_data: Path) -> None:
    table = json.loads((shared_data / "nomenclatures" / "natures-juridiques.json").read_text(encoding="utf-8"))
    without = {code for code in table if legal_form(code) is None}
    assert without == {"1000"}
    # Those of the third level that are named here are codes of the table.
    assert {code for code in vocabulary.concepts("legal-form") if len(code) == 4} <= table.keys()
    assert {code[:2] for code in table} - {"10"} == {c for c in vocabulary.concepts("legal-form") if len(c) == 2}


def test_every_division_of_naf_rev_2_has_a_section(shared_data: Path) -> None:
    table = json.loads((shared_data / "nomenclatures" / "codes-NAF.json").read_text(encoding="utf-8"))
    assert {code[:2] for code in table} == SECTIONS["naf-rev2"].keys()


@pytest.mark.parametrize("scheme", SECTIONS)
def test_sections_are_those_of_the_scheme(scheme: str) -> None:
    assert set(SECTIONS[scheme].values()) == vocabulary.concepts(scheme)


def test_the_two_nomenclatures_are_told_apart() -> None:
    assert (SECTIONS["naf-rev2"]["72"], SECTIONS["naf-2025"]["72"]) == ("m", "n")
    assert "45" not in SECTIONS["naf-2025"]
