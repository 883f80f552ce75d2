"""The gateway: what it remembers, how it waits, whom it leaves alone, and that a name is resolved once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from maille.store.federation_call import Caller, Cut, Failed
from maille.store.federation_gateway import Gateway, Sent
from maille.store.federation_pace import Breaker, Rate
from maille.store.federation_policy import Endpoint
from maille.store.federation_results import Row
from tests.loaders.misbehaving import Server, answer, serving

SOUND = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"one"}}]}}'
RESULTS = "application/sparql-results+json"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def endpoint(address: str) -> Endpoint:
    return Endpoint("e", ("http://e.example/",), address, allow_private=True, rate=1e6)


def ask(gateway: Gateway, asked: Endpoint, *queries: str) -> list[tuple[tuple[Row, ...], Sent]]:
    async def run() -> list[tuple[tuple[Row, ...], Sent]]:
        return [await gateway.ask(asked, query, ["x"], gateway.now() + 5) for query in queries]

    return asyncio.run(run())


def test_an_answer_is_remembered_for_a_while(server: Server) -> None:
    clock = [0.0]
    gateway = Gateway("http://b/", now=lambda: clock[0])
    asked = endpoint(server.behave("/a", answer(SOUND, Content_Type=RESULTS)))
    assert [sent.tries for _, sent in ask(gateway, asked, "one", "one", "two")] == [1, 0, 1]
    clock[0] += asked.expiry
    assert [sent.tries for _, sent in ask(gateway, asked, "one", "one")] == [1, 0]
    gateway.forget()
    assert [sent.tries for _, sent in ask(gateway, asked, "one")] == [1]
    assert {name: value for _, name, value in gateway.counters}["remembered"] == 2


def test_what_is_remembered_has_a_bound(server: Server) -> None:
    gateway = Gateway("http://b/", capacity=2_000)
    asked = endpoint(server.behave("/a", answer(SOUND, Content_Type=RESULTS)))
    ask(gateway, asked, *(str(number) for number in range(50)))
    assert ask(gateway, asked, "49")[0][1].tries == 0
    assert ask(gateway, asked, "0")[0][1].tries == 1
    assert ask(Gateway("http://b/", capacity=0), asked, "a", "a")[1][1].tries == 1


def test_the_name_is_resolved_once_and_that_address_called(server: Server) -> None:
    port = server.server_address[1]
    resolved: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        resolved.append(host)
        # Whoever asked a second time would be led elsewhere.
        return ["127.0.0.1"] if len(resolved) == 1 else ["127.0.0.2"]

    server.behave("/a", answer(SOUND, Content_Type=RESULTS))
    gateway = Gateway("http://b/", caller=Caller(resolve=rebinding))
    assert ask(gateway, endpoint(f"http://rebinding.example:{port}/a"), "one")[0][0] == (('"one"',),)
    assert resolved == ["rebinding.example"]
    assert server.asked[0].headers["Host"] == f"rebinding.example:{port}"


@pytest.mark.parametrize("found", [["127.0.0.1"], ["10.0.0.1", "::1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], []])
def test_a_name_that_is_not_public_is_not_called(server: Server, found: Sequence[str]) -> None:
    asked = replace(endpoint(f"http://inside.example:{server.server_address[1]}/a"), allow_private=False)
    gateway = Gateway("http://b/", caller=Caller(resolve=lambda _host, _port: list(found)))
    with pytest.raises(Failed, match="no public address"):
        ask(gateway, asked, "one")
    assert server.asked == []


def test_what_may_be_private_is_the_address_itself_only(server: Server) -> None:
    with serving() as other:
        asked = endpoint(server.behave("/a", answer(status="307 Temporary Redirect", Location=other.url("/b"))))
        with pytest.raises(Failed, match="no public address"):
            ask(Gateway("http://b/"), asked, "one")
        assert other.asked == []


def test_how_it_is_asked(server: Server) -> None:
    asked = replace(endpoint(server.behave("/a", answer(SOUND, Content_Type=RESULTS))), user_agent="us (+http://us/)")
    ask(Gateway("http://b/"), asked, "SELECT * { ?é ?p 'a+b&c' }")
    sent = server.asked[0]
    assert sent.headers["User-Agent"] == "us (+http://us/)"
    assert sent.headers["Accept"] == RESULTS
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent.body == b"query=SELECT+%2A+%7B+%3F%C3%A9+%3Fp+%27a%2Bb%26c%27+%7D"


def test_a_redirect_within_the_address_is_followed_with_the_query(server: Server) -> None:
    server.behave("/b", answer(SOUND, Content_Type=RESULTS))
    asked = endpoint(server.behave("/a", answer(status="308 Permanent Redirect", Location="/b")))
    ask(Gateway("http://b/"), asked, "one")
    assert [(one.path, one.body) for one in server.asked] == [("/a", b"query=one"), ("/b", b"query=one")]


def test_a_known_limit_is_no_whole_answer(server: Server) -> None:
    asked = replace(endpoint(server.behave("/a", answer(SOUND, Content_Type=RESULTS))), truncates_at=(1,))
    with pytest.raises(Cut, match="1 rows"):
        ask(Gateway("http://b/"), asked, "one")


def test_an_endpoint_rests_after_failures() -> None:
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])
    for _ in range(4):
        breaker.told(success=False)
    assert breaker.wait() == 0
    breaker.told(success=False)
    assert breaker.wait() == 30
    clock[0] = 30.0
    # One tries, the others wait for it.
    assert (breaker.wait(), breaker.wait()) == (0, 30)
    breaker.told(success=True)
    assert breaker.wait() == 0


def test_turns_come_at_their_rate() -> None:
    clock = [0.0]
    rate = Rate(2.0, lambda: clock[0])
    assert [rate.take() for _ in range(4)] == [0, 0, 0.5, 1.0]
    rate.give_back()
    clock[0] = 0.5
    assert rate.take() == 0.5
    clock[0] = 60.0
    assert [rate.take() for _ in range(3)] == [0, 0, 0.5]
