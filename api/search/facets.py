"""Filters as a form that works without JavaScript: choices with counts, and chips that take a filter off again.

`/search` and `/map` share it. The names of its fields are the parameters of the REST layer, so that an address of one
is an address of the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from maille.api.context import AppContext
from maille.api.entities.source_names import SourceNames, Titles, licence_name
from maille.api.pages.i18n import Translator, alphabetical
from maille.api.pages.render import Links
from maille.api.rest.asking import EVERY_LICENCE, LICENCES, filters
from maille.api.search.form import Chip, FacetForm, Group, Narrower, Option
from maille.api.search.values import CHOICES, FILTERING, candidates, given, means, without, written
from maille.ontology.namespaces import BASE
from maille.store.search import Found, SearchIndex

COUNTED: Final = ("profile", "theme", "level", "legal_status", "source", "licence", "in_metropole", "departement")
"""Facets that one question counts; régions are counted apart, without the filter on territories."""
SHOWN: Final = 8
"""Choices of a facet that are shown before one asks for the others."""
_TREES: Final = ("profile", "legal_status")
_SIDES: Final = {"1": "true", "0": "false"}


class Facets:
    """Makes the form for a request; one for the whole application."""

    def __init__(self, context: AppContext) -> None:
        self._sources = SourceNames(context)

    async def form(
        self,
        params: QueryParams,
        index: SearchIndex,
        t: Translator,
        links: Links,
        *,
        path: str,
        kind: str = "structure",
        keep: Sequence[str] = ("lang", "release"),
        found: Found | None = None,
    ) -> FacetForm:
        """Return the form of the page at `path`.

        `params` are those of the request, empty ones left out; those of `keep` become hidden fields. `found` is what
        `index.find` gave with the facets `COUNTED`, where it was asked already. Raises RequestRefused.
        """
        asked = _Asked(given(params), index, t, links, path, kind, await self._sources.get())
        return await asyncio.to_thread(asked.form, keep, found)


class _Asked:
    """The form of one request."""

    def __init__(
        self, params: QueryParams, index: SearchIndex, t: Translator, links: Links, path: str, kind: str, titles: Titles
    ) -> None:
        self._params = params
        self._index = index
        self._t = t
        self._path = links.asset(path)
        self._kind = kind
        self._titles = titles
        self._known: dict[str, dict[str, Any]] = {}

    def form(self, keep: Sequence[str], found: Found | None) -> FacetForm:
        wanted = filters(self._params, self._kind)
        if found is None:
            found = self._index.find(wanted, limit=0, facets=COUNTED)
        counts = dict(found.facets)
        anywhere = filters(QueryParams(without(self._params, "territory")), self._kind)
        counts["territory"] = self._index.find(anywhere, limit=0, facets=("region",)).facets["region"]
        self._learn(counts)
        groups = [self._group(name, counts[name]) for name in CHOICES]
        hidden = [pair for pair in self._params.multi_items() if pair[0] in keep]
        hidden += [("territory", value) for value in self._params.getlist("territory") if not self._is_region(value)]
        return FacetForm(
            action=self._path,
            hidden=tuple(hidden),
            text=self._params.get("q", ""),
            groups=tuple(group for group in groups if group.first),
            sides=self._sides(counts["in_metropole"]),
            narrower=tuple(self._narrower(counts["departement"])),
            chips=tuple(self._chips()),
            clear=self._address(
                [pair for pair in self._params.multi_items() if pair[0] in ("lang", "release", "kind")]
            ),
            base=self._index.base,
        )

    def _learn(self, counts: Mapping[str, Iterable[tuple[str, int]]]) -> None:
        """Read the labels of all that is counted or chosen."""
        wanted = {value for pairs in counts.values() for value, _ in pairs if ":" in value}
        base = self._index.base
        wanted |= {
            iri for name in CHOICES for text in self._params.getlist(name) for iri in candidates(name, text, base)
        }
        self._known = self._index.things(wanted)

    def _group(self, name: str, counted: Sequence[tuple[str, int]]) -> Group:
        numbers = dict(counted)
        short = written(name, numbers, self._index.base)
        chosen = {text: self._chosen(name, text, numbers) for text in self._params.getlist(name)}
        options = [
            Option(
                next((text for text, iris in chosen.items() if iri in iris), short[iri]),
                self._label(name, iri),
                number,
                any(iri in iris for iris in chosen.values()),
                self._depth(iri, numbers) if name in _TREES else 0,
            )
            for iri, number in self._ordered(name, numbers)
        ]
        # What was chosen and is found no more stays in the form, so that it can be taken off.
        options += [
            Option(text, self._text_of(name, text), 0, True)
            for text, iris in chosen.items()
            if not iris and text != EVERY_LICENCE and (name != "territory" or self._is_region(text))
        ]
        if name == "licence" and options:
            options.insert(0, Option(EVERY_LICENCE, self._t("facet.licence.any"), None, EVERY_LICENCE in chosen))
        first = [option for place, option in enumerate(options) if place < SHOWN or option.checked]
        others = [option for option in options if option not in first]
        if len(others) < 3:
            first, others = options, []
        return Group(name, self._t(f"facet.{name}"), tuple(first), tuple(others))

    def _ordered(self, name: str, numbers: Mapping[str, int]) -> list[tuple[str, int]]:
        if name == "level":
            return sorted(numbers.items())
        if name not in _TREES:
            return list(numbers.items())
        tops = [iri for iri in numbers if not self._depth(iri, numbers)]
        tree = [one for top in tops for one in (top, *(iri for iri in numbers if top in self._broader(iri)))]
        rest = [iri for iri in numbers if iri not in tree]
        return [(iri, numbers[iri]) for iri in dict.fromkeys((*tree, *rest))]

    def _broader(self, iri: str) -> list[str]:
        return [brief["iri"] for brief in self._known.get(iri, {}).get("broader", ())]

    def _depth(self, iri: str, numbers: Mapping[str, int]) -> int:
        return int(any(up in numbers for up in self._broader(iri)))

    def _chosen(self, name: str, text: str, numbers: Iterable[str]) -> set[str]:
        return {iri for iri in numbers if means(name, text, iri, self._index.base)}

    def _sides(self, counted: Sequence[tuple[str, int]]) -> tuple[Option, ...]:
        given_side = self._params.get("in_metropole", "")
        chosen = _SIDES.get(given_side, given_side)
        numbers = dict(counted)
        return tuple(
            Option(side, self._t(f"facet.in_metropole.{side}"), numbers.get(value, 0), chosen == side)
            for value, side in _SIDES.items()
        )

    def _narrower(self, counted: Sequence[tuple[str, int]]) -> Iterable[Narrower]:
        chosen = self._params.getlist("territory")
        rest = without(self._params, "territory")
        for iri, number in sorted(counted, key=lambda pair: alphabetical(self._label("territory", pair[0]))):
            if not any(means("territory", text, iri, self._index.base) for text in chosen):
                value = iri.removeprefix(f"{self._index.base}id/")
                yield Narrower(self._label("territory", iri), number, self._address([*rest, ("territory", value)]))

    def _chips(self) -> Iterable[Chip]:
        for name, value in self._params.multi_items():
            if name in FILTERING:
                yield Chip(
                    self._t(f"facet.{name}"),
                    self._text_of(name, value),
                    self._address(without(self._params, name, value)),
                )

    def _text_of(self, name: str, value: str) -> str:
        if name == "in_metropole":
            return self._t(f"facet.in_metropole.{_SIDES.get(value, value)}")
        if name == "licence":
            iri = LICENCES.get(value.lower(), value)
            return self._t("facet.licence.any") if value == EVERY_LICENCE else licence_name(self._t, iri)
        if name not in CHOICES:
            return value
        base = self._index.base
        iris = [base + iri.removeprefix(BASE) for iri in self._titles] if name == "source" else self._known
        known = [iri for iri in iris if means(name, value, iri, base)]
        return self._label(name, known[0]) if known else value

    def _label(self, name: str, iri: str) -> str:
        if name == "licence":
            return licence_name(self._t, iri)
        if name == "source":
            inner = iri.removeprefix(self._index.base)
            return self._t.pick(self._titles.get(BASE + inner, {}), inner.removeprefix("source/"))
        row = self._known.get(iri, {})
        label = row.get("label") or iri.rpartition("/")[2]
        return self._t.pick({"fr": label, "en": row.get("label_en") or label})

    def _is_region(self, text: str) -> bool:
        return "region/" in text and "former" not in text

    def _address(self, params: Iterable[tuple[str, str]]) -> str:
        query = urlencode(list(params))
        return f"{self._path}?{query}" if query else self._path
