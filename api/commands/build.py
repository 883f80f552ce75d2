"""`maille build`: run the pipeline, show how it goes, say what it did."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from maille.api.commands.common import HomeOption, JsonOption, settings_of
from maille.api.commands.fetch import fetched
from maille.api.commands.output import progress, say, say_json
from maille.loaders.build import BuildOptions
from maille.loaders.build import build as run


def build(
    home: HomeOption = None,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of data files: those that a description names are loaded (`maille sources list`), and "
            "DIR/study/*.csv replace the tables of the package.",
        ),
    ] = None,
    source: Annotated[
        list[Path] | None,
        typer.Option("--source", metavar="FILE.toml", help="Description of a source of your own; may be repeated."),
    ] = None,
    fetch: Annotated[
        bool,
        typer.Option("--fetch", help="Fetch what the descriptions have an address for and --data does not hold."),
    ] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Build a release without a single triple.")] = False,
    discard_written: Annotated[
        bool, typer.Option("--discard-written", help="Drop the graphs that were written by hand; they are kept else.")
    ] = False,
    base_iri: Annotated[
        str | None, typer.Option(metavar="IRI", help="Publish under a base of your own (MAILLE_BASE_IRI).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Build the graph from its sources, check it against the shapes, and make it the current release.

    Nothing is fetched unless asked. The same sources give the same release. A row that cannot be loaded is listed and
    left out.

    Exit code: 0 all was loaded; 1 published, with rows or single values left out; 2 nothing was published.
    """
    settings = settings_of(home=home, base_iri=base_iri)
    own = tuple(source or ())
    options = BuildOptions(settings.home, data, empty, discard_written, settings.base_iri, own)
    # Before anything is locked: others may build meanwhile.
    files, notes = fetched(settings, own, data) if fetch and not empty else ({}, [])
    shown = progress()
    try:
        summary = run(replace(options, fetched=files), shown)
        summary = replace(summary, notes=(*notes, *summary.notes))
    finally:
        shown.close()
    if as_json:
        say_json(summary.to_dict())
    else:
        say(summary.lines())
        say(summary.listing())
    raise typer.Exit(summary.exit_code)
