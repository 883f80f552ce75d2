"""`maille validate`: a release or a file against the shapes, by the engine one chooses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final, get_args

import typer

from maille.api.commands.common import HomeOption, JsonOption, ReleaseArgument, home_of, release_of
from maille.api.commands.output import say
from maille.loaders.checking import judge
from maille.loaders.export import export
from maille.ontology.errors import UsageError
from maille.shapes.report import Report, Result
from maille.shapes.validate import EngineName
from maille.shapes.validate import validate as run
from maille.store.release import Release

_SHOWN: Final = 20


def validate(
    release: ReleaseArgument = None,
    engine: Annotated[
        str, typer.Option(metavar="ENGINE", help="auto, pyshacl (the reference; a minute or two) or shacl (a second).")
    ] = "auto",
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="F.ttl", help="Validate an RDF file, by the shapes alone.")
    ] = None,
    strict_warnings: Annotated[
        bool, typer.Option("--strict-warnings", help="Exit with 1 where there are warnings.")
    ] = False,
    turtle: Annotated[bool, typer.Option("--turtle", help="Print the report as sh:ValidationReport.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Check a release against the SHACL shapes and the checks across rows, or a file against the shapes.

    Exit code: 0 it conforms; 1 it has warnings, and --strict-warnings asked; 2 it has violations.
    """
    if file is not None and release is not None:
        raise UsageError("give a release or --file, not both")
    name = _engine(engine)
    report = _of_file(file, name) if file is not None else _of_release(release_of(home_of(home), release), name)
    if as_json or turtle:
        typer.echo(report.to_json() if as_json else report.to_turtle(), nl=False)
    else:
        say(_lines(report))
    raise typer.Exit(2 if report.violations else 1 if strict_warnings and report.warnings else 0)


def _engine(name: str) -> EngineName:
    known: tuple[EngineName, ...] = get_args(EngineName)
    for one in known:
        if one == name:
            return one
    raise UsageError(f"--engine {name}: must be one of {', '.join(known)}")


def _of_file(path: Path, engine: EngineName) -> Report:
    if not path.is_file():
        raise UsageError(f"{path} is no file")
    return run(path, engine=engine)


def _of_release(release: Release, engine: EngineName) -> Report:
    with TemporaryDirectory(prefix="maille-validate-") as folder:
        path = Path(folder) / "data.nq"
        with path.open("wb") as stream:
            export(release, stream, "nq")
        return judge(path, engine=engine, base=release.base_iri)


def _lines(report: Report) -> Iterator[str]:
    yield from report.notes
    for severity, shapes in report.counts().items():
        for shape, count in shapes.items():
            yield f"{severity.lower():>9} {count:>7,} {shape}"
    for result in report.violations[:_SHOWN]:
        yield _line(result)
    if len(report.violations) > _SHOWN:
        yield f"... and {len(report.violations) - _SHOWN:,} more: --json shows all"
    violations, warnings = len(report.violations), len(report.warnings)
    verdict = "conforms" if report.conforms else "does not conform"
    yield f"{verdict}: {violations:,} violations, {warnings:,} warnings ({report.engine})"


def _line(result: Result) -> str:
    path = f" {result.path.value}" if result.path else ""
    value = f" {result.value}" if result.value is not None else ""
    return f"{result.focus.value}{path}{value}: {result.message()}"
