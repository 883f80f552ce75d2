"""What Opendatasoft's Explore API v2.1 says of a data set (`/catalog/datasets/ID`), for the draft of a description.

Also the forms of its older versions, whose wrappings differ: `{"dataset": {...}}` in 2.0, annotations as a list in 1.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from maille.ontology.errors import SourceError

SUFFIX: Final = ".metadata.json"
"""What follows the stem of a data file in the name of its metadata."""

_MOST: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its technical name, the label that exports with labels use, its type, and what separates its values."""

    name: str
    label: str
    type: str
    description: str
    separator: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """A data set: who published what under which licence, how many records it has and which columns."""

    id: str
    title: str
    description: str
    publisher: str
    licence: str
    licence_address: str
    language: str
    modified: str
    attributions: tuple[str, ...]
    records: int | None
    fields: tuple[Field, ...]

    def column(self, name: str) -> Field | None:
        """Return the column of a technical name, or of a label."""
        return next((one for one in self.fields if name in {one.name, one.label}), None)


def beside(data: Path) -> Metadata | None:
    """Return the metadata in the file beside a data file (`lieux.csv`, `lieux.metadata.json`); None without one."""
    path = data.with_name(data.name.partition(".")[0] + SUFFIX)
    return read(path) if path.is_file() else None


def read(path: Path) -> Metadata:
    """Return the metadata in a file; raises SourceError where it holds none."""
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_MOST).decode("utf-8-sig"))
    except FileNotFoundError:
        raise SourceError(f"{path} is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{path.name} is no metadata of Opendatasoft: {error}") from error
    dataset = content.get("dataset", content) if isinstance(content, dict) else None
    if not isinstance(dataset, dict) or not isinstance(dataset.get("fields"), list):
        raise SourceError(f"{path.name} is no metadata of Opendatasoft: it has no list of fields")
    return _metadata(dataset)


def _metadata(dataset: Mapping[str, Any]) -> Metadata:
    metas = dataset.get("metas")
    metas = metas if isinstance(metas, dict) else {}
    said = metas["default"] if isinstance(metas.get("default"), dict) else metas
    count = said.get("records_count")
    return Metadata(
        id=_text(dataset, "dataset_id", "datasetid"),
        title=_text(said, "title"),
        description=_text(said, "description"),
        publisher=_text(said, "publisher"),
        licence=_text(said, "license"),
        licence_address=_text(said, "license_url"),
        language=_text(said, "language"),
        modified=_text(said, "modified"),
        attributions=tuple(str(one) for one in _listed(said.get("attributions"))),
        records=count if isinstance(count, int) and not isinstance(count, bool) else None,
        fields=tuple(_field(one) for one in dataset["fields"] if isinstance(one, dict) and _text(one, "name")),
    )


def _field(said: Mapping[str, Any]) -> Field:
    name = _text(said, "name")
    multivalued = dict(_annotations(said.get("annotations"))).get("multivalued", ())
    separator = str(next(iter(multivalued), ""))
    return Field(name, _text(said, "label") or name, _text(said, "type"), _text(said, "description"), separator)


def _annotations(said: object) -> Iterator[tuple[str, list[Any]]]:
    """Yield the annotations of a column with what they were given."""
    if isinstance(said, dict):
        yield from ((str(name), _listed(given)) for name, given in said.items())
    for one in _listed(said):
        if isinstance(one, dict):
            yield str(one.get("name", "")), _listed(one.get("args"))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(said: Mapping[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := said.get(name), str)), "").strip()
