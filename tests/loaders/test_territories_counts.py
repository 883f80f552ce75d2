"""The whole of 2026: figures typed in from an independent count, and the npm package's own JSON where it is at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from maille.loaders.territories.loader import TerritoriesLoader
from maille.loaders.territories.snapshot import SHIPPED
from maille.ontology import iris
from maille.ontology.terms import ADMS, DCT, IGEO, MAILLE, RDF

Npm = Callable[[str], list[dict[str, Any]]]
COMMUNES_OF_REGIONS = {
    "01": 32,
    "02": 34,
    "03": 22,
    "04": 24,
    "06": 17,
    "11": 1266,
    "24": 1754,
    "27": 3685,
    "28": 2644,
    "32": 3782,
    "44": 5115,
    "52": 1228,
    "53": 1202,
    "75": 4293,
    "76": 4446,
    "84": 4025,
    "93": 946,
    "94": 360,
    "975": 2,
    "977": 1,
    "978": 1,
    "984": 5,
    "986": 3,
    "987": 48,
    "988": 33,
    "989": 1,
}
CLASSES = {
    IGEO.Commune: 34_969,
    IGEO.CommuneDeleguee: 2_105,
    IGEO.CommuneAssociee: 471,
    IGEO.ArrondissementMunicipal: 45,
    IGEO.Intercommunalite: 1_255,
    MAILLE.EtablissementPublicTerritorial: 11,
    IGEO.Arrondissement: 333,
    IGEO.Departement: 109,
    IGEO.Region: 26,
    MAILLE.FormerCommune: 4_240,
    ADMS.Identifier: 34_875 + 1_255 + 11,
}


class Said:
    """The quads of the source, by predicate and subject."""

    def __init__(self, quads: Iterator[Quad]) -> None:
        self._values: dict[NamedNode, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            self._values[quad.predicate][quad.subject].append(quad.object)

    def of(self, predicate: NamedNode) -> Mapping[Any, list[Any]]:
        return self._values[predicate]

    def subjects(self, predicate: NamedNode, value: object) -> list[Any]:
        return [subject for subject, values in self.of(predicate).items() if value in values]


@pytest.fixture(scope="module")
def loader() -> TerritoriesLoader:
    return TerritoriesLoader()


@pytest.fixture(scope="module")
def said(loader: TerritoriesLoader) -> Said:
    return Said(quad for row in loader.rows() for quad in loader.quads(row))


@pytest.fixture(scope="module")
def today(said: Said) -> frozenset[NamedNode]:
    """Return the communes of today."""
    return frozenset(said.subjects(RDF.type, IGEO.Commune))


def commune(code: str) -> NamedNode:
    return iris.thing("commune", code)


@pytest.mark.parametrize(("one", "number"), CLASSES.items(), ids=lambda value: str(value).rpartition("#")[2])
def test_things_of_each_class(said: Said, one: NamedNode, number: int) -> None:
    assert len(said.subjects(RDF.type, one)) == number


def test_communes_of_each_region(said: Said, today: frozenset[NamedNode]) -> None:
    above = said.of(IGEO.subdivisionDe)
    counted = Counter(iris.parse(parent.value) for one in today for parent in above[one])
    assert {name.key: number for name, number in counted.items() if name.kind == "region"} == COMMUNES_OF_REGIONS


def test_each_commune_leads_up_to_the_region_the_closure_names(said: Said, today: frozenset[NamedNode]) -> None:
    direct, closure = said.of(IGEO.subdivisionDirecteDe), said.of(IGEO.subdivisionDe)
    for one in today:
        (above,) = direct[one]
        steps = [above, *direct.get(above, ())]
        steps += direct.get(steps[-1], ())
        assert set(closure[one]) == {step for step in steps if iris.parse(step.value).kind != "arrondissement"}


def test_communes_outside_any_arrondissement(said: Said, today: frozenset[NamedNode]) -> None:
    kinds = Counter(iris.parse(said.of(IGEO.subdivisionDirecteDe)[one][0].value).kind for one in today)
    assert kinds == {"arrondissement": 34_858, "departement": 111}


def test_communes_with_siren_epci_and_population(said: Said, today: frozenset[NamedNode]) -> None:
    assert len(today & said.of(MAILLE.siren).keys()) == 34_875
    assert len(said.of(MAILLE.memberOfEpci)) == 34_871
    assert today > said.of(MAILLE.memberOfEpci).keys()
    assert {len(values) for values in said.of(MAILLE.memberOfEpci).values()} == {1}
    assert len(said.of(MAILLE.memberOfEpt)) == 129
    people = [int(said.of(MAILLE.population)[one][0].value) for one in today if one in said.of(MAILLE.population)]
    assert (len(people), sum(people)) == (34_963, 68_952_941)


@pytest.mark.parametrize(
    ("code", "siren"), [("44109", "244400404"), ("69123", "200046977"), ("2A004", "242010056"), ("97411", "249740119")]
)
def test_epci_of_a_commune(said: Said, code: str, siren: str) -> None:
    assert said.of(MAILLE.memberOfEpci)[commune(code)] == [iris.thing("epci", siren)]


@pytest.mark.parametrize(
    ("siren", "members"), [("200046977", 58), ("244400404", 24), ("243500139", 43), ("200054781", 130)]
)
def test_members_of_a_metropole(said: Said, siren: str, members: int) -> None:
    assert len(said.subjects(MAILLE.memberOfEpci, iris.thing("epci", siren))) == members


def test_communes_inside_a_metropole(said: Said) -> None:
    inside = {iris.concept("epci-kind", "metropole"), iris.concept("epci-kind", "metropole-de-lyon")}
    metropoles = {epci for epci, (kind,) in said.of(MAILLE.epciKind).items() if kind in inside}
    assert len(metropoles) == 22
    assert sum(epci in metropoles for (epci,) in said.of(MAILLE.memberOfEpci).values()) == 969


@pytest.mark.parametrize(("siren", "code"), [("216901231", "69123"), ("217500016", "75056"), ("929939411", "93066")])
def test_commune_of_a_siren(said: Said, siren: str, code: str) -> None:
    assert said.subjects(MAILLE.siren, Literal(siren)) == [commune(code)]


@pytest.mark.parametrize(("former", "present"), [("69232", "69123"), ("01340", "01015"), ("75066", "93066")])
def test_present_commune_of_a_former_code(said: Said, former: str, present: str) -> None:
    assert said.of(DCT.isReplacedBy)[iris.thing("former-commune", former)] == [commune(present)]
    assert Literal(former) in said.of(MAILLE.formerCode)[commune(present)]


def test_corsica_before_1976_is_kept_among_former_codes(said: Said) -> None:
    formers = said.subjects(RDF.type, MAILLE.FormerCommune)
    assert sum(iris.parse(one.value).key.startswith("20") for one in formers) == 366


def test_01015_names_two_things(said: Said) -> None:
    named = said.subjects(MAILLE.codeInsee, Literal("01015"))
    assert set(named) == {commune("01015"), iris.thing("commune-deleguee", "01015")}


def test_codes_that_name_a_commune_and_its_delegate(said: Said, today: frozenset[NamedNode]) -> None:
    delegates = said.subjects(RDF.type, IGEO.CommuneDeleguee) + said.subjects(RDF.type, IGEO.CommuneAssociee)
    codes = {said.of(MAILLE.codeInsee)[one][0] for one in today}
    assert sum(said.of(MAILLE.codeInsee)[one][0] in codes for one in delegates) == 584


def test_every_target_exists(said: Said) -> None:
    known = said.of(RDF.type).keys()
    for predicate in (IGEO.subdivisionDirecteDe, IGEO.subdivisionDe, IGEO.chefLieu, DCT.isReplacedBy):
        assert {value for values in said.of(predicate).values() for value in values} <= known
    for predicate in (MAILLE.memberOfEpci, MAILLE.memberOfEpt):
        assert {value for values in said.of(predicate).values() for value in values} <= known


def test_every_name_parses_back(said: Said) -> None:
    for subject in said.of(RDF.type):
        iris.parse(subject.value)


def test_the_two_known_contradictions_are_warned_of(loader: TerritoriesLoader) -> None:
    warnings = list(loader.warnings())
    assert len(warnings) == 2
    assert "commune-associee-55273 is in 55386, but the former codes of 55245" in warnings[0]
    assert "commune-deleguee-60455 is in 60694, but the former codes of 60054" in warnings[1]


def test_the_snapshot_is_what_is_described(loader: TerritoriesLoader) -> None:
    assert loader.description.file_name == SHIPPED.name


def test_everything_the_npm_package_says_of_communes(said: Said, npm: Npm) -> None:
    epci_of = {member["code"]: epci["code"] for epci in npm("epci") for member in epci["membres"]}
    ept_of = {member["code"]: ept["code"] for ept in npm("ept") for member in ept["membres"]}
    for record in npm("communes"):
        if record["type"] != "commune-actuelle":
            continue
        one = commune(record["code"])
        assert texts(said, IGEO.nom, one) == [record["nom"]]
        assert texts(said, MAILLE.siren, one) == ([record["siren"]] if "siren" in record else [])
        assert texts(said, MAILLE.population, one) == ([str(record["population"])] if "population" in record else [])
        assert texts(said, MAILLE.postcode, one) == sorted(record.get("codesPostaux", []))
        assert texts(said, MAILLE.formerCode, one) == sorted(record.get("anciensCodes", []))
        assert keys(said, MAILLE.memberOfEpci, one) == list(filter(None, [epci_of.get(record["code"])]))
        assert keys(said, MAILLE.memberOfEpt, one) == list(filter(None, [ept_of.get(record["code"])]))
        assert keys(said, IGEO.subdivisionDe, one) == sorted([record["departement"], record["region"]])
        assert keys(said, IGEO.subdivisionDirecteDe, one) == [record.get("arrondissement") or record["departement"]]


def test_everything_the_npm_package_says_of_what_is_above(said: Said, npm: Npm) -> None:
    for kind, file in (("region", "regions"), ("departement", "departements"), ("arrondissement", "arrondissements")):
        for record in npm(file):
            one = iris.thing(kind, record["code"])
            assert texts(said, IGEO.nom, one) == [record["nom"]]
            assert keys(said, IGEO.chefLieu, one) == [record["chefLieu"]]
            assert keys(said, MAILLE.zone, one) == ([f"zone/{record['zone']}"] if "zone" in record else [])
            above = [record[column] for column in ("departement", "region") if column in record]
            assert keys(said, IGEO.subdivisionDe, one) == sorted(above)
            assert keys(said, IGEO.subdivisionDirecteDe, one) == above[:1]


def test_everything_the_npm_package_says_of_groups(said: Said, npm: Npm) -> None:
    for kind in ("epci", "ept"):
        for record in npm(kind):
            one = iris.thing(kind, record["code"])
            assert texts(said, MAILLE.siren, one) == [record["code"]]
            assert texts(said, IGEO.nom, one) == [" ".join(record["nom"].split())]
            assert texts(said, MAILLE.population, one) == [str(record["populationMunicipale"])]
            assert texts(said, MAILLE.totalPopulation, one) == [str(record["populationTotale"])]


def texts(said: Said, predicate: NamedNode, subject: NamedNode) -> list[str]:
    return sorted(value.value for value in said.of(predicate).get(subject, ()))


def keys(said: Said, predicate: NamedNode, subject: NamedNode) -> list[str]:
    return sorted(iris.parse(value.value).key for value in said.of(predicate).get(subject, ()))
