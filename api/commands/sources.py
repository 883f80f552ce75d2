"""`maille sources`: which sources are described, what is wrong with a description, and a description to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from maille.api.commands.common import JsonOption
from maille.api.commands.output import say, say_json, say_table
from maille.loaders.describing import checking_source, choosing
from maille.loaders.describing.description import Description
from maille.loaders.drafting import draft as drafting

sources_app = typer.Typer(
    name="sources",
    help="List the described sources, check a description with its data, or draft one from a file.",
    no_args_is_help=True,
)


@sources_app.command("list", epilog="Example: maille sources list --json")
def list_sources(as_json: JsonOption = False) -> None:
    """List the sources that ship with a description, and the file that each reads."""
    known = choosing.shipped()
    if as_json:
        say_json([_plain(one) for one in known])
    else:
        say_table(
            ("source", "file", "licence", "title"),
            ((f"{one.id}/{one.vintage}", one.file.name, one.licence, one.title["en"]) for one in known),
        )


@sources_app.command("check", epilog="Example: maille sources check tiers-lieux.toml tiers-lieux.csv")
def check(
    description: Annotated[Path, typer.Argument(metavar="FILE.toml", help="The description.")],
    data: Annotated[Path | None, typer.Argument(metavar="DATA", help="The data file; else the one beside it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Read a described source whole, load nothing, and say everything that is wrong with it at once.

    Exit code: 0 nothing; 1 rows or values are left out, or columns unknown; 2 it cannot be loaded as it is.
    """
    found = checking_source.check(description, data)
    if as_json:
        say_json(found.to_dict())
    else:
        say(found.lines())
    raise typer.Exit(found.exit_code)


@sources_app.command("draft", epilog="Example: maille sources draft tiers-lieux.csv > tiers-lieux.toml")
def draft(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The data file.")],
) -> None:
    """Propose a description of a data file, to be read, corrected and checked.

    What cannot be seen in the file (publisher, licence, addresses) is filled with a placeholder and marked.
    """
    typer.echo(drafting.draft(data), nl=False)


def _plain(one: Description) -> dict[str, Any]:
    return {
        "id": one.id,
        "vintage": one.vintage,
        "title": dict(one.title),
        "publisher": one.publisher,
        "licence": one.licence,
        "file": one.file.name,
        "url": one.file.url,
    }
