"""Judge what was loaded: SHACL and the cross-row checks, and reject the rows that violate them, round after round.

Rejecting a row can break another (a figure about a structure that is gone), hence the rounds; they are bounded, and a
violation that no row answers for ends the build with nothing published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Store

from maille.loaders.blame import reject
from maille.loaders.collect import LoadedSource
from maille.loaders.once import once
from maille.loaders.workshop import Workshop
from maille.ontology.errors import ViolationsLeft
from maille.ontology.namespaces import BASE
from maille.shapes.catalogue import shapes_graph
from maille.shapes.crossrow import run_checks
from maille.shapes.report import Report, Result
from maille.shapes.validate import EngineName, validate

Judge = Callable[[Path], Report]
"""Takes a file of sorted unique N-Quads lines and says what is wrong with them."""

Arrange = Callable[[Sequence[LoadedSource]], Iterable[str]]
"""Gives the statements of what was loaded, lines of N-Quads."""

ROUNDS: Final = 8
_SHOWN: Final = 20


def judge(quads: Path, *, engine: EngineName = "auto", base: str = BASE) -> Report:
    """Run SHACL and the cross-row checks side by side, since both leave Python's lock to the other.

    Args:
        quads: a file of N-Quads that we wrote ourselves.
        engine: which SHACL engine runs.
        base: what the names of ours are under.
    """
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(_checks, quads, base)
        return validate(quads, engine=engine, shapes=shapes_graph(base), ours=True).with_results(found.result())


def settle(
    sources: Sequence[LoadedSource],
    fixed: Iterable[str],
    workshop: Workshop,
    judge_with: Judge = judge,
    arrange: Arrange = once,
) -> tuple[list[str], Report]:
    """Reject rows until nothing is violated; returns the statements that are left, and the last report.

    Args:
        sources: what was loaded; rejected rows are moved inside it.
        fixed: statements of no row, such as the vocabulary.
        workshop: where the statements are written for the judge.
        judge_with: what judges, a seam.
        arrange: puts together what the rows say; asked anew in each round, since a rejected row may have said it first.

    Raises:
        ViolationsLeft: a violation comes from no row, or the rounds are over.
    """
    kept = list(fixed)
    for _ in range(ROUNDS):
        lines = sorted({*kept, *arrange(sources)})
        report = judge_with(workshop.write(lines))
        if report.conforms:
            return lines, report
        if not reject(sources, report.violations):
            break
    raise _violations_left(report)


def _checks(quads: Path, base: str) -> list[Result]:
    store = Store()
    store.bulk_load(path=quads, format=RdfFormat.N_QUADS, lenient=True)
    return run_checks(store, base)


def _violations_left(report: Report) -> ViolationsLeft:
    lines = tuple(f"{result.focus.value}: {result.message('en')}" for result in report.violations[:_SHOWN])
    count = len(report.violations)
    noun = "violation is" if count == 1 else "violations are"
    return ViolationsLeft(f"{count} {noun} left after rejecting rows; nothing was published. First: {lines[0]}", lines)
