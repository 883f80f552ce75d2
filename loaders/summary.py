"""What a build did, for a user to read and for a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from maille.loaders.collect import LoadedSource
from maille.loaders.source import RejectedRow

LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """How many rows of one source were read, and what became of each.

    Attributes:
        source: id of the source.
        vintage: its vintage.
        read: `accepted + merged + rejected + left_out`.
        accepted: rows that were loaded.
        rejected: rows that were not, see `BuildSummary.rejected`.
        merged: rows that were loaded into an earlier one of the same key.
        left_out: rows that the description of the source does not want.
        values_left_out: single values of loaded rows, see `BuildSummary.findings`.
    """

    source: str
    vintage: str
    read: int
    accepted: int
    rejected: int
    merged: int = 0
    left_out: int = 0
    values_left_out: int = 0

    @classmethod
    def of(cls, loaded: LoadedSource) -> SourceSummary:
        """Count what was loaded of one source."""
        one = loaded.description
        return cls(
            one.id,
            one.vintage,
            loaded.read,
            len(loaded.rows) - loaded.merged,
            len(loaded.rejected),
            loaded.merged,
            loaded.left_out,
            len(loaded.findings),
        )


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did.

    Attributes:
        release: id of the release that is now current.
        new: whether it was made by this build; the same inputs again make no new release.
        sources: rows per source.
        graphs: quads per graph, the default graph under the empty name.
        rejected: the rows that were not loaded, and why.
        findings: single values that were left out of loaded rows, and why.
        warnings: shape -> number of warnings.
        notes: what the user must know besides, a line each.
        carried: graphs of no source, taken over from the former release.
        seconds: how long the build took.
        stages: how long each stage of it took.
    """

    release: str
    new: bool
    sources: tuple[SourceSummary, ...]
    graphs: Mapping[str, int]
    rejected: tuple[RejectedRow, ...]
    warnings: Mapping[str, int]
    findings: tuple[RejectedRow, ...] = ()
    notes: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    seconds: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)

    @property
    def quads(self) -> int:
        """How many quads the release holds."""
        return sum(self.graphs.values())

    @property
    def exit_code(self) -> int:
        """0 where every row was loaded, 1 where rows, or single values, were rejected."""
        return 1 if self.rejected or self.findings else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain values, for JSON."""
        return {
            "release": self.release,
            "new": self.new,
            "quads": self.quads,
            "sources": [_fields(one) for one in self.sources],
            "graphs": dict(self.graphs),
            "rejected": [_fields(row) for row in self.rejected],
            "values_left_out": [_fields(value) for value in self.findings],
            "warnings": dict(self.warnings),
            "notes": list(self.notes),
            "carried": list(self.carried),
            "seconds": round(self.seconds, 3),
            "stages": {name: round(seconds, 3) for name, seconds in self.stages.items()},
        }

    def lines(self) -> Iterator[str]:
        """Yield the summary as a user reads it, without the listing of rejected rows."""
        for one in self.sources:
            yield f"{one.source}/{one.vintage}: {_rows(one)}"
        width = len(f"{self.quads:,}")
        for graph, count in self.graphs.items():
            yield f"  {count:>{width},} quads in {graph or 'the default graph'}"
        yield f"  {self.quads:>{width},} quads in all"
        yield from self._asides()
        made = "new release" if self.new else "nothing changed: still release"
        yield f"{made} {self.release} ({self.seconds:.1f} s)"

    def listing(self) -> Iterator[str]:
        """Yield a line for each of the first rejected rows and values, and how many more of each there are."""
        for found in (self.rejected, self.findings):
            for row in found[:LISTED]:
                yield str(row)
            if len(found) > LISTED:
                yield f"... and {len(found) - LISTED} more: all are in rejected.json of the release"

    def _asides(self) -> Iterator[str]:
        if self.carried:
            names = ", ".join(name or "the default graph" for name in self.carried)
            yield f"graphs of no source, carried over: {names}"
        if self.warnings:
            told = ", ".join(f"{shape} {count:,}" for shape, count in self.warnings.items())
            yield f"warnings: {sum(self.warnings.values()):,} ({told})"
        yield from self.notes


def _rows(one: SourceSummary) -> str:
    told = f"{one.read:,} rows read, {one.accepted:,} accepted, {one.rejected:,} rejected"
    told += f", {one.merged:,} merged" if one.merged else ""
    told += f", {one.left_out:,} left out by its description" if one.left_out else ""
    return told + (f"; {one.values_left_out:,} values left out" if one.values_left_out else "")


def _fields(record: SourceSummary | RejectedRow) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}
