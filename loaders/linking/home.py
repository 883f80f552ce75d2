"""Linking in a build: what the sources mention, what the home decided, what it published, and what it is to remember.

The home keeps two tables beside its releases: `links/decisions.csv`, pairs that somebody decided on (`maille links
decide`), and `links/published.csv`, every name that was ever published.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from maille.loaders import ledger
from maille.loaders.assembly import Linking
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.linking import curated as linking_curated
from maille.loaders.linking import files as linking_files
from maille.loaders.linking import published as linking_published
from maille.loaders.linking.iris import Names
from maille.loaders.linking.link import Links, link
from maille.loaders.linking.links_source import LinksLoader
from maille.loaders.linking.mention import Mention, Name
from maille.loaders.linking.published import Published
from maille.loaders.source import Loader
from maille.loaders.study import mentions as study_mentions
from maille.loaders.study.known import SOURCE
from maille.loaders.study.loader import StudyLoader
from maille.loaders.territories.loader import TerritoriesLoader
from maille.store.files import SCRATCH, write_synced
from maille.store.release import Home

FOLDER: Final = "links"
DECISIONS: Final = "decisions.csv"
LINKED: Final = frozenset(("structure", "organisation"))
"""Kinds whose names linking gives; others, such as laboratories, are named by an official number of their own."""


def linker(base: Sequence[Loader], described: Sequence[DescribedLoader], home: Path) -> Linking:
    """Link what every source mentions; raises SourceError where the curated pairs contradict each other."""
    published = published_of(home)
    if not described and not published.entries:
        return Linking()
    mentions = [one for loader in described for one in loader.all_mentions() if one.kind in LINKED]
    mentions += [one for loader in base if isinstance(loader, StudyLoader) for one in study_mentions.mentions(loader)]
    order = [SOURCE, *dict.fromkeys(loader.description.id for loader in described)]
    curated = linking_curated.curated_of(linking_curated.shipped(), linking_curated.of_home(home / FOLDER / DECISIONS))
    links = link(mentions, curated, order, towns=towns_of(), packaged=ledger.packaged(), published=published)
    return _given(links, mentions, home, published)


def _given(links: Links, mentions: Sequence[Mention], home: Path, published: Published) -> Linking:
    known = {one.id for one in mentions}
    named = linking_files.names_of(links)
    loaders: tuple[Loader, ...] = (LinksLoader(links.names),) if _has_changes(links.names) else ()

    def remember(release: str) -> None:
        _write(home, published.with_release(release, named))

    return Linking(
        names=lambda source, key: links.iri(source, key) if Name(source, key) in known else None,
        loaders=loaders,
        notes=links.notes,
        files={
            linking_files.LINKS: linking_files.links_table(links).encode(),
            linking_files.NAMES: linking_files.names_table(named).encode(),
        },
        remember=remember,
    )


def _has_changes(names: Names) -> bool:
    return bool(names.replaced or names.withdrawn)


def towns_of() -> dict[str, str]:
    """Return the names of communes and départements by code."""
    kinds = {"commune-actuelle", "departement"}
    found = ((*row.key.rpartition("-")[::2], row) for row in TerritoriesLoader().rows())
    return {code: str(row.values.get("nom", "")) for kind, code, row in found if kind in kinds}


def published_of(home: Path) -> Published:
    """Return every name that was ever published in a home, those of its current release included.

    A build that was killed between publishing and remembering is caught up with here.
    """
    try:
        text = (home / FOLDER / linking_published.FILE_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        published = Published()
    else:
        published = linking_published.read(text)
    current = Home(home).current()
    if current is None or not (current.path / linking_files.NAMES).is_file():
        return published
    named = linking_files.read_names((current.path / linking_files.NAMES).read_text(encoding="utf-8"))
    return published.with_release(current.id, named)


def _write(home: Path, published: Published) -> None:
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{SCRATCH}{linking_published.FILE_NAME}"
    write_synced(fresh, linking_published.write(published).encode())
    fresh.replace(folder / linking_published.FILE_NAME)
