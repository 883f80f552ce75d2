"""A client of an application that takes writes, over a home of its own with the small graph of the web tests."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from pyoxigraph import RdfFormat, Store

from maille.api.app import create_app
from maille.api.settings import Settings
from maille.ontology import iris
from maille.ontology.namespaces import BASE
from maille.ontology.terms import PROV
from maille.store.dump import line_of
from maille.store.embedded import EmbeddedEngine
from maille.store.release import Draft, Home, Release
from tests.engines import NAME, engine_over

from .conftest import DATA, Client

TOKEN = "a-token-of-the-tests"
BEARER = {"authorization": f"Bearer {TOKEN}"}
UPDATE = {"content-type": "application/sparql-update"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
TURTLE = {"content-type": "text/turtle"}
COG = f"{BASE}graph/cog/2026"
MINE = "http://example.org/graphs/mine"
NOTE = b'<http://example.org/a> <http://example.org/p> "a" .'


def about(graph: str, **more: str) -> str:
    """Return the address of a graph that is named indirectly."""
    return "/graph-store?" + urlencode({"graph": graph, **more})


ABOUT_MINE = about(MINE)


def home_in(folder: Path, base: str = BASE) -> Home:
    """Return a home with the small graph, whose two graphs are said to be derived from their sources."""
    store = Store()
    store.bulk_load(path=str(DATA), format=RdfFormat.TRIG)
    meta = iris.graph("meta")
    derived = [
        f"{iris.graph(*name)} {PROV.wasDerivedFrom} {iris.source(*name)} {meta} ."
        for name in (("cog", "2026"), ("study", "2020-06"))
    ]
    home = Home(folder)
    home.publish(Draft([*map(line_of, store), *derived], None, base_iri=base, with_store=False))
    return home


class Writable(Client):
    """A client with the token; `stranger` sends requests without."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        base = settings.setdefault("base_iri", BASE)
        self.home = home_in(folder, base)
        chosen: dict[str, Any] = {"home": folder, "public_url": None, "union_default_graph": True, "token": TOKEN}
        release = self.current
        self.engine = (
            EmbeddedEngine(self.home) if NAME == "embedded" else engine_over(release.load_memory(), release.id, base)
        )
        self.app = create_app(Settings(**chosen | settings), self.engine)
        if NAME == "embedded":
            asyncio.run(self.engine.start())

    def __call__(self, method: str, address: str, **options: Any) -> httpx.Response:
        """Send one request with the token."""
        return self.stranger(method, address, **{**options, "headers": BEARER | (options.get("headers") or {})})

    def stranger(self, method: str, address: str, **options: Any) -> httpx.Response:
        """Send one request as it is."""
        return super().__call__(method, address, **options)

    def update(self, text: str, **headers: str) -> httpx.Response:
        """Send an update by POST directly."""
        return self("POST", "/sparql", content=text.encode(), headers=UPDATE | headers)

    def put(self, address: str, document: bytes, **headers: str) -> httpx.Response:
        """PUT a document, Turtle by default."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self("PUT", address, content=document, headers=TURTLE | sent)

    def post(self, address: str, document: bytes, **headers: str) -> httpx.Response:
        """POST a document, Turtle by default."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self("POST", address, content=document, headers=TURTLE | sent)

    def values(self, pattern: str) -> list[str]:
        """Return the values of `?v` in a pattern, sorted."""
        rows = json.loads(self.select(f"SELECT ?v WHERE {{ {pattern} }}").text)["results"]["bindings"]
        return sorted(row["v"]["value"] for row in rows)

    def triples(self, address: str) -> list[str]:
        """Return the statements of a graph, sorted."""
        response = self("GET", address, headers={"accept": "application/n-triples"})
        assert response.status_code == 200, response.text
        return sorted(line for line in response.text.split("\n") if line)

    @property
    def current(self) -> Release:
        """The release that is current on the disk."""
        release = self.home.current()
        assert release is not None
        return release

    @property
    def now(self) -> str:
        """Id of the release that is served."""
        return self.current.id if NAME == "embedded" else self.engine.release
