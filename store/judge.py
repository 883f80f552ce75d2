"""What the shapes say of a write (SHACL, section 3): only of the things it touched, since all else was judged before.

The cross-row checks look at the whole graph and are left to the next build.
"""

from __future__ import annotations

from maille.ontology.errors import WriteRefused
from maille.ontology.namespaces import BASE
from maille.shapes.catalogue import shapes_graph
from maille.shapes.report import Report
from maille.shapes.validate import validate
from maille.store.attempt import Attempt

_TOLD = 100


def judge(attempt: Attempt, base: str = BASE) -> Report:
    """Return what the shapes say of the things that `attempt` touched, and of nothing that only stands beside them."""
    if not attempt.subjects:
        return Report()
    report = validate("\n".join(attempt.described).encode(), shapes=shapes_graph(base))
    touched = set(attempt.subjects)
    found = tuple(result for result in report.results if str(result.focus) in touched)
    return Report(found, report.engine, report.notes)


def check(report: Report) -> None:
    """Raise WriteRefused, with a line for each, where there are violations."""
    lines = tuple(f"{result.focus}: {result.message()}" for result in report.violations)
    if lines:
        many = "one violation" if len(lines) == 1 else f"{len(lines)} violations"
        raise WriteRefused(f"The shapes find {many} in what the write would leave.", lines[:_TOLD])
