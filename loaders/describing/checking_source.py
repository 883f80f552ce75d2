"""Say everything that is wrong with a described source at once, without building anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from maille.loaders.collect import LoadedSource, collect
from maille.loaders.describing import choosing
from maille.loaders.describing import toml as description_toml
from maille.loaders.describing.checking_shapes import settle_alone
from maille.loaders.describing.description import Description
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.progress import Silent
from maille.loaders.readers import tabular
from maille.loaders.source import RejectedRow
from maille.loaders.territories import gazetteer
from maille.ontology.errors import DescriptionInvalid, SourceError

LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a described source.

    Attributes:
        description: name of the description's file.
        data: name of the data file, empty where none was found.
        fatal: why it cannot be loaded at all.
        unknown_columns: columns that the description neither reads, ignores nor keeps private.
        rejected: rows that would be rejected.
        findings: single values that would be left out.
        counts: rows read, loaded, merged, rejected and left out.
        quads: how many statements would be made.
    """

    description: str
    data: str
    fatal: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    findings: tuple[RejectedRow, ...] = ()
    counts: dict[str, int] | None = None
    quads: int = 0

    @property
    def exit_code(self) -> int:
        """0 nothing is wrong, 1 something is left out, 2 it cannot be loaded."""
        if self.fatal:
            return 2
        return 1 if self.unknown_columns or self.rejected or self.findings else 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return asdict(self) | {"exit_code": self.exit_code}

    def lines(self) -> Iterator[str]:
        """Yield it as a user reads it: what is fatal, then the columns, then each reason with its first rows."""
        yield from self.fatal
        if self.unknown_columns:
            yield f"columns that the description does not know: {', '.join(map(repr, self.unknown_columns))}"
        for title, found in (("rows rejected", self.rejected), ("values left out", self.findings)):
            if found:
                yield f"{title}: {len(found):,}"
                yield from _listed(found)
        if self.counts is not None:
            told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in self.counts.items())
            yield f"{self.data}: {told}; {self.quads:,} statements"
        verdict = ("all is well", "it loads, with what is said above left out", "it cannot be loaded")
        yield f"{self.description}: {verdict[self.exit_code]}"


def check(description: Path, data: Path | None = None) -> Checked:
    """Read a description and its data file whole, and say what is wrong; raises nothing that a user may mend."""
    try:
        spec = description_toml.load(description)
    except DescriptionInvalid as error:
        return Checked(description.name, data.name if data else "", (str(error), *error.details))
    except SourceError as error:
        return Checked(description.name, data.name if data else "", (str(error),))
    path = data or description.parent / spec.file.name
    if not path.is_file():
        return Checked(description.name, path.name, (f"there is no data file {path}",))
    return _checked(description.name, spec, path)


def _checked(name: str, spec: Description, path: Path) -> Checked:
    fatal = [f"id = {spec.id!r} is taken by a source of the package"] if spec.id in choosing.RESERVED else []
    try:
        loader = DescribedLoader(spec, path, gazetteer.packaged())
        fatal += [f"{path.name}: {text}" for text in loader.missing_columns()]
        unknown = loader.unknown_columns()
        if fatal:
            return Checked(name, path.name, tuple(fatal), unknown)
        loaded = collect(loader, Silent())
        fatal += settle_alone(loaded)
    except SourceError as error:
        return Checked(name, path.name, (*fatal, str(error), *_seen(path)))
    return Checked(
        description=name,
        data=path.name,
        fatal=tuple(fatal),
        unknown_columns=unknown,
        rejected=tuple(loaded.rejected),
        findings=tuple(loaded.findings),
        counts=_counts(loaded),
        quads=sum(len(row.statements) for row in loaded.rows),
    )


def _seen(path: Path) -> Iterator[str]:
    """Yield what the file itself looks like, where it is not as declared and can be read so."""
    try:
        form = tabular.sniff(path)
        # Of a page of HTML, an empty file or one that is cut short, whatever it looks like is no advice.
        if not sum(isinstance(one, tabular.Record) for one in tabular.records(path, form)):
            return
    except SourceError:
        return
    looks = {name: value for name in form.__slots__ if (value := getattr(form, name)) and name != "quote"}
    yield f"{path.name} looks like: {', '.join(f'{name} = {value!r}' for name, value in looks.items())}"


def _counts(loaded: LoadedSource) -> dict[str, int]:
    return {
        "rows_read": loaded.read,
        "loaded": len(loaded.rows) - loaded.merged,
        "merged": loaded.merged,
        "rejected": len(loaded.rejected),
        "left_out": loaded.left_out,
    }


def _listed(found: tuple[RejectedRow, ...]) -> Iterator[str]:
    """Yield the first of them, then how many more there are of each column and reason."""
    for row in found[:LISTED]:
        yield f"  {row}"
    rest = Counter((row.column, _general(row)) for row in found[LISTED:])
    for (column, reason), count in rest.most_common(LISTED):
        yield f"  ... {count:,} more: {column}: {reason}"
    if len(rest) > LISTED:
        yield f"  ... and {len(rest) - LISTED:,} more kinds, all of them with --json"


def _general(row: RejectedRow) -> str:
    return row.reason.replace(repr(row.value), "the value")
