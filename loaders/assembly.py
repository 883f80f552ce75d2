"""Put together what a build loads: the sources of the package, those described, and the names that link them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from maille.loaders import embedded
from maille.loaders.describing import choosing
from maille.loaders.describing.loader import DescribedLoader, no_names
from maille.loaders.describing.mapping import Names
from maille.loaders.enrichment import loader as enrichment_loader
from maille.loaders.source import Loader
from maille.loaders.territories.gazetteer import Gazetteer
from maille.loaders.territories.loader import TerritoriesLoader


@dataclass(frozen=True, slots=True)
class Linking:
    """What linking gives a build.

    Attributes:
        names: the IRI of each mention's thing; None where it is to be minted.
        loaders: sources of statements about links.
        notes: what the reader of the summary should know.
        files: files of the release about links.
        remember: is told the id of the release once it is published.
    """

    names: Names = no_names
    loaders: tuple[Loader, ...] = ()
    notes: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    remember: Callable[[str], None] = lambda _release: None


Linker = Callable[[Sequence[Loader], Sequence[DescribedLoader], Path], Linking]
"""Takes the sources of the package, those that are described, and the home, and says which of their things are one."""


def unlinked(_base: Sequence[Loader], _described: Sequence[DescribedLoader], _home: Path) -> Linking:
    """Link nothing: every thing has the name its own row gives it."""
    return Linking()


@dataclass(frozen=True, slots=True)
class Assembly:
    """Every loader of a build in order, and what the reader of the summary should know."""

    loaders: tuple[Loader, ...]
    notes: tuple[str, ...] = ()
    linking: Linking = field(default_factory=Linking)


def assemble(
    data: Path | None,
    sources: Sequence[Path],
    home: Path,
    linker: Linker = unlinked,
    fetched: Mapping[str, Path] = choosing.NOTHING,
) -> Assembly:
    """Return what a build loads.

    Args:
        data: folder of data files.
        sources: descriptions of the user's own.
        home: folder of the releases.
        linker: decides which things are one.
        fetched: files of sources that are in no folder, by `id/vintage`.

    Raises:
        SourceError: a description or its file cannot be used.
    """
    base = (*embedded.loaders(data), *enrichment_loader.loaders(home))
    choice = choosing.choose(sources, data, fetched=fetched)
    notes = (*embedded.left_out(data, choosing.read_names(choice, sources, data)), *choice.notes)
    # Reading the territories once more is for those that are described only.
    gazetteer = Gazetteer(TerritoriesLoader().rows() if choice.found else ())
    described = tuple(DescribedLoader(one.description, one.path, gazetteer) for one in choice.found)
    linking = linker(base, described, home)
    for loader in described:
        loader.names = linking.names
    return Assembly((*base, *described, *linking.loaders), (*notes, *linking.notes), linking)
