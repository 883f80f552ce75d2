"""Regenerate the snapshot of the communes through time that the package ships.

    npm pack @etalab/decoupage-administratif@0.7.0    # and each other version of VERSIONS
    python -m maille.loaders.history_snapshot FOLDER_OF_THE_ARCHIVES [out.json.gz]

It keeps what differs, since nearly everything stays: each commune of the history that ended or began after 1 January
1943, the events between them, and for each two vintages the communes that are gone, new or renamed. With the snapshot
of 2026 (`maille.loaders.snapshot`) the codes and names of every vintage can be told from it. The same input gives the
same bytes. There is no vintage 2020: Etalab published none.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from maille.loaders.history_graph import START, Joined, Past, Record
from maille.loaders.snapshot import PACKAGE, Read, compress, reader
from maille.ontology.errors import SourceError

SHIPPED: Final = Path(__file__).parent / "data" / "cog-history.json.gz"

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

_PARTS: Final = frozenset({"commune-deleguee", "commune-associee"})


class Vintage:
    """The communes of one version of the package, and the codes of what they are made of."""

    def __init__(self, read: Read) -> None:
        content = read("data/communes.json")
        records = json.loads(content)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.names: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.parts: defaultdict[str, set[str]] = defaultdict(set)
        self.former: defaultdict[str, set[str]] = defaultdict(set)
        for line, record in enumerate(records, start=1):
            if record["type"] == "commune-actuelle":
                self.names[record["code"]], self.lines[record["code"]] = record["nom"], line
                for code in record.get("anciensCodes", ()):
                    self.former[code].add(record["code"])
            elif record["type"] in _PARTS:
                self.parts[record["code"]].add(record["chefLieu"])

    def heirs(self, code: str) -> set[str]:
        """Return the communes that hold the territory of a former one: its own record is followed first."""
        return self.parts.get(code) or self.former.get(code) or set()


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
        "changes": {late: _changes(vintages[early], vintages[late]) for early, late in pairwise(vintages)},
    }
    content["names"] = _names(content["changes"], vintages[max(vintages)])
    return _text(content).encode()


def main(arguments: Sequence[str]) -> int:
    """Write the snapshot; returns the exit code."""
    if len(arguments) not in (1, 2):
        sys.stderr.write("usage: python -m maille.loaders.history_snapshot FOLDER_OF_THE_ARCHIVES [OUT]\n")
        return 2
    out = Path(arguments[1]) if len(arguments) == 2 else SHIPPED
    try:
        content = compress(build(reader_in(Path(arguments[0]))))
        out.write_bytes(content)
    except (OSError, KeyError, tarfile.TarError, ValueError, SourceError) as error:
        sys.stderr.write(f"no snapshot written: {error}\n")
        return 2
    sys.stdout.write(f"{out}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}\n")
    return 0


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


def kind_of(before: set[str], after: set[str], *, moved: bool = False) -> str:
    """Return what kind of event turned the communes `before` into those `after`."""
    if moved and len(before) == len(after) == 1:
        return "departement"
    if len(after) > len(before):
        return "split" if before else "creation"
    if len(after) < len(before):
        return "merger" if after else "suppression"
    if before == after:
        return "change" if len(before) == 1 else "boundaries"
    return "code" if len(before) == 1 else "boundaries"


def _changes(early: Vintage, late: Vintage) -> dict[str, Any]:
    gone = {code: early.names[code] for code in sorted(early.names.keys() - late.names.keys())}
    new = {code: late.names[code] for code in sorted(late.names.keys() - early.names.keys())}
    renamed = {
        code: [early.names[code], name] for code, name in sorted(late.names.items()) if _renamed(early, code, name)
    }
    events = [_event(group, early, late) for group in _groups(gone, new, renamed, early, late)]
    split = {code for _, _, before, after in events if len(after) > len(before) for code in after}
    heirs = {code: {code} if code in split else late.heirs(code) for code in (*late.parts, *late.former, *split)}
    parts = {code: sorted(found) for code, found in sorted(heirs.items()) if found & split}
    return {"gone": gone, "new": new, "renamed": renamed, "events": events, "parts": parts}


def _names(changes: Mapping[str, Any], latest: Vintage) -> dict[str, str]:
    """Return what the communes that an event speaks of are called now: those of it that are not new are not named."""
    spoken_of = {code for one in changes.values() for event in one["events"] for code in event[3]}
    return {code: latest.names[code] for code in sorted(spoken_of & latest.names.keys())}


def _renamed(early: Vintage, code: str, name: str) -> bool:
    return early.names.get(code, name) != name


def _groups(
    gone: Iterable[str], new: Iterable[str], renamed: Iterable[str], early: Vintage, late: Vintage
) -> list[list[str]]:
    """Return the communes that each event is about: `<` and the code before it, `>` and the code after it."""
    joined = Joined()
    touched = set(renamed)
    for code in gone:
        heirs = late.heirs(code)
        if not heirs:
            raise SourceError(f"nothing says what became of commune {code}")
        for heir in heirs:
            joined.join(f"<{code}", f">{heir}")
        touched |= heirs & early.names.keys()
    for code in new:
        for whole in early.parts.get(code, set()) & early.names.keys():
            joined.join(f"<{whole}", f">{code}")
            touched |= {whole} & late.names.keys()
        joined.join(f">{code}", f">{code}")
    for code in touched:
        joined.join(f"<{code}", f">{code}")
    return joined.groups()


def _event(group: Sequence[str], early: Vintage, late: Vintage) -> list[Any]:
    before = [name[1:] for name in group if name[0] == "<"]
    after = [name[1:] for name in group if name[0] == ">"]
    kept = sorted(set(before) & set(after)) or after
    return [late.lines[kept[0]], kind_of(set(before), set(after)), before, after]


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
