"""What differs between two lists of communes: codes that are gone or new, names, and the events that explain them.

Used by `maille.loaders.history.snapshot` only.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from maille.loaders.history.graph import Joined
from maille.loaders.territories.snapshot import Read
from maille.ontology.errors import SourceError

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


def changes(early: Vintage, late: Vintage) -> dict[str, Any]:
    """Return what differs between a vintage and the one before it."""
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
