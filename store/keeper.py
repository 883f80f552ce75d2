"""The parent of the query workers: loads one release in its only thread, never touches it again, and forks.

`python -m maille.store.keeper FD` speaks on an inherited SOCK_SEQPACKET socket, a JSON object a message:

| to the keeper | from the keeper |
|---|---|
| what to load, see `Order` | `{"ready": bytes of memory}` or `{"failed": reason}` |
| `{"fork": n}` with a socket attached | `{"forked": n, "pid": pid}` |
| `{"move": folder of a release of writes over this one}` | `{"moved": bytes of memory}` or `{"failed": reason}` |
| `{"kill": pid}`, `{"slow": pid}` | `{"died": pid, "status": exit code, negative for a signal}` |

When the socket closes, its workers are killed and it ends.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from pyoxigraph import Store

from maille.ontology.errors import MailleError
from maille.store import confine
from maille.store.change import patch
from maille.store.published import Release
from maille.store.worker import WorkerLimits, serve, warm_up

MESSAGE: Final = 1 << 16
_STACK: Final = 96 * 1024 * 1024
_NICE: Final = 10


@dataclass(frozen=True, slots=True)
class Order:
    """What a keeper is to load: the folder of a release, in memory or from disk, and the limits of its workers."""

    release: str
    on_disk: bool
    memory: int
    result: int

    def message(self) -> bytes:
        """Return the order as a message."""
        return json.dumps(asdict(self)).encode()


class Keeper:
    """The state of the process: its control socket, its store, its workers."""

    def __init__(self, control: socket.socket, order: Order) -> None:
        self._control = control
        self._order = order
        self._release = Release(Path(order.release))
        self._store: Store | None = None
        self._workers: set[int] = set()

    def load(self) -> bool:
        """Load the release, or see to its disk store, and tell how it went."""
        try:
            if self._order.on_disk:
                self._release.ensure_store()
            else:
                self._store = _apart(self._release.load_memory)
                warm_up(self._store)
            self._tell(ready=confine.memory())
        except MailleError as error:
            self._tell(failed=str(error))
            return False
        return True

    def run(self) -> None:
        """Serve messages and bury workers until the socket closes."""
        wake, woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, _nothing)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        while True:
            readable, _, _ = select.select([self._control.fileno(), wake], [], [])
            if wake in readable:
                os.read(wake, 4096)
                self._bury()
            if self._control.fileno() in readable and not self._obey():
                break
        for pid in self._workers:
            os.kill(pid, signal.SIGKILL)

    def _obey(self) -> bool:
        try:
            content, handles, _, _ = socket.recv_fds(self._control, MESSAGE, 1)
        except ConnectionResetError:
            return False
        if not content:
            return False
        message = json.loads(content)
        if "fork" in message:
            self._fork(message["fork"], handles[0])
        elif "move" in message:
            return self._move(Release(Path(message["move"])))
        # A worker that is buried already is not in the set, so no process of another is hit.
        elif message.get("kill") in self._workers:
            os.kill(message["kill"], signal.SIGKILL)
        elif message.get("slow") in self._workers:
            os.setpriority(os.PRIO_PROCESS, message["slow"], _NICE)
        return True

    def _fork(self, number: int, handle: int) -> None:
        pid = os.fork()
        if pid == 0:
            self._become_worker(handle)
        os.close(handle)
        self._workers.add(pid)
        self._tell(forked=number, pid=pid)

    def _move(self, release: Release) -> bool:
        """Apply the writes that lead to another release; a failure ends the keeper."""
        try:
            if self._store is None:
                release.ensure_store()
            else:
                patch(self._store, *release.since(self._release.id))
        except MailleError as error:
            self._tell(failed=str(error))
            return False
        self._release = release
        self._tell(moved=confine.memory())
        return True

    def _become_worker(self, handle: int) -> NoReturn:
        status = 1
        try:
            _work(self._store, self._release, handle, WorkerLimits(self._order.memory, self._order.result))
            status = 0
        except (BrokenPipeError, ConnectionResetError):
            # The web process is gone, or let go of this worker.
            status = 0
        finally:
            os._exit(status)

    def _bury(self) -> None:
        while self._workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._workers.discard(pid)
            self._tell(died=pid, status=os.waitstatus_to_exitcode(status))

    def _tell(self, **message: Any) -> None:
        try:
            self._control.sendall(json.dumps(message).encode())
        except BrokenPipeError:
            # The socket reads as closed next.
            return


def _work(store: Store | None, release: Release, handle: int, limits: WorkerLimits) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    confine.die_with_parent()
    _step_back()
    connection = socket.socket(fileno=confine.keep_only(handle))
    on_disk = store is None
    if store is None:
        store = Store.read_only(str(release.store_path))
        warm_up(store)
    confine.limit_memory(limits.memory)
    if not confine.no_sockets() or not on_disk:
        confine.no_more_files()
    serve(connection, store, release, limits)


def _apart(load: Callable[[], Store]) -> Store:
    """Return what `load` gives, run in a thread that has ended by then.

    A thread has a heap of its own: the one of the workers is then not full of the holes that loading leaves behind,
    which malloc would look through for a third of the time of a query.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(load).result()


def _step_back() -> None:
    """Let a query wait its turn: a worker that is woken would else stop whoever woke it, who has others to wake."""
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def _nothing(_signal: int, _frame: object) -> None:
    """Stand as a handler, so that the signal wakes `select`."""


def main(handle: int) -> None:
    """Run a keeper on an inherited socket."""
    # Both reach the whole group of processes: the parent says when the queries that run have ended.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    stack = _STACK if most == resource.RLIM_INFINITY else min(_STACK, most)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, most))
    control = socket.socket(fileno=handle)
    keeper = Keeper(control, Order(**json.loads(control.recv(MESSAGE))))
    if keeper.load():
        gc.freeze()
        keeper.run()
    # Freeing a store statement by statement would take longer than ending.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
