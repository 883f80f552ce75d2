"""One query with SERVICE, evaluated clause by clause until none is left (SPARQL 1.1 Federated Query, section 2.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from tree_sitter import Node

from maille.ontology.errors import (
    QueryError,
    QueryRefused,
    QueryTimeout,
    QueryTooLarge,
    QueryTooLong,
    ServiceFailed,
    ServiceRefused,
)
from maille.store.federation_call import Cut, Failed
from maille.store.federation_context import Context, contexts
from maille.store.federation_gateway import Gateway, Sent
from maille.store.federation_notes import Note, Notes
from maille.store.federation_policy import Endpoint, Services
from maille.store.federation_results import BLANK, Row
from maille.store.federation_scope import certain, in_scope
from maille.store.federation_syntax import SERVICE, Tree, group_of, is_silent, service_name, walk
from maille.store.federation_text import Tables, local_query, remote_query

MOST_SERVICES: Final = 16
MOST_CHARACTERS: Final = 64 * 1024
MOST_TABLES: Final = 8 * 1024 * 1024
"""Bytes of the solutions of all SERVICE clauses of one query."""
_LOCAL_SHARE: Final = 0.4
"""Of the time that is left: what a local query may take before the pattern is sent as it is."""
_SILENT_SHARE: Final = 0.8
"""Of the time that is left: what a SILENT clause may take, so that the rest of the query is answered without it."""

Ask = Callable[[str, Sequence[str], float, int], Awaitable[list[Row]]]
"""Answers a query here: its text, its variables, the seconds it may take, the bytes of tables in it."""


class _Clause(NamedTuple):
    """A SERVICE clause that is to be evaluated next."""

    tree: Tree
    node: Node
    endpoint: Endpoint | None
    names: tuple[str, ...]
    contexts: list[Context]
    note: Note


class Evaluation:
    """Takes the SERVICE clauses out of one query.

    Args:
        text: the query.
        base: what its relative IRIs resolve against.
        services: who may be called.
        gateway: how.
        ask: answers queries here.
        deadline: on the clock of the gateway.
    """

    def __init__(
        self, text: str, base: str | None, services: Services, gateway: Gateway, ask: Ask, deadline: float
    ) -> None:
        self._text = text
        self._base = base
        self._services = services
        self._gateway = gateway
        self._ask = ask
        self._deadline = deadline
        self._tables = Tables()
        self.notes = Notes()

    async def run(self) -> tuple[str, int]:
        """Return the query with tables for its SERVICE clauses, and how many bytes these have.

        Raises ServiceRefused, ServiceFailed, QueryTooLarge, QueryTimeout, QuerySyntaxError.
        """
        # A long query takes a while to be read, and the web process has others to serve.
        await asyncio.to_thread(self._check)
        while clause := await asyncio.to_thread(self._next):
            rows = await self._solved(clause)
            stand_in = await asyncio.to_thread(self._tables.put, clause.names, rows)
            self._text = clause.tree.replaced(clause.node, stand_in)
            if self._tables.size > MOST_TABLES:
                raise QueryTooLarge(
                    f"The solutions of SERVICE have more than {MOST_TABLES:,} bytes: ask for fewer, or less of each."
                )
        return self._tables.filled(self._text), self._tables.size

    def _check(self) -> None:
        """Refuse what may not be called before anything is."""
        if len(self._text) > MOST_CHARACTERS:
            raise QueryTooLong(f"A query with SERVICE may have {MOST_CHARACTERS:,} characters at most.")
        tree = Tree(self._text)
        tree.query()
        clauses = [node for node in walk(tree.root) if node.type == SERVICE]
        if len(clauses) > MOST_SERVICES:
            raise QueryRefused(f"A query may hold SERVICE {MOST_SERVICES} times at most.")
        for clause in clauses:
            self._endpoint(tree, clause)

    def _endpoint(self, tree: Tree, clause: Node) -> tuple[str, Endpoint | None]:
        """Return IRI and endpoint of a clause; there is none where it is SILENT and not allowed."""
        named = service_name(clause)
        if named is None or named.type == "var":
            raise ServiceRefused("SERVICE needs the IRI of its endpoint: a variable names none.")
        iri = tree.iri(named, self._base)
        endpoint = self._services.get(iri)
        if endpoint is None and not is_silent(clause) and not self._passes(tree, clause, iri):
            self._gateway.counters.refused += 1
            known = ", ".join(f"<{one.iris[0]}>" for one in self._services.endpoints) or "none"
            raise ServiceRefused(f"SERVICE <{iri}> is not among the endpoints that may be called here: {known}.")
        return iri, endpoint

    def _passes(self, tree: Tree, clause: Node, iri: str) -> bool:
        """Return whether a clause is a matter of the endpoint whose clause it stands in."""
        parent = clause.parent
        while parent is not None and parent.type != SERVICE:
            parent = parent.parent
        named = service_name(parent) if parent is not None else None
        if named is None or named.type == "var":
            return False
        around = self._services.get(tree.iri(named, self._base))
        return around is not None and iri in around.passes

    def _next(self) -> _Clause | None:
        """Return the clause of which most is known here; one inside another comes before that."""
        tree = Tree(self._text)
        found: _Clause | None = None
        for node in walk(tree.root):
            if node.type != SERVICE or self._is_passed(tree, node) or self._holds_others(tree, node):
                continue
            clause = self._clause(tree, node)
            if found is None or (clause.contexts and not found.contexts):
                found = clause
        return found

    def _is_passed(self, tree: Tree, node: Node) -> bool:
        named = service_name(node)
        return named is not None and named.type != "var" and self._passes(tree, node, tree.iri(named, self._base))

    def _holds_others(self, tree: Tree, node: Node) -> bool:
        inside = (other for other in walk(node) if other.type == SERVICE and other.id != node.id)
        return any(not self._is_passed(tree, other) for other in inside)

    def _clause(self, tree: Tree, node: Node) -> _Clause:
        iri, endpoint = self._endpoint(tree, node)
        group = group_of(node)
        names = tuple(in_scope(group))
        known = contexts(tree, node, certain(group)) if endpoint is not None else []
        address = endpoint.address if endpoint else ""
        return _Clause(tree, node, endpoint, names, known, Note(tree.line(node), iri, address, is_silent(node)))

    async def _solved(self, clause: _Clause) -> Sequence[Row]:
        note, began = clause.note, self._gateway.now()
        self.notes.services.append(note)
        try:
            rows = await self._asked(clause)
        except (Failed, ServiceFailed) as error:
            if not note.silent:
                if self._left() <= 0:
                    raise QueryTimeout(f"SERVICE <{note.iri}> took all the time there was: {error}") from error
                raise ServiceFailed(f"SERVICE <{note.iri}>: {error}") from error
            note.error = str(error)
            # One solution that binds nothing (section 2.2).
            rows = [(None,) * len(clause.names)]
        finally:
            note.seconds = self._gateway.now() - began
        note.solutions = len(rows)
        return rows

    async def _asked(self, clause: _Clause) -> Sequence[Row]:
        if clause.endpoint is None:
            raise Failed("it is not among the endpoints that may be called here")
        self._gateway.counters.endpoint(clause.endpoint.name).services += 1
        bound, values = await self._values(clause, clause.endpoint)
        deadline = self._deadline
        if clause.note.silent:
            deadline = self._gateway.now() + _SILENT_SHARE * self._left()
        asking = _Asking(clause, clause.endpoint, self._gateway, self._tables, self._base, deadline)
        return await asking.all(bound, values)

    async def _values(self, clause: _Clause, endpoint: Endpoint) -> tuple[tuple[str, ...], list[Row] | None]:
        """Return what is known here of the variables of a clause; None where nothing is, or too much."""
        note = clause.note
        note.why = "nothing else of the query certainly binds its variables"
        best: tuple[tuple[str, ...], list[Row]] | None = None
        for context in clause.contexts:
            found = await self._known(clause, context, endpoint.max_bindings)
            if found is not None and (best is None or len(found[1]) < len(best[1])):
                best = found
        if best is None:
            return (), None
        note.bound, note.bindings = best[0], len(best[1])
        note.why = "their values are known here"
        return best

    async def _known(self, clause: _Clause, context: Context, most: int) -> tuple[tuple[str, ...], list[Row]] | None:
        text = self._tables.filled(local_query(clause.tree, context.names, context.pattern, most + 1))
        began = self._gateway.now()
        local: dict[str, object] = {"query": text}
        clause.note.local.append(local)
        try:
            rows = await self._ask(text, context.names, max(0.01, _LOCAL_SHARE * self._left()), self._tables.size)
        except QueryError as error:
            # The pattern is sent as it is; what is wrong with the query itself, it will say at last.
            clause.note.why = f"which values they have here is not known: {error}"
            local["error"] = str(error)
            return None
        local |= {"rows": len(rows), "seconds": round(self._gateway.now() - began, 4)}
        if len(rows) > most:
            clause.note.why = f"more than {most:,} sets of values are known here"
            return None
        kept = [n for n in range(len(context.names)) if all(row[n] is not None for row in rows)]
        if not kept:
            clause.note.why = "not every solution binds them here"
            return None
        narrowed = dict.fromkeys(tuple(row[n] for n in kept) for row in rows)
        # No solution from elsewhere has a blank node of ours.
        return tuple(context.names[n] for n in kept), [row for row in narrowed if not _has_blank(row)]

    def _left(self) -> float:
        return self._deadline - self._gateway.now()


class _Asking:
    """Asks an endpoint for the solutions of one clause."""

    def __init__(
        self,
        clause: _Clause,
        endpoint: Endpoint,
        gateway: Gateway,
        tables: Tables,
        base: str | None,
        deadline: float,
    ) -> None:
        self._clause = clause
        self._endpoint = endpoint
        self._gateway = gateway
        self._tables = tables
        self._base = base
        self._deadline = deadline
        self._count = 0

    async def all(self, bound: tuple[str, ...], values: list[Row] | None) -> list[Row]:
        """Return the solutions that go with `values`, or all where these are None."""
        if values is None:
            return await self._part((), [])
        parts = _batches(values, self._endpoint.batch)
        tasks = [asyncio.ensure_future(self._part(bound, part)) for part in parts]
        try:
            found = await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise
        return [row for part in found for row in part]

    async def _part(self, bound: tuple[str, ...], values: list[Row]) -> list[Row]:
        clause = self._clause
        text = remote_query(clause.tree, clause.node, clause.names, bound, values, self._base)
        try:
            rows, sent = await self._gateway.ask(
                self._endpoint, self._tables.filled(text), clause.names, self._deadline
            )
        except Cut:
            if len(values) < 2:
                raise
            # Half as much is asked for at a time, until nothing is cut.
            half = len(values) // 2
            return [*await self._part(bound, values[:half]), *await self._part(bound, values[half:])]
        self._note(sent)
        return list(rows)

    def _note(self, sent: Sent) -> None:
        self._clause.note.requests.append(sent)
        self._count += sent.rows
        if self._count > self._endpoint.max_rows:
            raise Failed(f"its answers have more than {self._endpoint.max_rows:,} rows (max_rows)", blamed=False)


def _batches(values: list[Row], size: int) -> list[list[Row]]:
    return [values[at : at + size] for at in range(0, len(values), size)]


def _has_blank(row: Row) -> bool:
    return any(term is not None and term.startswith(BLANK) for term in row)
