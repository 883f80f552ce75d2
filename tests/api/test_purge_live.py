"""A purge under a running service: it moves to the purged release, answers no more with the former, takes writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from maille.loaders.purge import purge
from maille.store.match import Match
from maille.store.release import Draft, Home
from tests.serving import serving

PERSON = "Zoé Le Gall"
LINES = [f'<http://x/a> <http://x/p> "{PERSON}" <http://g/1> .', '<http://x/a> <http://x/p> "fine" <http://g/1> .']
ASK = f"/sparql?{urlencode({'query': 'SELECT ?o { ?s <http://x/p> ?o } ORDER BY ?o'})}"
CSV = {"Accept": "text/csv"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    home = Home(tmp_path)
    first = home.publish(Draft(LINES, None))
    home.write(first, [f'<http://x/b> <http://x/p> "{PERSON}, again" <http://g/2> .'], [])
    settings = {"MAILLE_TOKEN": "a-token-for-this-test", "MAILLE_QUERY_WORKERS": "1", "MAILLE_QUERY_HELPERS": "0"}
    with serving(tmp_path, **settings) as address, httpx.Client(base_url=address, timeout=60, headers=CSV) as client:
        yield client


def test_a_running_service_forgets(client: httpx.Client, tmp_path: Path) -> None:
    home = Home(tmp_path)
    first, second = (release.id for release in home.releases())
    for address in (ASK, f"{ASK}&release={first}", f"/dumps/{first}/dump.nq.gz"):
        assert client.get(address).status_code == 200
    told = purge(home, Match.of_texts([PERSON]), done=True)
    (now,) = {one.new for one in told.releases}
    until(lambda: client.get(ASK).headers["maille-release"] == now, client)
    assert client.get(ASK).text.split() == ["o", "fine"]
    for release in (first, second):
        for address in (f"{ASK}&release={release}", f"/dumps/{release}/dump.nq.gz"):
            answer = client.get(address)
            assert (answer.status_code, answer.json()["successor"]) == (410, now)
            assert answer.headers["cache-control"] == "no-store"
    update = {"Authorization": "Bearer a-token-for-this-test", "Content-Type": "application/sparql-update"}
    written = client.post("/sparql", content='INSERT DATA { <http://x/a> <http://x/p> "new" }', headers=update)
    assert written.is_success, written.text
    assert client.get(ASK).text.split() == ["o", "fine", "new"]
    assert client.get(f"{ASK}&release={now}").text.split() == ["o", "fine"]


def test_what_is_remembered_of_a_kept_release_goes(client: httpx.Client, tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = home.releases()[0].id
    fine = home.publish(Draft(LINES[1:], home.releases()[-1].id)).id
    until(lambda: client.get(ASK).headers["maille-release"] == fine, client)
    kept = f"{ASK}&release={first}"
    assert [client.get(kept).status_code for _ in range(3)] == [200] * 3
    purge(home, Match.of_texts([PERSON]), done=True)
    until(lambda: client.get(kept).status_code == 410, client)
    assert client.get(ASK).headers["maille-release"] == fine, "a release that never knew it stays"
    # What is left of the first is what is served: the same statements are the same release.
    assert client.get(kept).json()["successor"] == fine


def until(condition: object, client: httpx.Client, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return
        assert client.get(ASK).status_code == 200, "a query was dropped meanwhile"
        time.sleep(0.05)
    raise AssertionError("the service did not move to the purged release")
