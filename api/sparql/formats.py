"""In which format a query is answered: one for each form of query, since only the engine learns the form.

`?format=` wins over `Accept`, by short name or media type. `application/json` and `application/xml` stand for the
results in JSON and XML, and the answer is then labelled as it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from maille.api.errors import RequestRefused
from maille.api.http.negotiation import choose, parse_accept
from maille.ontology.errors import NotAcceptable
from maille.store.engine import BINDINGS_FORMATS, GRAPH_FORMATS

_JSON, _XML, _CSV, _TSV = BINDINGS_FORMATS
_TURTLE, _NTRIPLES, _JSONLD, _RDFXML = GRAPH_FORMATS

_BINDINGS_ALIASES: Final = {"application/json": _JSON, "application/xml": _XML, "text/xml": _XML}
GRAPH_ALIASES: Final[Mapping[str, str]] = {
    "application/json": _JSONLD,
    "application/xml": _RDFXML,
    "text/xml": _RDFXML,
    "application/x-turtle": _TURTLE,
    "text/n3": _TURTLE,
    "text/rdf+n3": _TURTLE,
    "application/n3": _TURTLE,
    "text/plain": _NTRIPLES,
}
"""Other names of the formats of graphs: an answer is labelled as it was asked for."""

SHORT_NAMES: Final[Mapping[str, tuple[str | None, str | None]]] = MappingProxyType(
    {
        "json": (_JSON, _JSONLD),
        "xml": (_XML, _RDFXML),
        "csv": (_CSV, None),
        "tsv": (_TSV, None),
        "srj": (_JSON, None),
        "srx": (_XML, None),
        **dict.fromkeys(("ttl", "turtle", "n3"), (None, _TURTLE)),
        **dict.fromkeys(("nt", "ntriples", "n-triples"), (None, _NTRIPLES)),
        **dict.fromkeys(("jsonld", "json-ld"), (None, _JSONLD)),
        **dict.fromkeys(("rdf", "rdfxml", "rdf+xml", "rdf-xml"), (None, _RDFXML)),
    }
)
"""What `?format=` takes: for results, and for graphs."""


@dataclass(frozen=True, slots=True)
class Formats:
    """The format of each form of query, None where the client takes none, and the label each is sent under."""

    bindings: str | None
    graph: str | None
    labels: Mapping[str, str]

    def content_type(self, media_type: str) -> str:
        """Return the value of `Content-Type` for an answer in `media_type`."""
        label = self.labels.get(media_type, media_type)
        return f"{label}; charset=utf-8" if label.startswith("text/") else label


@lru_cache(maxsize=256)
def _cached(wanted: tuple[str, ...], accept: str | None) -> Formats:
    return named(wanted) if wanted else negotiated(accept)


def formats(wanted: tuple[str, ...], accept: str | None) -> Formats:
    """Return the formats for the values of `?format=`, of which the first known one counts, and the `Accept` header.

    Raises RequestRefused where `?format=` is unknown, NotAcceptable where no format of any form is acceptable.
    """
    if sum(map(len, wanted)) + len(accept or "") > 500:  # the cache is for the headers of clients, not for floods
        return _cached.__wrapped__(wanted, accept)
    return _cached(wanted, accept)


def named(wanted: tuple[str, ...]) -> Formats:
    """Return the formats for the values of `?format=`."""
    for value in wanted:
        name = value.strip().lower().replace(" ", "+")
        pair = SHORT_NAMES.get(name) or (
            name if name in BINDINGS_FORMATS else _BINDINGS_ALIASES.get(name),
            name if name in GRAPH_FORMATS else GRAPH_ALIASES.get(name),
        )
        if pair != (None, None):
            return Formats(*pair, MappingProxyType({}))
    known = ", ".join(SHORT_NAMES)
    raise RequestRefused("bad-request", f"`format` is a media type or one of: {known}.")


def negotiated(accept: str | None) -> Formats:
    """Return the formats for an `Accept` header.

    A header that names HTML is a browser's: its `application/xml` is no wish for XML.
    """
    browser = any(part.value == "text/html" for part in parse_accept(accept))
    bindings, bindings_label = _choose(accept, BINDINGS_FORMATS, _BINDINGS_ALIASES, browser)
    graph, graph_label = _choose(accept, GRAPH_FORMATS, GRAPH_ALIASES, browser)
    if bindings is None and graph is None:
        raise NotAcceptable("None of the formats asked for is one of ours.", (*BINDINGS_FORMATS, *GRAPH_FORMATS))
    return Formats(bindings, graph, MappingProxyType(bindings_label | graph_label))


def _choose(
    accept: str | None, known: Mapping[str, str], aliases: Mapping[str, str], browser: bool
) -> tuple[str | None, dict[str, str]]:
    also = [alias for alias in aliases if not (browser and alias.endswith("/xml"))]
    chosen = choose(accept, (*known, *also))
    if chosen is None:
        return None, {}
    return aliases.get(chosen, chosen), {aliases[chosen]: chosen} if chosen in aliases else {}
