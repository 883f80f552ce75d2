"""What was asked of each endpoint since the service began: counters that only grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field


@dataclass
class Counters:
    """The counters of one endpoint.

    Attributes:
        services: SERVICE clauses that were to be evaluated there.
        requests: requests that were sent.
        retries: those of them that were sent again.
        remembered: answers that were in the cache.
        failures: requests without an answer that can be used.
        refused: SERVICE clauses that were not tried, since the endpoint kept failing.
        rows: solutions received.
        bytes_sent: of queries.
        bytes_received: of answers, as they came over the wire.
        seconds: spent on requests.
    """

    services: int = 0
    requests: int = 0
    retries: int = 0
    remembered: int = 0
    failures: int = 0
    refused: int = 0
    rows: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    seconds: float = 0.0


@dataclass
class AllCounters:
    """The counters of all endpoints, and of what concerns none of them."""

    refused: int = 0
    """SERVICE clauses that name an endpoint nobody allowed."""
    of: dict[str, Counters] = field(default_factory=dict)

    def endpoint(self, name: str) -> Counters:
        """Return the counters of an endpoint."""
        return self.of.setdefault(name, Counters())

    def __iter__(self) -> Iterator[tuple[str, str, float]]:
        """Yield endpoint, counter and value, as a page of metrics lists them."""
        for name, counters in sorted(self.of.items()):
            for counter, value in asdict(counters).items():
                yield name, counter, value
