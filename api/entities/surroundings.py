"""What the page of one thing shows of what lies around it: which question is put to the index for which kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from maille.api.entities.link_groups import Group
from maille.api.entities.neighbourhood import CONCEPTS, Around, Near, Summary, is_area
from maille.api.entities.views import View
from maille.api.pages.i18n import Translator
from maille.api.pages.render import Links
from maille.ontology.namespaces import SCHEME
from maille.ontology.terms import DCT, MAILLE
from maille.store.search import SearchIndex

_PLACED: Final = frozenset(
    {"structure", "organisation", "laboratory", "site", "startup", "partner", "event", "initiative", "network"}
)
_OF_AREAS: Final = frozenset({"former-region", "programme-territory"})
_SUMMED_UP: Final = frozenset({MAILLE.inCommune, MAILLE.profile, MAILLE.mainProfile, DCT.subject, DCT.spatial})
_MOST_AREAS: Final = 400


@dataclass(frozen=True)
class Surroundings:
    """Structures in a territory or with a concept, and structures near a thing; either may be missing."""

    summary: Summary | None = None
    near: tuple[Near, ...] = ()


def surroundings_of(view: View, index: SearchIndex | None, t: Translator, links: Links) -> Surroundings:
    """Return what lies around a thing; without an index nothing but the structures fetched with it."""
    if index is None:
        listed = Summary(len(view.inside), view.inside, (), (), None, None) if view.inside else None
        return Surroundings(listed)
    around = Around(index, t, links)
    if view.kind in _PLACED:
        return Surroundings(near=around.neighbours(view.iri.value))
    if is_area(view.iri.value):
        return Surroundings(around.territory(view.iri.value, [view.iri.value]))
    if view.kind == "concept":
        scheme = view.iri.value.removeprefix(SCHEME).partition("/")[0]
        return Surroundings(around.concept(view.iri.value, scheme)) if scheme in CONCEPTS else Surroundings()
    areas = [o.value for o in view.values(DCT.hasPart) if isinstance(o, NamedNode) and is_area(o.value)]
    if view.kind in _OF_AREAS and areas:
        return Surroundings(around.territory(view.iri.value, areas[:_MOST_AREAS]))
    if view.description.inside:
        return Surroundings(around.structures(node.value for node in view.description.inside))
    return Surroundings()


def is_summed_up(group: Group, around: Surroundings) -> bool:
    """Tell whether a group of links lists structures that a summary lists already."""
    return around.summary is not None and group.kind == "structure" and group.via in _SUMMED_UP
