"""Reading the snapshot of the Code officiel géographique: bytes -> records -> rows (see `snapshot`)."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from maille.loaders.source import Row
from maille.ontology.errors import SourceError

Records = Mapping[str, Sequence[Mapping[str, Any]]]
"""File of the npm package -> its records, in the package's own fields (members of an EPCI: their codes)."""

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "regions.json": "region",
        "departements.json": "departement",
        "arrondissements.json": "arrondissement",
        "communes.json": "",
        "epci.json": "epci",
        "ept.json": "ept",
    }
)
"""The files from the top down, so that what a record hangs from comes before it, and the kind of their records."""


def read_snapshot(path: Path) -> tuple[Records, str]:
    """Return the records of the snapshot at `path` and its SHA-256; raises SourceError where it cannot be read."""
    try:
        content = path.read_bytes()
        files = json.loads(gzip.decompress(content))["files"]
        records = {name: list(_records(files[name])) for name in _KINDS}
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{path.name} is no snapshot of the Code officiel géographique: {error}") from error
    return records, hashlib.sha256(content).hexdigest()


def rows_of(records: Records) -> Iterator[Row]:
    """Yield each record as a row; its line is its position in the file of the npm package, from 1."""
    for file, kind in _KINDS.items():
        for line, record in enumerate(records.get(file, ()), start=1):
            key = f"{kind or record.get('type')}-{record.get('code')}"
            yield Row(file=file, line=line, key=key, values=record)


def kind_of(row: Row) -> str:
    """Return the kind of territory of a row: the kind of the file, or the stated type in `communes.json`."""
    return _KINDS.get(row.file) or str(row.values.get("type"))


def _records(file: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    columns = file["columns"]
    for values in file["records"]:
        yield dict(zip(columns, values, strict=True))
