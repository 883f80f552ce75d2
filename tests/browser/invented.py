"""Structures that do not exist, so that maps, lists and charts of the tests have something to show."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

TOWNS: Final = (
    ("Lyon", "69001", 45.767, 4.834),
    ("Marseille", "13001", 43.296, 5.381),
    ("Nantes", "44000", 47.218, -1.553),
    ("Rennes", "35000", 48.111, -1.680),
    ("Lille", "59000", 50.633, 3.058),
    ("Strasbourg", "67000", 48.584, 7.746),
    ("Toulouse", "31000", 43.604, 1.444),
    ("Aurillac", "15000", 44.926, 2.440),
)
"""Name, postcode, latitude, longitude."""

PROFILES: Final = ("tiers-lieu", "fablab", "incubateur", "living-lab", "accelerateur")
THEMES: Final = ("energie", "mobilite", "tourisme-culture")
HOSTILE: Final = '<img src=x onerror="document.title=1"> & <b>gras</b>'
LONG: Final = "Agence intercommunale d'expérimentation, de préfiguration et d'accompagnement des initiatives numériques"

DESCRIPTION: Final = """
id = "invented"
vintage = "2026-11"
publisher = "https://www.example.org/"
licence = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
attribution = "Structures inventées, novembre 2026"
address = "https://www.example.org/structures"
issued = 2026-11-02
language = "fr"
[title]
fr = "Structures inventées"
en = "Invented structures"
[description]
fr = "Elles n'existent pas."
en = "They do not exist."
[file]
name = "invented.csv"
[rows]
key = ["id"]
[codes.profile]
scheme = "profile"
[codes.theme]
scheme = "theme"
[[things]]
name = "place"
kind = "structure"
classes = ["maille:InnovationStructure", "schema:Organization"]
label = "name"
place = { name = "town", postcode = "postcode", point = "point", order = "lat-lon" }
[[things.facts]]
property = "maille:profile"
column = "profile"
as = "concept"
codes = "profile"
[[things.facts]]
property = "dct:subject"
column = "theme"
as = "concept"
codes = "theme"
[[things.facts]]
property = "foaf:homepage"
column = "homepage"
as = "page"
[[things.facts]]
property = "org:hasPrimarySite"
thing = "site"
[[things]]
name = "site"
kind = "site"
classes = ["org:Site"]
label = "name"
place = { name = "town", postcode = "postcode", point = "point", order = "lat-lon" }
[[things.facts]]
property = "geo:hasGeometry"
column = "point"
as = "point"
order = "lat-lon"
"""


def names() -> list[str]:
    """Return the name of each structure: most of them plain, one that is markup, one that is long."""
    plain = [f"Atelier d'essai {number} de {TOWNS[number % len(TOWNS)][0]}" for number in range(1, 47)]
    return [*plain, HOSTILE, LONG]


def write(folder: Path) -> Path:
    """Write the source into `folder`; give the path of its description."""
    with (folder / "invented.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "name", "town", "postcode", "point", "profile", "theme", "homepage"))
        for number, name in enumerate(names(), 1):
            town, postcode, latitude, longitude = TOWNS[number % len(TOWNS)]
            # Around the town, so that a close view takes a cluster apart.
            point = f"{latitude + number % 7 / 200:.4f}, {longitude + number % 5 / 200:.4f}"
            page = f"https://structure-{number}.example/"
            kinds = (PROFILES[number % len(PROFILES)], THEMES[number % len(THEMES)])
            rows.writerow((number, name, town, postcode, point, *kinds, page))
    path = folder / "invented.toml"
    path.write_text(DESCRIPTION, encoding="utf-8")
    return path
