"""Regenerate the snapshot of the Code officiel géographique that the package ships.

    npm pack @etalab/decoupage-administratif@6.0.0
    python -m maille.loaders.territories.snapshot etalab-decoupage-administratif-6.0.0.tgz [out.json.gz]

The snapshot keeps the order of the records, hence their positions, and every field of the six files but these, which
the model has no use for: `typeLiaison` (the article a name takes), `rangChefLieu` (0 wherever it is given), the name,
SIREN and populations that the lists of members repeat beside the code of each commune, and the financing of the EPT
(always empty). It holds the SHA-256 of each file it was made of. The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from maille.ontology.errors import SourceError

PACKAGE: Final = "@etalab/decoupage-administratif"
VERSION: Final = "6.0.0"
SHIPPED: Final = Path(__file__).parents[1] / "data" / "cog-2026.json.gz"

_POPULATIONS: Final = ("populationMunicipale", "populationTotale")
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "regions.json": ("code", "nom", "chefLieu", "zone"),
        "departements.json": ("code", "nom", "region", "chefLieu", "zone"),
        "arrondissements.json": ("code", "nom", "departement", "region", "chefLieu"),
        "communes.json": (
            *("code", "nom", "type", "zone", "region", "departement", "arrondissement", "chefLieu", "commune"),
            *("siren", "population", "anciensCodes", "codesPostaux"),
        ),
        "epci.json": ("code", "nom", "type", "modeFinancement", *_POPULATIONS, "membres"),
        "ept.json": ("code", "nom", "type", *_POPULATIONS, "membres"),
    }
)
"""The files of the package and the columns that are kept, in the order in which territories are loaded."""

LEFT_OUT: Final = frozenset({"typeLiaison", "rangChefLieu"})
"""Fields of the package that are left out on purpose; any other unknown field stops the script."""

Read = Callable[[str], bytes]


def build(read: Read) -> bytes:
    """Return the snapshot, uncompressed; `read` gives the bytes of a file of the package by its path in it."""
    package = json.loads(read("package.json"))
    if (package.get("name"), package.get("version")) != (PACKAGE, VERSION):
        raise SourceError(f"{package.get('name')}@{package.get('version')} is not {PACKAGE}@{VERSION}")
    files = ",\n".join(f"{json.dumps(name)}: {_file(name, read(f'data/{name}'))}" for name in COLUMNS)
    head = json.dumps({"package": PACKAGE, "version": VERSION})
    return f'{{"source": {head},\n"files": {{\n{files}\n}}}}\n'.encode()


def compress(snapshot: bytes) -> bytes:
    """Return the snapshot as it is shipped; no clock goes into it."""
    return gzip.compress(snapshot, compresslevel=9, mtime=0)


def reader(path: Path) -> Read:
    """Return how to read the files of the npm package at `path`, its unpacked folder or the archive of `npm pack`."""
    if path.is_dir():
        return lambda name: (path / name).read_bytes()
    return lambda name: _from_archive(path, name)


def main(arguments: Sequence[str]) -> int:
    """Write the snapshot; returns the exit code."""
    if len(arguments) not in (1, 2):
        sys.stderr.write("usage: python -m maille.loaders.territories.snapshot PACKAGE_FOLDER_OR_TGZ [OUT]\n")
        return 2
    out = Path(arguments[1]) if len(arguments) == 2 else SHIPPED
    return written(out, lambda: build(reader(Path(arguments[0]))))


def written(out: Path, make: Callable[[], bytes]) -> int:
    """Write what `make` gives as it is shipped, and say so; returns the exit code."""
    try:
        content = compress(make())
        out.write_bytes(content)
    except (OSError, KeyError, tarfile.TarError, ValueError, SourceError) as error:
        sys.stderr.write(f"no snapshot written: {error}\n")
        return 2
    sys.stdout.write(f"{out}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}\n")
    return 0


def _file(name: str, content: bytes) -> str:
    lines = ",\n".join(_line(record, name) for record in json.loads(content))
    head = json.dumps({"sha256": hashlib.sha256(content).hexdigest(), "columns": COLUMNS[name]})
    return f'{head[:-1]}, "records": [\n{lines}\n]}}'


def _line(record: Mapping[str, Any], name: str) -> str:
    unknown = record.keys() - set(COLUMNS[name]) - LEFT_OUT
    if unknown and not (name == "ept.json" and unknown == {"modeFinancement"} and not record["modeFinancement"]):
        raise SourceError(f"{name}, {record.get('code')}: unknown fields {sorted(unknown)}")
    if record.get("rangChefLieu", 0) != 0:
        raise SourceError(f"{name}, {record.get('code')}: rangChefLieu says something now, and would be lost")
    values = [record.get(column) for column in COLUMNS[name]]
    if "membres" in COLUMNS[name]:
        values[-1] = [member["code"] for member in record["membres"]]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _from_archive(path: Path, name: str) -> bytes:
    with tarfile.open(path) as archive:
        member = archive.extractfile(f"package/{name}")
        if member is None:
            raise SourceError(f"{path}: no file {name} in it")
        with member:
            return member.read()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
