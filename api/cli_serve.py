"""`maille serve`: one uvicorn process that says where it listens once it does, and ends cleanly on a signal."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Annotated, Final

import typer
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maille.api.app import create_app
from maille.api.cli_common import HomeOption, release_of, settings_of
from maille.api.settings import Settings
from maille.ontology.errors import MailleError, ReleaseError, UsageError
from maille.store.engine import Engine
from maille.store.pool import PoolEngine, PoolLimits
from maille.store.release import Home

_DRAIN: Final = 10
"""Seconds that running requests get to end."""


def serve_command(
    home: HomeOption = None,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Address to listen on (MAILLE_HOST).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one (MAILLE_PORT).")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address the service is known by (MAILLE_PUBLIC_URL).")
    ] = None,
) -> None:
    """Serve the current release: SPARQL at /sparql, a page for each thing, look-ups by official number."""
    settings = settings_of(home=home, host=host, port=port, public_url=public_url)
    releases = Home(settings.home)
    release = release_of(releases, None)
    if release.base_iri != settings.base_iri:
        raise UsageError(
            f"release {release.id} was built under {release.base_iri}: "
            f"set MAILLE_BASE_IRI to it, or build again for {settings.base_iri}"
        )
    serve(settings, PoolEngine(releases, limits_of(settings)), _tell)


def limits_of(settings: Settings) -> PoolLimits:
    """Return what the pool of queries may use, as the settings say."""
    return PoolLimits(
        workers=settings.query_workers,
        helpers=settings.query_helpers,
        queue=settings.query_queue,
        memory=settings.query_memory,
        result=settings.result_limit,
        memory_quads=settings.memory_quads,
        kept=settings.kept_releases,
        drain=settings.drain_seconds,
    )


def serve(settings: Settings, engine: Engine, tell: Callable[[str], None]) -> None:
    """Serve until a signal; `tell` gets the address when requests are really answered there.

    Raises:
        UsageError: the address is in use, or is none of this machine's.
        MailleError: the release cannot be opened.
    """
    with _listen(settings.host, settings.port) as sock:
        guarded = _Guarded(create_app(settings, engine))
        server = _Server(_config(guarded), lambda: tell(_url(sock)))
        # uvicorn raises the signal again once all is closed: that must end the process well, not kill it.
        former = {number: signal.signal(number, _ignore) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            # Where it cannot start, uvicorn ends the process: the reason is told by whoever called us.
            with suppress(SystemExit):
                server.run(sockets=[sock])
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
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

        async def without_traceback(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed":
                message = {**message, "message": ""}
            await send(message)

        try:
            await self._app(scope, receive, without_traceback)
        except MailleError as error:
            self.error = error


def _config(app: ASGIApp) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").addFilter(lambda record: "startup failed" not in record.getMessage())
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_DRAIN,
    )


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


def _tell(address: str) -> None:
    typer.echo(f"Maille is listening on {address}")
    sys.stdout.flush()


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Take the signal that uvicorn raises again, and go on to the end."""
