"""`maille purge`: forget somebody in every kept release; without `--yes`, say what that would come to."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from maille.api.commands.common import HomeOption, JsonOption, home_of
from maille.api.commands.output import progress, say, say_json, say_table
from maille.loaders.purge import PurgeSummary
from maille.loaders.purge import purge as run
from maille.ontology.errors import UsageError
from maille.store.match import Match


def purge(
    match: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TEXT",
            help="What goes, whatever its case and accents; may be repeated. `-` reads them from standard input.",
        ),
    ] = None,
    regex: Annotated[
        str | None, typer.Option(metavar="RE", help="A Python regular expression instead, taken as it is.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it. It cannot be undone.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rewrite every kept release so that no statement holds a text, for whoever asks to be forgotten.

    Reports, dumps, stores and copies of sources too. Purged releases get other ids; the former ones lead to them.

    Exit code: 0 nothing under the home holds it (any more); 1 something does: see `--yes`; 2 nothing was done.
    """
    wanted = _match(match, regex)
    shown = progress()
    try:
        summary = run(home_of(home), wanted, done=yes, progress=shown)
    finally:
        shown.close()
    if as_json:
        say_json(summary.to_dict())
    else:
        _show(summary)
    raise typer.Exit(summary.exit_code)


def _match(texts: list[str] | None, regex: str | None) -> Match:
    if bool(texts) == (regex is not None):
        raise UsageError("give either --match TEXT or --regex RE")
    if regex is not None:
        return Match.of_regex(regex)
    # From standard input it stands neither in the list of processes nor in the history of a shell.
    read = [line.strip() for line in sys.stdin if line.strip()] if "-" in (texts or ()) else []
    return Match.of_texts([*(text for text in texts or () if text != "-"), *read])


def _show(summary: PurgeSummary) -> None:
    if not summary.found:
        say([f"it is in none of the {summary.kept} kept releases, nor beside them: nothing to do"])
        return
    rows = (
        (one.id, one.new if one.new != one.id else "the same", f"{one.statements:,}", str(one.files))
        for one in summary.releases
    )
    say_table(("release", "becomes", "statements", "reports"), rows)
    say([f"{summary.copies} copies of sources deleted, {len(summary.tables)} tables rewritten"])
    say(f"{name} holds it still, and is of no kind that is known here: look at it yourself" for name in summary.left)
    say(["done: it cannot be undone" if summary.done else "nothing was changed: --yes does it, and cannot be undone"])
