"""What a query worker gives up before its first query: memory beyond a limit, files, sockets (setrlimit, seccomp).

RLIMIT_NOFILE at what is held already makes `socket` fail, and so SERVICE, whatever the guard let through. A store on
disk opens files as it goes: there a seccomp filter refuses sockets, and the file limit is left alone.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path
from typing import Final

_KEPT: Final = 3
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_FORBIDDEN: Final = {
    # socket, socketpair, io_uring_setup
    "x86_64": (0xC000003E, (41, 53, 425)),
    "aarch64": (0xC00000B7, (198, 199, 425)),
}
_ALLOW: Final = 0x7FFF0000
_EPERM: Final = 0x00050001
_KILL: Final = 0x80000000
_LOAD: Final = 0x20
_EQUALS: Final = 0x15
_RETURN: Final = 0x06


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def memory() -> int:
    """Return the bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def limit_memory(more: int) -> None:
    """Let this process take `more` bytes of address space beyond what it has; past that an allocation aborts it."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def keep_only(handle: int) -> int:
    """Close every file but one, which becomes 3, with nothing behind 0, 1 and 2; return 3."""
    if handle != _KEPT:
        os.dup2(handle, _KEPT, inheritable=False)
    os.closerange(_KEPT + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return _KEPT


def no_more_files() -> None:
    """Let this process open nothing beyond file 3, be it a file or a socket."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (_KEPT + 1, _KEPT + 1))


def no_sockets() -> bool:
    """Refuse sockets to this process by a seccomp filter; return whether the kernel took it."""
    known = _FORBIDDEN.get(platform.machine())
    if known is None:
        return False
    architecture, numbers = known
    program = b"".join(
        [
            struct.pack("HBBI", _LOAD, 0, 0, 4),
            struct.pack("HBBI", _EQUALS, 1, 0, architecture),
            struct.pack("HBBI", _RETURN, 0, 0, _KILL),
            struct.pack("HBBI", _LOAD, 0, 0, 0),
            *(struct.pack("HBBI", _EQUALS, len(numbers) - index, 0, number) for index, number in enumerate(numbers)),
            struct.pack("HBBI", _RETURN, 0, 0, _ALLOW),
            struct.pack("HBBI", _RETURN, 0, 0, _EPERM),
        ]
    )
    buffer = ctypes.create_string_buffer(program)
    filters = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return int(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filters, 0, 0)) == 0
