"""`maille purge`: what somebody may ask to be forgotten goes from every kept release (`docs/purging.md`).

The one exception to the rule that a release never changes, and therefore prepared whole before anything changes, and
told of: a purged release has another id, and the former one leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from maille.loaders.fetching.cache import FOLDER as CACHE
from maille.loaders.progress import Progress, Silent
from maille.loaders.purge_files import described, holds, rewritten, says
from maille.ontology.errors import UsageError
from maille.store.files import scratch, told_as_release_error
from maille.store.match import Match
from maille.store.purge import DECIDED, PURGED, Plan, decide, finish
from maille.store.purge_releases import Purged, Rewriting
from maille.store.release import DUMPS, Home

_OURS: Final = frozenset({"current", "releases", DUMPS, CACHE, PURGED, DECIDED, "write.lock", "build.lock"})


@dataclass(frozen=True, slots=True)
class PurgeSummary:
    """What a purge did, or would do.

    Attributes:
        done: whether it was done.
        releases: what becomes of each release that changes.
        kept: how many releases there are.
        copies: copies of sources that go.
        tables: files of the home that are rewritten.
        left: files of the home that hold it, and that are of no kind that could be rewritten.
    """

    done: bool
    releases: tuple[Purged, ...]
    kept: int
    copies: int
    tables: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether it was found anywhere."""
        return bool(self.releases or self.copies or self.tables or self.left)

    @property
    def exit_code(self) -> int:
        """0 where nothing holds it any more, 1 where something still does."""
        return int(bool(self.left) or (self.found and not self.done))

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return asdict(self)


def purge(home: Home, match: Match, *, done: bool, progress: Progress | None = None) -> PurgeSummary:
    """Rewrite every kept release without what is looked for; without `done`, prepare it all and say what it comes to.

    Raises:
        UsageError: what is looked for is in the names of everything.
        BuildLocked: a build, or another writer, holds the home.
        ReleaseError: a release cannot be read or written; nothing has changed.
    """
    shown = progress or Silent()
    with told_as_release_error("Purging"), home.building(), home.writing(), scratch(home.path / "purge") as folder:
        releases = home.releases()
        for base in {release.base_iri for release in releases}:
            if match.in_text(base):
                raise UsageError("it is in the base IRI, and so in every statement")
        shown.stage("Preparing the releases")
        rewriting = Rewriting(match, folder, described(match))
        found = tuple(rewriting.run(releases))
        shown.stage("Looking into the copies of sources and other files")
        copies = sorted(_copies(home, match))
        tables, left = _tables(home, match)
        for name, content in tables.items():
            rewriting.replace_file(name, content)
        summary = PurgeSummary(done, found, len(releases), len(copies), tuple(tables), tuple(left))
        if done and summary.found:
            shown.stage("Putting them in place")
            current = home.current()
            decide(home.path, folder, _plan(rewriting, current.id if current else "", found, copies))
            finish(home.path)
    return summary


def _plan(rewriting: Rewriting, current: str, found: tuple[Purged, ...], copies: list[str]) -> Plan:
    moved = {one.id: one.new for one in found if one.new != one.id}
    dumps = [f"{DUMPS}/{one.id}" for one in found]
    return Plan(moved, moved.get(current, current), rewriting.files, (*rewriting.deleted, *copies, *dumps))


def _copies(home: Home, match: Match) -> Iterator[str]:
    """Yield the folders of copies that hold it, or may."""
    for folder in (home.path / CACHE).glob("*/"):
        files = [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
        if any(holds(path, match) for path in files):
            yield f"{CACHE}/{folder.name}"


def _tables(home: Home, match: Match) -> tuple[Mapping[str, bytes], list[str]]:
    """Return the other files of the home that hold it, as they are to be, and those that are left as they are."""
    tables: dict[str, bytes] = {}
    left = []
    for path in sorted(_others(home.path)):
        name = str(path.relative_to(home.path))
        if not says(path, match):
            continue
        content = None if match.in_text(name) else rewritten(path.name, path.read_bytes(), match)
        if content is None or match.in_bytes(content):
            left.append(name)
        else:
            tables[name] = content
    return tables, left


def _others(home: Path) -> Iterator[Path]:
    for top in home.iterdir():
        if top.name not in _OURS and not top.name.startswith(".tmp-"):
            yield from (path for path in (top, *top.rglob("*")) if path.is_file())
