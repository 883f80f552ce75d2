"""`maille search`: the names of a release, by its search index, without a server."""

from __future__ import annotations

from typing import Annotated

import typer

from maille.api.commands.common import HomeOption, JsonOption, home_of, release_of
from maille.api.commands.output import say, say_json, say_table
from maille.ontology.errors import UsageError
from maille.ontology.iris import THINGS
from maille.store.search_files import opened

_KINDS = frozenset({*THINGS, "profile", "theme", "concept"})


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A name, the beginning of one, a code, or words.")],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", "-k", metavar="KIND", help="structure, commune, ...; repeatable.")
    ] = None,
    within: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Code or IRI of a territory it lies in; repeatable.")
    ] = None,
    lang: Annotated[str, typer.Option(metavar="LANG", help="fr or en, for labels.")] = "fr",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Matches to show.")] = 10,
    release: Annotated[str | None, typer.Option(metavar="ID", help="A kept release, not the current one.")] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Find things by name: accents, case and small typos do not matter; the best come first.

    The index of the release is made when it is first asked, which takes seconds.
    """
    unknown = sorted(set(kind or ()) - _KINDS)
    if unknown:
        raise UsageError(f"--kind {unknown[0]}: must be one of {', '.join(sorted(_KINDS))}")
    if lang not in ("fr", "en"):
        raise UsageError(f"--lang {lang}: must be fr or en")
    index = opened(release_of(home_of(home), release))
    try:
        hits = index.search(text, kinds=kind or (), lang=lang, limit=limit, within=within or ())
    finally:
        index.close()
    if as_json:
        say_json([hit._asdict() for hit in hits])
    else:
        rows = [[hit.label, hit.description, f"{hit.score:g}", hit.iri] for hit in hits]
        say_table(["name", "what", "score", "iri"], rows)
        say([f"{len(hits):,} match{'' if len(hits) == 1 else 'es'}"])
