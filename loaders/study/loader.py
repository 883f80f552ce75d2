"""The study of the Banque des Territoires, June 2020: tables of facts, each with its line of the text.

Structures, networks, profiles, initiatives, partners and key figures. The tables were drawn from the text by hand, in
our own words, and are described in `docs/study.md`; they hold no personal data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Final

from pyoxigraph import Quad

from maille.loaders.ledger import Entry, Ledger, packaged
from maille.loaders.source import Row, SourceDescription
from maille.loaders.study import cells as study_cells
from maille.loaders.study import figures as study_figures
from maille.loaders.study import links as study_links
from maille.loaders.study import tables as study_tables
from maille.loaders.study import things as study_things
from maille.loaders.study.known import SOURCE, Known, Territories, known_from, table_of
from maille.loaders.study.statements import Scribe
from maille.loaders.study.tables import Folder
from maille.ontology.errors import RowRejected

VINTAGE: Final = "2020-06"
_PAGE: Final = (
    "https://www.banquedesterritoires.fr/structures-dinnovation-ouverte-une-creation-de-valeur-pour-les-territoires"
)
_LINKS: Final = {
    "sites": study_links.site_quads,
    "memberships": study_links.membership_quads,
    "profiles": study_links.profile_quads,
    "mentions": study_links.mention_quads,
    "notes": study_links.note_quads,
}


class StudyLoader:
    """Loads the tables of the study.

    Args:
        tables: folder of the tables, those of the package where None.
        communes: codes of the communes of today; empty: the form alone is checked.
        departements: the same for départements.
        regions: the same for régions.
        epcis: the same for EPCI.
        ledger: the keys given so far, those of the package where None.
    """

    def __init__(
        self,
        tables: Folder | None,
        communes: frozenset[str],
        *,
        departements: frozenset[str] = frozenset(),
        regions: frozenset[str] = frozenset(),
        epcis: frozenset[str] = frozenset(),
        ledger: Ledger | None = None,
    ) -> None:
        self._folder = study_tables.packaged() if tables is None else tables
        self._territories = Territories(communes, departements, regions, epcis)
        self._ledger = ledger

    @cached_property
    def description(self) -> SourceDescription:
        """What the study is, with the digest of the tables that were read."""
        return SourceDescription(
            id=SOURCE,
            vintage=VINTAGE,
            title_fr="Structures d'innovation ouverte : faits relevés dans l'étude de juin 2020",
            title_en="Open-innovation structures: facts drawn from the study of June 2020",
            description_fr="Structures, réseaux, profils, initiatives, partenaires et chiffres que nomme l'étude de la "
            "Banque des Territoires, relevés par nous et chacun rapporté à sa ligne.",
            description_en="Structures, networks, profiles, initiatives, partners and figures that the study of the "
            "Banque des Territoires names, drawn by us, each with its line.",
            publisher="https://www.banquedesterritoires.fr/",
            licence="https://www.etalab.gouv.fr/licence-ouverte-open-licence",
            attribution="Faits relevés dans « Structures d'innovation ouverte : une création de valeur pour les "
            "territoires », Banque des Territoires, juin 2020",
            address=_PAGE,
            issued=date(2020, 6, 1),
            file_name="study",
            sha256=study_tables.digest(self._folder),
        )

    @cached_property
    def known(self) -> Known:
        """Everything a cell may name: the keys of all tables, concepts and territories."""
        ledger = packaged() if self._ledger is None else self._ledger
        rows = list(study_tables.read_tables(self._folder))
        known = known_from(rows, ledger, self._territories)
        # A figure is lost when what it is about is lost: again, until nothing more falls.
        while (lost := self._lost(known, rows)) != known.lost:
            known = replace(known, lost=lost)
        return known

    @cached_property
    def _scribe(self) -> Scribe:
        return Scribe(self.description)

    def rows(self) -> Iterator[Row]:
        """Read every table; raises SourceError where one cannot be read as a whole."""
        return study_tables.read_tables(self._folder)

    def quads(self, row: Row) -> Iterator[Quad]:
        """Turn one row into quads; raises RowRejected, before any quad, where it cannot be loaded."""
        return iter(self._quads(self.known, row))

    def _quads(self, known: Known, row: Row) -> list[Quad]:
        study_cells.check_shape(row)
        table = table_of(row)
        if table in _LINKS:
            return list(_LINKS[table](self._scribe, known, row))
        if table == "figures":
            return list(study_figures.figure_quads(self._scribe, known, row, self.description))
        return list(study_things.thing_quads(self._scribe, known, row))

    def _lost(self, known: Known, rows: list[Row]) -> frozenset[str]:
        return known.lost | {study_cells.text(row, "key") for row in rows if self._is_lost(known, row)}

    def _is_lost(self, known: Known, row: Row) -> bool:
        key = study_cells.text(row, "key")
        if known.first_lines.get(key) != (row.file, row.line):
            return False
        try:
            self._quads(known, row)
        except RowRejected:
            return True
        return False


def packaged_entries(ledger: Ledger) -> dict[str, Entry]:
    """Return the ledger entry of every thing of the packaged tables, by its key in them."""
    return dict(StudyLoader(None, frozenset(), ledger=ledger).known.entries)
