"""`maille releases`, `info`, `rollback`, `diff` and `prune`: what is kept, what changed, what is served."""

from __future__ import annotations

from importlib.metadata import version
from itertools import islice
from typing import Annotated

import pyoxigraph
import typer

from maille.api.commands.common import HomeOption, JsonOption, ReleaseArgument, home_of, release_of
from maille.api.commands.output import say, say_json, say_table

_LINES = 20


def releases(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """List the kept releases, oldest first, and which of them is served."""
    found = home_of(home)
    current = found.current()
    kept = [
        {
            "release": one.id,
            "current": one == current,
            "created": one.manifest.created,
            "quads": one.manifest.quads,
            "parent": one.manifest.parent,
        }
        for one in found.releases()
    ]
    if as_json:
        say_json(kept)
    elif not kept:
        say([f"no release in {found.path}: `maille build` makes one"])
    else:
        rows = (
            ("*" if one["current"] else "", str(one["release"]), str(one["created"])[:19], f"{one['quads']:,}")
            for one in kept
        )
        say_table(("", "release", "created (UTC)", "quads"), rows)


def info(release: ReleaseArgument = None, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Say what a release holds and where it is, and which software this is."""
    found = release_of(home_of(home), release)
    facts = found.manifest
    document = {
        "release": found.id,
        "path": str(found.path),
        "created": facts.created,
        "parent": facts.parent,
        "base_iri": facts.base_iri,
        "quads": facts.quads,
        "graphs": dict(facts.graphs),
        "built_with": facts.software,
        "maille": version("maille"),
        "oxigraph": pyoxigraph.__version__,
    }
    if as_json:
        say_json(document)
        return
    say(
        f"{name}: {value:,}" if name == "quads" else f"{name}: {value}"
        for name, value in document.items()
        if name != "graphs"
    )
    say(f"  {count:>9,} {graph or 'the default graph'}" for graph, count in facts.graphs.items())


def rollback(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="Id of a kept release, or its beginning.")],
    home: HomeOption = None,
) -> None:
    """Make a kept release the current one again; a running server moves to it."""
    found = home_of(home)
    now = found.rollback(release_of(found, release).id)
    say([f"release {now.id} is current"])


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="Id of the older release, or its beginning.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Id of the newer release, or its beginning.")],
    home: HomeOption = None,
    limit: Annotated[int, typer.Option(min=0, help="How many changed statements to print.")] = _LINES,
    as_json: JsonOption = False,
) -> None:
    """Say which statements were added and removed from one release to another."""
    found = home_of(home)
    older, newer = release_of(found, before), release_of(found, after)
    changes = found.diff(older.id, newer.id)
    counts = changes.counts()
    shown = [f"{sign} {line}" for sign, line in islice(changes, limit)]
    total = sum(added + removed for added, removed in counts.values())
    if as_json:
        graphs = {name: {"added": added, "removed": removed} for name, (added, removed) in counts.items()}
        say_json({"before": older.id, "after": newer.id, "graphs": graphs, "statements": shown})
        return
    say(f"+{added:,} -{removed:,} {name or 'the default graph'}" for name, (added, removed) in counts.items())
    say(shown)
    if total > len(shown):
        say([f"... and {total - len(shown):,} more: --limit {total} shows all"])
    if not total:
        say(["nothing changed"])


def prune(
    keep: Annotated[int, typer.Option(min=0, help="How many of the newest releases to keep.")],
    home: HomeOption = None,
) -> None:
    """Delete old releases for good; never the current one, nor one that is being served."""
    found = home_of(home)
    gone = found.prune(keep)
    say(f"deleted {release}" for release in gone)
    say([f"{len(gone)} deleted, {len(found.releases())} kept"])
