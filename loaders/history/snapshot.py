"""Regenerate the snapshot of the communes through time that the package ships.

    npm pack @etalab/decoupage-administratif@0.7.0    # and each other version of VERSIONS
    python -m maille.loaders.history.snapshot FOLDER_OF_THE_ARCHIVES [out.json.gz]

It keeps what differs, since nearly everything stays: each commune of the history that ended or began after 1 January
1943, the events between them, and for each two vintages the communes that are gone, new or renamed. With the snapshot
of 2026 (`maille.loaders.territories.snapshot`) the codes and names of every vintage can be told from it. The same
input gives the same bytes. There is no vintage 2020: Etalab published none.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from maille.loaders.history.changes import Vintage, changes, kind_of
from maille.loaders.history.graph import START, Past, Record
from maille.loaders.territories.snapshot import PACKAGE, Read, reader, written
from maille.ontology.errors import SourceError

SHIPPED: Final = Path(__file__).parents[1] / "data" / "cog-history.json.gz"

VERSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "2019": "0.7.0",
        "2021": "1.1.1",
        "2022": "2.3.1",
        "2023": "3.1.1",
        "2024": "4.1.0",
        "2025": "5.3.0",
        "2026": "6.0.0",
    }
)
"""Vintage, the state on its 1 January -> version of the npm package."""


def build(read_of: Callable[[str], Read]) -> bytes:
    """Return the snapshot, uncompressed; `read_of` gives the reader of the package of a vintage."""
    reads = {vintage: read_of(vintage) for vintage in VERSIONS}
    for vintage, read in reads.items():
        _verify(read, VERSIONS[vintage])
    vintages = {vintage: Vintage(read) for vintage, read in reads.items()}
    history = reads["2019"]("data/historique-communes.json")
    content = {
        "sources": {
            vintage: {"version": VERSIONS[vintage], "sha256": one.sha256, "communes": len(one.names)}
            for vintage, one in vintages.items()
        },
        "history": {"sha256": hashlib.sha256(history).hexdigest(), **_history(json.loads(history))},
        "changes": {late: changes(vintages[early], vintages[late]) for early, late in pairwise(vintages)},
    }
    content["names"] = _names(content["changes"], vintages[max(vintages)])
    return _text(content).encode()


def main(arguments: Sequence[str]) -> int:
    """Write the snapshot; returns the exit code."""
    if len(arguments) not in (1, 2):
        sys.stderr.write("usage: python -m maille.loaders.history.snapshot FOLDER_OF_THE_ARCHIVES [OUT]\n")
        return 2
    out = Path(arguments[1]) if len(arguments) == 2 else SHIPPED
    return written(out, lambda: build(reader_in(Path(arguments[0]))))


def reader_in(folder: Path) -> Callable[[str], Read]:
    """Return how to read the package of a vintage from the folder that `npm pack` wrote the archives to."""
    name = PACKAGE.lstrip("@").replace("/", "-")
    return lambda vintage: reader(folder / f"{name}-{VERSIONS[vintage]}.tgz")


def _verify(read: Read, version: str) -> None:
    package = json.loads(read("package.json"))
    if (package.get("name"), package.get("version")) != (PACKAGE, version):
        raise SourceError(f"{package.get('name')}@{package.get('version')} is not {PACKAGE}@{version}")


def _history(records: Sequence[Record]) -> dict[str, Any]:
    """Return the communes that ended or began since 1943, and the events as positions among them."""
    past = Past(records)
    kept = [record for record in past.communes if "dateFin" in record or "dateDebut" in record]
    kept.sort(key=lambda record: (record["code"], record.get("dateDebut", START)))
    position = {record["id"]: index for index, record in enumerate(kept)}
    communes = [
        [
            *(record["code"], record["nom"], record.get("dateDebut", START), record.get("dateFin")),
            *(past.line(record), sorted(past.codes(record)) if "dateFin" in record else None),
        ]
        for record in kept
    ]
    events = [
        [
            *(day, _reason(ended, began)),
            *([position[record["id"]] for record in records] for records in (ended, began)),
        ]
        for day, ended, began in past.events()
    ]
    return {"communes": communes, "events": events}


def _reason(ended: Iterable[Record], began: Iterable[Record]) -> str:
    before, after = {record["code"] for record in ended}, {record["code"] for record in began}
    departements = any(record.get("raisonFin") == "changement de département" for record in ended)
    return kind_of(before, after, moved=departements)


def _names(changes: Mapping[str, Any], latest: Vintage) -> dict[str, str]:
    """Return what the communes that an event speaks of are called now: those of it that are not new are not named."""
    spoken_of = {code for one in changes.values() for event in one["events"] for code in event[3]}
    return {code: latest.names[code] for code in sorted(spoken_of & latest.names.keys())}


def _text(content: Mapping[str, Any]) -> str:
    """Return JSON with a line for each record, so that two snapshots can be compared."""
    history = content["history"]
    lines = {name: ",\n".join(_compact(record) for record in history[name]) for name in ("communes", "events")}
    changes = ",\n".join(f"{json.dumps(vintage)}: {_compact(one)}" for vintage, one in content["changes"].items())
    return (
        f'{{"sources": {_compact(content["sources"])},\n'
        f'"history": {{"sha256": {_compact(history["sha256"])},\n'
        f'"communes": [\n{lines["communes"]}\n],\n"events": [\n{lines["events"]}\n]}},\n'
        f'"changes": {{\n{changes}\n}},\n"names": {_compact(content["names"])}}}\n'
    )


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
