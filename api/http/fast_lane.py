"""Whole responses that were given before, kept by the exact request (RFC 9111, section 4).

Only what says of itself that it is a function of the release enters: a GET answered 200 or 304 with an ETag and without
`no-store`. It is given again while the same release is served, to a request with the same target and the same headers
that choose a representation. What is remembered goes to the socket in one write, before any routing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maille.api.http import timing
from maille.store.remote_state import is_versioned

Headers = Iterable[tuple[bytes, bytes]]
Key = tuple[bytes, tuple[tuple[bytes, bytes], ...]]

_CHOOSING: Final = frozenset({b"accept", b"accept-encoding", b"accept-language", b"if-none-match"})
_BYPASSING: Final = frozenset(
    {b"authorization", b"range", b"if-match", b"if-modified-since", b"if-unmodified-since", b"if-range", b"upgrade"}
    | {b"content-length", b"transfer-encoding", b"expect", b"cache-control", b"pragma"}
)
_OF_ONE: Final = frozenset({b"content-length", timing.NAME})
"""What is said of one response, and written anew."""
_STATUS: Final = {200: b"200 OK", 304: b"304 Not Modified"}
_LARGEST: Final = 256 * 1024
_OVERHEAD: Final = 500


def key_of(target: bytes, headers: Headers) -> Key | None:
    """Return the key of a GET for `target`; None where its headers ask for more than a representation."""
    choosing = []
    for header in headers:
        if header[0] in _CHOOSING:
            choosing.append(header)
        elif header[0] in _BYPASSING:
            return None
    return target, tuple(choosing)


@dataclass(frozen=True, slots=True)
class Kept:
    """A response: the release it is of, its status line, and all that follows the headers every response has."""

    release: str
    status_line: bytes
    rest: bytes


class Response(NamedTuple):
    """A whole response, but for the time it took."""

    release: str
    status: int
    lines: bytes
    body: bytes

    def kept(self, took: bytes) -> Kept:
        """Return it as it goes to the socket, with `took` as its `Server-Timing`."""
        length = b"" if self.status == 304 else b"content-length: %d\r\n" % len(self.body)
        rest = b"%b%b: %b\r\n%b\r\n%b" % (self.lines, timing.NAME, took, length, self.body)
        return Kept(self.release, b"HTTP/1.1 %b\r\n" % _STATUS[self.status], rest)


def lines_of(headers: Headers) -> bytes:
    """Return the lines of `headers`, but for those that are of one response only."""
    return b"".join([b"%b: %b\r\n" % header for header in headers if header[0] not in _OF_ONE])


class FastLane:
    """Remembers whole responses, the least used leaving first.

    Args:
        release: tells which release is served.
        capacity: bytes to remember at most; nothing with 0.
    """

    def __init__(self, release: Callable[[], str], capacity: int) -> None:
        self.release = release
        self._capacity = capacity
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> Kept | None:
        """Return what was answered before, if it still holds."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept.release != self.release():
            self.clear()
            return None
        self._kept.move_to_end(key)
        return kept

    def put(self, key: Key, kept: Kept) -> None:
        """Remember a response of the release that is served."""
        size = _size(key, kept)
        if size > min(_LARGEST, self._capacity) or kept.release != self.release() or not is_versioned(kept.release):
            return
        former = self._kept.pop(key, None)
        self._bytes += size - (_size(key, former) if former else 0)
        self._kept[key] = kept
        while self._bytes > self._capacity:
            self._bytes -= _size(*self._kept.popitem(last=False))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._bytes = 0


class Watching:
    """Wraps the whole application and puts into the lane what may be given again."""

    def __init__(self, app: ASGIApp, lane: FastLane) -> None:
        self._app = app
        self._lane = lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        key = key_of_scope(scope)
        watched = send if key is None else _Watched(send, key, self._lane).send
        await self._app(scope, receive, watched)


class _Watched:
    """The way out of one response."""

    def __init__(self, send: Send, key: Key, lane: FastLane) -> None:
        self._send = send
        self._key = key
        self._lane = lane
        self._release = lane.release()
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        await self._send(message)
        if message["type"] == "http.response.start":
            self._start = message if _may_be_kept(message) else None
        elif self._start is not None:
            self._body += message.get("body", b"")
            if len(self._body) > _LARGEST:
                self._start = None
            elif not message.get("more_body", False):
                lines = lines_of(self._start["headers"])
                response = Response(self._release, self._start["status"], lines, self._body)
                self._lane.put(self._key, response.kept(timing.FROM_MEMORY))


def key_of_scope(scope: Scope) -> Key | None:
    """Return the key of a request, None where it is no GET, or asks for more than a representation."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    target: bytes = scope.get("raw_path") or b""
    query: bytes = scope["query_string"]
    return key_of(target + b"?" + query if query else target, scope["headers"])


def _may_be_kept(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    if start["status"] not in _STATUS or b"etag" not in headers or b"set-cookie" in headers:
        return False
    return b"no-store" not in headers.get(b"cache-control", b"")


def _size(key: Key, kept: Kept) -> int:
    return _OVERHEAD + len(key[0]) + sum(len(value) for _, value in key[1]) + len(kept.rest)
