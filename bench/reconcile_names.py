"""Names to reconcile, taken from the files of the described sources at run time and spoilt as people spoil them.

What a name stands for is known from the release: each thing says which rows it was derived from. The service is told
nothing of that.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from maille.ontology.iris import slugify

_DERIVED = re.compile(
    r"<\S+?/(id/(?:structure|organisation)/[^>#]+)> <http://www\.w3\.org/ns/prov#wasDerivedFrom> <\S+?/row/([^>]+)> "
)
_COMMUNE = re.compile(r"<\S+?/(id/commune/[^>#/]+)> <http://www\.w3\.org/1999/02/22-rdf-syntax-ns#type> ")
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a file.

    Attributes:
        group: what it is one of.
        text: the name, spoilt.
        kind: the type that is asked for.
        place: property and value that tell where it is.
        right: identifiers of the things it stands for; none for what the graph has not.
    """

    group: str
    text: str
    kind: str
    place: tuple[str, str]
    right: frozenset[str]


def names(data: Path, lines: Iterable[str]) -> list[Name]:
    """Return two hundred names that are in the graph, and fifty of companies that are not."""
    derived, communes = _known(lines)
    samples = (
        (90, _incubators(data, derived)),
        (60, _third_places(data, derived)),
        (50, _communes(data, communes)),
        (50, _companies(data, derived)),
    )
    return [one for most, found in samples for one in _spread(list(found), most)]


def spoilt(text: str, number: int) -> str:
    """Return a name as somebody else writes it: other capitals, no accents, a word for the house, a slip of the pen."""
    at = 1 + zlib.crc32(text.encode()) % max(1, len(text) - 2)
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    ways = (
        text,
        text.upper(),
        bare.lower(),
        text[:at] + text[at + 1 :],
        text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
        text.replace("-", " ").replace("'", " "),
        text[:at] + text[at] * 2 + text[at + 1 :] if len(text) > at else text,
    )
    return ways[number % len(ways)]


def _known(lines: Iterable[str]) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    derived: dict[str, set[str]] = {}
    communes: set[str] = set()
    for line in lines:
        if match := _DERIVED.match(line):
            source, _, key = match[2].split("/", 2)
            derived.setdefault(f"{source}/{key}", set()).add(match[1])
        elif match := _COMMUNE.match(line):
            communes.add(match[1])
    # A row about a house tells of who runs it too; the house is meant.
    houses = {row: {name for name in found if "/structure/" in name} or found for row, found in derived.items()}
    return {row: frozenset(found) for row, found in houses.items()}, frozenset(communes)


def _incubators(data: Path, derived: dict[str, frozenset[str]]) -> Iterator[Name]:
    with (data / "idf-incubateurs-accelerateurs.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            right = derived.get(f"idf-incubateurs/{row['ID']}-{slugify(row['Nom'])}", frozenset())
            if right and row["Ville"]:
                yield Name("incubators", row["Nom"], "structure", ("commune", row["Ville"]), right)


def _third_places(data: Path, derived: dict[str, frozenset[str]]) -> Iterator[Name]:
    for properties in _features(data / "anct-fabriques-de-territoire.geojson"):
        right = derived.get(f"anct-fabriques/{properties['id_territoire']}", frozenset())
        text = properties["lib_territoire"].splitlines()[0].strip()
        if right and len(text) <= _LONGEST:
            yield Name("third places", text, "structure", ("commune", properties["lib_geo"]), right)


def _communes(data: Path, communes: frozenset[str]) -> Iterator[Name]:
    for properties in _features(data / "anct-fabriques-de-territoire.geojson"):
        code = properties["id_geo"]
        name = f"id/commune/{code}"
        if name in communes:
            yield Name("communes", properties["lib_geo"], "commune", ("departement", code[:2]), frozenset({name}))


def _companies(data: Path, derived: dict[str, frozenset[str]]) -> Iterator[Name]:
    for properties in _features(data / "techonmap-idf.geojson"):
        if properties["category"] == "Entreprise" and f"techonmap/{slugify(str(properties['id']))}" not in derived:
            place = ("commune", str(properties.get("city") or ""))
            yield Name("companies that are not in the graph", properties["name"], "structure", place, frozenset())


def _features(path: Path) -> list[dict[str, str]]:
    return [feature["properties"] for feature in json.loads(path.read_bytes())["features"]]


def _spread(found: list[Name], most: int) -> Iterator[Name]:
    """Yield names from all over a file, each spoilt in its way."""
    once = list({(one.text, one.place): one for one in found}.values())
    step = max(1, len(once) // most)
    for number, one in enumerate(islice(once, 0, None, step)):
        if number < most:
            yield Name(one.group, spoilt(one.text, number), one.kind, one.place, one.right)
