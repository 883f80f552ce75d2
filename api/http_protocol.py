"""uvicorn's HTTP/1.1 protocol with the fast lane in front of it.

A request that the lane knows is answered from the parser's callback, in one write: no task, no routing. Everything else
takes uvicorn's own way. Only the hooks of one version of uvicorn are relied on, and a test holds each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maille.api.fast_lane import key_of
from maille.api.patience import PatientProtocol

if TYPE_CHECKING:
    from maille.api.fast_lane import FastLane, Kept


def protocol_with(lane: FastLane) -> type[PatientProtocol]:
    """Return the protocol class that asks `lane` first."""

    class FastProtocol(PatientProtocol):
        """One connection."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._answered = False

        def on_headers_complete(self) -> None:
            """Answer from the lane, or start the application."""
            kept = self._known()
            self._answered = kept is not None
            if kept is None:
                super().on_headers_complete()
            else:
                self._stop()
                self._give(kept)

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

        def _give(self, kept: Kept) -> None:
            common = b"".join([b"%b: %b\r\n" % header for header in self.server_state.default_headers])
            self.transport.write(kept.status_line + common + kept.rest)
            # What uvicorn does after each response: it counts it and waits for the next request for so long.
            self.on_response_complete()

    return FastProtocol
