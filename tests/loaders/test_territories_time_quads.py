"""The history of communes in the graph: events with their day or period, versions with theirs, names of former ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from maille.loaders.collect import collect
from maille.loaders.history import loader as territories_time_loader
from maille.loaders.history.successors import load
from maille.loaders.progress import Silent
from maille.loaders.territories.former_regions import SHIPPED, FormerRegionsLoader
from maille.ontology.errors import SourceError
from maille.ontology.namespaces import BASE, sparql_prologue

IDS = BASE + "id/"


@pytest.fixture(scope="module")
def past() -> Store:
    """Return all that the history says, in a store."""
    store = Store()
    for loader in territories_time_loader.loaders():
        for row in loader.rows():
            store.extend(loader.quads(row))
    regions = FormerRegionsLoader()
    for row in regions.rows():
        store.extend(regions.quads(row))
    return store


def ask(store: Store, where: str) -> Iterator[tuple[str, ...]]:
    """Yield the solutions of a pattern, names of ours shortened."""
    solutions = store.query(f"{sparql_prologue()} SELECT * WHERE {{ {where} }}", use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    names = sorted(variable.value for variable in solutions.variables)
    for solution in solutions:
        yield tuple(str(getattr(solution[name], "value", "")).removeprefix(IDS) for name in names)


def event(store: Store, key: str, where: str) -> set[tuple[str, ...]]:
    return set(ask(store, f"<{IDS}territorial-event/{key}> {where}"))


def test_a_merger_has_its_day_and_what_it_abolished(past: Store) -> None:
    valserhone = "2019-01-01-01033"
    assert event(past, valserhone, "igeo:date ?day") == {("2019-01-01",)}
    assert event(past, valserhone, "dct:spatial ?about") == {("commune/01033",)}
    assert event(past, valserhone, "igeo:suppression ?gone") == {("former-commune/01091",), ("former-commune/01205",)}
    assert event(past, valserhone, "igeo:creation ?new") == set()
    assert event(past, valserhone, "skos:prefLabel ?label") == {
        ("Fusion de communes : Valserhône (2019-01-01)",),
        ("Merger of communes: Valserhône (2019-01-01)",),
    }


def test_a_later_event_has_the_period_between_two_vintages(past: Store) -> None:
    oree = "2024-2025-49126"
    period = event(past, oree, "dct:temporal ?p . ?p a dct:PeriodOfTime ; dcat:startDate ?a ; dcat:endDate ?b")
    assert {found[:2] for found in period} == {("2024-01-01", "2025-01-01")}
    assert event(past, oree, "igeo:date ?day") == set()
    assert event(past, oree, "igeo:suppression ?gone") == {("former-commune/49069",)}
    assert event(past, oree, "igeo:creation ?new") == {("commune/49126",)}


def test_what_changed_between_2019_and_2021_is_in_the_graph_of_2021(past: Store) -> None:
    sannerville = "2019-2021-14712"
    assert event(past, sannerville, "igeo:creation ?new") == {("commune/14666",)}
    graph = next(ask(past, f"GRAPH ?g {{ <{IDS}territorial-event/{sannerville}> a ?class }}"))[1]
    assert graph == f"{BASE}graph/cog-history/2021"
    assert not list(ask(past, "?version dct:valid/dcat:startDate '2020-01-01'^^xsd:date"))


def test_versions_follow_one_another(past: Store) -> None:
    versions = ask(
        past,
        "?v maille:codeInsee '49069' ; dct:isVersionOf ?whole ; skos:prefLabel ?name ; prov:wasGeneratedBy ?made ; "
        "prov:wasInvalidatedBy ?over ; dct:valid [ dcat:startDate ?a ; dcat:endDate ?b ]",
    )
    assert list(versions) == [
        (
            "2015-12-15",
            "2024-01-01",
            "territorial-event/2015-12-15-49069",
            "Orée d'Anjou",
            "territorial-event/2024-2025-49126",
            "commune/49069/2015-12-15",
            "former-commune/49069",
        )
    ]
    # Les Trois Lacs: 27676, then 27058, then 27676 again.
    days = set(ask(past, "?v dct:isVersionOf ?c ; dct:valid/dcat:startDate ?day FILTER(CONTAINS(STR(?v), '/27676/'))"))
    assert {day for _, day, _ in days} == {"2017-01-01", "2023-01-01"}


def test_a_version_that_nothing_ended_is_valid_still(past: Store) -> None:
    ended = set(ask(past, "?v a maille:CommuneVersion ; prov:wasInvalidatedBy ?e"))
    open_ended = set(ask(past, "?v a maille:CommuneVersion ; dct:valid ?p FILTER NOT EXISTS { ?p dcat:endDate ?b }"))
    assert not {v for _, v in ended} & {v for _, v in open_ended}
    assert len(ended) + len(open_ended) == 443


def test_only_what_changed_since_2019_has_versions(past: Store) -> None:
    versions = list(ask(past, "?v a maille:CommuneVersion"))
    assert len(versions) == len(set(versions)) == 443
    assert not list(ask(past, "?c a igeo:Commune"))


def test_every_former_commune_gets_one_name(past: Store) -> None:
    names = dict.fromkeys(load().former_names(), 0)
    for former, _ in set(ask(past, "?f skos:prefLabel ?name FILTER(CONTAINS(STR(?f), 'id/former-commune/'))")):
        names[former.removeprefix("former-commune/")] += 1
    assert set(names.values()) == {1}


def test_every_row_is_loaded_and_keys_are_the_rows_own(past: Store) -> None:
    for loader in territories_time_loader.loaders():
        loaded = collect(loader, Silent())
        assert not loaded.rejected
        keys = [one.row.key for one in loaded.rows]
        assert len(keys) == len(set(keys))
        assert all(loader.description.graph.value in line for one in loaded.rows for line in one.statements)


def test_no_vintage_2020_and_it_is_said() -> None:
    descriptions = [loader.description for loader in territories_time_loader.loaders()]
    assert [one.vintage for one in descriptions] == ["2019", *(str(year) for year in range(2021, 2027))]
    assert "2020" in descriptions[1].description_fr
    assert "2020" in descriptions[1].description_en


def test_the_former_regions_are_the_sixteen_that_were_joined(past: Store) -> None:
    found = set(ask(past, "?r a maille:FormerRegion ; maille:codeInsee ?code ; dct:isReplacedBy ?now"))
    assert len(found) == 16
    assert ("42", "region/44", "former-region/42") in found
    joined = event(past, "2016-01-01-region-84", "igeo:suppression ?gone")
    assert joined == {("former-region/82",), ("former-region/83",)}


def test_the_former_regions_are_those_of_the_code_of_2016(past: Store, shared_data: Path) -> None:
    lines = (shared_data / "cog2016-departements.tsv").read_text(encoding="iso-8859-1").splitlines()
    columns = lines[0].split("\t")
    rows = [dict(zip(columns, line.split("\t"), strict=False)) for line in lines[1:]]
    theirs = {(row["region"], row["departement_id"]) for row in rows}
    ours = {
        (former.rpartition("/")[2], part.rpartition("/")[2])
        for part, former in ask(past, "?r a maille:FormerRegion ; dct:hasPart ?d")
    }
    kept = {code for code, _ in theirs} - {code for code, _ in ours}
    assert {pair for pair in theirs if pair[0] not in kept} == ours
    assert len(kept) == 11


@pytest.mark.parametrize("content", ["a;b\n", ""])
def test_a_table_of_other_columns_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "regions.csv").write_text(content)
    with pytest.raises(SourceError, match="columns"):
        list(FormerRegionsLoader(tmp_path / "regions.csv").rows())


@pytest.mark.parametrize("line", ["21;;44;08", "21;Champagne;4;08", "21;Champagne;44;8", "21;Champagne;44;08;more"])
def test_a_wrong_line_is_rejected(tmp_path: Path, line: str) -> None:
    (tmp_path / "regions.csv").write_text(f"{SHIPPED.read_text(encoding='utf-8').splitlines()[0]}\n{line}\n")
    assert len(collect(FormerRegionsLoader(tmp_path / "regions.csv"), Silent()).rejected) == 1
