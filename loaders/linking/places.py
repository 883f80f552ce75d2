"""Streets and web pages made comparable: the two things besides a name that a structure is found by.

Neither says who is there: forty houses share one address, and a network, a school or a host lends its web domain to
many. So a shared domain is told apart, and whoever uses this must ask for a name as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from maille.loaders.linking.names import fold

_WAYS: Final = (
    "allee|allees|av|ave|avenue|bd|bld|boulevard|bvd|chaussee|chemin|cite|cour|cours|esplanade|faubourg|impasse|mail|"
    "parvis|passage|place|pl|promenade|quai|rond point|route|rte|rue|ruelle|square|sentier|traverse|venelle|voie|villa"
)
_STREET: Final = re.compile(
    rf"(?:(?P<first>\d+)(?: ?(?:bis|ter|quater|[a-d]))?(?: (?:a|et) (?P<last>\d+)(?: ?(?:bis|ter))?)? )?"
    rf"(?:{_WAYS}) (?P<name>.+)"
)
_RANGE: Final = re.compile(r"(\d)\s*[-/–]\s*(\d)")
_TAIL: Final = re.compile(r" (?:\d{5}|cedex|bp|cs|batiment|bat|immeuble|hall|etage|paris \d|bureau)\b.*")
_SMALL: Final = frozenset("a au aux d de des du et l la le les".split())
_ALIKE: Final = 88.0
"""How alike, of 100, two names of streets are that differ by a slip of the pen."""

_SECOND_LEVEL: Final = frozenset("asso com gouv co org net ac".split())
_HOSTS: Final = frozenset(
    "aeroplane.io bandcamp.com blogspot.com blogspot.fr business.site canalblog.com e-monsite.com eklablog.com"
    " facebook.com framasite.org free.fr github.io gitlab.io google.com google.fr hautetfort.com helloasso.com"
    " instagram.com jimdo.com jimdofree.com jimdosite.com lautre.net linkedin.com linktr.ee meetup.com mystrikingly.com"
    " notion.site orange.fr over-blog.com sfr.fr squarespace.com tumblr.com twitter.com vimeo.com wanadoo.fr webflow.io"
    " webnode.fr weebly.com wix.com wixsite.com wordpress.com wordpress.org x.com youtube.com".split()
)
"""Whoever has a page there shares the domain with everybody."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street, and the range of house numbers in it, both 0 where none is given."""

    name: str
    first: int
    last: int

    def same_house(self, other: Street) -> bool:
        """Say whether both may be one house: numbers that meet, and one street."""
        numbered = self.first and other.first
        return bool(numbered) and self.first <= other.last and other.first <= self.last and self.same_street(other)

    def same_street(self, other: Street) -> bool:
        """Say whether the names of the streets are alike."""
        return fuzz.ratio(self.name, other.name) >= _ALIKE


@lru_cache(maxsize=65536)
def street_of(address: str) -> Street | None:
    """Return the street of an address, whatever stands before it; None where there is none."""
    text = fold(_RANGE.sub(r"\1 a \2", address))
    found = list(_STREET.finditer(text))
    if not found:
        return None
    match = next((one for one in found if one["first"]), found[0])
    name = _TAIL.sub("", match["name"])
    words = [word for word in name.split() if word not in _SMALL]
    first = int(match["first"] or 0)
    last = int(match["last"] or 0)
    return Street(" ".join(words), first, last if last > first else first) if words else None


def host_of(address: str) -> str | None:
    """Return the host of a web address, without `www`, None where there is none or it is everybody's."""
    text = address.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname
    except ValueError:
        return None
    host = re.sub(r"^www\d?\.", "", (host or "").strip(".").lower())
    return host if "." in host and host not in _HOSTS else None


def site_of(host: str) -> str:
    """Return the domain somebody registered: `incub.univ-paris13.fr` is under `univ-paris13.fr`."""
    labels = host.split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 2
    site = ".".join(labels[-size:])
    return host if site in _HOSTS else site
