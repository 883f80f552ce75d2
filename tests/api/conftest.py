"""What tests of the web share: a small graph in the real model, and a client that talks to the application directly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from pyoxigraph import RdfFormat, Store
from starlette.types import ASGIApp, Receive, Scope, Send

from maille.api.app import create_app
from maille.api.settings import Settings
from tests.engines import Tenant, engine_over

DATA = Path(__file__).parent.parent / "data" / "web.trig"
RELEASE = "test"


class _Raw:
    """Puts bytes in the place of the address, as a server would get them."""

    def __init__(self, app: ASGIApp, options: dict[str, object]) -> None:
        self._app = app
        self._raw: tuple[bytes, bytes] | None = options.pop("raw", None)  # type: ignore[assignment]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if self._raw is not None:
            path, query = self._raw
            text = unquote(path.decode("utf-8", "replace"))
            scope = {**scope, "raw_path": path, "path": text, "query_string": query}
        await self._app(scope, receive, send)


class Client:
    """A client of an application in this process; each call is one request in an event loop of its own."""

    def __init__(self, store: Store, settings: Settings, release: str = RELEASE) -> None:
        self.app = create_app(settings, engine_over(store, release, settings.base_iri))

    def __call__(self, method: str, address: str, **options: object) -> httpx.Response:
        """Send one request and return the whole response."""
        return asyncio.run(self._send(method, address, options))

    def get(self, address: str, accept: str | None = None, **headers: str) -> httpx.Response:
        """Send a GET; without `accept` no Accept header goes out."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self("GET", address, headers=sent | ({"accept": accept} if accept is not None else {}))

    def select(self, query: str, **parameters: str) -> httpx.Response:
        """Send a query by GET and ask for results in JSON."""
        accept = {"accept": "application/sparql-results+json"}
        return self("GET", "/sparql", params={"query": query, **parameters}, headers=accept)

    def raw(self, path: bytes, query: bytes = b"") -> httpx.Response:
        """Send a GET of bytes that a client of good manners would mend first."""
        return asyncio.run(self._send("GET", "/", {"raw": (path, query)}))

    def undecoded(self, address: str, coding: str) -> bytes:
        """Return the body of a GET as it comes over the wire."""

        async def run() -> bytes:
            transport = httpx.ASGITransport(self.app)
            async with (
                self._there(),
                httpx.AsyncClient(transport=transport, base_url="http://test") as client,
                client.stream("GET", address, headers={"accept-encoding": coding}) as response,
            ):
                return b"".join([part async for part in response.aiter_raw()])

        return asyncio.run(run())

    async def _send(self, method: str, address: str, options: dict[str, object]) -> httpx.Response:
        app = _Raw(self.app, options)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with self._there(), httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for name in ("accept", "accept-encoding"):
                client.headers.pop(name)
            return await client.request(method, address, **options)  # type: ignore[arg-type]

    @asynccontextmanager
    async def _there(self) -> AsyncIterator[None]:
        """Have a server, where one answers, hold the store of this client for the length of a request."""
        engine = getattr(self.app, "context", None) and self.app.context.engine.behind
        if not isinstance(engine, Tenant):
            yield
            return
        try:
            await engine.ready()
            if type(self) is Client and self.app.context.indexes is not None:
                # What is under way ends with the event loop of a request: the index would never be made.
                await self.app.context.indexes.get(engine.release)
            yield
        finally:
            await engine.idle()


@pytest.fixture(scope="session")
def web_store() -> Store:
    """Return the small graph; only to be read."""
    store = Store()
    store.bulk_load(path=str(DATA), format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Return the default settings, whatever the environment says."""
    return Settings(
        home=Path("nowhere"), base_iri="https://w3id.org/maille/", public_url=None, union_default_graph=True
    )


@pytest.fixture(scope="session")
def client(web_store: Store, settings: Settings) -> Client:
    """Return a client of an application over the small graph."""
    return Client(web_store, settings)
