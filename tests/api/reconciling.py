"""What tests of the reconciliation service share: an application over a small graph with homonyms, and questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
from pyoxigraph import RdfFormat, Store

from maille.api.settings import Settings

from .conftest import Client

DATA = Path(__file__).parent.parent / "data" / "reconcile.trig"
BASE = "https://w3id.org/maille/"
SERVICE = "/reconcile/fr"
PARIS = "id/commune/75056"
SAINT_DENIS = "id/commune/93066"
SERRE = "id/structure/grande-serre-00000001"
OTHER_SERRE = "id/structure/grande-serre-00000002"
PHARE = "id/structure/petit-phare-00000003"
CDE = "id/organisation/552081317"


class Service:
    """A client that speaks of queries and candidates."""

    def __init__(self, base: str = BASE, public_url: str | None = None) -> None:
        store = Store()
        store.bulk_load(DATA.read_bytes().replace(BASE.encode(), base.encode()), format=RdfFormat.TRIG)
        self.client = Client(store, Settings(home=Path("nowhere"), base_iri=base, public_url=public_url))

    def post(self, fields: dict[str, str], path: str = SERVICE) -> httpx.Response:
        """Send a form."""
        return self.client("POST", path, data=fields)

    def get(self, path: str = "", **params: str) -> httpx.Response:
        """Send a GET under the service in French."""
        return self.client("GET", path if path.startswith("/reconcile") else SERVICE + path, params=params)

    def batch(self, queries: dict[str, Any], path: str = SERVICE) -> Any:
        """Return the answer to a batch."""
        response = self.post({"queries": json.dumps(queries)}, path)
        assert response.status_code == 200, response.text
        return response.json()

    def ask(self, text: str | None = None, kind: object = None, **more: Any) -> list[dict[str, Any]]:
        """Return the candidates of one query; what is no field of a query is a property."""
        fields = {name: more.pop(name) for name in ("limit", "type_strict") if name in more}
        query = {**fields, "properties": [{"pid": name, "v": value} for name, value in more.items()]}
        if text is not None:
            query["query"] = text
        if kind is not None:
            query["type"] = kind
        found: list[dict[str, Any]] = self.batch({"q": query})["q"]["result"]
        return found

    def matched(self, text: str | None = None, kind: object = None, **more: Any) -> str | None:
        """Return the candidate that is certain, None where none is."""
        found = self.ask(text, kind, **more)
        assert all(not one["match"] for one in found[1:])
        return found[0]["id"] if found and found[0]["match"] else None

    def extend(self, ids: list[str], *properties: object) -> Any:
        """Return the answer to a data extension query; a property is its identifier, or an object."""
        asked = [one if isinstance(one, dict) else {"id": one} for one in properties]
        response = self.post({"extend": json.dumps({"ids": ids, "properties": asked})})
        assert response.status_code == 200, response.text
        return response.json()
