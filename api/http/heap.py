"""Memory that a large request took goes back to the system when it ends (mallopt(3))."""

from __future__ import annotations

import ctypes
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 512 * 1024
_SPARE: Final = 16 * 1024 * 1024


def give_memory_back() -> None:
    """Have the C library map each large piece apart; by itself it keeps more of them the larger they were."""
    libc = ctypes.CDLL(None)
    # Other C libraries than glibc give memory back of their own.
    if hasattr(libc, "mallopt"):
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_TRIM_THRESHOLD, _SPARE)
