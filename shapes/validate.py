"""Validation of data against shapes (SHACL, section 3): the only module that knows which engine runs.

pySHACL is the reference. PyPI `shacl`, some fifty times faster, judges the large graphs of a build: tests hold its
reports equal to pySHACL's on every fixture, it must pass a self-check before it is believed, and it can be dropped by
deleting `_run_shacl` and its line in `_ENGINES`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from maille.ontology.errors import SourceError
from maille.ontology.namespaces import PREFIXES
from maille.shapes.catalogue import shapes_graph
from maille.shapes.data import Data, as_ntriples, in_one_line, quads
from maille.shapes.report import Report, Result, read_report

EngineName = Literal["auto", "pyshacl", "shacl"]
"""Which engine to run; `auto` is `shacl` where it is installed and passes its self-check, else pySHACL."""


Runner = Callable[[Path, Path], tuple[Result, ...]]
"""Takes N-Triples files of data and of shapes; returns what an engine found."""


def validate(data: Data, *, engine: EngineName = "auto", shapes: bytes | None = None, ours: bool = False) -> Report:
    """Return what SHACL says of `data`, the union of all its graphs.

    Args:
        data: RDF in memory, in a file or in a store.
        engine: which engine to run.
        shapes: a shapes graph in Turtle; ours by default.
        ours: the data are a file of N-Triples or N-Quads that we wrote ourselves, and need no second reader.

    Raises:
        SourceError: the data or the shapes cannot be read, or an engine refuses them.
    """
    name, notes = choose() if engine == "auto" else (engine, ())
    shapes = shapes_graph() if shapes is None else shapes
    if not any(quad.predicate.value.startswith(PREFIXES["sh"]) for quad in quads(shapes)):
        raise SourceError("there is no shape in the shapes graph: nothing would be checked")
    as_it_is = nullcontext(data) if ours and name == "shacl" and isinstance(data, Path) else as_ntriples(data)
    with as_it_is as data_path, as_ntriples(shapes) as shapes_path:
        return Report(_ENGINES[name](data_path, shapes_path), name, notes)


def choose(candidate: Runner | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the engine that `auto` stands for, and a note where it is the slow one.

    Args:
        candidate: what runs the fast engine, a seam.
    """
    try:
        if _passes_self_check(candidate or _run_shacl):
            return "shacl", ()
    except ImportError:
        return "pyshacl", ("The package shacl is not installed: pySHACL ran instead, more slowly.",)
    return "pyshacl", ("The package shacl failed its self-check: pySHACL ran instead, more slowly.",)


def _passes_self_check(run: Runner) -> bool:
    """Ask an engine about a small file that holds shapes, data, and the report they must give."""
    fixture = files("maille.shapes").joinpath("checks", "selfcheck.ttl").read_bytes()
    with as_ntriples(fixture) as path:
        expected = {result.key for result in read_report(path.read_bytes())}
        try:
            return {result.key for result in run(path, path)} == expected
        except SourceError:
            return False


def _run_shacl(data: Path, shapes: Path) -> tuple[Result, ...]:
    import shacl

    try:
        report = shacl.Shapes.from_file(str(shapes)).validate_file(str(data))
    except ValueError as error:
        raise SourceError(f"shacl refused the shapes or the data: {in_one_line(error)}") from error
    return read_report(report.serialize("ntriples"))


def _run_pyshacl(data: Path, shapes: Path) -> tuple[Result, ...]:
    import pyshacl
    from pyparsing import ParseException
    from pyshacl.errors import ReportableRuntimeError
    from rdflib import Graph

    with _quiet_about_ill_typed_literals():
        data_graph = Graph().parse(data, format="nt")
        shapes_graph = Graph().parse(shapes, format="nt")
        try:
            _, found, text = pyshacl.validate(data_graph, shacl_graph=shapes_graph)
        except (ReportableRuntimeError, ParseException, re.error) as error:
            raise SourceError(f"pySHACL refused the shapes: {in_one_line(error)}") from error
    if not isinstance(found, Graph):
        raise SourceError(f"pySHACL refused the shapes: {text}")
    return read_report(found.serialize(format="nt"))


_ENGINES: Final[dict[str, Runner]] = {"shacl": _run_shacl, "pyshacl": _run_pyshacl}


@contextmanager
def _quiet_about_ill_typed_literals() -> Iterator[None]:
    """Keep rdflib from printing a traceback for each ill-typed literal: the result in the report says it already."""
    logger = logging.getLogger("rdflib.term")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
