"""What tests of the REST layer share: an application over a small graph of structures and territories."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, Store

from maille.api.settings import Settings
from tests.api.conftest import Client

DATA = Path(__file__).parent.parent / "data" / "rest.trig"
ANY = {"licence": "any"}


def rest_client(base: str = "https://w3id.org/maille/") -> Client:
    """Return a client of an application over the graph; its index is made at the first question."""
    store = Store()
    store.bulk_load(DATA.read_bytes().replace(b"https://w3id.org/maille/", base.encode()), format=RdfFormat.TRIG)
    return Client(store, Settings(home=Path("nowhere"), base_iri=base, public_url=None))
