"""uvicorn's HTTP/1.1 protocol with the fast lane in front of it.

A request that the lane knows is answered from the parser's callback, in one write: no task, no routing. Everything else
takes uvicorn's own way, with the connection in its scope for `maille.api.short_way`. Only the hooks of one version of
uvicorn are relied on, and a test holds each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from maille.api.fast_lane import key_of
from maille.api.patience import PatientProtocol
from maille.api.short_way import CONNECTION

if TYPE_CHECKING:
    from starlette.types import Scope

    from maille.api.fast_lane import FastLane, Kept


def protocol_with(lane: FastLane) -> type[PatientProtocol]:
    """Return the protocol class that asks `lane` first."""

    class FastProtocol(PatientProtocol):
        """One connection."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._answered = False
            self.leave: Callable[[], object] | None = None

        def connection_lost(self, exc: Exception | None) -> None:
            """Tell whoever works for the client."""
            super().connection_lost(exc)
            if self.leave is not None:
                self.leave()

        def on_headers_complete(self) -> None:
            """Answer from the lane, or start the application."""
            kept = self._known()
            self._answered = kept is not None
            if kept is None:
                super().on_headers_complete()
                self.scope["extensions"] = {CONNECTION: self}  # type: ignore[dict-item]
            else:
                self._stop()
                self._write(kept)
                # What uvicorn does after each response: it counts it and waits for the next request for so long.
                self.on_response_complete()

        def give(self, scope: Scope, whole: Kept) -> bool:
            """Answer the request under way, see `Connection`; not where another waits behind it, or none may follow."""
            cycle = self.cycle
            if cycle.scope is not scope or not cycle.keep_alive or self.flow.write_paused or cycle.disconnected:
                return False
            self._write(whole)
            cycle.response_started = cycle.response_complete = True
            cycle.message_event.set()
            self.on_response_complete()
            return True

        def on_body(self, body: bytes) -> None:
            """Take a part of the body; a request of the lane has none."""
            if not self._answered:
                super().on_body(body)

        def on_message_complete(self) -> None:
            """Take the end of the request."""
            if not self._answered:
                super().on_message_complete()

        def _known(self) -> Kept | None:
            busy = self.cycle is not None and not self.cycle.response_complete
            if busy or self.flow.write_paused or self.parser.get_method() != b"GET":
                return None
            if self.parser.get_http_version() != "1.1" or not self.parser.should_keep_alive():
                return None
            key = key_of(self.url, self.headers)
            return None if key is None else lane.get(key)

        def _write(self, whole: Kept) -> None:
            common = b"".join([b"%b: %b\r\n" % header for header in self.server_state.default_headers])
            self.transport.write(whole.status_line + common + whole.rest)

    return FastProtocol
