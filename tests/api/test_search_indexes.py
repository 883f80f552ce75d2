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
from maille.store.search import Filters


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
