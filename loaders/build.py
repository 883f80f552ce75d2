"""The pipeline: sources -> rows -> quads -> shapes -> a release (see `docs/architecture.md`).

The same inputs give the same bytes: nothing of a release depends on a clock, on the order of rows, or on the machine.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path

from maille.loaders import embedded, reports
from maille.loaders.agreement import agree
from maille.loaders.assembly import Assembly, Linker, Linking, assemble
from maille.loaders.carry import carried_over
from maille.loaders.checking import Judge, judge, settle
from maille.loaders.collect import LoadedSource, collect
from maille.loaders.linking.home import linker as link_all
from maille.loaders.once import once
from maille.loaders.progress import Progress, Silent, Timed
from maille.loaders.provenance import meta_quads
from maille.loaders.source import Loader, RejectedRow
from maille.loaders.summary import BuildSummary, SourceSummary
from maille.loaders.vocabulary_source import describe_vocabulary
from maille.loaders.workshop import Workshop, workshop
from maille.ontology import vocabulary
from maille.ontology.errors import ReleaseMoved
from maille.ontology.namespaces import BASE, rebase_text
from maille.shapes.report import Report
from maille.store.release import Draft, Home, Release

_ALONE = frozenset(("cog", "territory-links"))
"""Sources whose things no other source speaks of as its own; they are long, and need not be looked through."""
_TRIES = 20
"""How often the last step is done again because somebody wrote meanwhile."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What to build, and where.

    Attributes:
        home: folder of the releases.
        data: folder with data files of described sources, and tables of the user's own, see `maille.loaders.assembly`.
        empty: build a release without a triple, whatever the former one held.
        discard_written: drop the graphs that belong to no source, instead of carrying them over.
        base_iri: what the names of the release are under.
        sources: descriptions of sources of the user's own.
        fetched: files of described sources that were fetched, by `id/vintage`.
        loaders: the sources, a seam; those the package ships, and those described, where None.
        linker: decides which things of described sources are one, a seam.
        judge: what judges the statements, a seam.
        open_home: makes a home of its folder, a seam.
    """

    home: Path
    data: Path | None = None
    empty: bool = False
    discard_written: bool = False
    base_iri: str = BASE
    sources: tuple[Path, ...] = ()
    fetched: Mapping[str, Path] = field(default_factory=dict)
    loaders: tuple[Loader, ...] | None = None
    linker: Linker = link_all
    judge: Judge = judge
    open_home: Callable[[Path], Home] = Home


@dataclass(frozen=True, slots=True)
class _Content:
    """What the sources say, settled: no violation is left in it."""

    lines: Sequence[str] = ()
    report: Report = field(default_factory=Report)
    sources: tuple[LoadedSource, ...] = ()
    notes: tuple[str, ...] = ()
    loaded: Callable[[], Path | None] = lambda: None
    linking: Linking = field(default_factory=Linking)

    @property
    def rejected(self) -> tuple[RejectedRow, ...]:
        return tuple(row for one in self.sources for row in one.rejected)

    @property
    def findings(self) -> tuple[RejectedRow, ...]:
        return tuple(value for one in self.sources for value in one.findings)


def build(options: BuildOptions, progress: Progress | None = None) -> BuildSummary:
    """Build a release from every source and make it the current one.

    Raises:
        SourceError: a source, as a whole, cannot be read.
        ViolationsLeft: violations remain that no row answers for; nothing is published.
        BuildLocked: another build holds the home.
        ReleaseError: the release cannot be written.
    """
    timed = Timed(progress or Silent())
    home = options.open_home(options.home)
    with home.building(), _without_collecting(), workshop(home.path / "releases") as shop:
        known = {release.id for release in home.releases()}
        content = _Content() if options.empty else _content(options, shop, timed)
        release, carried = _publish(home, options, content, timed)
        content.linking.remember(release.id)
    seconds = timed.finish()
    return BuildSummary(
        release=release.id,
        new=release.id not in known,
        sources=tuple(SourceSummary.of(one) for one in content.sources),
        graphs=dict(release.manifest.graphs),
        rejected=content.rejected,
        findings=content.findings,
        warnings=content.report.counts()["Warning"],
        notes=(*content.notes, *content.report.notes),
        carried=carried,
        seconds=seconds,
        stages=timed.seconds,
    )


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Spare a build the search for cycles: it makes millions of statements and none of them is in one."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _content(options: BuildOptions, shop: Workshop, timed: Timed) -> _Content:
    assembly = _assembled(options, timed)
    sources = tuple(_loaded(loader, timed) for loader in assembly.loaders)
    agree([one for one in sources if one.description.id not in _ALONE])
    timed.stage("Checking against the shapes")
    lines, report = settle(sources, _fixed(sources), shop, options.judge, partial(once, alone=_ALONE))
    warnings = [text for one in sources for text in one.warnings]
    notes = (*assembly.notes, *warnings)
    return _Content(lines, report, sources, notes, lambda: shop.store_of(lines), assembly.linking)


def _assembled(options: BuildOptions, timed: Timed) -> Assembly:
    if options.loaders is not None:
        return Assembly(options.loaders)
    # Said before anything else: what cannot be done is told in one line.
    embedded.check_folder(options.data)
    if options.sources or options.data or options.fetched:
        timed.stage("Linking")
    return assemble(options.data, options.sources, options.home, options.linker, options.fetched)


def _loaded(loader: Loader, timed: Timed) -> LoadedSource:
    one = loader.description
    timed.stage(f"Loading {one.id}/{one.vintage}")
    return collect(loader, timed)


def _fixed(sources: Sequence[LoadedSource]) -> Iterator[str]:
    """Yield the statements of no row: the vocabulary, and the descriptions of graphs and sources."""
    quads = list(vocabulary.quads())
    ours = describe_vocabulary(quads)
    for quad in (*quads, *meta_quads([ours, *(one.description for one in sources)], ours)):
        yield f"{quad} ."


def _publish(home: Home, options: BuildOptions, content: _Content, timed: Timed) -> tuple[Release, tuple[str, ...]]:
    """Publish over whatever is current by now, with its graphs of no source beside ours."""
    timed.stage("Writing the release")
    # Every line of ours has a graph, and no name has a space in it: cheaper than to ask `graph_of` of each.
    ours = Counter(line[line.rindex(" ", 0, -2) + 2 : -3] for line in content.lines)
    for tries_left in reversed(range(_TRIES)):
        parent = home.current()
        kept = None if options.discard_written or options.empty else parent
        carried = carried_over(kept, ours) if kept else {}
        try:
            return home.publish(_draft(options, content, ours, carried, parent)), tuple(sorted(carried))
        except ReleaseMoved:
            if not tries_left:
                raise
    raise AssertionError("the loop returns or raises")


def _draft(
    options: BuildOptions,
    content: _Content,
    ours: Counter[str],
    carried: Mapping[str, Sequence[str]],
    parent: Release | None,
) -> Draft:
    graphs = ours + Counter({name: len(lines) for name, lines in carried.items()})
    files = reports.files(content.report, content.rejected, content.findings, dict(sorted(graphs.items())))
    return Draft(
        lines=chain(content.lines, *carried.values()),
        parent=parent.id if parent else None,
        base_iri=options.base_iri,
        files=content.linking.files
        | {name: rebase_text(text.decode(), options.base_iri).encode() for name, text in files.items()},
        loaded=(lambda: None) if carried or options.base_iri != BASE else content.loaded,
    )
