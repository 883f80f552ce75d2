"""Sound records of the Code officiel géographique -> quads (INSEE igeo 5.0.0, ADMS, `docs/architecture.md`).

Each kind of territory has one function; all share the names that are needed again and again, minted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.source import Row, SourceDescription
from maille.loaders.territories.checks import EPCI_KINDS, TAXATIONS, Index
from maille.loaders.territories.records import kind_of
from maille.ontology import iris
from maille.ontology.terms import ADMS, DCT, IGEO, MAILLE, PROV, RDF, SKOS, XSD

INSEE: Final = NamedNode("https://www.insee.fr/")

_CLASSES: Final[Mapping[str, NamedNode]] = MappingProxyType(
    {
        "region": IGEO.Region,
        "departement": IGEO.Departement,
        "arrondissement": IGEO.Arrondissement,
        "commune": IGEO.Commune,
        "commune-deleguee": IGEO.CommuneDeleguee,
        "commune-associee": IGEO.CommuneAssociee,
        "arrondissement-municipal": IGEO.ArrondissementMunicipal,
        "epci": IGEO.Intercommunalite,
        "ept": MAILLE.EtablissementPublicTerritorial,
    }
)
# Kind of the source where it is not the word of our IRIs.
_WORDS: Final = MappingProxyType({"commune-actuelle": "commune"})

_Values = Mapping[str, Any]


class Writer:
    """Makes the quads of one row; the names it has minted are its only memory."""

    def __init__(self, description: SourceDescription, index: Index, named: frozenset[str] = frozenset()) -> None:
        self._description = description
        self._graph = description.graph
        self._source = description.source
        self._index = index
        self._named = named
        self._names: dict[tuple[str, str], NamedNode] = {}
        self._parts: Mapping[str, Callable[[NamedNode, _Values], Iterator[Quad]]] = {
            "region": self._region,
            "departement": self._departement,
            "arrondissement": self._arrondissement,
            "commune": self._commune,
            "commune-deleguee": self._delegated,
            "commune-associee": self._delegated,
            "arrondissement-municipal": self._municipal,
            "epci": self._epci,
            "ept": self._ept,
        }

    def quads(self, row: Row) -> Iterator[Quad]:
        """Yield the quads of a row that has passed `check`."""
        graph = self._graph
        kind = _WORDS.get(kind_of(row), kind_of(row))
        subject = self._name(kind, row.values["code"])
        source_row = self._description.row(row.key)
        # xsd:token admits no double blank, and two names of EPCI hold some.
        name = " ".join(row.values["nom"].split())
        yield Quad(subject, RDF.type, _CLASSES[kind], graph)
        yield Quad(subject, SKOS.prefLabel, Literal(name, language="fr"), graph)
        yield Quad(subject, IGEO.nom, Literal(name, datatype=XSD.token), graph)
        yield Quad(subject, PROV.wasDerivedFrom, source_row, graph)
        yield Quad(source_row, PROV.wasQuotedFrom, self._source, graph)
        yield from self._parts[kind](subject, row.values)
        for code in row.values.get("anciensCodes") or ():
            yield from self._former(subject, code, name, source_row)

    def _region(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        yield from self._code(subject, values["code"])
        yield Quad(subject, MAILLE.zone, self._concept("zone", values["zone"]), self._graph)
        yield from self._seat(subject, values["chefLieu"])

    def _departement(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        region = self._name("region", values["region"])
        yield Quad(subject, IGEO.subdivisionDirecteDe, region, self._graph)
        yield Quad(subject, IGEO.subdivisionDe, region, self._graph)
        yield from self._region(subject, values)

    def _arrondissement(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        yield from self._code(subject, values["code"])
        departement = self._name("departement", values["departement"])
        yield Quad(subject, IGEO.subdivisionDirecteDe, departement, self._graph)
        yield from self._inside(subject, values)
        yield from self._seat(subject, values["chefLieu"])

    def _commune(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        yield from self._code(subject, values["code"])
        parent = "arrondissement" if values.get("arrondissement") else "departement"
        above = self._name(parent, values[parent])
        yield Quad(subject, IGEO.subdivisionDirecteDe, above, self._graph)
        yield from self._inside(subject, values)
        if values.get("siren"):
            yield from self._siren(subject, values["siren"])
        yield from self._inhabited(subject, values)

    def _delegated(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        yield from self._code(subject, values["code"])
        commune = self._name("commune", values["chefLieu"])
        yield Quad(subject, IGEO.subdivisionDirecteDe, commune, self._graph)
        yield from self._inside(subject, values)

    def _municipal(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        yield from self._delegated(subject, {**values, "chefLieu": values["commune"]})
        yield from self._inhabited(subject, values)

    def _epci(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        kind = self._concept("epci-kind", EPCI_KINDS[values["type"]])
        yield Quad(subject, MAILLE.epciKind, kind, self._graph)
        taxation = self._concept("epci-taxation", TAXATIONS[values["modeFinancement"]])
        yield Quad(subject, MAILLE.epciTaxation, taxation, self._graph)
        yield from self._group(subject, values, MAILLE.memberOfEpci)

    def _ept(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        yield from self._group(subject, values, MAILLE.memberOfEpt)

    def _group(self, subject: NamedNode, values: _Values, membership: NamedNode) -> Iterator[Quad]:
        yield from self._siren(subject, values["code"])
        yield from self._number(subject, MAILLE.population, values.get("populationMunicipale"))
        yield from self._number(subject, MAILLE.totalPopulation, values.get("populationTotale"))
        for code in values.get("membres") or ():
            # A commune whose own row was rejected gets no half an existence from its EPCI.
            if self._index.has("commune-actuelle", code):
                yield Quad(self._name("commune", code), membership, subject, self._graph)

    def _former(self, commune: NamedNode, code: str, name: str, source_row: NamedNode) -> Iterator[Quad]:
        graph = self._graph
        former = iris.thing("former-commune", code)
        yield Quad(commune, MAILLE.formerCode, Literal(code), graph)
        yield Quad(former, RDF.type, MAILLE.FormerCommune, graph)
        yield Quad(former, MAILLE.codeInsee, Literal(code), graph)
        yield Quad(former, DCT.isReplacedBy, commune, graph)
        yield Quad(former, PROV.wasDerivedFrom, source_row, graph)
        if code in self._named:
            return
        # The source gives no name to a former code: none is invented.
        french = f"Ancienne commune {code} (aujourd'hui {name})"
        yield Quad(former, SKOS.prefLabel, Literal(french, language="fr"), graph)
        yield Quad(former, SKOS.prefLabel, Literal(f"Former commune {code} (now {name})", language="en"), graph)

    def _code(self, subject: NamedNode, code: str) -> Iterator[Quad]:
        yield Quad(subject, MAILLE.codeInsee, Literal(code), self._graph)
        yield Quad(subject, IGEO.codeINSEE, Literal(code, datatype=XSD.token), self._graph)

    def _inside(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        departement = self._name("departement", values["departement"])
        yield Quad(subject, IGEO.subdivisionDe, departement, self._graph)
        yield Quad(subject, IGEO.subdivisionDe, self._name("region", values["region"]), self._graph)

    def _seat(self, subject: NamedNode, code: str) -> Iterator[Quad]:
        if self._index.has("commune-actuelle", code):
            yield Quad(subject, IGEO.chefLieu, self._name("commune", code), self._graph)

    def _siren(self, subject: NamedNode, number: str) -> Iterator[Quad]:
        graph = self._graph
        node = NamedNode(subject.value + "#siren")
        yield Quad(subject, MAILLE.siren, Literal(number), graph)
        yield Quad(subject, ADMS.identifier, node, graph)
        yield Quad(node, RDF.type, ADMS.Identifier, graph)
        yield Quad(node, SKOS.notation, Literal(number, datatype=MAILLE.SirenNotation), graph)
        yield Quad(node, DCT.creator, INSEE, graph)

    def _inhabited(self, subject: NamedNode, values: _Values) -> Iterator[Quad]:
        yield from self._number(subject, MAILLE.population, values.get("population"))
        for code in values.get("codesPostaux") or ():
            yield Quad(subject, MAILLE.postcode, Literal(code), self._graph)

    def _number(self, subject: NamedNode, predicate: NamedNode, value: int | None) -> Iterator[Quad]:
        if value is not None:
            yield Quad(subject, predicate, Literal(value), self._graph)

    def _name(self, kind: str, key: str) -> NamedNode:
        name = self._names.get((kind, key))
        if name is None:
            name = self._names[kind, key] = iris.thing(kind, key)
        return name

    def _concept(self, scheme: str, notation: str) -> NamedNode:
        name = self._names.get((scheme, notation))
        if name is None:
            name = self._names[scheme, notation] = iris.concept(scheme, notation)
        return name
