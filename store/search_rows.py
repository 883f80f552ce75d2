"""The rows of the search index: of each thing what a list, a map or an export shows of it, drawn from its facts.

Nothing is guessed: what the sources do not say is absent or empty. Two things are followed, since they are said in two
steps: a level is that of the profile or of the one it is narrower than, a legal status that of the operator.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from maille.ontology.namespaces import BASE, rebase_text
from maille.store.search_facts import Facts, things
from maille.store.search_kinds import WEIGHTS, described
from maille.store.search_text import fold

Row = dict[str, Any]

_POINT: Final = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)")
_AREAS: Final = ("commune", "arrondissement-municipal", "epci", "ept", "departement", "region")
_NUMBERS: Final = tuple(
    (name, f"maille:{name}")
    for name in ("siren", "siret", "uai", "ror", "rnsr", "idref", "wikidataId", "nuts", "codeInsee")
)
_OF_COMMUNES: Final = ("commune", "commune-deleguee", "commune-associee", "arrondissement-municipal", "former-commune")
_METROPOLE: Final = "scheme/epci-kind/metropole"
_NO_SOURCE: Final = ("graph/meta", "graph/links")
_MOST_TEXT: Final = 2_000


@dataclass(slots=True)
class Record:
    """One thing as it is indexed.

    Attributes:
        iri, kind: what it is.
        labels: its name by language, French first where it has one.
        names: every name it is found by, the ones preferred first.
        described: one line on it, by language.
        code: the official number people know it by.
        text: what it is found by besides its names.
        weight: between 0 and 1, what of two equal matches comes first.
        row: as it is served.
        facets: name and value of what it is filtered by.
        numbers: scheme and value of its official numbers.
    """

    iri: str
    kind: str
    labels: dict[str, str]
    names: list[str]
    code: str
    row: Row
    described: dict[str, str] = field(default_factory=dict)
    text: str = ""
    weight: float = 0.0
    facets: set[tuple[str, str]] = field(default_factory=set)
    numbers: list[tuple[str, str]] = field(default_factory=list)


class Rows:
    """Draws the records of one release.

    Args:
        facts: what its lines say.
        base: what its names are under.
    """

    def __init__(self, facts: dict[str, Facts], base: str = BASE) -> None:
        self._facts = facts
        self._base = base
        self._licences = {iri: known.iris("dct:license") for iri, known in facts.items() if "/graph/" in iri}
        self._unsourced = {base + name for name in _NO_SOURCE}
        self._areas: dict[str, Row] = {}

    def records(self) -> list[Record]:
        """Return the records, the weightiest first, in an order that hangs on the release alone."""
        found = [
            self._record(iri, kind, known)
            for iri, kind, known in things(self._facts, self._base)
            # A name that gave way to another is only spoken of where links are kept: no source tells of such a thing.
            if not known.graphs or known.graphs - self._unsourced
        ]
        inside = Counter(
            value
            for record in found
            if record.kind == "structure"
            for name, value in record.facets
            if name in (*_AREAS, "profile", "theme")
        )
        for record in found:
            if record.kind in (*_AREAS, "profile", "theme", "concept"):
                record.row["structures"] = inside[record.iri]
            record.weight = self._weight(record, inside[record.iri])
        return sorted(found, key=lambda record: (-record.weight, record.iri))

    def _record(self, iri: str, kind: str, known: Facts) -> Record:
        labels = _labels(known)
        names = known.texts("skos:prefLabel", "dct:title", "skos:altLabel", "maille:variantSpelling")
        label = labels.get("fr") or labels.get("en") or next(iter(names), iri.rpartition("/")[2])
        numbers = [(name, text) for name, full in _NUMBERS for text in known.texts(full)]
        row: Row = {"iri": iri, "id": iri.rpartition("/")[2], "kind": kind, "label": label}
        if "en" in labels and labels["en"] != label:
            row["label_en"] = labels["en"]
        row["other_labels"] = [name for name in names if name not in (label, row.get("label_en"))]
        record = Record(iri, kind, labels or {"fr": label}, names or [label], _code(kind, iri, numbers), row)
        record.numbers = numbers
        if record.code:
            row["code"] = record.code
        self._add_own(record, known)
        self._add_kind(record, known)
        self._add_place(record, known)
        self._add_sources(record, known)
        record.described = {language: described(row, language) for language in ("fr", "en")}
        words = " ".join(map(fold, self._words(record, known)))
        record.text = " ".join((words, *(number for _, number in numbers)))[:_MOST_TEXT]
        return record

    def _add_own(self, record: Record, known: Facts) -> None:
        for name in ("siren", "siret", "uai", "ror", "wikidataId", "nuts"):
            numbers = known.texts(f"maille:{name}")
            if numbers:
                record.row["wikidata" if name == "wikidataId" else name] = numbers[0]
        homepage = known.first("foaf:homepage", "dcat:landingPage")
        if homepage or record.kind == "structure":
            record.row["homepage"] = homepage
        population = known.first("maille:population")
        if population and population.isdigit():
            record.row["population"] = int(population)
        if known.values.get("maille:postcode"):
            record.row["postcodes"] = known.texts("maille:postcode")
        founded = known.first("schema:foundingDate")
        if founded:
            record.row["founded"] = founded

    def _add_kind(self, record: Record, known: Facts) -> None:
        row = record.row
        if record.kind == "structure" or "maille:profile" in known.values:
            profiles = known.iris("maille:mainProfile", "maille:profile")
            row["profiles"] = self._briefs(profiles)
            row["themes"] = self._briefs(known.iris("dct:subject"))
            levels = sorted({level for profile in profiles for level in self._levels(profile)})
            row["level"] = self._brief(levels[0]) if len(levels) == 1 else None
            row["levels"] = self._briefs(levels)
            self._facet(record, "profile", (up for iri in profiles for up in self._upward(iri)))
            self._facet(record, "level", levels)
            self._add_operator(record, known)
        elif "dct:subject" in known.values:
            row["themes"] = self._briefs(known.iris("dct:subject"))
        self._facet(record, "theme", (up for iri in known.iris("dct:subject") for up in self._upward(iri)))
        statuses = known.iris("maille:legalStatus") or [] if record.kind not in ("profile", "concept") else []
        if not statuses and row.get("operator"):
            statuses = self._known(row["operator"]["iri"]).iris("maille:legalStatus")
        if statuses or record.kind in ("structure", "organisation"):
            row["legal_status"] = self._brief(statuses[0]) if statuses else None
            self._facet(record, "legal_status", statuses)
        for name, key in (
            ("maille:epciKind", "epci_kind"),
            ("maille:partnerKind", "partner_kind"),
            ("maille:networkKind", "network_kind"),
            ("maille:initiativeKind", "initiative_kind"),
            ("org:classification", "classification"),
            ("maille:programme", "programme"),
        ):
            if known.iris(name):
                row[key] = self._brief(known.iris(name)[0])
                self._facet(record, key, (up for iri in known.iris(name) for up in self._upward(iri)))
        for name, key in (
            ("maille:partner", "partners"),
            ("maille:ledBy", "led_by"),
            ("org:unitOf", "unit_of"),
            ("skos:broader", "broader"),
            ("dct:isReplacedBy", "replaced_by"),
        ):
            if known.iris(name):
                row[key] = self._briefs(known.iris(name))
        if "skos:inScheme" in known.values:
            row["scheme"] = known.first("skos:inScheme")
            row["notation"] = known.first("skos:notation")
            for value in known.values.get("skos:definition", ()):
                row["definition" if value.language != "en" else "definition_en"] = value.text
            self._facet(record, "scheme", known.iris("skos:inScheme"))

    def _add_operator(self, record: Record, known: Facts) -> None:
        operators = known.iris("maille:operatedBy")
        record.row["operator"] = None
        if operators:
            siren = self._known(operators[0]).first("maille:siren")
            record.row["operator"] = {**self._brief(operators[0]), "siren": siren}
            self._facet(record, "operator", operators)

    def _add_place(self, record: Record, known: Facts) -> None:
        row, facet = record.row, {}
        if record.kind in _OF_COMMUNES or record.kind in ("epci", "ept", "arrondissement", "departement", "region"):
            own = known
            communes = known.iris("igeo:subdivisionDirecteDe") if record.kind in _OF_COMMUNES[1:4] else []
            facet = self._areas_of(record.iri, own)
            if communes and "/commune/" in communes[0]:
                facet = {**self._areas_of(communes[0], self._known(communes[0])), **facet}
        else:
            communes = known.iris("maille:inCommune")
            for commune in communes:
                facet = {**self._areas_of(commune, self._known(commune)), **facet}
            for area in (*known.iris("maille:inMunicipalArrondissement"), *known.iris("dct:spatial")):
                facet = {**self._areas_of(area, self._known(area)), **facet}
            row["lon"], row["lat"] = self._point(known)
            row["place_as_stated"] = known.first("maille:placeAsStated")
        for name in _AREAS:
            if name != record.kind and (name in facet or record.kind in ("structure", "organisation", "site")):
                row[name.replace("-", "_")] = self._area(facet[name]) if name in facet else None
        record.facets.update(facet.items())
        record.facets.add((record.kind, record.iri)) if record.kind in _AREAS else None
        # A thing may have places in several communes.
        for commune in communes[1:]:
            record.facets.update(self._areas_of(commune, self._known(commune)).items())
        if "epci" in facet or "commune" in facet:
            row["in_metropole"] = self._in_metropole(facet.get("epci"))
            record.facets.add(("in_metropole", str(int(row["in_metropole"]))))
        elif record.kind == "structure":
            row["in_metropole"] = None

    def _areas_of(self, iri: str, known: Facts) -> dict[str, str]:
        """Return the areas that an area lies in, by kind, itself included."""
        every = [
            iri,
            *known.iris("igeo:subdivisionDirecteDe", "igeo:subdivisionDe", "maille:memberOfEpci", "maille:memberOfEpt"),
        ]
        found: dict[str, str] = {}
        for one in every:
            kind = one.removeprefix(self._base + "id/").partition("/")[0]
            if kind in _AREAS:
                found.setdefault(kind, one)
        return found

    def _in_metropole(self, epci: str | None) -> bool:
        kinds = self._known(epci).iris("maille:epciKind") if epci else []
        return any(self._base + _METROPOLE in self._upward(kind) for kind in kinds)

    def _point(self, known: Facts) -> tuple[float | None, float | None]:
        places = [known, *map(self._known, known.iris("org:hasPrimarySite", "org:hasSite"))]
        for place in places:
            for geometry in place.iris("geo:hasGeometry"):
                match = _POINT.search(self._known(geometry).first("geo:asWKT") or "")
                if match:
                    return float(match[1]), float(match[2])
        return None, None

    def _add_sources(self, record: Record, known: Facts) -> None:
        graphs = sorted(known.graphs - self._unsourced)
        own = self._base + "graph/"
        record.row["sources"] = [
            self._base + "source/" + graph.removeprefix(own) if graph.startswith(own) else graph for graph in graphs
        ]
        record.row["licences"] = sorted({licence for graph in graphs for licence in self._licences.get(graph, ())})
        self._facet(record, "source", record.row["sources"])
        self._facet(record, "licence", record.row["licences"])

    def _words(self, record: Record, known: Facts) -> Iterator[str]:
        row = record.row
        for key in (*(name.replace("-", "_") for name in _AREAS), "operator", "classification", "legal_status"):
            if isinstance(row.get(key), dict):
                yield row[key]["label"]
        for key in ("profiles", "themes", "led_by", "partners", "broader"):
            for brief in row.get(key) or ():
                yield brief["label"]
                yield brief.get("label_en", "")
        if record.kind not in _OF_COMMUNES:
            yield from known.texts("maille:placeAsStated", "dct:description", "skos:definition")
        yield from row.get("postcodes", ())

    def _facet(self, record: Record, name: str, values: Any) -> None:
        record.facets.update((name, value) for value in values)

    def _levels(self, profile: str) -> list[str]:
        for iri in self._upward(profile):
            levels = self._known(iri).iris("maille:opennessLevel")
            if levels:
                return levels
        return []

    def _upward(self, iri: str) -> list[str]:
        """Return a concept and those it is narrower than, nearest first."""
        found = [iri]
        for one in found:
            found.extend(up for up in self._known(one).iris("skos:broader") if up not in found)
        return found

    def _known(self, iri: str) -> Facts:
        return self._facts.get(iri) or Facts()

    def _briefs(self, iris: list[str]) -> list[Row]:
        return [self._brief(iri) for iri in iris]

    def _brief(self, iri: str) -> Row:
        labels = _labels(self._known(iri))
        label = labels.get("fr") or labels.get("en") or iri.rpartition("/")[2]
        brief: Row = {"iri": iri, "label": label}
        if labels.get("en", label) != label:
            brief["label_en"] = labels["en"]
        return brief

    def _area(self, iri: str) -> Row:
        known = self._areas.get(iri)
        if known is None:
            label = self._known(iri).first("skos:prefLabel")
            known = {"iri": iri, "code": iri.rpartition("/")[2], "label": label or iri.rpartition("/")[2]}
            self._areas[iri] = known
        return known

    def _weight(self, record: Record, structures: int) -> float:
        low, high = WEIGHTS.get(record.kind, (0.1, 0.2))
        size = record.row.get("population", 0) or 0
        share = math.log10(size + 1) / 7.2 if record.kind in _AREAS else math.log10(structures + 1) / 3
        if record.kind in ("structure", "organisation", "laboratory"):
            share = min(1.0, len(record.row["sources"]) / 3)
        return round(low + (high - low) * min(1.0, share), 4)


def _labels(known: Facts) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("skos:prefLabel", "dct:title"):
        for value in known.values.get(name, ()):
            found.setdefault(value.language if value.language in ("fr", "en") else "fr", value.text)
    return found


def _code(kind: str, iri: str, numbers: list[tuple[str, str]]) -> str:
    known = dict(reversed(numbers))
    for name in ("codeInsee", "siren", "siret", "rnsr", "uai"):
        if name in known:
            return known[name]
    return iri.rpartition("/")[2] if kind in _AREAS else ""


def own_base(text: str, base: str) -> str:
    """Return a name of ours under the base of a release, whichever it was given under."""
    return rebase_text(text, base)
