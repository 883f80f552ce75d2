"""Which descriptions are loaded: those that ship, where `--data` holds their file, and those given by `--source`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final

from maille.loaders.describing import toml as description_toml
from maille.loaders.describing.description import Description
from maille.ontology.errors import SourceError

FOLDER: Final = "catalog"
RESERVED: Final = frozenset(("meta", "links", "cog", "territory-links", "study", "vocabulary"))
"""Names of graphs that are not for sources that are described."""
NOTHING: Final[Mapping[str, Path]] = MappingProxyType({})
"""No file was fetched."""


@dataclass(frozen=True, slots=True)
class Found:
    """A description and its file."""

    description: Description
    path: Path


@dataclass(frozen=True, slots=True)
class Choice:
    """What is loaded, and what the user must know of what is not."""

    found: tuple[Found, ...] = ()
    notes: tuple[str, ...] = ()


@cache
def shipped() -> tuple[Description, ...]:
    """Return the descriptions of the package, in the order of their ids."""
    folder = files("maille.loaders") / FOLDER
    entries = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    found = [description_toml.parse(entry.read_bytes(), entry.name) for entry in entries]
    return tuple(sorted(found, key=lambda one: (one.id, one.vintage)))


def choose(
    sources: Sequence[Path],
    data: Path | None,
    ours: Sequence[Description] | None = None,
    fetched: Mapping[str, Path] = NOTHING,
) -> Choice:
    """Return what to load of `--source` and `--data`; one of the user's own takes the place of one that ships.

    `fetched` has the files of sources, by `id/vintage`, that are in no folder.

    Raises:
        DescriptionInvalid: a description says what cannot be.
        SourceError: a file given by `--source` has no data, or two of them are one source.
    """
    given = [_given(path, data, fetched) for path in sources]
    _check(given)
    if data is None and not fetched:
        return Choice(_ranked(given))
    taken = {(one.description.id, one.description.vintage) for one in given}
    found, notes = [], []
    for one in shipped() if ours is None else ours:
        if (one.id, one.vintage) in taken:
            notes.append(f"{one.id}/{one.vintage}: --source takes the place of the description that ships")
        elif data is not None and (data / one.file.name).is_file():
            found.append(Found(one, data / one.file.name))
        elif path := fetched.get(f"{one.id}/{one.vintage}"):
            found.append(Found(one, path))
        else:
            where = f"there is no {one.file.name} in {data}" if data else "it has no address to fetch it from"
            notes.append(f"{one.id}/{one.vintage} was not loaded: {where}")
    return Choice(_ranked([*found, *given]), tuple(notes))


def _ranked(found: Sequence[Found]) -> tuple[Found, ...]:
    """Return the sources in the order in which they are believed about names."""
    return tuple(sorted(found, key=lambda one: one.description.rank))


def read_names(choice: Choice, sources: Sequence[Path], data: Path | None) -> Collection[str]:
    """Return the names of files of `data` that are read; one of that name elsewhere is another."""
    paths = (*(one.path for one in choice.found), *sources)
    return {path.name for path in paths if data is not None and path.parent.resolve() == data.resolve()}


def _given(path: Path, data: Path | None, fetched: Mapping[str, Path]) -> Found:
    description = description_toml.load(path)
    name = description.file.name
    for folder in (path.parent, data):
        if folder is not None and (folder / name).is_file():
            return Found(description, folder / name)
    if there := fetched.get(f"{description.id}/{description.vintage}"):
        return Found(description, there)
    where = f"neither beside it nor in {data}" if data else "not beside it, and no --data says where else"
    raise SourceError(f"{path}: its data file {name} is {where}")


def _check(given: Sequence[Found]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for one in given:
        description = one.description
        if description.id in RESERVED:
            raise SourceError(f"{description.path}: id = {description.id!r} is taken by a source of the package")
        name = (description.id, description.vintage)
        if name in seen:
            raise SourceError(f"{description.path} and {seen[name]} both describe {'/'.join(name)}")
        seen[name] = description.path
