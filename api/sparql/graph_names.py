"""Which graph a request is about (SPARQL 1.1 Graph Store HTTP Protocol, section 4).

Indirectly, `?graph=` or `?default` on `/graph-store`; directly, an address of this server that names a graph, which is
`/graph/<name>` as everywhere else here, or any address below `/graph-store/`. A name is under the base IRI of the
deployment, whatever host is asked, and never under the address that was used to reach it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from pyoxigraph import NamedNode
from starlette.types import Scope

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.body import header
from maille.api.http.security import shown_path
from maille.api.sparql.protocol import Fields, single
from maille.store.change import SCRATCH

STORE_PATH: Final = "/graph-store"
PLACES: Final = ("graph/", "graph-store/")
"""What stands after the base IRI in the name of a graph that this server answers for directly."""

_READING: Final = frozenset({"format", "release"})
_NAMING: Final = frozenset({"graph", "default"})


@dataclass(frozen=True, slots=True)
class Target:
    """A graph that a request is about.

    Attributes:
        graph: its IRI, None for the default graph.
        path: where it is read on this server, without a root path.
        by_host: whether its name was found by the Host header.
    """

    graph: str | None
    path: str
    by_host: bool = False


def indirect(context: AppContext, scope: Scope, fields: Fields) -> Target | None:
    """Return what `fields` name, None where they name nothing: then it is the Graph Store itself.

    Raises RequestRefused where they name two things, or anything that is no absolute IRI (section 4.2).
    """
    _check_known(fields, _READING | _NAMING)
    graph, default = single(fields, "graph"), single(fields, "default")
    if graph is not None and default is not None:
        raise RequestRefused("bad-request", "A request is about `graph` or about `default`, not about both.")
    if default is not None:
        return Target(None, f"{STORE_PATH}?default")
    return None if graph is None else _named(context, scope, graph)


def direct(context: AppContext, scope: Scope, fields: Fields) -> Target:
    """Return the graph that the address itself names; raises RequestRefused where `fields` name one besides."""
    _check_known(fields, _READING)
    root = str(scope.get("root_path", "")).rstrip("/")
    path = shown_path(scope).removeprefix(root)
    return target_of(context, context.canonical(path))


def target_of(context: AppContext, iri: str) -> Target:
    """Return a named graph as a target; raises RequestRefused where `iri` cannot be a name."""
    _check(iri)
    local = context.local(iri) if iri.startswith(context.settings.base_iri) else iri
    if local.startswith(tuple(f"/{place}" for place in PLACES)):
        return Target(iri, local)
    return Target(iri, f"{STORE_PATH}?graph={quote(iri, safe='')}")


def _named(context: AppContext, scope: Scope, iri: str) -> Target:
    _check(iri)
    path = _path_here(context, scope, iri)
    if path is None:
        return target_of(context, iri)
    found = target_of(context, context.canonical(path))
    return Target(found.graph, found.path, by_host=True)


def _path_here(context: AppContext, scope: Scope, iri: str) -> str | None:
    """Return the path, where `iri` is the address at which this very server is asked for a graph.

    The IRI in the query and the address stand for the same graph (section 4.2), and the address is no name here.
    """
    parts = urlsplit(iri)
    public = urlsplit(context.settings.public_url or "")
    hosts = {(header(scope, b"host") or "").lower(), public.netloc.lower()} - {""}
    root = str(scope.get("root_path", "")).rstrip("/")
    path = parts.path.removeprefix(root).lstrip("/")
    own = parts.scheme.lower() in {"http", "https"} and parts.netloc.lower() in hosts and not parts.query
    if own and path.startswith(PLACES) and not iri.startswith(context.settings.base_iri):
        return "/" + path
    return None


def _check_known(fields: Fields, known: frozenset[str]) -> None:
    unknown = sorted({name for name, _ in fields} - known)
    if unknown:
        raise RequestRefused("bad-request", f"Of a graph at this address, `{unknown[0][:40]}` is no parameter.")


def _check(iri: str) -> None:
    try:
        NamedNode(iri)
    except ValueError:
        raise RequestRefused("bad-request", "`graph` is no absolute IRI.") from None
    if "#" in iri:
        # An absolute IRI has no fragment (RFC 3987, section 2.2).
        raise RequestRefused("bad-request", "`graph` is an IRI without a fragment.")
    if iri == SCRATCH:
        raise RequestRefused("bad-request", "No graph can have this name.")
