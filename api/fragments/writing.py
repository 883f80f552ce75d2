"""A page of a fragment as RDF, with what it says of itself, or as what an HTML page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from maille.api.entities.views import Shown
from maille.api.fragments.asking import FORMATS
from maille.api.fragments.controls import HYDRA, PAGE_SIZE, Controls
from maille.api.pages.render import Links, short_name
from maille.api.terms import Value, rebased
from maille.ontology.namespaces import BASE, PREFIXES, rebase_text

_WRITERS: Final = {
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/ld+json": RdfFormat.JSON_LD,
}
_WITHOUT_GRAPHS: Final = ("text/turtle", "application/n-triples")


def body(found: Iterable[Triple], controls: Controls, media_type: str, base: str) -> bytes:
    """Return the triples in the default graph, and the controls in a graph of their own where the format has graphs."""
    prefixes = {prefix: rebase_text(namespace, base) for prefix, namespace in PREFIXES.items()} | {"hydra": HYDRA}
    writer = _WRITERS[media_type]
    if media_type in _WITHOUT_GRAPHS:
        return serialize([*controls.triples(), *found], format=writer, prefixes=prefixes) or b""
    quads = [Quad(one.subject, one.predicate, one.object, controls.graph) for one in controls.triples()]
    return (
        serialize(
            [*quads, *(Quad(one.subject, one.predicate, one.object) for one in found)], format=writer, prefixes=prefixes
        )
        or b""
    )


def link_header(controls: Controls) -> str:
    """Return the pages around this one (RFC 8288)."""
    return ", ".join(f'<{controls.of(page)}>; rel="{relation}"' for relation, page in controls.around.items())


def shown(found: Iterable[Triple], controls: Controls, links: Links, base: str) -> Mapping[str, object]:
    """Return what the template shows; `controls` are written under the address of the page itself."""
    address = controls.of(controls.page)
    joint = "&" if "?" in address else "?"
    return {
        "rows": [[_cell(term, links, base) for term in triple] for triple in found],
        "asked": dict(controls.asked),
        "controls": controls,
        "first": (controls.page - 1) * PAGE_SIZE + 1,
        "downloads": [(name, f"{address}{joint}format={name}") for name in FORMATS.values()],
    }


def _cell(value: Value, links: Links, base: str) -> Shown:
    inner = rebased(value, base, BASE)
    if isinstance(inner, NamedNode):
        return Shown(short_name(inner.value), links.iri(inner), external=not inner.value.startswith(BASE))
    if isinstance(inner, Literal):
        return Shown(inner.value, lang=inner.language)
    return Shown(str(inner))
