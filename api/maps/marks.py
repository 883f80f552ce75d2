"""How the map tells profiles apart: by colour, by shape and by letter, so that nobody needs all three.

Colours are those of Okabe and Ito, told apart with any kind of colour vision. A structure has the mark of the top
concept of its first profile; one without a profile, or with one that stands in no tree, has the plain mark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_SHAPES: Final = {
    "circle": "M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z",
    "square": "M3 3h18v18h-18z",
    "diamond": "M12 .5l11.5 11.5l-11.5 11.5l-11.5-11.5z",
    "hexagon": "M6.5 2h11l5.5 10l-5.5 10h-11l-5.5-10z",
    "pentagon": "M12 .8l11.2 8.4l-4.3 13.3h-13.8l-4.3-13.3z",
    "house": "M2.5 22.5v-13l9.5-8.5l9.5 8.5v13z",
}
"""Outlines in a square of 24."""
_DARK, _LIGHT = "#111111", "#ffffff"
_KNOWN: Final = {
    "accelerateur": ("A", "#d55e00", _DARK, "pentagon"),
    "technopole-pole-cluster": ("T", "#56b4e9", _DARK, "hexagon"),
    "hub-innovation": ("H", "#e69f00", _DARK, "square"),
    "incubateur-pepiniere-universitaire": ("I", "#0072b2", _LIGHT, "house"),
    "capitale-french-tech-marque-evenement": ("C", "#cc79a7", _DARK, "diamond"),
    "living-lab-pepiniere-ess": ("L", "#009e73", _DARK, "circle"),
}
_OTHERS: Final = tuple((colour, ink, shape) for _, colour, ink, shape in _KNOWN.values())
PLAIN: Final = "none"


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the legend.

    Attributes:
        key: what points are given: the last part of the name of the profile.
        iri: the profile, empty for the plain mark.
        letter, colour, ink, path: how it looks.
    """

    key: str
    iri: str
    letter: str
    colour: str
    ink: str
    path: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one release.

    Attributes:
        marks: by key, in the order of the legend, the plain one last.
        profiles: profile -> key of its mark.
        labels: key -> row of the profile.
    """

    marks: Mapping[str, Mark]
    profiles: Mapping[str, str]
    labels: Mapping[str, Mapping[str, Any]]

    def of(self, row: Mapping[str, Any]) -> Mark:
        """Return the mark of a structure."""
        profiles = row.get("profiles") or ()
        key = self.profiles.get(profiles[0]["iri"], PLAIN) if profiles else PLAIN
        return self.marks[key]


def marks_of(rows: Sequence[Mapping[str, Any]]) -> Marks:
    """Return the marks of the profiles that are the rows of an index."""
    above = {row["iri"]: [one["iri"] for one in row.get("broader") or ()] for row in rows}
    tops = sorted((row for row in rows if not any(up in above for up in above[row["iri"]])), key=_place)
    labels = {str(row["id"]): row for row in tops}
    marks = {key: _mark(key, row, number) for number, (key, row) in enumerate(labels.items())}
    marks[PLAIN] = Mark(PLAIN, "", "?", "#767676", _LIGHT, _SHAPES["circle"])
    keys = {str(row["iri"]): str(row["id"]) for row in tops}
    return Marks(marks, {iri: keys.get(_top(iri, above), PLAIN) for iri in above}, labels)


def _place(row: Mapping[str, Any]) -> tuple[int, str]:
    known = list(_KNOWN)
    return known.index(row["id"]) if row["id"] in _KNOWN else len(known), str(row["id"])


def _mark(key: str, row: Mapping[str, Any], number: int) -> Mark:
    colour, ink, shape = _OTHERS[number % len(_OTHERS)]
    letter, colour, ink, shape = _KNOWN.get(key, (str(row["label"])[:1].upper() or "?", colour, ink, shape))
    return Mark(key, str(row["iri"]), letter, colour, ink, _SHAPES[shape])


def _top(iri: str, above: Mapping[str, Sequence[str]]) -> str:
    seen = {iri}
    while True:
        up = next((one for one in above.get(iri, ()) if one in above and one not in seen), None)
        if up is None:
            return iri
        seen.add(up)
        iri = up
