"""Key figures in words: "plus de 160 structures", "61 %", as a sentence of the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from maille.api.entities.views import Shown, View
from maille.api.pages.i18n import Translator
from maille.api.terms import Value
from maille.ontology.namespaces import SCHEME
from maille.ontology.terms import MAILLE, PROV, RDF

_QUALIFIERS: Final = SCHEME + "qualifier/"
_UNITS: Final = SCHEME + "unit/"
_PLAIN: Final = frozenset({"annee"})


@dataclass(frozen=True)
class Figure:
    """A figure as a page shows it."""

    sentence: str
    thing: Shown
    period: str
    rows: tuple[Shown, ...]
    contradicts: tuple[Shown, ...]


def figures_of(view: View, t: Translator) -> tuple[Figure, ...]:
    """Return the key figures that were fetched with a thing, itself included where it is one."""
    quads = view.description.quads
    nodes = {quad.subject for quad in quads if (quad.predicate, quad.object) == (RDF.type, MAILLE.KeyFigure)}
    found = [_figure(view, t, node) for node in nodes if isinstance(node, NamedNode)]
    return tuple(sorted(found, key=lambda figure: (figure.thing.text.casefold(), figure.sentence)))


def _figure(view: View, t: Translator, node: NamedNode) -> Figure:
    periods = view.in_language(view.values(MAILLE.periodAsStated, node))
    return Figure(
        sentence=sentence(
            t,
            view.first(MAILLE.figureValue, node),
            view.first(MAILLE.qualifier, node),
            view.first(MAILLE.unit, node),
        ),
        thing=view.thing(node),
        period=" ; ".join(value.value for value in periods if isinstance(value, Literal)),
        rows=_things(view, view.values(PROV.wasDerivedFrom, node)),
        contradicts=_things(view, view.values(MAILLE.contradicts, node)),
    )


def _things(view: View, values: list[Value]) -> tuple[Shown, ...]:
    return tuple(view.thing(value) for value in sorted(values, key=str) if isinstance(value, NamedNode))


def sentence(t: Translator, value: str, qualifier: str, unit: str) -> str:
    """Return a figure in words; `qualifier` and `unit` are IRIs of concepts, or empty."""
    slug = unit.removeprefix(_UNITS)
    number = value if slug in _PLAIN else t.number(value)
    before = f"qualifier.{qualifier.removeprefix(_QUALIFIERS)}"
    after = f"unit.{slug}"
    words = [t(before) if t.has(before) else "", number, _unit(t, after, value) if t.has(after) else ""]
    return " ".join(word for word in words if word)


def _unit(t: Translator, key: str, value: str) -> str:
    singular, _, plural = t(key).partition("|")
    # French counts 1.5 as singular, English as plural; zero is singular in French only.
    alone = value.lstrip("-") in ("1", "1.0") or (t.language == "fr" and value.lstrip("-").startswith(("0", "1.")))
    return singular if alone or not plural else plural
