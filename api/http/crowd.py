"""How many connections there may be at once, and who has to leave where another comes (RFC 9112, section 9.4).

Files run out before anything else does: connections that ask for nothing, or never finish asking, would keep others
out. So there is a most, and the one that has been waited for longest makes room.
"""

from __future__ import annotations

import resource
from collections import OrderedDict
from typing import Final, Protocol

_OTHERS: Final = 200
"""Files that are left for everything else: workers, dumps, builds."""
_MOST: Final = 20_000


class Connection(Protocol):
    """What a crowd is made of."""

    def make_way(self) -> None:
        """Close at once."""


class Crowd:
    """The connections that are waited for, those of longest standing first.

    Args:
        most: connections there may be, waited for or not.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._waited_for: OrderedDict[Connection, None] = OrderedDict()

    def come(self, connection: Connection) -> None:
        """Take a connection in; where they are too many, another one leaves, or else itself."""
        self._count += 1
        self.wait_for(connection)
        if self._count > self._most:
            next(iter(self._waited_for)).make_way()

    def go(self, connection: Connection) -> None:
        """Forget a connection."""
        self._count -= 1
        self._waited_for.pop(connection, None)

    def wait_for(self, connection: Connection) -> None:
        """Learn that a connection has nothing to do until its client sends more."""
        self._waited_for[connection] = None
        self._waited_for.move_to_end(connection)

    def be_served(self, connection: Connection) -> None:
        """Learn that a whole request is here."""
        self._waited_for.pop(connection, None)


def most_connections() -> int:
    """Let this process open as many files as it may, and return how many of them may be connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST + _OTHERS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _MOST if soft == resource.RLIM_INFINITY else max(16, min(_MOST, soft - _OTHERS))
