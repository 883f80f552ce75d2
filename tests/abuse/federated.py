"""A service that calls other endpoints, each of which is a way to go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.loaders.misbehaving import Asked, Behaviour, Server, Write, answer, head

RESULTS = "application/sparql-results+json"
SOUND = json.dumps(
    {
        "head": {"vars": ["s", "name"]},
        "results": {
            "bindings": [{"s": {"type": "uri", "value": "urn:t:1"}, "name": {"type": "literal", "value": "one"}}]
        },
    }
).encode()
NAME = "http://{name}.example/sparql"


def sound(body: bytes = SOUND, **headers: str) -> Behaviour:
    """Return a behaviour: an answer as it should be."""
    return answer(body, Content_Type=RESULTS, **headers)


def query(name: str, silent: str = "", tail: str = "") -> str:
    """Return a query that calls an endpoint by its name."""
    return f"SELECT ?name {{ SERVICE {silent} <{NAME.format(name=name)}> {{ ?s <urn:p:name> ?name }} }} {tail}"


def listed(folder: Path, addresses: dict[str, str], **options: str) -> str:
    """Write a list of endpoints and return its path; `options` are lines for all of them."""
    tables = []
    for name, address in addresses.items():
        lines = [f'iri = "{NAME.format(name=name)}"', f'address = "{address}"']
        tables.append("\n".join([f"[{name}]", *lines, *(f"{key} = {value}" for key, value in options.items())]))
    file = folder / "services.toml"
    file.write_text("\n\n".join(tables) + "\n", encoding="utf-8")
    return str(file)


def held(server: Server) -> Behaviour:
    """Return a behaviour: the request is taken and nothing is ever said."""

    def behave(_asked: Asked, _write: Write) -> None:
        server.ending.wait(60)

    return behave


def trickling(server: Server) -> Behaviour:
    """Return a behaviour: a byte now and again, so that no read ever times out."""

    def behave(_asked: Asked, write: Write) -> None:
        write(head("200 OK", Content_Type=RESULTS, Content_Length="1000000"))
        with suppress(OSError):
            while not server.ending.wait(0.1):
                write(b" ")

    return behave


def endless(server: Server) -> Behaviour:
    """Return a behaviour: an answer without an end."""

    def behave(_asked: Asked, write: Write) -> None:
        write(head("200 OK", Content_Type=RESULTS))
        with suppress(OSError):
            while not server.ending.is_set():
                write(SOUND * 1000)

    return behave


def redirect(target: str, status: str = "307 Temporary Redirect") -> Behaviour:
    """Return a behaviour: a redirect."""
    return answer(status=status, Location=target)


Behaviours = dict[str, Callable[[Server], Behaviour]]
