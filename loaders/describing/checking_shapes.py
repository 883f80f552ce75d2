"""Judge one described source alone by the shapes, as a build would judge it among all others."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, RdfFormat, Store

from maille.loaders.agreement import agree
from maille.loaders.blame import reject
from maille.loaders.checking import ROUNDS
from maille.loaders.collect import LoadedSource
from maille.ontology import vocabulary
from maille.ontology.namespaces import SHAPES
from maille.shapes.crossrow import run_checks
from maille.shapes.report import Report
from maille.shapes.validate import validate

_NEED_THE_REST: Final = frozenset(NamedNode(f"{SHAPES}{name}Check") for name in ("DanglingIri", "UnknownCommune"))
"""Checks that ask whether a territory is described, which no source alone can answer."""


def settle_alone(loaded: LoadedSource) -> list[str]:
    """Move the rows that violate a shape to the rejected ones; returns what is violated and comes from no row."""
    agree([loaded])
    fixed = [f"{quad} ." for quad in vocabulary.quads()]
    for _ in range(ROUNDS):
        lines = sorted({*fixed, *(line for row in loaded.rows for line in row.statements)})
        violations = _judged(lines).violations
        if not violations:
            return []
        if not reject([loaded], violations):
            break
    return [f"{one.focus.value}: {one.message('en')}" for one in violations]


def _judged(lines: list[str]) -> Report:
    with tempfile.TemporaryDirectory(prefix="maille-check-") as folder:
        path = Path(folder) / "data.nq"
        path.write_text("\n".join((*lines, "")), encoding="utf-8")
        store = Store()
        store.bulk_load(path=path, format=RdfFormat.N_QUADS, lenient=True)
        across = [one for one in run_checks(store) if one.shape not in _NEED_THE_REST]
        return validate(path, ours=True).with_results(across)
