"""One report, in an order of its own, in RDF and in JSON (SHACL, section 3.6)."""

import json

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from maille.ontology.terms import SH, SKOS
from maille.shapes.report import Report, Result, Term, read_report

NODE = NamedNode("https://example.org/a")
NAME = NamedNode("https://w3id.org/maille/shapes#Any-prefLabel")


def result(focus: Term = NODE, severity: NamedNode = SH.Violation, value: Term | None = None) -> Result:
    return Result(focus, SKOS.prefLabel, value, SH.SPARQLConstraintComponent, severity, NAME, {"fr": "non", "en": "no"})


MANY = (
    result(severity=SH.Info),
    result(severity=SH.Warning, value=Literal("é\n\"'", language="fr")),
    result(value=NODE),
    result(value=Literal(1)),
    Result(BlankNode("b"), None, None, SH.SPARQLConstraintComponent, SH.Violation),
)


def test_the_order_of_results_depends_on_nothing_but_them() -> None:
    report = Report(MANY)
    assert Report(MANY[::-1]) == report
    assert [one.severity for one in report.results][-2:] == [SH.Warning, SH.Info]
    assert Report(MANY[::-1]).to_turtle() == report.to_turtle()


def test_a_result_found_twice_counts_once() -> None:
    assert len(Report((result(), result())).results) == 1


def test_only_violations_keep_data_from_conforming() -> None:
    assert Report().conforms
    assert Report((result(severity=SH.Warning),)).conforms
    assert not Report((result(),)).conforms
    assert Report((result(severity=SH.Warning), result())).violations == (result(),)
    assert Report((result(severity=SH.Warning), result())).warnings == (result(severity=SH.Warning),)


def test_results_are_counted_by_severity_and_shape() -> None:
    assert Report(MANY).counts() == {
        "Violation": {"Any-prefLabel": 2, "SPARQLConstraintComponent": 1},
        "Warning": {"Any-prefLabel": 1},
        "Info": {"Any-prefLabel": 1},
    }
    assert Report().counts() == {"Violation": {}, "Warning": {}, "Info": {}}


@pytest.mark.parametrize("results", [(), MANY])
def test_the_turtle_says_the_same_again(results: tuple[Result, ...]) -> None:
    triples = [quad.triple for quad in parse(Report(results).to_turtle(), format=RdfFormat.TURTLE)]
    again = read_report(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    assert {one.key for one in again} == {one.key for one in results}
    assert all(one.messages == {"fr": "non", "en": "no"} for one in again if one.shape)
    conforms = next(triple.object for triple in triples if triple.predicate == SH.conforms)
    assert conforms == Literal(not results)


def test_the_json_is_plain() -> None:
    document = json.loads(Report(MANY, "shacl", ("a note",)).to_json())
    assert document["conforms"] is False
    assert (document["engine"], document["notes"]) == ("shacl", ["a note"])
    assert document["results"][-1] == {
        "severity": "Info",
        "focus": "https://example.org/a",
        "path": SKOS.prefLabel.value,
        "value": None,
        "component": SH.SPARQLConstraintComponent.value,
        "shape": NAME.value,
        "messages": {"en": "no", "fr": "non"},
    }


def test_a_message_is_in_the_language_asked_for_or_in_any() -> None:
    assert result().message("fr") == "non"
    assert result().message("de") == "non"
    assert MANY[-1].message() == "SPARQLConstraintComponent"


def test_results_of_other_checks_stand_beside_those_of_the_engine() -> None:
    report = Report((result(),), "shacl", ("a note",)).with_results([result(value=NODE)])
    assert len(report.results) == 2
    assert (report.engine, report.notes) == ("shacl", ("a note",))
