"""`maille query`: a SPARQL query over a release, without a server, by the engine the server has."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from maille.api.commands.common import HomeOption, home_of, release_of, settings_of
from maille.api.commands.output import say, say_table
from maille.api.search.indexes import Indexes
from maille.api.settings import Settings
from maille.api.sparql.federating import federating
from maille.api.sparql.search_engine import SearchingEngine
from maille.ontology.errors import UsageError
from maille.ontology.namespaces import PREFIXES, rebase_text
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import BINDINGS_FORMATS, GRAPH_FORMATS, QueryRequest
from maille.store.release import Release

_TABLE: Final = "table"
_PATIENCE: Final = 600.0
"""Seconds that a query waits for the search index, where it asks it and there is none yet."""
_BINDINGS: Final = {name: media for media, name in BINDINGS_FORMATS.items()}
_GRAPHS: Final = {name: media for media, name in GRAPH_FORMATS.items()}
_FORMATS: Final = (_TABLE, *_BINDINGS, *_GRAPHS)


def query(
    text: Annotated[
        str | None, typer.Argument(metavar="SPARQL", help="The query; `-` or nothing reads standard input.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="F.rq", help="Read the query from a file.")
    ] = None,
    release: Annotated[str | None, typer.Option(metavar="ID", help="Ask a kept release, not the current one.")] = None,
    output: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help=f"One of {', '.join(_FORMATS)}.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(min=0.001, help="Seconds the query may take.")] = None,
    home: HomeOption = None,
) -> None:
    """Answer a SPARQL query over a release: a table of rows, or Turtle for CONSTRUCT and DESCRIBE.

    The prefixes Maille uses (igeo, maille, skos, org, ...) need not be declared.
    """
    settings = settings_of(home=home, query_timeout=timeout)
    asked = release_of(home_of(home), release)
    request = QueryRequest(
        text=_with_prefixes(_text(text, file), asked.base_iri),
        bindings_format=_media(output, _BINDINGS, "json"),
        graph_format=_media(output, _GRAPHS, "ttl"),
        union_default_graph=settings.union_default_graph,
        timeout=settings.query_timeout,
    )
    media_type, body = asyncio.run(_answer(asked, request, settings))
    if media_type == _BINDINGS["json"] and output in (None, _TABLE):
        _show(body)
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()


async def _answer(release: Release, request: QueryRequest, settings: Settings) -> tuple[str, bytes]:
    engine = EmbeddedEngine.over(release.open_store(), release.id, base=release.base_iri)
    indexes = Indexes(release.path.parent.parent, engine, release.base_iri, patience=_PATIENCE)
    try:
        answering = federating(settings, SearchingEngine(engine, indexes, release.base_iri))
        answer = await answering.query(request)
        return answer.media_type, b"".join([chunk async for chunk in answer.chunks])
    finally:
        await indexes.close()
        await engine.close()


def _text(text: str | None, file: Path | None) -> str:
    if file is not None and text is not None:
        raise UsageError("give the query or --file, not both")
    try:
        if file is not None:
            return file.read_text(encoding="utf-8")
        return sys.stdin.read() if text in (None, "-") else str(text)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the query cannot be read: {error}") from error


def _with_prefixes(text: str, base: str) -> str:
    """Declare the prefixes of our table that a query uses and does not declare, on its first line."""
    missing = (
        name
        for name in PREFIXES
        if re.search(rf"(?<![\w:#-]){name}:", text) and not re.search(rf"(?i)prefix\s+{name}:", text)
    )
    return "".join(f"PREFIX {name}: <{rebase_text(PREFIXES[name], base)}> " for name in missing) + text


def _media(output: str | None, known: dict[str, str], default: str) -> str | None:
    if output is not None and output not in _FORMATS:
        raise UsageError(f"--format {output}: must be one of {', '.join(_FORMATS)}")
    return known[default] if output in (None, _TABLE) else known.get(output)


def _show(body: bytes) -> None:
    document = json.loads(body)
    if "boolean" in document:
        say(["yes" if document["boolean"] else "no"])
        return
    names = document["head"]["vars"]
    rows = [[row.get(name, {}).get("value", "") for name in names] for row in document["results"]["bindings"]]
    say_table(names, rows)
    say([f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"])
