"""When to ask again: exponential backoff with jitter, and what the server asks for (RFC 9110, section 10.2.3)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The clocks of a fetch, each of them a seam.

    Attributes:
        sleep: waits.
        monotonic: tells how long things take.
        now: tells the date.
        chance: gives a number from 0 to 1.
    """

    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    chance: Callable[[], float] = random.random

    def backoff(self, failures: int) -> float:
        """Return the seconds to wait after so many failures: doubling, and never the same for two clients."""
        longest: float = min(_LONGEST, 2.0**failures)
        return longest / 2 * (1 + self.chance())

    def asked(self, retry_after: str | None) -> float | None:
        """Return the seconds that a `Retry-After` asks for, as a number or a date; None where it says nothing."""
        text = (retry_after or "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return None
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (aware - self.now()).total_seconds())


def age(then: datetime, now: datetime) -> str:
    """Return how a user is told the date and age of a copy."""
    days = (now - then).days
    old = "of today" if days <= 0 else "1 day old" if days == 1 else f"{days} days old"
    return f"{then:%Y-%m-%d} ({old})"
