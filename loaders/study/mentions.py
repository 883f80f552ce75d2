"""What the study mentions, for the linker: its structures, organisations and partners (`docs/linking.md`).

Their names stand in the ledger of the package and are the oldest, so what other sources say goes to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from maille.loaders import identifiers
from maille.loaders.linking.mention import Mention
from maille.loaders.source import Row
from maille.loaders.study import cells as study_cells
from maille.loaders.study.known import SOURCE, table_of
from maille.loaders.study.loader import StudyLoader
from maille.ontology.errors import InvalidIdentifier, RowRejected

_KINDS: Final = MappingProxyType(
    {"structures": "structure", "organisations": "organisation", "partners": "partner", "networks": "network"}
)


def mentions(study: StudyLoader) -> Iterator[Mention]:
    """Yield the mentions of every row that is loaded."""
    rows = list(study.rows())
    sites: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if table_of(row) == "sites":
            sites[study_cells.without_lines(study_cells.text(row, "site_of"))].append(row)
    for row in rows:
        key = study_cells.text(row, "key")
        if table_of(row) in _KINDS and key in study.known.entries and key not in study.known.lost:
            yield _mention(row, _KINDS[table_of(row)], sites)


def _mention(row: Row, kind: str, sites: Mapping[str, list[Row]]) -> Mention:
    key = study_cells.text(row, "key")
    own = sites.get(key, [])
    communes = {code for one in (row, *own) for code in _values(one, "commune")}
    postcodes = {code for one in own for code in _values(one, "postcode")}
    return Mention(
        source=SOURCE,
        key=key,
        kind=kind,
        name=study_cells.without_lines(study_cells.text(row, "name")),
        other_names=(*_values(row, "alt_names"), *_values(row, "variants")),
        commune=communes.pop() if len(communes) == 1 else None,
        postcode=postcodes.pop() if len(postcodes) == 1 else None,
        domains=tuple(host for page in _values(row, "homepage") if (host := _host(page))),
        identifiers=_siren(row),
        address=next((street for one in own for street in _values(one, "thoroughfare")), ""),
    )


def _values(row: Row, column: str) -> list[str]:
    try:
        return [item.value for item in study_cells.items(row, column)]
    except RowRejected:
        # The loader says what is wrong with the row.
        return []


def _siren(row: Row) -> frozenset[tuple[str, str]]:
    try:
        return frozenset({("siren", identifiers.siren(study_cells.text(row, "siren")))})
    except InvalidIdentifier:
        return frozenset()


def _host(page: str) -> str:
    try:
        return urlsplit(page).hostname or ""
    except ValueError:
        return ""
