"""Mentions made up for the tests of the linker, each set a trap that the real files hold."""

from __future__ import annotations

from collections.abc import Iterable

from maille.loaders.linking.curated import Curated
from maille.loaders.linking.link import Decision, Links, link
from maille.loaders.linking.mention import Mention, Name

ORDER = ("study", "alpha", "beta", "gamma")
TOWNS = {"69123": "Lyon", "68224": "Mulhouse", "14118": "Caen", "75056": "Paris", "35238": "Rennes", "92024": "Clichy"}


def house(source: str, key: str, name: str, commune: str | None = None, **more: object) -> Mention:
    """Return a structure."""
    return Mention(source, key, "structure", name, commune=commune, **more)  # type: ignore[arg-type]


def body(source: str, key: str, name: str, *other_names: str, siren: str = "", **more: object) -> Mention:
    """Return an organisation."""
    numbers = frozenset({("siren", siren)} if siren else set())
    return Mention(source, key, "organisation", name, other_names, identifiers=numbers, **more)  # type: ignore[arg-type]


def linked(mentions: Iterable[Mention], curated: Curated | None = None) -> Links:
    """Link mentions with nothing published before."""
    return link(mentions, curated or Curated(), ORDER, towns=TOWNS)


def groups(links: Links) -> set[frozenset[str]]:
    """Return the keys of each thing that several mentions speak of."""
    return {frozenset(str(one.id) for one in thing) for thing in links.things if len(thing) > 1}


def decision(links: Links, one: Mention, two: Mention) -> Decision:
    """Return what was decided of two mentions."""
    wanted: set[Name] = {one.id, two.id}
    return next(each for each in links.decisions if {each.one.id, each.two.id} == wanted)
