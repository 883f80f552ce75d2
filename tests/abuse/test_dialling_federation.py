"""A service that may call some endpoints calls no other: a socket listens, and stays silent."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from maille.store.release import Home
from tests.loaders.misbehaving import Server, serving

from .conftest import attacked
from .federated import listed, query, redirect, sound
from .target import Target
from .test_dialling import HARMLESS, HARMLESS_UPDATES, LOADS, SERVICES, Trap

ADDRESSES = {
    "plain": "http://127.0.0.1:PORT/x",
    "name": "http://localhost:PORT/x",
    "dotted": "http://localhost.:PORT/x",
    "decimal": "http://2130706433:PORT/x",
    "hexadecimal": "http://0x7f.1:PORT/x",
    "octal": "http://0177.0.0.1:PORT/x",
    "short": "http://127.1:PORT/x",
    "elsewhere": "http://127.8.8.8:PORT/x",
    "any": "http://0.0.0.0:PORT/x",
    "six": "http://[::1]:PORT/x",
    "anysix": "http://[::]:PORT/x",
    "mapped": "http://[::ffff:127.0.0.1]:PORT/x",
    "mappedhex": "http://[::ffff:7f00:1]:PORT/x",
    "compatible": "http://[::127.0.0.1]:PORT/x",
    "nat": "http://[64:ff9b::7f00:1]:PORT/x",
    "localnat": "http://[64:ff9b:1::7f00:1]:PORT/x",
    "sixtofour": "http://[2002:7f00:1::]:PORT/x",
    "zone": "http://[fe80::1%25lo]:PORT/x",
    "linklocal": "http://169.254.169.254/latest/meta-data/",
    "carrier": "http://100.64.0.1:PORT/x",
    "private": "http://10.0.0.1:PORT/x",
    "unique": "http://[fd00::1]:PORT/x",
    "multicast": "http://224.0.0.1:PORT/x",
}
TARGETS = {
    "toaddress": "http://127.0.0.1:PORT/x",
    "toname": "http://localhost:PORT/x",
    "todecimal": "http://2130706433:PORT/x",
    "tomapped": "http://[::ffff:127.0.0.1]:PORT/x",
    "toother": "//127.0.0.1:PORT/x",
    "touser": "http://user:password@127.0.0.1:PORT/x",
    "tousername": "http://public.example@127.0.0.1:PORT/x",
    "toencoded": "http://127.0.0.1%3APORT/x",
    "tobackslash": "http://public.example\\@127.0.0.1:PORT/x",
    "tofile": "file:///etc/passwd",
    "togopher": "gopher://127.0.0.1:PORT/x",
    "toempty": "http://",
    "tolocalsix": "http://[::1]:PORT/x",
}
STATUSES = ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect")
REFUSED = {(400, "service-refused"), (400, "query-refused"), (400, "query-syntax"), (502, "service-failed")}


class SixTrap(Trap):
    """A socket that listens at the same port of every address there is."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("", 0))
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]
        self._six: socket.socket | None = None
        with suppress(OSError):
            self._six = socket.create_server(("::", self.port), family=socket.AF_INET6)
            self._six.setblocking(False)

    def is_silent(self) -> bool:
        """Tell whether nobody called."""
        if self._six is not None:
            with suppress(BlockingIOError):
                self._six.accept()[0].close()
                return False
        return super().is_silent()

    def close(self) -> None:
        """Listen no more."""
        super().close()
        if self._six is not None:
            self._six.close()


@pytest.fixture(scope="module")
def snare() -> Iterator[SixTrap]:
    made = SixTrap()
    yield made
    made.close()


@pytest.fixture
def trap(snare: SixTrap) -> Iterator[SixTrap]:
    yield snare
    assert snare.is_silent(), "somebody was called"


@pytest.fixture(scope="module")
def redirecting() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture(scope="module")
def calling(
    small_home: Home, snare: SixTrap, redirecting: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """Serve the small release with endpoints that lead astray, and one that is as it should be."""
    port = str(snare.port)
    addresses = {name: address.replace("PORT", port) for name, address in ADDRESSES.items()}
    folder = tmp_path_factory.mktemp("services")
    text = Path(listed(folder, addresses, tries="1", timeout="2.0")).read_text(encoding="utf-8")
    own = {"good": redirecting.behave("/good", sound())}
    for name, target in TARGETS.items():
        own[name] = redirecting.behave(f"/{name}", redirect(target.replace("PORT", port)))
    for number, status in enumerate(STATUSES):
        target = f"http://127.0.0.1:{port}/x"
        own[f"status{number}"] = redirecting.behave(f"/status{number}", redirect(target, status))
    file = listed(folder, own, tries="1", timeout="2.0", allow_private="true", expiry="0")
    (folder / "services.toml").write_text(text + "\n" + Path(file).read_text(encoding="utf-8"), encoding="utf-8")
    with attacked(small_home.path, MAILLE_SERVICES=file) as target_:
        yield target_


def test_an_endpoint_that_is_allowed_is_called(calling: Target, trap: Trap) -> None:
    assert calling.get(query("good")).values == ["one"]


@pytest.mark.parametrize("text", SERVICES)
def test_service_of_any_other_is_refused(calling: Target, trap: Trap, text: str) -> None:
    reply = calling.post(trap.bait(text), "*/*")
    # SILENT makes one empty solution of a call that fails.
    assert reply.outcome in REFUSED or ("SILENT" in text and reply.outcome == (200, ""))


@pytest.mark.parametrize("text", HARMLESS)
def test_a_name_is_only_a_name(calling: Target, trap: Trap, text: str) -> None:
    assert calling.post(trap.bait(text), "*/*").status == 200


@pytest.mark.parametrize("update", [*LOADS, *HARMLESS_UPDATES])
def test_an_update_calls_nobody(calling: Target, trap: Trap, update: str) -> None:
    reply = calling.update(trap.bait(update))
    assert reply.outcome in REFUSED or update in HARMLESS_UPDATES


@pytest.mark.parametrize("update", ["INSERT { ?s ?p ?o } WHERE { SERVICE <http://good.example/sparql> { ?s ?p ?o } }"])
def test_an_update_calls_not_even_those_allowed(calling: Target, trap: Trap, redirecting: Server, update: str) -> None:
    before = len(redirecting.asked)
    assert calling.update(update).outcome == (400, "query-refused")
    assert len(redirecting.asked) == before


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_that_is_not_public_is_refused(calling: Target, trap: Trap, name: str) -> None:
    reply = calling.get(query(name))
    assert reply.outcome == (502, "service-failed")
    assert calling.get(query(name, "SILENT")).status == 200


@pytest.mark.parametrize("name", [*TARGETS, *(f"status{number}" for number in range(len(STATUSES)))])
def test_a_redirect_is_judged_like_any_address(calling: Target, trap: Trap, name: str) -> None:
    assert calling.get(query(name)).outcome == (502, "service-failed")


@pytest.mark.parametrize(
    "iri",
    [
        "http://good.example/sparql/",
        "http://good.example/sparql?x=1",
        "http://good.example:80/sparql",
        "http://GOOD.example/sparql",
        "http://good.example/sparql#a",
        "http://user@good.example/sparql",
        "http://good.example/%73parql",
        "//good.example/sparql",
    ],
)
def test_only_the_very_name_is_allowed(calling: Target, trap: Trap, redirecting: Server, iri: str) -> None:
    before = len(redirecting.asked)
    assert calling.post(f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}").outcome in REFUSED
    assert len(redirecting.asked) == before


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX g: <http://good.example/> SELECT ?name { SERVICE g:sparql { ?s ?p ?name } }",
        "BASE <http://good.example/> SELECT ?name { SERVICE <sparql> { ?s ?p ?name } }",
        "SELECT ?name { \\u0053ERVICE <http://good.example/spar\\u0071l> { ?s ?p ?name } }",
        "SELECT ?name { sErViCe # a comment }\n <http://good.example/sparql> { ?s ?p ?name # }\n } }",
        "PREFIX g: <http://good.example/> SELECT ?name { SERVICE g:sparql { ?s ?p ?name FILTER(?name != '}') } }",
    ],
)
def test_every_way_to_write_the_name_is_read(calling: Target, trap: Trap, text: str) -> None:
    assert calling.post(text).values == ["one"]


def test_one_inside_another_is_called_from_here_or_refused(calling: Target, trap: Trap, redirecting: Server) -> None:
    inner = "SERVICE <http://good.example/sparql> { ?s ?p ?name }"
    outer = f"SELECT ?name {{ SERVICE <http://good.example/sparql> {{ ?s ?q ?name . {inner} }} }}"
    before = len(redirecting.asked)
    assert calling.post(outer).status == 200
    sent = [asked.body for asked in redirecting.asked[before:]]
    assert len(sent) == 2
    assert not any(b"SERVICE" in body.upper() for body in sent)
    refused = trap.bait(outer.replace(inner, "SERVICE <@> { ?s ?p ?name }"))
    assert calling.post(refused).outcome == (400, "service-refused")
