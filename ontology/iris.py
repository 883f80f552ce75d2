"""Minting and parsing of the IRIs that Maille publishes (the table of names of `docs/architecture.md`).

`mint` refuses what no pattern allows, `parse` is its inverse, and both know the same patterns. Keys never depend on
the order of rows: a key is an official code, or a slug with eight hexadecimal digits of a hash of the source's own key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from pyoxigraph import NamedNode

from maille.ontology.errors import InvalidIri
from maille.ontology.namespaces import BASE

_SLUG: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_KEY: Final = _SLUG + r"-[0-9a-f]{8}"
_SIREN: Final = r"[0-9]{9}"
_COMMUNE: Final = r"(?:[0-9]{2}|2[AB])[0-9]{3}"
_DAY: Final = r"[0-9]{2}-[0-9]{2}"
_DEPARTEMENT: Final = r"(?:[0-9]{2}|2[AB]|9[78][0-9])"

THINGS: Final = MappingProxyType(
    {
        "structure": _KEY,
        "organisation": rf"(?:{_SIREN}|{_KEY})",
        "site": _KEY,
        "partner": _KEY,
        "network": _KEY,
        "programme": _KEY,
        "event": _KEY,
        "startup": _KEY,
        "initiative": _KEY,
        "figure": _KEY,
        "laboratory": r"[0-9]{9}[A-Z]",
        "programme-territory": _SLUG,
        "dataset": rf"(?:[0-9a-f]{{24}}|{_KEY})",
        "commune": _COMMUNE,
        "commune-deleguee": _COMMUNE,
        "commune-associee": _COMMUNE,
        "arrondissement-municipal": _COMMUNE,
        "former-commune": _COMMUNE,
        "arrondissement": _DEPARTEMENT + r"[0-9]",
        "epci": _SIREN,
        "ept": _SIREN,
        "departement": _DEPARTEMENT,
        "region": r"(?:[0-9]{2}|9[78][0-9])",
        "former-region": r"[0-9]{2}",
        "territorial-event": rf"[0-9]{{4}}-(?:{_DAY}|[0-9]{{4}})-(?:{_COMMUNE}|region-[0-9]{{2}})",
    }
)
"""Kind of thing -> pattern of its key, in `/id/<kind>/<key>`."""

_LIGATURES: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)
# What `quote` leaves or makes, but for the two names a path resolves away.
_ROW_KEY: Final = r"(?!\.{1,2}\Z)(?:[A-Za-z0-9_.~-]|%[0-9A-F]{2})+"
_VINTAGE: Final = r"[0-9A-Za-z][0-9A-Za-z.-]*"
_FRAGMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OTHERS: Final = MappingProxyType(
    {
        "commune-version": re.compile(rf"id/commune/(?P<key>{_COMMUNE}/[0-9]{{4}}-{_DAY})"),
        "graph": re.compile(rf"graph/(?P<key>{_SLUG}(?:/{_VINTAGE})?)"),
        "source": re.compile(rf"source/(?P<key>{_SLUG}/{_VINTAGE})"),
        "row": re.compile(rf"row/(?P<key>{_SLUG}/{_VINTAGE}/{_ROW_KEY})"),
        "scheme": re.compile(rf"scheme/(?P<key>{_SLUG})"),
        "concept": re.compile(rf"scheme/(?P<key>{_SLUG}/{_SLUG})"),
        "def": re.compile(r"def(?P<key>(?:/[0-9]+\.[0-9]+\.[0-9]+)?)"),
        "shapes": re.compile(r"shapes(?P<key>(?:/[0-9]+\.[0-9]+\.[0-9]+)?)"),
    }
)
_THING: Final = re.compile(r"id/(?P<kind>[a-z-]+)/(?P<key>[^/#?]+)")


@dataclass(frozen=True, slots=True)
class Name:
    """A parsed IRI of ours: its kind, its key and the fragment, empty where there is none."""

    kind: str
    key: str
    fragment: str = ""


def slugify(text: str) -> str:
    """Return `text` in lower-case ASCII letters and digits joined by hyphens (`Moho, Caen` -> `moho-caen`).

    Whatever is no letter parts words, a typographic apostrophe or dash like a plain one.
    Raises InvalidIri where nothing is left.
    """
    folded = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).lower()
    letters = (
        char if char.isascii() or not char.isalnum() else "" for char in folded if not unicodedata.combining(char)
    )
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(letters)).strip("-")
    if not slug:
        raise InvalidIri(f"no letter or digit to make a slug of in {text!r}")
    return slug


def key_of(label: str, source: str, source_key: str) -> str:
    """Return `<slug>-<8 hex>`: the slug of `label`, and a hash of where the thing was first published.

    `source` is the id of the source (`study`), `source_key` the key of the row in it.
    """
    digest = hashlib.sha256(f"{source}/{source_key}".encode()).hexdigest()[:8]
    return f"{slugify(label)[:60].strip('-')}-{digest}"


def thing(kind: str, key: str, fragment: str = "") -> NamedNode:
    """Mint `/id/<kind>/<key>[#fragment]`; raises InvalidIri where the kind or the form of the key is unknown."""
    pattern = THINGS.get(kind)
    if pattern is None:
        raise InvalidIri(f"no kind of thing is called {kind!r}")
    if re.fullmatch(pattern, key) is None:
        raise InvalidIri(f"{key!r} is no key of a {kind}")
    return NamedNode(f"{BASE}id/{kind}/{key}{_with_hash(fragment)}")


def commune_version(code: str, day: str, fragment: str = "") -> NamedNode:
    """Mint `/id/commune/<code>/<day>`: the commune of this code as it was from that day on."""
    return NamedNode(_other("commune-version", f"id/commune/{code}/{day}").value + _with_hash(fragment))


def of_path(kind: str, rest: str) -> NamedNode:
    """Mint the name of a thing, or of a version of one, from the parts of its path, `/id/<kind>/<rest>`."""
    code, slash, day = rest.partition("/")
    return commune_version(code, day) if slash and kind == "commune" else thing(kind, rest)


def graph(source: str, vintage: str = "") -> NamedNode:
    """Mint `/graph/<source>[/<vintage>]`."""
    return _other("graph", f"graph/{source}/{vintage}" if vintage else f"graph/{source}")


def source(source_id: str, vintage: str, fragment: str = "") -> NamedNode:
    """Mint `/source/<source>/<vintage>`, the file or document that was read."""
    return NamedNode(_other("source", f"source/{source_id}/{vintage}").value + _with_hash(fragment))


def row(source_id: str, vintage: str, key: str) -> NamedNode:
    """Mint `/row/<source>/<vintage>/<key>`; the key is percent-encoded where it must be.

    `parse` gives the key back as it stands in the IRI, encoded.
    """
    return _other("row", f"row/{source_id}/{vintage}/{quote(key, safe='')}")


def scheme(name: str) -> NamedNode:
    """Mint `/scheme/<name>`."""
    return _other("scheme", f"scheme/{name}")


def concept(scheme_name: str, notation: str) -> NamedNode:
    """Mint `/scheme/<name>/<notation>`."""
    return _other("concept", f"scheme/{scheme_name}/{notation}")


def parse(iri: str, base: str = BASE) -> Name:
    """Return what an IRI of ours names; raises InvalidIri where it follows no pattern."""
    if not iri.startswith(base):
        raise InvalidIri(f"{iri} is not under {base}")
    path, hash_sign, fragment = iri[len(base) :].partition("#")
    if hash_sign and _FRAGMENT.fullmatch(fragment) is None:
        raise InvalidIri(f"{iri} has an ill-formed fragment")
    match = _THING.fullmatch(path)
    if match and match["kind"] in THINGS and re.fullmatch(THINGS[match["kind"]], match["key"]):
        return Name(match["kind"], match["key"], fragment)
    for kind, pattern in _OTHERS.items():
        other = pattern.fullmatch(path)
        if other:
            return Name(kind, other["key"], fragment)
    raise InvalidIri(f"{iri} follows no pattern of Maille")


def _other(kind: str, path: str) -> NamedNode:
    if _OTHERS[kind].fullmatch(path) is None:
        raise InvalidIri(f"{path!r} is no {kind} IRI")
    return NamedNode(BASE + path)


def _with_hash(fragment: str) -> str:
    if not fragment:
        return ""
    if _FRAGMENT.fullmatch(fragment) is None:
        raise InvalidIri(f"{fragment!r} is no fragment")
    return "#" + fragment
