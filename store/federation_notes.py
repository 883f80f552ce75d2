"""What was done for a federated query, for whoever wants it explained: what was sent where, with counts and times."""

from __future__ import annotations

from dataclasses import dataclass, field

from maille.store.federation_gateway import Sent


@dataclass
class Note:
    """One SERVICE clause.

    Attributes:
        line: it begins on in the query, from 1.
        iri: its endpoint's, as the query names it.
        address: of the endpoint.
        silent: whether it is SILENT.
        bound: the variables whose values were sent along.
        why: why the values were sent, or were not.
        bindings: sets of values that were sent.
        requests: what was sent.
        solutions: it has.
        seconds: it took, the local query included.
        error: why it failed, where it was SILENT.
    """

    line: int
    iri: str
    address: str = ""
    silent: bool = False
    bound: tuple[str, ...] = ()
    why: str = ""
    bindings: int = 0
    local: list[dict[str, object]] = field(default_factory=list)
    requests: list[Sent] = field(default_factory=list)
    solutions: int = 0
    seconds: float = 0.0
    error: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        found: dict[str, object] = {
            "line": self.line,
            "service": self.iri,
            "address": self.address,
            "silent": self.silent,
            "boundVariables": list(self.bound),
            "why": self.why,
            "bindings": self.bindings,
            "localQueries": self.local,
            "requests": [
                {
                    "query": sent.query,
                    "rows": sent.rows,
                    "bytesSent": sent.sent,
                    "bytesReceived": sent.received,
                    "seconds": round(sent.seconds, 4),
                    "tries": sent.tries,
                    "remembered": sent.tries == 0,
                }
                for sent in self.requests
            ],
            "rows": sum(sent.rows for sent in self.requests),
            "bytesSent": sum(sent.sent for sent in self.requests),
            "bytesReceived": sum(sent.received for sent in self.requests),
            "solutions": self.solutions,
            "seconds": round(self.seconds, 4),
        }
        return found | ({"error": self.error} if self.error else {})


@dataclass
class Notes:
    """All SERVICE clauses of a query, in the order they were evaluated in."""

    services: list[Note] = field(default_factory=list)
    query: str = ""
    """What was run at last."""
