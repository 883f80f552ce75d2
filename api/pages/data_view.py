"""What `/data` shows of a release: its sources, its files, what the shapes found, and the rows that were not loaded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from maille.api.datasets.catalogue import Described
from maille.api.entities.source_names import licence_name
from maille.api.entities.views import Shown
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links, short_name
from maille.ontology.namespaces import BASE, SHAPES
from maille.ontology.terms import DCAT, DCT
from maille.store.release import Release

QUALITY: Final = ("quality.ttl", "quality.json")
"""Files of a release that hold its quality report."""
_REJECTED: Final = "rejected.json"
_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A named graph: what it is, whose, of when, under which licences, how many statements."""

    thing: Shown
    publisher: str
    version: str
    issued: str
    licences: tuple[Shown, ...]
    statements: int
    dumps: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one shape found: how grave, how often, in which words."""

    shape: Shown
    severity: str
    count: int
    message: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality report of a release."""

    conforms: bool
    findings: tuple[Finding, ...]
    rejected: tuple[Mapping[str, Any], ...]
    rejected_total: int


def sources(
    found: Described, sizes: Mapping[str, int], dumps: Mapping[str, Sequence[Shown]], t: Translator, links: Links
) -> list[Source]:
    """Return the named graphs by title; those nobody describes are named by their IRIs."""
    told: dict[NamedNode, list[Triple]] = {}
    for triple in found.triples:
        if isinstance(triple.subject, NamedNode):
            told.setdefault(triple.subject, []).append(triple)
    listed = []
    for graph, number in sizes.items():
        own = told.get(NamedNode(graph), [])
        titles = {one.language or "": one.value for one in _literals(own, DCT.title)}
        publishers = [_agent(one, found, t) for one in _names(own, DCT.publisher)]
        licences = [
            Shown(licence_name(t, one.value), links.iri(one), external=_is_elsewhere(one))
            for one in _names(own, DCT.license)
        ]
        listed.append(
            Source(
                Shown(t.pick(titles, graph.removeprefix(BASE)), links.iri(graph)),
                ", ".join(publishers),
                ", ".join(one.value for one in _literals(own, DCAT.version)),
                ", ".join(one.value for one in _literals(own, DCT.issued)),
                tuple(licences),
                number,
                tuple(dumps.get(graph, ())),
            )
        )
    return sorted(listed, key=lambda one: alphabetical(one.thing.text))


def quality(release: Release, t: Translator, links: Links) -> Quality | None:
    """Return the quality report of a release, None where it has none, as one that was written has not."""
    report = _read(release.path / QUALITY[1])
    if not isinstance(report, dict):
        return None
    counts: Counter[tuple[str, str]] = Counter()
    messages: dict[str, Mapping[str, str]] = {}
    for result in report.get("results", ()):
        counts[result["severity"], result["shape"]] += 1
        messages.setdefault(result["shape"], result.get("messages", {}))
    rejected = _read(release.path / _REJECTED)
    rows = [row for row in rejected if isinstance(row, dict)] if isinstance(rejected, list) else []
    return Quality(
        bool(report.get("conforms")),
        tuple(
            Finding(_shape(shape, release.base_iri, links), severity, number, t.pick(messages[shape]))
            for (severity, shape), number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        tuple(rows[:_LISTED]),
        len(rows),
    )


def size(t: Translator, number: int) -> str:
    """Write a number of bytes as a person reads it."""
    units = ("o", "ko", "Mo", "Go") if t.language == "fr" else ("B", "kB", "MB", "GB")
    amount, unit = float(number), units[0]
    for unit in units:
        if amount < 1000 or unit == units[-1]:
            break
        amount /= 1000
    return f"{t.number(round(amount, 1) if amount < 10 else round(amount))}\u00a0{unit}"


def _agent(iri: NamedNode, found: Described, t: Translator) -> str:
    """Return the name of a publisher: as messages have it, as the graph does, or else its address."""
    key = f"thing.{iri.value}"
    name = found.names.get(iri)
    return t(key) if t.has(key) else name.value if name else short_name(iri.value)


def _shape(iri: str, base: str, links: Links) -> Shown:
    inner = BASE + iri.removeprefix(base) if iri.startswith(base) else iri
    return Shown(inner.removeprefix(SHAPES), links.iri(inner))


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _literals(triples: Iterable[Triple], predicate: NamedNode) -> list[Literal]:
    return [one.object for one in triples if one.predicate == predicate and isinstance(one.object, Literal)]


def _names(triples: Iterable[Triple], predicate: NamedNode) -> list[NamedNode]:
    return [one.object for one in triples if one.predicate == predicate and isinstance(one.object, NamedNode)]


def _is_elsewhere(iri: NamedNode) -> bool:
    return not iri.value.startswith(BASE)
