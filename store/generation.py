"""The processes that serve one release: a keeper and its workers, from the web process's side."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from typing import Any, Final, Protocol

from maille.ontology.errors import (
    EngineBusy,
    QueryError,
    QueryRefused,
    QueryTooLarge,
    ReleaseError,
)
from maille.store.channel import Call, Channel
from maille.store.keeper import MESSAGE, Order
from maille.store.published import Release

_LOG: Final = logging.getLogger("maille.store.pool")
_KEPT_VARIABLES: Final = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
_STILLBORN: Final = 5
_GRACE: Final = 2.0
_SPARE: Final = 256 * 1024 * 1024
"""Bytes that a keeper may grow by, at least, before another one takes its place."""


class Listener(Protocol):
    """Who is told what becomes of the workers."""

    def on_free(self, channel: Channel) -> None:
        """Learn that a worker is free."""

    def on_gone(self) -> None:
        """Learn that a worker ended, or the keeper."""

    def on_answered(self, call: Call) -> None:
        """Learn that a request was answered, well or not."""

    def on_lost(self, call: Call) -> None:
        """Take back a request whose worker ended through no fault of the request."""


class Generation:
    """A release in memory and the workers over it.

    Args:
        release: what is served.
        order: how it is loaded.
        listener: who has queries for the workers.

    Attributes:
        swollen: whether the keeper holds far more memory than it began with: a store keeps what was removed from it.
    """

    def __init__(
        self,
        release: Release,
        order: Order,
        listener: Listener,
    ) -> None:
        self.release = release
        self.channels: set[Channel] = set()
        self.free: list[Channel] = []
        self.broken = False
        self.swollen = False
        self.order = order
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._control, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._held = release.hold()
        self._process: subprocess.Popen[bytes] | None = None
        self.first_worker: asyncio.Future[None] = self._loop.create_future()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._moved: asyncio.Future[None] = self._loop.create_future()
        self._by_pid: dict[int, Channel] = {}
        self._unborn: dict[int, Channel] = {}
        self._connecting: set[asyncio.Task[None]] = set()
        self._number = 0
        self._stillborn = 0
        self._swollen_above = 0
        self._closed = False

    async def start(self) -> None:
        """Start the keeper and wait until the release is loaded; raises ReleaseError."""
        command = [sys.executable, "-P", "-m", "maille.store.keeper", str(self._theirs.fileno())]
        environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(
            command, pass_fds=[self._theirs.fileno()], env=environment, stdin=subprocess.DEVNULL
        )
        self._theirs.close()
        self._control.setblocking(False)
        self._loop.add_reader(self._control.fileno(), self._listen)
        self._tell(json.loads(self.order.message()))
        await self._ready

    async def move(self, release: Release) -> None:
        """Have the keeper apply the writes that lead to `release`; workers of the former one end after their query."""
        self._moved = self._loop.create_future()
        held = release.hold()
        self._tell({"move": str(release.path)})
        await self._moved
        os.close(self._held)
        self._held = held
        self.release = release
        for channel in list(self.free):
            self.retire(channel)

    def fork(self) -> None:
        """Have one more worker."""
        ours, theirs = socket.socketpair()
        channel = Channel(self)
        self.channels.add(channel)
        self._number += 1
        self._unborn[self._number] = channel
        self._tell({"fork": self._number}, theirs.fileno())
        theirs.close()
        ours.setblocking(False)
        task = self._loop.create_task(self._connect(channel, ours))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, channel: Channel, ours: socket.socket) -> None:
        await self._loop.create_unix_connection(lambda: channel, sock=ours)

    def kill(self, channel: Channel) -> None:
        """Kill a worker."""
        if channel.pid:
            self._tell({"kill": channel.pid})

    def lower(self, channel: Channel) -> None:
        """Give a worker less of the processor than the others."""
        self._tell({"slow": channel.pid})

    def on_free(self, channel: Channel) -> None:
        """Pass a free worker on to the pool, or let it end."""
        self._stillborn = 0
        if not self.first_worker.done():
            self.first_worker.set_result(None)
        # It may have been forked, or have run its query, before the keeper went on to another release.
        if self._closed or channel.release != self.release.id:
            self.retire(channel)
            self._listener.on_gone()
        else:
            self._listener.on_free(channel)

    def on_answered(self, call: Call) -> None:
        """Pass on what became of a request."""
        self._listener.on_answered(call)

    def on_closed(self, channel: Channel) -> None:
        """Give a worker no more requests that is gone, whatever it died of."""
        if channel in self.free:
            self.free.remove(channel)

    def on_retired(self, channel: Channel) -> None:
        """Let a worker end that used much memory."""
        channel.close()

    def retire(self, channel: Channel) -> None:
        """Let a free worker end."""
        channel.doomed = True
        if channel in self.free:
            self.free.remove(channel)
        channel.close()

    async def close(self, drain: float) -> None:
        """Take no more queries, let those that run end within `drain` seconds, and end every process."""
        self._closed = True
        deadline = self._loop.time() + drain
        for channel in list(self.free):
            self.retire(channel)
        while any(channel.call for channel in self.channels) and self._loop.time() < deadline:
            await asyncio.sleep(0.01)
        self._let_go()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        if self._process is not None:
            await asyncio.to_thread(_wait, self._process)

    def _let_go(self) -> None:
        if self._control.fileno() < 0:
            return
        self._loop.remove_reader(self._control.fileno())
        self._control.close()
        os.close(self._held)
        for channel in self.channels:
            channel.close()
            if channel.call is not None:
                channel.call.fail(EngineBusy("The service is shutting down."))
        self.channels.clear()

    def _tell(self, message: dict[str, Any], handle: int | None = None) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], [] if handle is None else [handle])
        except OSError as error:
            self._keeper_is_gone(str(error))

    def _listen(self) -> None:
        while True:
            try:
                content = self._control.recv(MESSAGE)
            except BlockingIOError:
                return
            except OSError as error:
                self._keeper_is_gone(str(error))
                return
            if not content:
                self._keeper_is_gone("it closed its socket")
                return
            self._learn(json.loads(content))

    def _learn(self, message: dict[str, Any]) -> None:
        if "forked" in message:
            self._born(self._unborn.pop(message["forked"]), message["pid"])
        elif "died" in message:
            self._bury(self._by_pid.pop(message["died"]), message["status"])
        elif "ready" in message and not self._ready.done():
            self._swollen_above = message["ready"] + max(message["ready"], _SPARE)
            self._ready.set_result(None)
        elif "moved" in message and not self._moved.done():
            self.swollen = message["moved"] > self._swollen_above
            self._moved.set_result(None)
        elif "failed" in message:
            self._keeper_is_gone(message["failed"])

    def _born(self, channel: Channel, pid: int) -> None:
        channel.pid = pid
        self._by_pid[pid] = channel
        if channel.doomed:
            self.kill(channel)

    def _bury(self, channel: Channel, status: int) -> None:
        self.channels.discard(channel)
        if channel in self.free:
            self.free.remove(channel)
        channel.close()
        if not channel.doomed and status:
            _LOG.warning("query worker %d of release %s died: %s", channel.pid, self.release.id, _told(status))
        self._free_call(channel, _error(status), lost=status in {0, -signal.SIGKILL} and not channel.doomed)
        if not channel.ready:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN:
                self._keeper_is_gone("its workers die before their first query")
        channel.doomed = True
        self._listener.on_gone()

    def _keeper_is_gone(self, reason: str) -> None:
        if self.broken or self._closed:
            return
        self.broken = True
        _LOG.error("the keeper of release %s is gone: %s", self.release.id, reason)
        self.free.clear()
        for waiting in (self._ready, self.first_worker, self._moved):
            if not waiting.done():
                waiting.set_exception(ReleaseError(f"Release {self.release.id} cannot be served: {reason}"))
                # Not everyone of them is waited for.
                waiting.exception()
        for channel in self.channels:
            self._free_call(
                channel, EngineBusy("The query engine was lost, and is started again."), lost=not channel.doomed
            )
            channel.doomed = True
        self._listener.on_gone()

    def _free_call(self, channel: Channel, error: QueryError, *, lost: bool) -> None:
        """Let the request of a dead worker fail, or be asked again where it is not to blame."""
        call, channel.call = channel.call, None
        if call is None:
            return
        if lost and call.take_back():
            self._listener.on_lost(call)
        else:
            call.fail(error)


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _told(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"


def _error(status: int) -> QueryError:
    if status in {-signal.SIGABRT, -signal.SIGKILL}:
        return QueryTooLarge("The query needs more memory than it may have.")
    if status in {-signal.SIGSEGV, -signal.SIGBUS}:
        return QueryRefused("The query is nested too deeply for this engine.")
    return QueryError("The query engine failed on this query.")
