"""Queries with SERVICE, made at random, and an endpoint in this process that answers them."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad, QueryResultsFormat, Store

from maille.store.embedded import EmbeddedEngine
from maille.store.engine import QueryRequest
from maille.store.federation import FederatingEngine
from maille.store.federation_call import Caller, Cut, Reply
from maille.store.federation_gateway import Gateway
from maille.store.federation_notes import Notes
from maille.store.federation_policy import Endpoint, Services
from maille.store.federation_results import rows_of
from maille.store.web_connection import Watch

REMOTE = "http://remote.example/sparql"
GRAPH = "urn:remote"
HERE = "urn:here"
VARIABLES = ("?a", "?b", "?c", "?d")
MADE = ("?e", "?f")
PREDICATES = ("<urn:p>", "<urn:q>")
VALUES = tuple(f"<urn:{n}>" for n in range(4))


@dataclass(frozen=True, slots=True)
class InProcess(Caller):
    """Answers what an endpoint would, from a store of this process."""

    store: Store = field(default_factory=Store)
    asked: list[str] = field(default_factory=list)

    def call(
        self,
        endpoint: Endpoint,
        query: str,
        variables: Sequence[str],
        blank: str,
        seconds: float,
        began: Callable[[Watch], None],
    ) -> Reply:
        """Answer a query."""
        self.asked.append(query)
        body = io.BytesIO()
        self.store.query(query).serialize(body, format=QueryResultsFormat.JSON)  # type: ignore[union-attr]
        rows = tuple(rows_of(body.getvalue(), variables, blank))
        if len(rows) in endpoint.truncates_at:
            raise Cut("cut")
        return Reply(rows, len(query), len(body.getvalue()), 0.0)


def endpoint(**options: object) -> Endpoint:
    """Return the endpoint that queries call."""
    return Endpoint("remote", (REMOTE,), REMOTE, rate=1e6, concurrency=8, **options)  # type: ignore[arg-type]


def federated(local: Store, remote: Store, query: str, **options: object) -> tuple[list[str], Notes]:
    """Return the solutions of a query, sorted, and what was done for it."""

    async def run() -> tuple[list[str], Notes]:
        gateway = Gateway("http://base.example/", caller=InProcess(store=remote))
        engine = FederatingEngine(EmbeddedEngine.over(local, "r"), Services((endpoint(**options),)), gateway)
        request = QueryRequest(query, bindings_format="text/tab-separated-values", union_default_graph=False)
        answer, notes = await engine.explained(request)
        lines = b"".join([chunk async for chunk in answer.chunks]).decode().splitlines()
        return sorted(_by_name(lines)), notes

    return asyncio.run(run())


def plain(local: Store, remote: Store, query: str) -> list[str]:
    """Return the solutions of the same query where the other endpoint is a graph of the same store."""
    merged = Store()
    merged.extend(local)
    merged.extend(Quad(quad.subject, quad.predicate, quad.object, NamedNode(GRAPH)) for quad in remote)
    body = io.BytesIO()
    text = query.replace(f"SERVICE <{REMOTE}>", f"GRAPH <{GRAPH}>")
    merged.query(text).serialize(body, format=QueryResultsFormat.TSV)  # type: ignore[union-attr]
    return sorted(_by_name(body.getvalue().decode().splitlines()))


def _by_name(lines: Sequence[str]) -> list[str]:
    names = lines[0].split("\t")
    order = sorted(range(len(names)), key=lambda at: names[at])
    rows = [line.split("\t") for line in lines[1:]]
    return [" ".join(f"{names[at]}={row[at]}" for at in order) for row in rows]


class Maker:
    """Makes queries and data from a number."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311

    def stores(self) -> tuple[Store, Store]:
        """Return a store for here, and one for there."""
        return self._store((None, NamedNode(HERE))), self._store((None,))

    def query(self) -> str:
        """Return a query with SERVICE in it."""
        while True:
            body = self._group(3, inside=False)
            if REMOTE in body:
                break
        form = self._dice.choice(["SELECT *", "SELECT *", "SELECT DISTINCT ?a ?b", "SELECT ?a (COUNT(*) AS ?n)"])
        return f"{form} WHERE {body}" + (" GROUP BY ?a" if "COUNT" in form else "")

    def _store(self, graphs: Sequence[NamedNode | None]) -> Store:
        store = Store()
        for _ in range(self._dice.randrange(6, 16)):
            subject, object_ = (NamedNode(self._dice.choice(VALUES)[1:-1]) for _ in range(2))
            predicate = NamedNode(self._dice.choice(PREDICATES)[1:-1])
            store.add(Quad(subject, predicate, object_, self._dice.choice(graphs)))
        return store

    def _group(self, depth: int, *, inside: bool) -> str:
        pick, dice = [self._triples], self._dice
        if depth:
            pick += [self._triples, self._optional, self._optional, self._union, self._minus, self._inner, self._bind]
            pick += [self._filter, self._exists, self._select, self._values]
            pick += [self._service] * (4 if not inside else 2) + [self._here] * 2
        found = [dice.choice(pick)(depth - 1, inside) for _ in range(dice.choice([1, 2, 2, 2, 3]))]
        return f"{{ {' '.join(found)} }}"

    def _triples(self, _depth: int, _inside: bool) -> str:
        dice = self._dice
        subject = dice.choice(VARIABLES)
        predicate = dice.choice([*PREDICATES, *PREDICATES, *PREDICATES, "<urn:p>/<urn:q>"])
        return f"{subject} {predicate} {dice.choice([*VARIABLES, *VARIABLES, *MADE, VALUES[1]])} ."

    def _optional(self, depth: int, inside: bool) -> str:
        return f"OPTIONAL {self._group(depth, inside=inside)}"

    def _union(self, depth: int, inside: bool) -> str:
        return f"{self._group(depth, inside=inside)} UNION {self._group(depth, inside=inside)}"

    def _minus(self, depth: int, inside: bool) -> str:
        return f"MINUS {self._group(depth, inside=inside)}"

    def _inner(self, depth: int, inside: bool) -> str:
        return self._group(depth, inside=inside)

    def _here(self, depth: int, inside: bool) -> str:
        return self._triples(depth, inside) if inside else f"GRAPH <{HERE}> {self._group(depth, inside=inside)}"

    def _service(self, depth: int, _inside: bool) -> str:
        return f"SERVICE <{REMOTE}> {self._group(depth, inside=True)}"

    def _values(self, _depth: int, _inside: bool) -> str:
        first, second = self._dice.sample(VARIABLES, 2)
        cells = [self._dice.choice([*VALUES, "UNDEF"]) for _ in range(4)]
        return f"VALUES ({first} {second}) {{ ({cells[0]} {cells[1]}) ({cells[2]} {cells[3]}) }}"

    def _bind(self, _depth: int, _inside: bool) -> str:
        source = self._dice.choice(VARIABLES)
        target = self._dice.choice([*MADE, *MADE, *VARIABLES])
        made = self._dice.choice([source, f"COALESCE({source}, <urn:2>)", f"IF({source} = <urn:1>, 1/0, {source})"])
        return f"BIND({made} AS {target})"

    def _filter(self, _depth: int, _inside: bool) -> str:
        first, second = self._dice.sample(VARIABLES, 2)
        return self._dice.choice(
            [f"FILTER({first} != {second})", f"FILTER({first} = <urn:1>)", f"FILTER(!BOUND({first}))"]
        )

    def _exists(self, depth: int, inside: bool) -> str:
        return f"FILTER {self._dice.choice(['', 'NOT '])}EXISTS {self._group(min(depth, 1), inside=inside)}"

    def _select(self, depth: int, inside: bool) -> str:
        first, second = self._dice.sample(VARIABLES, 2)
        body = self._group(depth, inside=inside)
        form = self._dice.choice([f"{first}", f"DISTINCT {first} {second}", "*", f"{first} (COUNT(*) AS {second})"])
        end = f" GROUP BY {first}" if "COUNT" in form else ""
        return f"{{ SELECT {form} WHERE {body}{end} }}"
