"""From an official number to the thing it names: `/siren/...`, `/siret/...`, `/insee/...` (RFC 9110, section 15.4.4).

The answer is a 303; an ill-formed number is a 400, one the graph does not know a 404. A former or delegated code
leads to the commune of today, and the answer says so: in its `Link` header, in its body, and to a person by `?from=`
in the address.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.entities.commune_codes import CANDIDATES, Found, found_commune, kind_order
from maille.api.errors import RequestRefused
from maille.api.http.conditional import caching
from maille.api.http.kept import PARAMETER, context_of
from maille.api.http.negotiation import choose
from maille.loaders import identifiers
from maille.ontology import iris

Lookup = Callable[["Lookups", str], Awaitable[Found]]

_EXISTING: Final = "SELECT DISTINCT ?thing WHERE { VALUES ?thing { UNDEF } ?thing a ?class }"
_BY_SIREN: Final = "SELECT DISTINCT ?thing WHERE { VALUES ?number { UNDEF } ?thing maille:siren ?number }"
_BY_SIRET: Final = "SELECT DISTINCT ?thing WHERE { VALUES ?number { UNDEF } ?thing maille:siret ?number }"


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the routes of the look-ups."""
    paths: dict[str, Lookup] = {
        "/siren/{number}": Lookups.siren,
        "/siret/{number}": Lookups.siret,
        "/insee/commune/{number}": Lookups.commune,
        "/insee/departement/{number}": Lookups.departement,
        "/insee/region/{number}": Lookups.region,
        "/insee/epci/{number}": Lookups.epci,
    }
    return [Route(path, _handler(context, lookup), name=path) for path, lookup in paths.items()]


class Lookups:
    """One method a kind of number; each raises InvalidIdentifier, or RequestRefused where nothing has it."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    async def siren(self, text: str) -> Found:
        """Find what a SIREN names: an organisation, or a territory that has one."""
        number = identifiers.siren(text)
        return self._first(await self._things(_BY_SIREN, number=Literal(number)), f"SIREN {number}")

    async def siret(self, text: str) -> Found:
        """Find the site a SIRET names."""
        number = identifiers.siret(text)
        return self._first(await self._things(_BY_SIRET, number=Literal(number)), f"SIRET {number}")

    async def commune(self, text: str) -> Found:
        """Find the commune of today that a code of a commune, of whatever kind and time, leads to."""
        code = identifiers.commune_code(text)
        rows = await self._context.select(CANDIDATES, code=Literal(code))
        found = found_commune(code, rows)
        if found is None:
            raise _unknown(f"commune code {code}")
        return found

    async def departement(self, text: str) -> Found:
        """Find a département, or an overseas collectivity that counts as one."""
        code = identifiers.departement_code(text)
        return await self._named(f"département code {code}", iris.thing("departement", code))

    async def region(self, text: str) -> Found:
        """Find a région."""
        code = identifiers.region_code(text)
        return await self._named(f"région code {code}", iris.thing("region", code))

    async def epci(self, text: str) -> Found:
        """Find an EPCI, or an EPT of the Métropole du Grand Paris."""
        number = identifiers.siren(text)
        return await self._named(f"EPCI {number}", iris.thing("epci", number), iris.thing("ept", number))

    async def _named(self, what: str, *names: NamedNode) -> Found:
        return self._first(await self._things(_EXISTING, thing=names), what)

    async def _things(self, query: str, **values: Literal | Sequence[NamedNode]) -> list[NamedNode]:
        rows = await self._context.select(query, **values)
        return [row["thing"] for row in rows if isinstance(row["thing"], NamedNode)]

    def _first(self, things: Sequence[NamedNode], what: str) -> Found:
        if not things:
            raise _unknown(what)
        first, *others = sorted(things, key=lambda thing: (kind_order(thing), thing.value))
        return Found(first, what, also=tuple(others))


def _unknown(what: str) -> RequestRefused:
    return RequestRefused("not-found", f"Nothing in the graph has {what}.")


def _handler(context: AppContext, lookup: Lookup) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        asked = context_of(context, request)
        found = await lookup(Lookups(asked), request.path_params["number"])
        return _see_other(asked, request, found)

    return handle


def _see_other(context: AppContext, request: Request, found: Found) -> Response:
    root = str(request.scope.get("root_path", "")).rstrip("/")
    kept = {"from": found.former_code, PARAMETER: context.asked}
    query = urlencode({name: value for name, value in kept.items() if value})
    location = root + context.local(found.thing) + (f"?{query}" if query else "")
    links = [f'<{context.published(thing)}>; rel="predecessor-version"' for thing in found.former]
    headers = {"Location": location, "Vary": "Accept", "Cache-Control": caching(context)["Cache-Control"]}
    if links:
        headers["Link"] = ", ".join(links)
    if choose(request.headers.get("accept"), ("application/json", "text/plain")) == "text/plain":
        text = "".join(f"{line}\n" for line in (context.published(found.thing), found.note) if line)
        return Response(text, 303, headers, "text/plain; charset=utf-8")
    return Response(
        json.dumps(_members(context, found), indent=2, ensure_ascii=False) + "\n", 303, headers, "application/json"
    )


def _members(context: AppContext, found: Found) -> dict[str, object]:
    members: dict[str, object] = {"asked": found.asked, "thing": context.published(found.thing)}
    if found.former:
        members["formerly"] = [context.published(thing) for thing in found.former]
    if found.also:
        members["also"] = [context.published(thing) for thing in found.also]
    return members | ({"note": found.note} if found.note else {})
