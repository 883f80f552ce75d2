"""uvicorn's HTTP/1.1 protocol with the fast lane in front of it.

A request that the lane knows is answered from the parser's callback, in one write: no task, no routing. A plain query
goes the short way (`short_way` beside this), without a task. Everything else takes uvicorn's own way. Only the hooks of
one version of uvicorn are relied on, and a test holds each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maille.api.http.fast_lane import key_of
from maille.api.http.patience import PatientProtocol
from maille.api.http.steps import Steps
from maille.api.sparql.endpoint import OUTCOME

if TYPE_CHECKING:
    from starlette.types import Scope

    from maille.api.http.fast_lane import Kept, Key
    from maille.api.http.short_way import ShortWay


def protocol_with(short_way: ShortWay) -> type[PatientProtocol]:
    """Return the protocol class that asks the lane first, and then the short way."""
    lane = short_way.lane

    class FastProtocol(PatientProtocol):
        """One connection."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._answered = False
            self._key: Key | None = None
            self._steps: Steps[object] | None = None

        def connection_lost(self, exc: Exception | None) -> None:
            """Tell whoever works for the client."""
            super().connection_lost(exc)
            if self._steps is not None:
                self._steps.cancel()
                self._steps = None

        def on_headers_complete(self) -> None:
            """Answer from the lane, or start the application."""
            kept = self._known()
            self._answered = kept is not None
            if kept is None:
                super().on_headers_complete()
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

        def _start_asgi_task(self, cycle: Any, app: Any) -> None:
            """Take the short way, or start the application."""
            # Of a request that waited behind another one, the key was never asked for.
            key = self._key if cycle.scope is self.scope else None
            asking = None if key is None else short_way.asking(cycle.scope)
            if key is None or asking is None:
                super()._start_asgi_task(cycle, app)
                return

            def done(outcome: object, error: Exception | None) -> None:
                self._steps = None
                if error is not None or outcome is not None:
                    cycle.scope[OUTCOME] = error or outcome
                    super(FastProtocol, self)._start_asgi_task(cycle, app)

            self._steps = Steps(short_way.answer(cycle.scope, asking, self, key), done)
            self._steps.start()

        def on_body(self, body: bytes) -> None:
            """Take a part of the body; a request of the lane has none."""
            if not self._answered:
                super().on_body(body)

        def on_message_complete(self) -> None:
            """Take the end of the request."""
            if not self._answered:
                super().on_message_complete()

        def _known(self) -> Kept | None:
            self._key = None
            busy = self.cycle is not None and not self.cycle.response_complete
            if busy or self.flow.write_paused or self.parser.get_method() != b"GET":
                return None
            if self.parser.get_http_version() != "1.1" or not self.parser.should_keep_alive():
                return None
            self._key = key_of(self.url, self.headers)
            return None if self._key is None else lane.get(self._key)

        def _write(self, whole: Kept) -> None:
            common = b"".join([b"%b: %b\r\n" % header for header in self.server_state.default_headers])
            self.transport.write(whole.status_line + common + whole.rest)

    return FastProtocol
