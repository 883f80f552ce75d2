"""The described sources that are on the network, brought into the cache one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from maille.loaders.describing import toml as description_toml
from maille.loaders.describing.description import Description
from maille.loaders.fetching.fetch import Fetched, Fetcher
from maille.loaders.progress import Progress, Silent
from maille.ontology.errors import SourceError, UsageError

Outcome = Literal["fetched", "unchanged", "kept", "failed"]


@dataclass(frozen=True, slots=True)
class SourceFetch:
    """What became of one source: its file, or why there is none."""

    description: Description
    fetched: Fetched | None
    reason: str = ""

    @property
    def source(self) -> str:
        """Id and vintage, as graphs are called."""
        return f"{self.description.id}/{self.description.vintage}"

    @property
    def outcome(self) -> Outcome:
        """Whether it was fetched, is unchanged, is an older copy that was kept, or is not there."""
        return self.fetched.outcome if self.fetched else "failed"

    @property
    def note(self) -> str:
        """What a user should know of it."""
        return self.fetched.note if self.fetched else self.reason

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        file = self.fetched
        return {
            "source": self.source,
            "url": self.description.file.url,
            "outcome": self.outcome,
            "path": str(file.path) if file else None,
            "bytes": file.path.stat().st_size if file else None,
            "sha256": file.sha256 if file else None,
            "note": self.note,
        }


def chosen(descriptions: Iterable[Description], names: Sequence[str]) -> list[Description]:
    """Return the described sources that have an address, or those that are named by id or `id/vintage`.

    Raises UsageError where a name is of none, or of one without an address.
    """
    known = sorted(descriptions, key=lambda one: (one.id, one.vintage))
    for name in names:
        found = [one for one in known if _is(one, name)]
        if not any(one.file.url for one in found):
            there = ", ".join(sorted({one.id for one in known if one.file.url})) or "none"
            why = "has no address" if found else "is no source"
            raise UsageError(f"{name!r} {why}; those with one are: {there}")
    return [one for one in known if one.file.url and (not names or any(_is(one, name) for name in names))]


def fetch_sources(
    descriptions: Iterable[Description], fetcher: Fetcher, progress: Progress | None = None
) -> list[SourceFetch]:
    """Fetch the file of each source; one that cannot be had does not stop the others."""
    shown = progress or Silent()
    found = []
    for one in descriptions:
        shown.stage(f"Fetching {one.id}/{one.vintage}")
        found.append(_fetched(one, fetcher, shown))
    return found


def lacking(shipped: Iterable[Description], own: Iterable[Path], data: Path | None) -> list[Description]:
    """Return the described sources with an address whose file a build finds neither in `data` nor beside them."""
    given = {(one.id, one.vintage): (one, path.parent) for path in own for one in [description_toml.load(path)]}
    ours = [(one, None) for one in shipped if (one.id, one.vintage) not in given]
    found: list[tuple[Description, Path | None]] = [*ours, *given.values()]
    return [
        one
        for one, beside in found
        if one.file.url and not any((folder / one.file.name).is_file() for folder in (beside, data) if folder)
    ]


def files_of(found: Sequence[SourceFetch]) -> dict[str, Path]:
    """Return the file of each source, by `id/vintage`; raises SourceError where one is not there."""
    failed = [one.note for one in found if one.fetched is None]
    if failed:
        raise SourceError("; ".join(failed))
    return {one.source: one.fetched.path for one in found if one.fetched}


def _fetched(one: Description, fetcher: Fetcher, shown: Progress) -> SourceFetch:
    try:
        return SourceFetch(one, fetcher.fetch(one.file.url, one.file.name, _steps(shown)))
    except SourceError as error:
        return SourceFetch(one, None, str(error))


def _steps(shown: Progress) -> Callable[[int, int | None], None]:
    """Return what tells of bytes as progress counts: by what came since."""
    before = 0

    def told(there: int, _of: int | None) -> None:
        nonlocal before
        shown.advance(max(0, there - before))
        before = there

    return told


def _is(one: Description, name: str) -> bool:
    return name in {one.id, f"{one.id}/{one.vintage}"}
