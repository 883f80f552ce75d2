"""`maille links`: what was linked and why, what is left to decide, and decisions read back (`docs/linking.md`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from maille.api.commands.common import HomeOption, JsonOption, home_of
from maille.api.commands.output import say, say_json, say_table
from maille.loaders.linking import review as linking_review
from maille.loaders.linking.common import AMBIGUOUS, MATCHED
from maille.ontology.errors import SourceError, UsageError

_SHOWN: Final = ("outcome", "score", "name_a", "source_a", "name_b", "source_b", "reason")

links_app = typer.Typer(
    name="links", help="Which rows of several sources are one thing: list, review, decide.", no_args_is_help=True
)


@links_app.command("list", epilog="Example: maille links list --outcome ambiguous")
def list_links(
    outcome: Annotated[str, typer.Option(help="`matched` or `ambiguous`; both by default.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the pairs of the last build, each with its outcome, score and reason."""
    if outcome not in {"", MATCHED, AMBIGUOUS}:
        raise UsageError(f"--outcome: {outcome!r} is neither {MATCHED} nor {AMBIGUOUS}")
    rows = [row for row in linking_review.links_of(home_of(home)) if outcome in {"", row["outcome"]}]
    if as_json:
        say_json(rows)
    else:
        say_table(_SHOWN, ([row[name] for name in _SHOWN] for row in rows))


@links_app.command("review", epilog="Example: maille links review --out decide.csv")
def review(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE.csv", help="Where to write; standard output by default.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Write the ambiguous pairs as CSV, with an empty column `decision` for `same` or `different`.

    Exit code: 0 nothing is left to decide; 1 something is.
    """
    rows = linking_review.open_pairs(home_of(home))
    text = linking_review.review_table(rows)
    if out is None:
        typer.echo(text, nl=False)
    else:
        # With a BOM, or spreadsheets take the accents for something else.
        out.write_text("\ufeff" + text, encoding="utf-8", newline="")
        say([f"{len(rows)} pairs to decide on in {out}; then: maille links decide {out}"])
    raise typer.Exit(1 if rows else 0)


@links_app.command("decide", epilog="Example: maille links decide decide.csv && maille build --data DIR")
def decide(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="What `maille links review` wrote, filled in.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read decisions back: `same`, `different`, `undecided` to take one back. The next build follows them."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file.name} is not UTF-8 (byte {error.start}): save it as CSV UTF-8") from error
    done = linking_review.decide(home_of(home), text, file.name)
    if as_json:
        say_json({"new": done.new, "changed": done.changed, "taken_back": done.taken_back, "open": done.open})
        return
    say([f"{done.new} new, {done.changed} changed, {done.taken_back} taken back, {done.open} left open: {done.file}"])
