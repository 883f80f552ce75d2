"""One uvicorn process that says where it listens once it does, and ends cleanly on a signal (ASGI 3, lifespan)."""

from __future__ import annotations

import gc
import logging
import math
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maille.api.app import create_app
from maille.api.http.crowd import Crowd, most_connections
from maille.api.http.heap import give_memory_back
from maille.api.http.patience import PatientProtocol
from maille.api.http.protocol import protocol_with
from maille.api.settings import Settings
from maille.ontology.errors import MailleError, ReleaseError, UsageError
from maille.store.engine import Engine

_KNOWN: Final = ("startup failed", "without completing response")
_ALLOCATIONS: Final = 20_000
"""More objects made than gone, after which those of late are searched for cycles (the default is 700)."""


def serve(settings: Settings, engine: Engine, tell: Callable[[str], None]) -> None:
    """Serve until a signal; `tell` gets the address when requests are really answered there.

    Raises:
        UsageError: the address is in use, or is none of this machine's.
        MailleError: the release cannot be opened.
    """
    give_memory_back()
    with _listen(settings.host, settings.port) as sock:
        app = create_app(settings, engine)
        guarded = _Guarded(app)
        protocol = protocol_with(app.short_way)
        protocol.base = settings.base_iri
        protocol.crowd = Crowd(most_connections())
        config = _config(guarded, protocol, settings.drain_seconds)
        server = _Server(config, lambda: tell(_url(sock)))
        # uvicorn raises the signal again once all is closed: that must end the process well, not kill it.
        former = {number: signal.signal(number, _ignore) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            # Where it cannot start, uvicorn ends the process: the reason is told by whoever called us.
            with suppress(SystemExit):
                server.run(sockets=[sock])
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            # What was loaded meanwhile looks for its own leaks at the end, and finds what is frozen.
            gc.unfreeze()
    if guarded.error is not None:
        raise guarded.error
    if not server.started:
        raise ReleaseError("the server could not start")


class _Server(uvicorn.Server):
    """A server that calls back when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets=sockets)
        # Little of a request is in a cycle, and nothing that is remembered: to look for cycles seldom is enough.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_ALLOCATIONS, 20, 20)
        if self.started:
            self._ready()


class _Guarded:
    """The application, with an error of ours at start kept for the caller instead of printed as a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.error: MailleError | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        failures: list[Message] = []

        async def send_but_failures(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                failures.append(message)
            else:
                await send(message)

        try:
            await self._app(scope, receive, send_but_failures)
        except MailleError as error:
            self.error = error
        finally:
            for message in failures:
                await send({**message, "message": ""} if self.error else message)


def _config(app: ASGIApp, protocol: type[PatientProtocol], drain: float) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=math.ceil(drain),
    )


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a message of uvicorn is news: why it did not start, or cut an answer, is said by us."""
    return not any(known in record.getMessage() for known in _KNOWN)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # Python adds the address to the reason, which the message has already.
        reason = str(error.strerror or error).partition(" (while")[0]
        raise UsageError(f"cannot listen on {host}:{port}: {reason}; choose another with --port") from error
    return sock


def _url(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Take the signal that uvicorn raises again, and go on to the end."""
