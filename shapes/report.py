"""Results of validation, whatever found them: one `Report`, in RDF and in JSON (SHACL, section 3.6).

An engine hands over the RDF of its report and `read_report` reads it; the cross-row checks make `Result`s directly.
So all reports look alike, and two of them can be compared as sets of `Result.key`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from maille.ontology.namespaces import PREFIXES
from maille.ontology.terms import RDF, SH, XSD

Term = NamedNode | BlankNode | Literal

_SEVERITIES: Final = (SH.Violation, SH.Warning, SH.Info)


@dataclass(frozen=True, slots=True)
class Result:
    """One thing found wrong.

    Attributes:
        focus: the node that was looked at.
        path: the property at fault, None where it is the node itself.
        value: the value at fault, where there is one.
        component: the kind of constraint, such as `sh:MinCountConstraintComponent`.
        severity: `sh:Violation`, `sh:Warning` or `sh:Info`.
        shape: the shape that says so.
        messages: language -> text; the language is empty where the shape gives none.
    """

    focus: Term
    path: NamedNode | None
    value: Term | None
    component: NamedNode
    severity: NamedNode
    shape: NamedNode | None = None
    messages: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """Return what makes two results equal across engines: focus, path, component, severity, value.

        Blank nodes are all alike here, since each engine labels them in its own way.
        """
        path = "" if self.path is None else self.path.value
        return (_written(self.focus), path, self.component.value, self.severity.value, _written(self.value))

    def message(self, language: str = "en") -> str:
        """Return the text in `language`, else in any; the name of the component where no shape says more."""
        texts = self.messages
        return texts.get(language) or next(iter(texts.values()), "") or _local_name(self.component)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain values, for JSON."""
        return {
            "severity": _local_name(self.severity),
            "focus": self.focus.value,
            "path": self.path.value if self.path else None,
            "value": self.value.value if self.value else None,
            "component": self.component.value,
            "shape": self.shape.value if self.shape else None,
            "messages": dict(sorted(self.messages.items())),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All results of one validation, in an order that depends on nothing but them.

    Attributes:
        results: worst first, then by shape, focus, path and value.
        engine: the SHACL engine that ran, empty where none did.
        notes: what a reader must know of the run, such as a fallback to another engine.
    """

    results: tuple[Result, ...] = ()
    engine: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "results", tuple(sorted(set(self.results), key=_rank)))

    @property
    def violations(self) -> tuple[Result, ...]:
        """Return what keeps the data from being published."""
        return tuple(result for result in self.results if result.severity == SH.Violation)

    @property
    def warnings(self) -> tuple[Result, ...]:
        """Return what is counted and published with the data."""
        return tuple(result for result in self.results if result.severity == SH.Warning)

    @property
    def conforms(self) -> bool:
        """Return whether there is no violation; warnings are counted, never refused."""
        return not self.violations

    def with_results(self, more: Iterable[Result]) -> Report:
        """Return this report with the results of other checks beside its own."""
        return Report((*self.results, *more), self.engine, self.notes)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return severity -> shape -> number of results, with names rather than IRIs."""
        table: dict[str, Counter[str]] = {_local_name(severity): Counter() for severity in _SEVERITIES}
        for result in self.results:
            shape = _local_name(result.shape or result.component)
            table.setdefault(_local_name(result.severity), Counter())[shape] += 1
        return {severity: dict(sorted(shapes.items())) for severity, shapes in table.items()}

    def to_json(self) -> str:
        """Return the report as JSON; `conforms` is about violations only."""
        document = {
            "conforms": self.conforms,
            "engine": self.engine,
            "notes": list(self.notes),
            "counts": self.counts(),
            "results": [result.to_dict() for result in self.results],
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

    def to_turtle(self) -> str:
        """Return the report as `sh:ValidationReport`; `sh:conforms` is false with any result, as SHACL 1.0 has it."""
        report = BlankNode("report")
        conforms = Literal("false" if self.results else "true", datatype=XSD.boolean)
        triples = [Triple(report, RDF.type, SH.ValidationReport), Triple(report, SH.conforms, conforms)]
        nodes = [BlankNode(f"r{number}") for number in range(len(self.results))]
        triples += [Triple(report, SH.result, node) for node in nodes]
        for node, result in zip(nodes, self.results, strict=True):
            triples += _triples(node, result)
        turtle = serialize(triples, format=RdfFormat.TURTLE, prefixes={"sh": PREFIXES["sh"]})
        return (turtle or b"").decode()


def read_report(ntriples: str | bytes) -> tuple[Result, ...]:
    """Return the results of a `sh:ValidationReport` written in N-Triples."""
    nodes: dict[Any, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for quad in parse(ntriples, format=RdfFormat.N_TRIPLES):
        nodes[quad.subject][quad.predicate.value].append(quad.object)
    return tuple(_result(fields) for fields in nodes.values() if SH.ValidationResult in fields[RDF.type.value])


def _result(fields: Mapping[str, list[Any]]) -> Result:
    def one(predicate: NamedNode) -> Any:
        return next(iter(fields.get(predicate.value, ())), None)

    path, shape = one(SH.resultPath), one(SH.sourceShape)
    return Result(
        focus=one(SH.focusNode),
        path=path if isinstance(path, NamedNode) else None,
        value=one(SH.value),
        component=one(SH.sourceConstraintComponent),
        severity=one(SH.resultSeverity),
        shape=shape if isinstance(shape, NamedNode) else None,
        messages={text.language or "": text.value for text in fields.get(SH.resultMessage.value, ())},
    )


def _triples(node: BlankNode, result: Result) -> Iterable[Triple]:
    yield Triple(node, RDF.type, SH.ValidationResult)
    yield Triple(node, SH.focusNode, result.focus)
    yield Triple(node, SH.resultSeverity, result.severity)
    yield Triple(node, SH.sourceConstraintComponent, result.component)
    for predicate, term in ((SH.resultPath, result.path), (SH.value, result.value), (SH.sourceShape, result.shape)):
        if term is not None:
            yield Triple(node, predicate, term)
    for language, text in sorted(result.messages.items()):
        yield Triple(node, SH.resultMessage, Literal(text, language=language or None))


def _rank(result: Result) -> tuple[int, str, tuple[str, ...]]:
    severity = _SEVERITIES.index(result.severity) if result.severity in _SEVERITIES else len(_SEVERITIES)
    shape = result.shape.value if result.shape else ""
    return severity, shape, (*result.key, str(result.focus), str(result.value))


def _written(term: Term | None) -> str:
    if term is None:
        return ""
    return "_:" if isinstance(term, BlankNode) else str(term)


def _local_name(iri: NamedNode) -> str:
    return iri.value.rpartition("#")[2] or iri.value
