"""A crash inside is a 500 that says nothing of our insides, has the safe headers and a number that the log has too."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest

from maille.api.app import create_app
from maille.api.http.security import SAFE_HEADERS
from maille.api.settings import Settings
from maille.store.engine import Answer, QueryRequest


class BrokenEngine:
    """An engine with a mistake in it."""

    release = "broken"
    closed = False

    async def start(self) -> None:
        """Start well."""

    async def query(self, request: QueryRequest) -> Answer:
        """Fail as no engine should."""
        raise KeyError("the secret of the house")

    async def close(self) -> None:
        """Remember it."""
        self.closed = True


async def _ask(accept: str) -> httpx.Response:
    app = create_app(Settings(), BrokenEngine())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get("/sparql?query=ASK%7B%7D", headers={"accept": accept})


@pytest.mark.parametrize("accept", ["*/*", "application/json;q=0.1, text/html"])
def test_a_crash_is_a_500_without_insides(caplog: pytest.LogCaptureFixture, accept: str) -> None:
    with caplog.at_level(logging.ERROR, "maille.api"):
        response = asyncio.run(_ask(accept))
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "KeyError" not in response.text
    for name, value in SAFE_HEADERS.items():
        assert response.headers.get_list(name) == [value]
    number = caplog.records[0].args[0]  # type: ignore[index]
    assert str(number) in response.text


def test_the_engine_starts_and_closes_with_the_application() -> None:
    engine = BrokenEngine()

    async def live() -> None:
        app = create_app(Settings(), engine)
        async with app.router.lifespan_context(app):
            assert not engine.closed

    asyncio.run(live())
    assert engine.closed
