"""Who may write: RFC 6750 and RFC 9110, section 11; and that the token is never shown."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from maille.api.app import create_app
from maille.api.http.tokens import Gate, gate_of
from maille.api.settings import Settings
from maille.ontology.errors import UsageError
from maille.store.embedded import EmbeddedEngine

from .writing import ABOUT_MINE, NOTE, TOKEN, TURTLE, UPDATE, Writable

INSERT = "INSERT DATA { GRAPH <http://example.org/graphs/mine> { <u:s> <u:p> 1 } }"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Writable:
    return Writable(tmp_path_factory.mktemp("home"))


def sent(client: Writable, *values: str | bytes) -> Any:
    headers = [("content-type", UPDATE["content-type"]), *(("authorization", value) for value in values)]
    return client.stranger("POST", "/sparql", content=INSERT.encode(), headers=headers)


@pytest.mark.parametrize("value", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER   {TOKEN}", f" Bearer {TOKEN} "])
def test_the_token_lets_through_whatever_the_case_of_its_scheme(client: Writable, value: str) -> None:
    assert sent(client, value).status_code == 204


def test_without_a_token_the_answer_is_a_challenge(client: Writable) -> None:
    response = sent(client)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="maille"'
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "values",
    [
        ("Bearer wrong",),
        (f"Bearer {TOKEN}x",),
        (f"Bearer {TOKEN[:-1]}",),
        ("Bearer",),
        ("Bearer ",),
        (f"Bearer {TOKEN} {TOKEN}",),
        (f"Basic {TOKEN}",),
        (TOKEN,),
        (f"Bearer {TOKEN}", f"Bearer {TOKEN}"),
        ("Bearer wrong", f"Bearer {TOKEN}"),
        (f"Bearer wrong, Bearer {TOKEN}",),
        ("Bearer é".encode(),),
        (f"Bearer\x01{TOKEN}",),
    ],
)
def test_whatever_is_not_the_token_is_refused(client: Writable, values: tuple[str | bytes, ...]) -> None:
    response = sent(client, *values)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="maille", error="invalid_token"'
    assert TOKEN not in response.text


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("address", [ABOUT_MINE, "/graph-store?default", "/graph/notes/1", "/graph-store/a/b"])
def test_every_write_of_a_graph_needs_it(client: Writable, method: str, address: str) -> None:
    before = client.now
    assert client.stranger(method, address, content=NOTE, headers=TURTLE).status_code == 401
    assert client.now == before


def test_no_body_is_read_of_a_stranger(client: Writable) -> None:
    # A body of another size than declared would be waited for.
    response = client.stranger("POST", "/sparql", content=b"", headers=UPDATE | {"content-length": "1000000000"})
    assert response.status_code == 401


def test_reading_needs_no_token(client: Writable) -> None:
    assert client.stranger("GET", "/sparql?query=ASK{}").status_code == 200
    assert client.stranger("GET", "/graph-store?default").status_code == 200


def test_where_none_is_configured_nothing_can_be_written(tmp_path: Path) -> None:
    client = Writable(tmp_path, token=None)
    for response in (client.update(INSERT), client.put(ABOUT_MINE, NOTE), client("DELETE", "/graph-store?default")):
        assert response.status_code == 403
        assert response.json()["type"].endswith("/problems/read-only")


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_token_may_be_in_a_file(tmp_path: Path, end: str) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + end)
    client = Writable(tmp_path / "home", token=None, token_file=file)
    # Read once: what becomes of the file later does not matter.
    file.unlink()
    assert client.update(INSERT).status_code == 204


@pytest.mark.parametrize(
    "settings",
    [
        {"token": ""},
        {"token": "two words"},
        {"token": "two\nlines"},
        {"token": "accentué"},
        {"token": "\udcff"},
        {"token": "one", "token_file": "file"},
        {"token_file": "missing"},
        {"token_file": "."},
        {"token_file": "empty"},
        {"token_file": "blank"},
        {"token_file": "binary"},
    ],
)
def test_a_token_that_cannot_be_ends_the_start_with_one_line(tmp_path: Path, settings: dict[str, str]) -> None:
    for name, content in {"file": b"x", "empty": b"", "blank": b"\n", "binary": b"\xff\x00"}.items():
        (tmp_path / name).write_bytes(content)
    if "token_file" in settings:
        settings = settings | {"token_file": str(tmp_path / settings["token_file"])}
    with pytest.raises(UsageError) as caught:
        create_app(Settings(home=tmp_path, **settings), EmbeddedEngine(None))  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert "MAILLE_TOKEN" in str(caught.value)


def test_the_token_is_shown_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = Writable(tmp_path)
    settings = Settings(token=TOKEN)  # type: ignore[arg-type]
    assert TOKEN not in f"{settings} {settings!r} {gate_of(settings)!r} {Gate(TOKEN.encode())!r}"
    client.update("INSERT NOTHING")
    client.update(INSERT)
    sent(client, f"Basic {TOKEN}")
    assert TOKEN not in caplog.text
