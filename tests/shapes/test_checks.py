"""Each cross-row check against its fixtures, run by Oxigraph and, as `sh:sparql`, by both SHACL engines."""

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from maille.shapes.crossrow import CrossRowCheck, checks, read_check, run_checks, sparql_shapes
from maille.shapes.report import read_report
from maille.shapes.validate import validate

FOLDER = Path(__file__).parent / "checks"
FIXTURES = sorted(FOLDER.glob("*/*.ttl"))


def ids(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def split(path: Path) -> tuple[list[Triple], set[tuple[str, str, str, str, str]]]:
    """Return the data of a fixture, and what it says must be found in them: its blank nodes."""
    triples = [quad.triple for quad in parse(path=path)]
    expected = {result.key for result in read_report(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")}
    return [triple for triple in triples if not isinstance(triple.subject, BlankNode)], expected


def store_of(triples: list[Triple]) -> Store:
    """Return a store that spreads the triples over two graphs, as real data are."""
    store = Store()
    for number, triple in enumerate(triples):
        graph = NamedNode(f"https://example.org/graph/{number % 2}")
        store.add(Quad(triple.subject, triple.predicate, triple.object, graph))
    return store


def check_named(name: str) -> CrossRowCheck:
    return next(check for check in checks() if check.name == name)


@pytest.mark.parametrize("path", FIXTURES, ids=ids)
def test_all_checks_together_find_what_the_fixture_says(path: Path) -> None:
    data, expected = split(path)
    assert {result.key for result in run_checks(store_of(data))} == expected
    assert bool(expected) == path.stem.startswith("hit")


@pytest.mark.parametrize("path", FIXTURES, ids=ids)
def test_the_published_constraint_says_the_same_as_the_query(path: Path) -> None:
    data, expected = split(path)
    shapes = sparql_shapes(of=[check_named(path.parent.name)])
    ntriples = serialize(data, format=RdfFormat.N_TRIPLES) or b""
    assert {result.key for result in validate(ntriples, engine="pyshacl", shapes=shapes).results} == expected
    assert {result.key for result in validate(ntriples, engine="shacl", shapes=shapes).results} == expected


def test_every_check_has_a_fixture_that_hits_and_one_that_does_not() -> None:
    kinds = {check.name: {path.stem.partition("-")[0] for path in FOLDER.glob(f"{check.name}/*")} for check in checks()}
    assert kinds
    assert all(found == {"hit", "clean"} for found in kinds.values())


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
def test_a_check_says_what_it_finds_in_both_languages(check: CrossRowCheck) -> None:
    assert all(check.title[language] and check.message[language] for language in ("fr", "en"))
    assert check.severity in {"Violation", "Warning", "Info"}
    assert check.targets.startswith("target")


def test_a_message_names_the_value() -> None:
    data, _ = split(FOLDER / "siren-luhn" / "hit-01.ttl")
    messages = {result.message("fr") for result in run_checks(store_of(data))}
    assert "Le SIREN 552081318 ne satisfait pas à la clé de Luhn." in messages


def test_a_check_without_message_cannot_be_read() -> None:
    with pytest.raises(KeyError, match="title-fr"):
        read_check("nameless", "SELECT $this WHERE { $this ?p ?o }")


def test_an_empty_store_is_clean() -> None:
    assert run_checks(Store()) == []


def test_names_under_another_base_are_checked_too() -> None:
    base = "https://data.example.org/"
    bad = NamedNode(base + "id/organisation/552081318")
    store = store_of(
        [
            Triple(
                bad,
                NamedNode(base + "def#siren"),
                next(parse(b'<a:a> <a:b> "552081318" .', format=RdfFormat.TURTLE)).object,
            )
        ]
    )
    assert [result.focus for result in run_checks(store, base)] == [bad]
    assert run_checks(store) == []
