"""A diagram of the vocabulary for its page: the main classes and how they hang together, as SVG and as sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

WIDTH: Final = 1000
HEIGHT: Final = 600
_BOX: Final = (172, 44)
_LINE: Final = 20
"""Characters of a name that fit on one line of a box."""

NODES: Final = MappingProxyType(
    {
        "maille:InnovationStructure": (455, 300),
        "skos:Concept": (455, 60),
        "maille:OperatingOrganisation": (96, 170),
        "maille:Partner": (96, 300),
        "maille:Network": (96, 430),
        "maille:Programme": (96, 60),
        "maille:Initiative": (350, 540),
        "maille:KeyFigure": (620, 540),
        "maille:SourceRow": (880, 540),
        "org:Site": (670, 170),
        "igeo:Commune": (880, 300),
        "igeo:Intercommunalite": (880, 420),
        "igeo:Departement": (880, 170),
        "igeo:Region": (880, 60),
    }
)
"""Class -> where the middle of its box is."""

EDGES: Final = (
    ("maille:InnovationStructure", "maille:profile", "skos:Concept"),
    ("maille:InnovationStructure", "maille:programme", "maille:Programme"),
    ("maille:InnovationStructure", "maille:operatedBy", "maille:OperatingOrganisation"),
    ("maille:InnovationStructure", "maille:partner", "maille:Partner"),
    ("maille:InnovationStructure", "org:Membership", "maille:Network"),
    ("maille:InnovationStructure", "org:hasPrimarySite", "org:Site"),
    ("maille:InnovationStructure", "maille:inCommune", "igeo:Commune"),
    ("maille:InnovationStructure", "prov:wasDerivedFrom", "maille:SourceRow"),
    ("org:Site", "maille:inCommune", "igeo:Commune"),
    ("igeo:Commune", "igeo:subdivisionDe", "igeo:Departement"),
    ("igeo:Departement", "igeo:subdivisionDe", "igeo:Region"),
    ("igeo:Commune", "maille:memberOfEpci", "igeo:Intercommunalite"),
    ("maille:Initiative", "maille:ledBy", "maille:InnovationStructure"),
    ("maille:KeyFigure", "maille:figureAbout", "maille:InnovationStructure"),
)
"""What hangs on what: class, property, class."""


@dataclass(frozen=True, slots=True)
class Box:
    """A class: its corner, the middle of each line of its name."""

    x: float
    y: float
    lines: tuple[tuple[float, float, str], ...]
    main: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """A property: its ends and where its name stands."""

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """The picture, and what it says in words."""

    width: int
    height: int
    box: tuple[int, int]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    sentences: tuple[tuple[str, str, str], ...]


def diagram(name: Callable[[str], str]) -> Diagram:
    """Return the diagram, each term called what `name` gives for its prefixed name."""
    boxes = tuple(_box(curie, name(curie)) for curie in NODES)
    arrows = tuple(_arrow(NODES[one], NODES[other], name(link)) for one, link, other in EDGES)
    sentences = tuple((name(one), name(link), name(other)) for one, link, other in EDGES)
    return Diagram(WIDTH, HEIGHT, _BOX, boxes, arrows, sentences)


def _box(curie: str, label: str) -> Box:
    (x, y), (width, height) = NODES[curie], _BOX
    lines = _wrapped(label)
    first = y - 9 * (len(lines) - 1)
    placed = tuple((x, first + 18 * number, line) for number, line in enumerate(lines))
    return Box(x - width / 2, y - height / 2, placed, curie == "maille:InnovationStructure")


def _wrapped(text: str) -> list[str]:
    """Return a name on two lines at most."""
    if len(text) <= _LINE:
        return [text]
    spaces = [place for place, char in enumerate(text) if char == " "]
    if not spaces:
        return [text]
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]


def _arrow(start: tuple[int, int], end: tuple[int, int], text: str) -> Arrow:
    x1, y1 = _border(start, end, 0)
    x2, y2 = _border(end, start, 4)
    return Arrow(x1, y1, x2, y2, round((x1 + x2) / 2, 1), round((y1 + y2) / 2, 1), text)


def _border(inside: tuple[int, int], outside: tuple[int, int], gap: int) -> tuple[float, float]:
    """Return where the line between two boxes leaves the first, a little before it where there is an arrow head."""
    (x, y), (width, height) = inside, _BOX
    dx, dy = outside[0] - x, outside[1] - y
    share = min((width / 2 + gap) / abs(dx) if dx else 9.0, (height / 2 + gap) / abs(dy) if dy else 9.0)
    return round(x + dx * share, 1), round(y + dy * share, 1)
