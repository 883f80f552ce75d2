"""The things of a draft: a structure named by the likeliest column; a site, an operator where columns tell of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from maille.loaders.drafting.columns import DATES, Column
from maille.loaders.drafting.sheet import Sheet, listed, quoted, slug
from maille.ontology import vocabulary

_FEW: Final = 40
_PLACE: Final = (
    ("commune", "code", 5),
    ("town", "name", 0),
    ("postcode", "postcode", 5),
    ("departement", "departement", 2),
)
_OWN: Final = ("uai", "ror", "wikidata")


class Things:
    """Writes the things of a draft.

    Args:
        sheet: the columns; those that are read are marked in it.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._stated: set[str] = set()
        self.codes: list[str] = []

    def lines(self) -> Iterator[str]:
        """Yield the lines of every thing; `codes` is whole afterwards."""
        place = self._place()
        site = list(self._site())
        operator = list(self._operator())
        yield from _thing("structure", "structure", ("maille:InnovationStructure", "schema:Organization"))
        yield f"label = {quoted(self._sheet.label)}"
        yield "link = false  # true: look for the same structure in other sources"
        if place:
            yield f"place = {{ {', '.join(place)} }}"
        for name, column in self._sheet.free().items():
            yield from self._fact(name, column)
        for lines, property_, name in (
            (site, "org:hasPrimarySite", "site"),
            (operator, "maille:operatedBy", "operator"),
        ):
            if lines:
                yield from _lines({"property": property_, "thing": name})
        yield from (*site, *operator)

    def _place(self) -> list[str]:
        parts: dict[str, str] = {}
        for role, part, width in _PLACE:
            name = self._sheet.take(role)
            if name:
                parts[part] = self._input(name, width)
        return [f"{part} = {value}" for part, value in parts.items()]

    def _input(self, name: str, width: int) -> str:
        self._sheet.used.add(name)
        steps = self._sheet.digits(name, width) if width else []
        return f"{{ column = {quoted(name)}, transforms = [{', '.join(steps)}] }}" if steps else quoted(name)

    def _site(self) -> Iterator[str]:
        sheet = self._sheet
        street, point, pair = sheet.take("street"), sheet.take(kind="point"), sheet.pair()
        siret = "" if sheet.take("operator") else sheet.take(kind="siret")
        if not (street or point or siret or pair):
            return
        yield from _thing("site", "site", ("org:Site",))
        yield f"label = {quoted(sheet.label)}"
        if street:
            parts = (
                ("street", street, 0),
                ("postcode", sheet.take("postcode", again=True), 5),
                ("town", sheet.take("town", again=True), 0),
            )
            inputs = [f"{part} = {self._input(name, width)}" for part, name, width in parts if name]
            yield f"address = {{ {', '.join(inputs)} }}"
        if siret:
            yield from self._number(siret, "siret")
        if point:
            sheet.used.add(point)
            order = sheet.columns[point].order
            yield from _lines({"column": point, "as": "point", "order": order or "lat-lon"})
        elif pair:
            sheet.used.update(pair)
            joined = [f"columns = {listed(pair)}", 'join = ";"']
            yield from _lines({"as": "point", "order": "lat-lon"}, *joined)

    def _operator(self) -> Iterator[str]:
        name = self._sheet.take("operator")
        if not name:
            return
        self._sheet.used.add(name)
        yield from _thing("operator", "organisation", ("maille:OperatingOrganisation", "org:Organization"))
        yield f"label = {quoted(name)}"
        for kind, said in (("siren", "siren"), ("siret", "siren-of-siret")):
            if column := self._sheet.take(kind=kind):
                yield from self._number(column, said)
                return

    def _number(self, name: str, said: str) -> Iterator[str]:
        self._sheet.used.add(name)
        steps = self._sheet.digits(name)
        yield from _lines({"column": name, "as": said}, *([f"transforms = [{', '.join(steps)}]"] if steps else []))

    def _fact(self, name: str, column: Column) -> Iterator[str]:
        role, kind = column.role, column.kind
        if role == "type" and kind == "text" and len(column.labels) <= _FEW:
            yield from self._profile(name, column)
        elif role == "acronym" and not column.whole:
            yield from self._said({"property": "skos:altLabel", "column": name})
        elif role == "text" and "dct:description" not in self._stated and not column.whole:
            html = ['transforms = ["strip-html"]'] if column.html else []
            yield from self._said({"property": "dct:description", "column": name}, *html)
        elif kind == "page":
            property_ = "rdfs:seeAlso" if "foaf:homepage" in self._stated else "foaf:homepage"
            bare = not column.all_are(lambda text: text.startswith(("http://", "https://")), 1.0)
            complete = ["complete = true"] if bare else []
            yield from self._said({"property": property_, "column": name, "as": "page"}, *complete)
        elif kind in _OWN and kind not in self._stated:
            self._stated.add(kind)
            yield from self._said({"column": name, "as": kind})
        elif kind in ("date", "dates") and _is_update(column.words) and "dct:modified" not in self._stated:
            formats = [f"formats = [{', '.join(map(quoted, DATES))}]"] if kind == "dates" else []
            yield from self._said({"property": "dct:modified", "column": name, "as": "date"}, *formats)

    def _said(self, keys: Mapping[str, str], *lines: str) -> Iterator[str]:
        self._sheet.used.add(keys["column"])
        self._stated.add(keys.get("property", ""))
        yield from _lines(keys, *lines)

    def _profile(self, name: str, column: Column) -> Iterator[str]:
        codes, known = f"{slug(name) or 'types'}", vocabulary.concepts("profile")
        self.codes += ["", f"[codes.{codes}]", 'scheme = "profile"', 'unmapped = "leave"', f"[codes.{codes}.map]"]
        for text in column.labels:
            word = slug(text)
            near = next((one for one in (word, word.removesuffix("s"), word.replace("-", "")) if one in known), "")
            mark = "" if near else "  # correct: which profile this is, if any"
            self.codes.append(f"{quoted(text)} = {quoted(near)}{mark}")
        yield from self._said({"property": "maille:profile", "column": name, "as": "concept", "codes": codes})


def _is_update(words: str) -> bool:
    return bool(re.search(r"modif|mise a jour|maj|update", words))


def _thing(name: str, kind: str, classes: tuple[str, ...]) -> Iterator[str]:
    said = ", ".join(quoted(one) for one in classes)
    yield from ("", "[[things]]", f"name = {quoted(name)}", f"kind = {quoted(kind)}", f"classes = [{said}]")


def _lines(keys: Mapping[str, str], *lines: str) -> Iterator[str]:
    yield from ("", "[[things.facts]]", *(f"{key} = {quoted(value)}" for key, value in keys.items()), *lines)
