"""The questions of the study of June 2020 that are asked of the graph, and what stands beside each answer.

Each is a file in `queries/trends/`, with its title and description at its head; its answer has a row for each `?key`
(in a `?group` where there are two), with `?n`, `?known` and `?total`, and a `?base` or a `?population` where the share
or the density is taken of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from maille.api.pages.examples import Example, examples_in

Kind = Literal["share", "rate", "density", "matrix"]
"""Of what `n` is taken: of all that are known, of the `base` of its row, of inhabitants, of the `base` of its group."""

MINIMUM: Final = 30
"""Of fewer than this no share or density is given: one structure more would move it by several points."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        name: the name of its file, and of its part of the page.
        kind: what its figures are taken of.
        facts: what is read of the structures, as the sources of these facts are asked for.
        means: what else is read: territories, populations, alignments.
        figures: keys of the figures the study printed on the matter.
        lines: lines of the study that speak of it without a figure.
        things: what is counted.
        wide: whether it compares territories, so that it says nothing inside a département.
    """

    name: str
    kind: Kind
    facts: tuple[str, ...]
    means: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    things: str = "structure"
    wide: bool = False


QUESTIONS: Final = (
    Question("profiles", "share", ("profile",), ("profiles",), ("profils-types-de-structures-6b43e7e2",), (196,)),
    Question(
        "profiles-together",
        "share",
        ("profile",),
        ("profiles",),
        ("part-des-accelerateurs-technopoles-et-hubs-fe08c1b1", "part-des-accelerateurs-et-technopoles-cb6a8946"),
    ),
    Question(
        "kinds",
        "share",
        ("profile",),
        ("profiles",),
        (
            "technopoles-francais-references-b1e1c982",
            "technopoles-en-france-selon-retis-8211ac87",
            "part-des-technopoles-references-qui-accueillent-des-start-up-843d42e9",
            "part-des-technopoles-de-retis-qui-accueillent-des-start-ups-71ddf06b",
            "capitales-french-tech-98efee0b",
        ),
    ),
    Question(
        "metropole", "share", ("place",), ("epcis", "profiles"), ("structures-situees-dans-une-metropole-f41ab996",)
    ),
    Question(
        "metropole-by-status",
        "rate",
        ("place", "status"),
        ("epcis", "profiles"),
        (
            "structures-privees-situees-dans-une-metropole-93e945c4",
            "structures-publiques-situees-dans-une-metropole-a8348d30",
        ),
    ),
    Question("metropole-by-profile", "rate", ("place", "profile"), ("epcis", "profiles")),
    Question("profiles-outside", "share", ("place", "profile"), ("epcis", "profiles"), (), (319,)),
    Question(
        "status",
        "share",
        ("status",),
        ("profiles",),
        (
            "structures-issues-de-partenariats-public-prive-e22acded",
            "structures-dont-le-financement-est-connu-1b75c5d4",
        ),
        (325, 331),
    ),
    Question("density-regions", "density", ("place",), ("areas", "populations"), wide=True),
    Question("density-departements", "density", ("place",), ("areas", "populations")),
    Question("themes", "share", ("subject",), ("profiles", "alignments"), (), (153,)),
    Question("themes-regions", "matrix", ("subject", "place"), ("profiles", "alignments", "areas"), wide=True),
    Question("subjects", "share", ("subject",), ("profiles",)),
    Question("levels", "share", ("profile",), ("profiles", "levels"), ("niveaux-d-innovation-ouverte-564d4554",)),
    Question("durations", "share", ("profile",), ("profiles", "durations")),
    Question("partners", "share", ("partner",), ("profiles",), (), (155,), "partner"),
    Question("initiatives", "share", ("axis",), ("profiles",), (), (348, 362), "initiative"),
)
CENSUS: Final = (
    "structures-d-innovation-recensees-22714d78",
    "acteurs-references-dans-le-panorama-3d49f995",
)
"""Keys of the figures that say how many structures the study knew."""

_SCOPE: Final = re.compile(r"^( *)# @scope (\?[a-z]+)\n", re.MULTILINE)
_TERRITORY: Final = re.compile(r"^( *)# @territory (\?[a-z]+)\n", re.MULTILINE)


def asked_of(questions: Sequence[Question] = QUESTIONS) -> Mapping[str, Example]:
    """Return the queries of questions, by their names."""
    files = {example.name: example for example in examples_in("trends")}
    return MappingProxyType({question.name: files[question.name] for question in questions})


def narrowed(query: str, patterns: Sequence[str], territory: str) -> str:
    """Return a query narrowed to what `patterns` keep of what it counts, and `territory` of the areas it lists.

    A pattern speaks of `?it`. The query says where it counts with a comment `# @scope ?structure`, and where it
    lists areas with `# @territory ?key`.
    """
    query = _SCOPE.sub(lambda found: _lines(found, patterns), query)
    return _TERRITORY.sub(lambda found: _lines(found, [territory] if territory else []), query)


def _lines(found: re.Match[str], patterns: Sequence[str]) -> str:
    return "".join(f"{found[1]}{pattern.replace('?it ', found[2] + ' ')}\n" for pattern in patterns)
