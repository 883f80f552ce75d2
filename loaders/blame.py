"""Which rows a violation comes from: those that said what the shape refuses.

The rows looked for are, in this order: those that stated the value on the path; those that stated anything on the
path; those that gave the focus node its class; those that said anything of it. The first that exist are blamed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from maille.loaders.collect import LoadedRow, LoadedSource
from maille.loaders.source import RejectedRow
from maille.ontology.terms import RDF
from maille.shapes.report import Result

_Said = list[tuple[LoadedRow, str]]
_TYPE: Final = str(RDF.type)


def reject(sources: Iterable[LoadedSource], violations: Collection[Result]) -> int:
    """Move the rows the violations come from to the rejected ones of their source; returns how many were moved.

    A row with several violations is rejected once, for the first of them in the order of the report.
    """
    sources = list(sources)
    said = _statements_about({str(result.focus) for result in violations}, sources)
    blamed: dict[int, Result] = {}
    for result in violations:
        for row in _blamed(result, said.get(str(result.focus), [])):
            blamed.setdefault(id(row), result)
    for source in sources:
        source.rejected += [_rejected(row, blamed[id(row)]) for row in source.rows if id(row) in blamed]
        source.rows = [row for row in source.rows if id(row) not in blamed]
    return len(blamed)


def _statements_about(nodes: Collection[str], sources: Iterable[LoadedSource]) -> Mapping[str, _Said]:
    said: dict[str, _Said] = defaultdict(list)
    for source in sources:
        for row in source.rows:
            for statement in row.statements:
                subject, _, rest = statement.partition(" ")
                if subject in nodes:
                    said[subject].append((row, rest))
    return said


def _blamed(result: Result, said: _Said) -> list[LoadedRow]:
    starts = [f"{_TYPE} ", ""]
    if result.path is not None:
        starts.insert(0, f"{result.path} ")
        if result.value is not None:
            starts.insert(0, f"{result.path} {result.value} ")
    for start in starts:
        rows = [row for row, rest in said if rest.startswith(start)]
        if rows:
            return rows
    return []


def _rejected(loaded: LoadedRow, result: Result) -> RejectedRow:
    row = loaded.row
    column = _local_name(result.path.value) if result.path else ""
    value = result.value.value if result.value is not None else ""
    return RejectedRow(row.file, row.line, column, value, result.message("en"))


def _local_name(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
