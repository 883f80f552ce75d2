"""The command `maille`: the one module that sees every room.

Exit codes: 0 done; 1 done, with something to look at; 2 nothing done. Whatever goes wrong is told in one line.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from io import TextIOWrapper
from types import FrameType
from typing import Annotated, Final

import typer

from maille.api.commands import build as cli_build
from maille.api.commands import enrich as cli_enrich
from maille.api.commands import export as cli_export
from maille.api.commands import fetch as cli_fetch
from maille.api.commands import publish as cli_publish
from maille.api.commands import purge as cli_purge
from maille.api.commands import query as cli_query
from maille.api.commands import releases as cli_releases
from maille.api.commands import search as cli_search
from maille.api.commands import serve as cli_serve
from maille.api.commands import validate as cli_validate
from maille.api.commands.links import links_app
from maille.api.commands.sources import sources_app
from maille.ontology.errors import DescriptionInvalid, MailleError, ViolationsLeft

NOTHING_DONE: Final = 2
INTERRUPTED: Final = 130

app = typer.Typer(
    name="maille",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: maille build, then: maille serve",
)

_COMMANDS: Final[tuple[tuple[Callable[..., None], str], ...]] = (
    (cli_build.build, "Example: maille build --data my-tables"),
    (cli_fetch.fetch, "Example: maille fetch idf-incubateurs --json"),
    (cli_enrich.enrich, "Example: maille enrich --api, then maille build"),
    (cli_serve.serve_command, "Example: maille serve --port 8080"),
    (cli_validate.validate, "Example: maille validate --file new-structures.ttl"),
    (cli_query.query, "Example: maille query 'SELECT (COUNT(*) AS ?n) { ?s a igeo:Commune }' --format json"),
    (cli_search.search, "Example: maille search 'saint etiene' --kind commune"),
    (cli_export.export, "Example: maille export --format ttl.gz --graph study/2020-06 -o study.ttl.gz"),
    (cli_releases.info, "Example: maille info --json"),
    (cli_releases.releases, "Example: maille releases"),
    (cli_releases.diff, "Example: maille diff 189846 d93559 --limit 50"),
    (cli_releases.rollback, "Example: maille rollback 189846"),
    (cli_releases.prune, "Example: maille prune --keep 3"),
    (cli_publish.publish, "Example: maille publish --json"),
    (cli_purge.purge, "Example: maille purge --match 'the text' --yes"),
)
for _function, _example in _COMMANDS:
    app.command(_function.__name__.removesuffix("_command"), epilog=_example)(_function)
app.add_typer(sources_app)
app.add_typer(links_app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"maille {version('maille')} (pyoxigraph {version('pyoxigraph')})")
        raise typer.Exit


@app.callback()
def _maille(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version.")
    ] = False,
) -> None:
    """Build, check and serve a knowledge graph of French open-innovation structures."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; every error of ours becomes one line on standard error."""
    try:
        app(list(arguments), prog_name="maille")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else NOTHING_DONE
    except Interrupted:
        typer.echo("maille: interrupted", err=True)
        return INTERRUPTED
    except MailleError as error:
        typer.echo(f"maille: {error}", err=True)
        if isinstance(error, ViolationsLeft | DescriptionInvalid):
            typer.echo("\n".join(f"  {line}" for line in error.details), err=True)
        return NOTHING_DONE
    except OSError as error:
        typer.echo(f"maille: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", err=True)
        return NOTHING_DONE
    return 0


class Interrupted(BaseException):
    """Somebody asked this process to stop: what was begun is cleared away on the way out."""


def main() -> None:
    """Run the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        # Names with accents are no reason to fail where the terminal knows ASCII only.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    sys.exit(run(sys.argv[1:]))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted
