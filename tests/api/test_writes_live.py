"""A real `maille serve` while it is written: readers see states that were, `kill -9` loses no acknowledged write."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.serving import MAILLE, environment, serving

from .writing import BEARER, TOKEN, TURTLE, UPDATE, about, home_in

GRAPH = "http://example.org/graphs/pairs"
PAIRS = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} ORDER BY ?o ?p"


def pair(number: int) -> str:
    return f"<u:{number}> <u:left> {number} ; <u:right> {number} ."


def seen(client: httpx.Client) -> tuple[str, ...]:
    """Return the numbers in the graph; each must stand there twice."""
    response = client.get("/sparql", params={"query": PAIRS, "format": "csv"})
    assert response.status_code == 200, response.text
    rows = [line.split(",") for line in response.text.splitlines()[1:]]
    left = tuple(o for _, p, o in rows if p == "u:left")
    assert left == tuple(o for _, p, o in rows if p == "u:right"), "half of a write was seen"
    return left


def write(client: httpx.Client, number: int) -> httpx.Response:
    """Add a pair, by an update and by the Graph Store in turn."""
    if number % 2:
        text = f"INSERT DATA {{ GRAPH <{GRAPH}> {{ {pair(number)} }} }}"
        return client.post("/sparql", content=text, headers=UPDATE | BEARER)
    return client.post(about(GRAPH), content=pair(number), headers=TURTLE | BEARER)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home_in(tmp_path)
    return tmp_path


def test_readers_see_only_states_that_existed(home: Path) -> None:
    """Fifty times the pairs so far and one more replace the graph; a reader sees some prefix, and never goes back."""
    done = threading.Event()
    views: list[list[tuple[str, ...]]] = [[] for _ in range(3)]

    def read(address: str, found: list[tuple[str, ...]]) -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            while not done.is_set():
                found.append(seen(client))

    with serving(home, MAILLE_TOKEN=TOKEN) as address, httpx.Client(base_url=address, timeout=30) as client:
        readers = [threading.Thread(target=read, args=(address, found)) for found in views]
        for reader in readers:
            reader.start()
        try:
            for number in range(50):
                document = "\n".join(pair(n) for n in range(number + 1))
                response = client.put(about(GRAPH), content=document, headers=TURTLE | BEARER)
                assert response.status_code == (204 if number else 201)
                # Who wrote reads what was written.
                assert len(seen(client)) == number + 1
        finally:
            done.set()
            for reader in readers:
                reader.join()
    for found in views:
        assert found
        assert all(view == tuple(map(str, range(len(view)))) for view in found)
        assert [len(view) for view in found] == sorted(len(view) for view in found)


def test_blank_nodes_of_two_writes_are_never_one(home: Path) -> None:
    """Random numbers drawn before a fork would be the same in each child; so would the labels."""
    blank = f"{GRAPH}/blank"

    def add(client: httpx.Client) -> None:
        client.post(about(blank), content="_:b <u:p> 1 .", headers=TURTLE | BEARER).raise_for_status()
        text = f"INSERT DATA {{ GRAPH <{blank}> {{ _:b <u:p> 1 }} }}"
        client.post("/sparql", content=text, headers=UPDATE | BEARER).raise_for_status()

    for life in (1, 2):
        # The second time blank nodes are loaded before anything is forked.
        with serving(home, MAILLE_TOKEN=TOKEN) as address, httpx.Client(base_url=address, timeout=30) as client:
            for _ in range(3):
                add(client)
            ntriples = client.get(about(blank), headers={"accept": "application/n-triples"}).text
            assert len(set(ntriples.splitlines())) == 6 * life
            query = {"query": "SELECT (STRUUID() AS ?id) {}", "format": "csv"}
            drawn = [client.get("/sparql", params=query).text for _ in range(10)]
            assert len(set(drawn)) == len(drawn)


@contextmanager
def killed_in_the_end(home: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve, and end with `kill -9` whatever happens."""
    command = [str(MAILLE), "serve", "--port", "0"]
    environs = environment(home, MAILLE_TOKEN=TOKEN)
    with subprocess.Popen(command, env=environs, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip(), process
        finally:
            process.kill()


@pytest.mark.parametrize("delays", [(0.0, 0.11, 0.27, 0.5)])
def test_kill_9_loses_no_acknowledged_write(home: Path, delays: tuple[float, ...]) -> None:
    acknowledged: list[int] = []
    number = 0
    for delay in delays:
        with killed_in_the_end(home) as (address, process), httpx.Client(base_url=address, timeout=10) as client:
            present = set(map(int, seen(client)))
            assert present.issuperset(acknowledged)
            # Besides them there is at most the one write of each life that was under way.
            assert len(present) <= len(acknowledged) + len(delays)
            acknowledged = sorted(present)
            killer = threading.Timer(delay, process.kill)
            killer.start()
            try:
                while True:
                    number += 1
                    assert write(client, number).status_code in {201, 204}
                    acknowledged.append(number)
            except httpx.TransportError:
                killer.join()
    with serving(home, MAILLE_TOKEN=TOKEN) as address, httpx.Client(base_url=address, timeout=10) as client:
        assert set(map(int, seen(client))).issuperset(acknowledged)
        assert len(acknowledged) > len(delays)
        assert write(client, number + 1).status_code in {201, 204}
