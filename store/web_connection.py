"""A connection to an address that was judged, and that ends when its time is over."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import SplitResult

from maille.store.web_policy import Limits, Policy


class Watch:
    """Ends a connection when its time is over: a server that sends a byte a second never lets a read time out."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer = threading.Timer(max(0.0, seconds), self._end)
        self._timer.daemon = True
        self._sock: socket.socket | None = None
        self._over = False

    def __enter__(self) -> Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def over(self, sock: socket.socket) -> None:
        """Watch another socket."""
        self._sock = sock
        if self._over:
            self._end()

    def end(self) -> None:
        """End the connection now: nobody waits for it any more."""
        self._end()

    def reason(self) -> str:
        """Return why the connection was ended, empty where it was not."""
        return f"it took longer than the {self._seconds:.0f} seconds there were" if self._over else ""

    def _end(self) -> None:
        self._over = True
        if self._sock is not None:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)


class Connection(http.client.HTTPConnection):
    """A connection to the very address that the policy judged."""

    def __init__(self, target: SplitResult, policy: Policy, limits: Limits, watch: Watch) -> None:
        self.default_port = 443 if target.scheme == "https" else 80
        host = (target.hostname or "").encode("idna").decode() if not _is_ascii(target.hostname) else target.hostname
        super().__init__(host or "", target.port or self.default_port)
        self._context = ssl.create_default_context() if target.scheme == "https" else None
        self._policy, self._limits, self._watch = policy, limits, watch

    def connect(self) -> None:
        """Connect to the first address that answers."""
        failure: OSError = OSError("no address")
        for address in self._policy.addresses(self.host, self.port):
            try:
                sock = socket.create_connection((address, self.port), self._limits.connect)
            except OSError as error:
                failure = error
                continue
            self._watch.over(sock)
            self.sock = self._context.wrap_socket(sock, server_hostname=self.host) if self._context else sock
            self._watch.over(self.sock)
            self.sock.settimeout(self._limits.read)
            return
        raise failure


def _is_ascii(text: str | None) -> bool:
    return text is None or text.isascii()
