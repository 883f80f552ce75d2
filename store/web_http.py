"""One request and its redirects (RFC 9110), to addresses that were judged first.

`http.client` and no larger client: the address we connect to, the bytes of the wire before they are decoded and the end
of a body must be in our hands, and for each of them httpx, urllib3 and requests would be reached into.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.message import Message
from http import HTTPStatus
from importlib.metadata import version
from typing import Final
from urllib.parse import SplitResult, quote

from maille.ontology.namespaces import BASE
from maille.store.web_connection import Connection, Watch
from maille.store.web_policy import Limits, Policy, Refused

USER_AGENT: Final = f"maille/{version('maille')} (+{BASE})"
BLOCK: Final = 1 << 18
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SAFE: Final = "/%:@!$&'()*+,;=~-._"
_LINGER: Final = 0.25
"""Seconds in which bytes beyond the declared length would show."""


class Unanswered(Exception):
    """A request got no whole answer; it may be tried again, unless the reason is `final`."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class Answer:
    """The answer to a request whose redirects were followed.

    Attributes:
        status: its status.
        headers: its headers.
        url: where it came from in the end.
    """

    def __init__(self, response: http.client.HTTPResponse, sock: socket.socket, url: str) -> None:
        self.status = response.status
        self.headers: Message = response.headers
        self.url = url
        self._response = response
        self._sock = sock
        self._left = _length(self.headers) if not response.chunked else None
        # We count ourselves: the library takes a body that ends early for whole, and leaves what is too long unread.
        if not response.chunked:
            response.length = None

    @property
    def length(self) -> int | None:
        """The bytes of the body that are still to come, None where the server does not say."""
        return self._left

    def blocks(self) -> Iterator[bytes]:
        """Yield the body as it stands on the wire; raises Unanswered where it is not as long as was declared."""
        while self._left is None or self._left > 0:
            block = self._read()
            if not block:
                break
            if self._left is not None:
                self._left -= len(block)
            # What is beyond the declared length is not handed on.
            yield block[: len(block) + min(0, self._left or 0)]
        if self._left:
            raise Unanswered(
                f"the body ended {self._left:,} bytes early"
                if self._left > 0
                else "the body is longer than its Content-Length"
            )
        if self._left == 0:
            self._check_end()

    def _read(self) -> bytes:
        try:
            return self._response.read1(BLOCK)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unanswered(f"the body broke off: {_told(error)}") from error

    def _check_end(self) -> None:
        with suppress(OSError, http.client.HTTPException, ValueError):
            self._sock.settimeout(_LINGER)
            if not self._response.read1(1):
                return
            raise Unanswered("the body is longer than its Content-Length")


@contextmanager
def ask(
    url: str,
    headers: Mapping[str, str],
    policy: Policy,
    limits: Limits,
    seconds: float,
    body: bytes | None = None,
    began: Callable[[Watch], None] = lambda _watch: None,
) -> Iterator[Answer]:
    """Yield the answer to a GET request, or to a POST of `body`, and end the connection after `seconds` at the latest.

    A POST is sent again to where it is redirected, but for 303, which is no redirect of a POST. `began` gets what ends
    the connection. Raises Refused, or Unanswered where there was no answer.
    """
    followed = _REDIRECTS if body is None else _REDIRECTS - {HTTPStatus.SEE_OTHER}
    with Watch(seconds) as watch:
        began(watch)
        target = policy.target(url)
        for _ in range(limits.redirects + 1):
            with _sent(target, headers, policy, limits, watch, body) as answer:
                location = answer.headers.get("Location")
                if answer.status not in followed or location is None:
                    yield answer
                    return
                target = policy.target(_unescaped(location), target)
        raise Refused(f"{url} redirects more than {limits.redirects} times")


@contextmanager
def _sent(
    target: SplitResult,
    headers: Mapping[str, str],
    policy: Policy,
    limits: Limits,
    watch: Watch,
    body: bytes | None,
) -> Iterator[Answer]:
    path = quote(target.path or "/", safe=_SAFE) + (f"?{quote(target.query, safe=_SAFE + '?')}" if target.query else "")
    connection = Connection(target, policy, limits, watch)
    try:
        try:
            sent = {"User-Agent": USER_AGENT, "Connection": "close", **headers}
            connection.request("GET" if body is None else "POST", path, body, sent)
            sock = connection.sock
            response = connection.getresponse()
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise Unanswered(watch.reason() or _told(error), final=_is_final(error)) from error
        with response:
            yield Answer(response, sock, target.geturl())
    except Unanswered as error:
        if watch.reason():
            raise Unanswered(watch.reason()) from error
        raise
    finally:
        connection.close()


def _length(headers: Message) -> int | None:
    declared = headers.get_all("Content-Length") or []
    if not declared:
        return None
    if len(set(declared)) > 1 or not (declared[0].isascii() and declared[0].strip().isdigit()):
        raise Unanswered(f"its Content-Length is {', '.join(declared)!r}")
    return int(declared[0])


def _unescaped(location: str) -> str:
    """Return the text of a header that holds bytes of UTF-8 against the rules."""
    try:
        return location.encode("latin-1").decode()
    except UnicodeError:
        return location


def _is_final(error: BaseException) -> bool:
    """Return whether the same would be found a second later: no such name, or none at all, no certificate to trust."""
    unknown = isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
    return unknown or isinstance(error, ssl.SSLCertVerificationError | UnicodeError)


_KNOWN: Final[tuple[tuple[type[BaseException], Callable[[BaseException], str]], ...]] = (
    (socket.gaierror, lambda error: f"its name is not known ({getattr(error, 'strerror', None) or error})"),
    (ssl.SSLCertVerificationError, lambda error: f"its certificate is not trusted ({error})"),
    (TimeoutError, lambda _: "it does not answer in time"),
    (ConnectionRefusedError, lambda _: "nothing listens there"),
    (http.client.IncompleteRead, lambda _: "the body ended early"),
    (http.client.RemoteDisconnected, lambda _: "it closed the connection without an answer"),
)


def _told(error: BaseException) -> str:
    for kind, told in _KNOWN:
        if isinstance(error, kind):
            return told(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
