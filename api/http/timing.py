"""Where the time of a request went, for whoever asks (W3C Server Timing, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Final

NAME: Final = b"server-timing"
FROM_MEMORY: Final = b'cache;desc="whole response"'
"""Of a response that was given before."""


def timing_of(seconds: Mapping[str, float]) -> str:
    """Return the value of `Server-Timing` for durations in seconds; one of zero is a mere mark."""
    return ", ".join(f"{name};dur={1000 * took:.1f}" if took else name for name, took in seconds.items())


def total_of(seconds: Mapping[str, float], began: float) -> bytes:
    """Return the value of `Server-Timing` for durations in seconds, and the whole time since `began`."""
    return b", ".join([timing_of(seconds).encode()] * bool(seconds) + [_total(began)])


def with_total(headers: list[tuple[bytes, bytes]], began: float) -> list[tuple[bytes, bytes]]:
    """Return raw response headers with the whole time since `began` (of `perf_counter`) besides what they tell.

    Only what was worked out has a time: a response with an entity tag, or one that tells of other times.
    """
    told = [value for name, value in headers if name == NAME]
    if not told and not any(name == b"etag" for name, _ in headers):
        return headers
    return [*(pair for pair in headers if pair[0] != NAME), (NAME, b", ".join([*told, _total(began)]))]


def _total(began: float) -> bytes:
    return b"total;dur=%.1f" % (1000 * (perf_counter() - began))
