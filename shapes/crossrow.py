"""Checks that look at more than one node, or that are too slow one node at a time (SHACL, section 5).

Each is one SELECT of `checks/*.rq`, run once by Oxigraph over the whole store: `$this` is the focus node, `?value` and
`?path` what is wrong with it. The comments at its head say the rest (see `CrossRowCheck`). The same text is published
as a `sh:sparql` constraint by `sparql_shapes`, for whoever validates with another engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from pyoxigraph import NamedNode, QuerySolution, QuerySolutions, Store

from maille.ontology.namespaces import BASE, PREFIXES, SHAPES, rebase_text, sparql_prologue
from maille.ontology.terms import SH
from maille.shapes.catalogue import shapes_graph, turtle_prologue
from maille.shapes.report import Result

_HEADER: Final = re.compile(r"^# ([a-z-]+): (.+)$", re.MULTILINE)
_LANGUAGES: Final = ("fr", "en")


@dataclass(frozen=True, slots=True)
class CrossRowCheck:
    """One check.

    Attributes:
        name: name of its file and, in camel case, of its shape.
        title: language -> what it finds.
        message: language -> what to tell; `{?value}` stands for the value.
        severity: local name of the severity.
        targets: what `$this` ranges over, as SHACL targets (`targetSubjectsOf maille:siren`).
        query: the SELECT, without prefixes.
    """

    name: str
    title: Mapping[str, str]
    message: Mapping[str, str]
    severity: str
    targets: str
    query: str

    @property
    def shape(self) -> NamedNode:
        """Return the IRI of the shape that publishes this check: `siren-luhn` -> `/shapes#SirenLuhnCheck`."""
        return NamedNode(f"{SHAPES}{''.join(part.capitalize() for part in self.name.split('-'))}Check")

    def run(self, store: Store, base: str = BASE) -> Iterator[Result]:
        """Yield a result for each solution over the union of all graphs."""
        text = rebase_text(sparql_prologue() + self.query, base)
        solutions = store.query(text, use_default_graph_as_union=True)
        if not isinstance(solutions, QuerySolutions):
            raise TypeError(f"{self.name} is no SELECT")
        names = {variable.value for variable in solutions.variables}
        yield from (self._result(solution, names) for solution in solutions)

    def _result(self, solution: QuerySolution, names: set[str]) -> Result:
        focus = solution["this"]
        # What SHACL says where the query gives no value: it is the node itself (section 5.3.2).
        value = solution["value"] if "value" in names else focus
        path = solution["path"] if "path" in names else None
        text = str(getattr(value, "value", value))
        return Result(
            focus=focus,
            path=path if isinstance(path, NamedNode) else None,
            value=value,
            component=SH.SPARQLConstraintComponent,
            severity=NamedNode(PREFIXES["sh"] + self.severity),
            shape=self.shape,
            messages={language: words.replace("{?value}", text) for language, words in self.message.items()},
        )


def checks() -> list[CrossRowCheck]:
    """Return every check, in the order of names."""
    folder = files("maille.shapes").joinpath("checks")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".rq"))
    return [read_check(name[:-3], folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def read_check(name: str, text: str) -> CrossRowCheck:
    """Return the check written in `text`; raises KeyError where a line of its head is missing."""
    head = dict(_HEADER.findall(text))
    return CrossRowCheck(
        name=name,
        title={language: head[f"title-{language}"] for language in _LANGUAGES},
        message={language: head[f"message-{language}"] for language in _LANGUAGES},
        severity=head["severity"],
        targets=head["targets"],
        query=re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip() + "\n",
    )


def run_checks(store: Store, base: str = BASE) -> list[Result]:
    """Return what every check finds in `store`, whose names of ours are under `base`."""
    return [result for check in checks() for result in check.run(store, base)]


def sparql_shapes(base: str = BASE, of: Sequence[CrossRowCheck] | None = None) -> bytes:
    """Return checks (all by default) as `sh:sparql` constraints in Turtle: published, too slow for whole graphs."""
    declared = " ,\n".join(
        f'        [ sh:prefix "{prefix}" ; sh:namespace "{iri}"^^xsd:anyURI ]' for prefix, iri in PREFIXES.items()
    )
    ontology = f"<{SHAPES.rstrip('#')}>"
    parts = [
        turtle_prologue(),
        f"{ontology} sh:declare\n{declared} .\n",
        *map(_constraint, checks() if of is None else of),
    ]
    return rebase_text("\n".join(parts), base).encode()


def published_shapes(base: str = BASE) -> bytes:
    """Return all that is published at `/shapes`, in Turtle: the shapes and, as constraints, the checks."""
    return shapes_graph(base) + b"\n" + sparql_shapes(base)


def _constraint(check: CrossRowCheck) -> str:
    shape = check.shape.value.removeprefix(SHAPES)
    return f'''shapes:{shape} a sh:NodeShape ;
    sh:{check.targets.replace(" ; ", " ;" + chr(10) + "    sh:")} ;
    rdfs:label {_texts(check.title)} ;
    sh:severity sh:{check.severity} ;
    sh:sparql shapes:{shape}-constraint .

shapes:{shape}-constraint a sh:SPARQLConstraint ;
    sh:message {_texts(check.message)} ;
    sh:prefixes <{SHAPES.rstrip("#")}> ;
    sh:select """
{check.query.replace(chr(92), chr(92) * 2)}""" .
'''


def _texts(texts: Mapping[str, str]) -> str:
    return " , ".join(f'"{text}"@{language}' for language, text in texts.items())
