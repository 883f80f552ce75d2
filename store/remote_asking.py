"""Questions to one server, and what is peculiar to it: the servers that are known are told by their `Server` header.

Virtuoso 7 was tried: it cuts results silently (`X-SPARQL-MaxRows`), gives what it has when its time is over
(`X-SQL-State: S1TAT`), answers ASK with a row, writes booleans as numbers in JSON, merges FROM with the data set of the
request and lets GRAPH see every graph where no named one is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import aiohttp
from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from maille.ontology.errors import QueryTimeout, StoreFailed
from maille.store.engine import QueryForm
from maille.store.remote_http import Connection, RemoteStore
from maille.store.remote_results import cut
from maille.store.remote_state import OURS
from maille.store.remote_text import limit_of, selecting
from maille.store.within import within

Pairs = list[tuple[str, str]]
Rows = list[tuple[object, ...]]

_XML: Final = "application/sparql-results+xml"
_EITHER: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_GRAPH: Final = "application/n-triples, text/turtle;q=0.5, application/rdf+xml;q=0.3"
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_PATIENCE: Final = 30.0
_VIRTUOSO_ROWS: Final = 10_000
"""`ResultSetMaxRows` as packaged."""
_NONE: Final = "urn:x-maille:published:none"
_MARGIN: Final = 0.5


class Server:
    """One SPARQL server.

    Args:
        store: where it is.
    """

    def __init__(self, store: RemoteStore) -> None:
        self.store = store
        self.connection = Connection(store)
        self.is_virtuoso = False
        self.is_atomic = False

    @property
    def page(self) -> int | None:
        """Rows that may be asked for at a time, None where there is no limit."""
        limit = self.store.max_rows or (_VIRTUOSO_ROWS if self.is_virtuoso else None)
        return None if limit is None else max(1, limit - 1)

    @property
    def drop(self) -> bytes:
        """What is to be left out of its answers: Virtuoso writes labels of blank nodes as IRIs of its own."""
        return b"nodeID://" if self.is_virtuoso else b""

    def limit_for(self, text: str) -> int | None:
        """Return the rows at which an answer may be cut; None where it asks for fewer, or nothing is cut."""
        limit = self.store.max_rows or (_VIRTUOSO_ROWS if self.is_virtuoso else None)
        asked = None if limit is None else limit_of(text)
        return None if limit is None or (asked is not None and asked <= limit) else limit

    def whole(self, dataset: Pairs) -> Pairs:
        """Return the data set of a request so that it is all of it: no named graph means none, not every one."""
        if any(name == "named-graph-uri" for name, _ in dataset):
            return dataset
        return [*dataset, ("named-graph-uri", _NONE)]

    def with_graphs(self, dataset: Pairs, named: Iterable[str]) -> Pairs:
        """Return a data set of ours with the graphs that a query names, which are not there, as empty ones.

        Virtuoso counts one row where it can tell beforehand that there is none.
        """
        if not self.is_virtuoso:
            return dataset
        more = {("named-graph-uri", iri) for iri in named if not iri.startswith(OURS)}
        return [*dataset, *sorted(more.difference(dataset))]

    async def ask(
        self, form: QueryForm, text: str, fields: Pairs, timeout: float, *, reported: bool = False
    ) -> aiohttp.ClientResponse:
        """Ask a query; `reported`: rows are to be counted. Raises the QueryError tree."""
        if self.is_virtuoso and form == "ASK":
            text = selecting(text)
        asked = [("query", text), *fields]
        if self.is_virtuoso:
            # Its own deadline: it does not look whether anybody is still there.
            asked.append(("timeout", str(int((timeout + _MARGIN) * 1000))))
        solutions = _XML if reported or self.is_virtuoso else _EITHER
        headers = {"Accept": solutions if form in {"SELECT", "ASK"} else _GRAPH, **_FORM}
        response = await self.connection.post(self.store.query, asked, headers, timeout)
        name = response.headers.get("Server", "")
        self.is_virtuoso, self.is_atomic = "Virtuoso" in name, "Oxigraph" in name
        if response.headers.get("X-SQL-State", "").startswith(("S1TAT", "S1T00")):
            response.close()
            raise QueryTimeout("The store stopped the query: it took too long there.")
        limit = response.headers.get("X-SPARQL-MaxRows", "")
        if limit.isdecimal() and reported:
            response.close()
            raise cut(int(limit))
        return response

    async def rows(self, text: str, names: Sequence[str], fields: Iterable[tuple[str, str]] = ()) -> Rows:
        """Return the solutions of a SELECT of ours, with None for what is not bound."""
        rows, found = await self.table(text, fields)
        at = [found.index(name) if name in found else -1 for name in names]
        return [tuple(row[index] if index >= 0 else None for index in at) for row in rows]

    async def table(
        self, text: str, fields: Iterable[tuple[str, str]] = (), timeout: float = _PATIENCE
    ) -> tuple[Rows, list[str]]:
        """Return the solutions of a SELECT whole, and its variables; raises AnswerCut where they are not."""
        limit = self.limit_for(text)
        response = await self.ask("SELECT", text, list(fields), timeout, reported=limit is not None)
        try:
            body = await within(timeout, response.read())
        except TimeoutError:
            response.close()
            raise QueryTimeout(f"The store did not answer within {timeout:g} s.") from None
        except (aiohttp.ClientError, OSError) as error:
            response.close()
            raise StoreFailed("The store closed the connection before its answer was complete.") from error
        rows, names = _table(body.replace(self.drop, b"") if self.drop else body, response.content_type)
        if limit is not None and len(rows) >= limit:
            raise cut(limit)
        return rows, names

    async def any_row(self, text: str, fields: Pairs, timeout: float) -> bool:
        """Return whether a SELECT has a solution."""
        rows, _ = await self.table(text, fields, timeout)
        return bool(rows)

    async def update(self, text: str, timeout: float = _PATIENCE) -> None:
        """Send an update."""
        if self.store.update is None:
            raise StoreFailed("The store is only read: see MAILLE_STORE_UPDATE.")
        headers = {"Content-Type": "application/sparql-update"}
        response = await self.connection.post(self.store.update, text.encode(), headers, timeout)
        try:
            await within(timeout, response.read())
        except TimeoutError:
            raise QueryTimeout(f"The store did not answer within {timeout:g} s.") from None
        except (aiohttp.ClientError, OSError) as error:
            raise StoreFailed("The store closed the connection before its answer was complete.") from error
        finally:
            response.release()

    async def close(self) -> None:
        """Close every connection."""
        await self.connection.close()


def _table(body: bytes, content_type: str) -> tuple[Rows, list[str]]:
    syntax = QueryResultsFormat.XML if "xml" in content_type else QueryResultsFormat.JSON
    try:
        solutions = parse_query_results(body, format=syntax)
        if isinstance(solutions, QuerySolutions):
            names = [variable.value for variable in solutions.variables]
            return [tuple(solution[index] for index in range(len(names))) for solution in solutions], names
    except (SyntaxError, ValueError) as error:
        raise StoreFailed(f"The store sent what is no answer: {str(error)[:120]}") from error
    raise StoreFailed("The store answered SELECT with a boolean.")
