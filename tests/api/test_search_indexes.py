"""Tests of the search index as the web process has it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pyoxigraph import Store

from maille.api.app import create_app
from maille.api.context import AppContext
from maille.api.settings import Settings
from maille.ontology.errors import ReleaseError
from maille.store.embedded import EmbeddedEngine
from maille.store.engine import Engine, QueryRequest
from maille.store.release import Home
from maille.store.search import Filters
from tests.api.conftest import Client
from tests.store import searching


def test_an_engine_without_a_release_has_an_index_of_its_store(web_store: Store, settings: Settings) -> None:
    async def run() -> None:
        app = create_app(settings, EmbeddedEngine.over(web_store, "test"))
        index = await app.context.index()
        try:
            assert index.release == "test"
            assert index is await app.context.index()
            (hit, *_) = index.search("lyon", kinds=["commune"])
            assert (hit.label, hit.kind, hit.code, hit.score) == ("Lyon", "commune", "69123", 100.0)
            assert index.find(Filters(kind=["commune"])).total > 0
            row = index.get(hit.iri)
            assert row is not None
            assert row["label"] == "Lyon"
        finally:
            assert app.context.indexes is not None
            await app.context.indexes.close()

    asyncio.run(run())


def test_there_is_none_of_a_release_that_is_not_kept(web_store: Store, tmp_path: Path) -> None:
    async def run() -> None:
        app = create_app(Settings(home=tmp_path), EmbeddedEngine.over(web_store, "test"))
        with pytest.raises(ReleaseError):
            await app.context.at("0123456789abcdef").index()
        with pytest.raises(ReleaseError):
            await AppContext(app.context.settings, app.context.engine).index()

    asyncio.run(run())


NEW = (
    "<https://w3id.org/maille/id/commune/99999> <http://www.w3.org/2004/02/skos/core#prefLabel> "
    '"Neuville la Neuve"@fr .'
)
ASKED = 'PREFIX m: <https://w3id.org/maille/def#> SELECT ?s { ?s m:matches "neuville la neuv" }'


def test_the_index_follows_a_write_and_the_former_one_answers_meanwhile(tmp_path: Path) -> None:
    async def run() -> None:
        home = Home(tmp_path)
        first = searching.publish(home)
        engine = EmbeddedEngine(home)
        await engine.start()
        app = create_app(Settings(home=tmp_path), engine)
        indexes = app.context.indexes
        assert indexes is not None
        try:
            assert (await app.context.index()).release == first.id
            written = home.write(first, [NEW], [])
            engine.serve(written, written.load_memory())
            meanwhile = await app.context.index()
            assert (meanwhile.release, meanwhile.search("neuville")) == (first.id, [])
            # A query waits for the index of the very release that answers.
            assert "commune/99999" in await _answer(app.context.engine)
            assert (await app.context.index()).release == written.id
            assert (await app.context.at(first.id).index()).release == first.id
            app.forget()
            assert (await app.context.index()).search("neuville")[0].label == "Neuville la Neuve"
        finally:
            await indexes.close()
            await engine.close()

    asyncio.run(run())


def test_a_query_finds_by_name_and_says_what_it_cannot(web_store: Store, settings: Settings) -> None:
    client = Client(web_store, settings)
    prologue = "PREFIX m: <https://w3id.org/maille/def#> PREFIX igeo: <http://rdf.insee.fr/def/geo#> "
    found = client.select(prologue + 'SELECT ?s { ?s m:matches "LYON" ; a igeo:Commune }')
    assert [row["s"]["value"] for row in found.json()["results"]["bindings"]] == [
        "https://w3id.org/maille/id/commune/69123"
    ]
    same = {"accept": "application/sparql-results+json", "if-none-match": found.headers["etag"]}
    again = client("GET", str(found.url), headers=same)
    assert again.status_code == 304
    refused = client.select(prologue + "SELECT ?s { ?s m:matches ?text }")
    assert refused.status_code == 400
    assert "not a variable" in refused.text
    wrong = client.select(prologue + 'SELECT ?s { ?s m:matches "LYON" . ?s }')
    assert wrong.status_code == 400
    assert wrong.json()["type"].endswith("query-syntax")


async def _answer(engine: Engine) -> str:
    answer = await engine.query(QueryRequest(ASKED))
    return b"".join([chunk async for chunk in answer.chunks]).decode()
