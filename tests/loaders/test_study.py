"""The study in the graph: each of its names in its right class, its ambiguities, its lines."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Store

from maille.loaders.study.loader import StudyLoader
from maille.ontology import iris
from maille.ontology.terms import (
    ADMS,
    DCT,
    LEGAL,
    MAILLE,
    ORG,
    PROV,
    RDF,
    SCHEMA,
    SKOS,
)

GRAPH = iris.graph("study", "2020-06")
STRUCTURES = (
    "Waoup",
    "FFWD",
    "Pôle économique de la Samoa",
    "Unitec",
    "Technowest",
    "Cluster BFC Numérique",
    "Pôle TES",
    "TUBA",
    "Moho",
    "EuraTechnologies",
    "PEPITE Bretagne Pays de la Loire",
    "Innovact",
    "BIC",
    "French Tech In the Alps",
    "French Tech Brest+",
    "French Tech Nantes",
    "Just Dijon",
    "Bretagne Développement Innovation",
    "Bliiida",
    "Darwin Ecosystème",
    "Open Tourisme Lab",
    "Nicéphore Cité",
    "ICI Montreuil",
    "Wilco",
    "Biotech Santé Bretagne",
    "Atlanpole Biotherapies",
    "BioValley France",
    "Eurobiomed",
    "Lyonbiopôle",
    "Medicen",
    "Clubster NSL",
    "Pôle Textile Alsace",
    "MIDO",
    "MDesign",
)
NETWORKS = (
    "Réseau Français des Fablabs",
    "FabCity Grand Paris",
    "A+ c'est mieux !",
    "Collectif des Tiers-lieux Ile-de-France",
    "France Tiers-lieux",
    "RETIS",
)
CLASSES = {
    **dict.fromkeys(STRUCTURES, MAILLE.InnovationStructure),
    **dict.fromkeys(NETWORKS, MAILLE.Network),
    "Nantes City Lab": MAILLE.Programme,
    "Semaine Bastia Ville Digitale": MAILLE.Event,
    "Hub des Territoires": ORG.OrganizationalUnit,
}
HEALTH_CLUSTERS = STRUCTURES[25:31]


def _named(store: Store, name: str) -> NamedNode:
    (subject,) = {quad.subject for quad in store.quads_for_pattern(None, SKOS.prefLabel, Literal(name, language="fr"))}
    assert isinstance(subject, NamedNode)
    return subject


def _objects(store: Store, subject: NamedNode, predicate: NamedNode) -> set[str]:
    return {quad.object.value for quad in store.quads_for_pattern(subject, predicate, None)}


def _notes(store: Store, subject: NamedNode, predicate: NamedNode) -> set[str]:
    query = f"""SELECT ?note WHERE {{ GRAPH ?g {{
        ?statement {RDF.subject} {subject} ; {RDF.predicate} {predicate} ; {SKOS.note} ?note
        FILTER(LANG(?note) = "en") }} }}"""
    return {solution["note"].value for solution in store.query(query)}


def test_the_study_names_43_structures_networks_and_programmes() -> None:
    assert len(CLASSES) == 43


@pytest.mark.parametrize("name", CLASSES)
def test_each_named_thing_is_in_its_right_class(study_store: Store, name: str) -> None:
    kinds = _objects(study_store, _named(study_store, name), RDF.type)
    assert CLASSES[name].value in kinds
    others = {MAILLE.InnovationStructure, MAILLE.Network, MAILLE.Programme, MAILLE.Event} - {CLASSES[name]}
    assert not kinds & {other.value for other in others}


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_is_an_organization_for_search_engines_and_no_legal_person(study_store: Store, name: str) -> None:
    structure = _named(study_store, name)
    assert SCHEMA.Organization.value in _objects(study_store, structure, RDF.type)
    assert LEGAL.LegalEntity.value not in _objects(study_store, structure, RDF.type)
    assert _objects(study_store, structure, MAILLE.siren) == set()
    assert _objects(study_store, structure, PROV.wasDerivedFrom)


@pytest.mark.parametrize(
    ("name", "stated", "communes"),
    [
        ("FFWD", "Colombelles-Rouen", {"14167", "76540"}),
        ("Pôle TES", "Colombelles-Rouen", {"14167", "76540"}),
        ("Unitec", "Pessac-Bordeaux", {"33318", "33063"}),
        ("Technowest", "Mérignac-Bordeaux", {"33281", "33063"}),
    ],
)
def test_a_double_place_stays_double(study_store: Store, name: str, stated: str, communes: set[str]) -> None:
    structure = _named(study_store, name)
    assert _objects(study_store, structure, MAILLE.placeAsStated) == {stated}
    assert _objects(study_store, structure, MAILLE.inCommune) == set()
    assert _objects(study_store, structure, MAILLE.possibleCommune) == {
        iris.thing("commune", code).value for code in communes
    }
    assert _notes(study_store, structure, MAILLE.possibleCommune)


@pytest.mark.parametrize("name", ["French Tech Brest+", "French Tech Nantes", "French Tech In the Alps", "Just Dijon"])
def test_a_place_in_a_name_locates_nothing(study_store: Store, name: str) -> None:
    structure = _named(study_store, name)
    for predicate in (MAILLE.inCommune, MAILLE.possibleCommune, MAILLE.placeAsStated, DCT.spatial):
        assert _objects(study_store, structure, predicate) == set()


@pytest.mark.parametrize("name", HEALTH_CLUSTERS)
def test_a_deduced_profile_is_no_main_profile_and_says_that_it_is_deduced(study_store: Store, name: str) -> None:
    structure = _named(study_store, name)
    assert iris.concept("profile", "technopole-pole-cluster").value in _objects(study_store, structure, MAILLE.profile)
    assert _objects(study_store, structure, MAILLE.mainProfile) == set()
    assert any(note.startswith("Deduced") for note in _notes(study_store, structure, MAILLE.profile))


def test_a_main_profile_is_a_profile(study_store: Store) -> None:
    mains = list(study_store.quads_for_pattern(None, MAILLE.mainProfile, None, GRAPH))
    assert len(mains) == 20
    for quad in mains:
        assert list(study_store.quads_for_pattern(quad.subject, MAILLE.profile, quad.object, GRAPH))


@pytest.mark.parametrize("code", ["59512", "13001"])
def test_a_town_said_outside_a_metropole_is_noted_and_not_flagged(study_store: Store, code: str) -> None:
    line, town = iris.row("study", "2020-06", "L319"), iris.thing("commune", code)
    assert town.value in _objects(study_store, line, DCT.spatial)
    assert any("Both are kept" in note for note in _notes(study_store, line, DCT.spatial))
    assert not list(study_store.quads_for_pattern(town, None, None))


def test_the_hub_is_a_unit_of_a_unit_of_a_legal_person(study_store: Store) -> None:
    hub = _named(study_store, "Hub des Territoires")
    (bank,) = _objects(study_store, hub, ORG.unitOf)
    (fund,) = _objects(study_store, NamedNode(bank), ORG.unitOf)
    assert fund == iris.thing("organisation", "180020026").value
    assert _objects(study_store, NamedNode(bank), MAILLE.siren) == set()


@pytest.mark.parametrize(
    ("name", "siren"),
    [
        ("Caisse des Dépôts", "180020026"),
        ("Nantes Métropole", "244400404"),
        ("Ville de Nantes", "214401093"),
        ("Metz Métropole", "200039865"),
        ("Polytechnique", "199115684"),
        ("HEC", "817759186"),
        ("Sciences Po", "197534316"),
    ],
)
def test_a_siren_is_given_twice_alike_with_its_evidence(study_store: Store, name: str, siren: str) -> None:
    body = _named(study_store, name)
    node = NamedNode(f"{body.value}#siren")
    assert body == iris.thing("organisation", siren)
    assert _objects(study_store, body, MAILLE.siren) == {siren}
    assert _objects(study_store, body, ADMS.identifier) == {node.value}
    assert list(study_store.quads_for_pattern(node, SKOS.notation, Literal(siren, datatype=MAILLE.SirenNotation)))
    for predicate in (DCT.source, DCT.creator, DCT.created, SKOS.note):
        assert _objects(study_store, node, predicate)


def test_no_other_siren_is_given(study_store: Store) -> None:
    assert len(list(study_store.quads_for_pattern(None, MAILLE.siren, None))) == 7


@pytest.mark.parametrize(
    ("member", "body", "role"),
    [
        ("Holimaker", "Bliiida", "resident"),
        ("MDesign", "Bliiida", "resident"),
        ("TCRM-Bliida", "Bliiida", "gestionnaire"),
        ("Bliiida", "French Tech", "batiment-totem"),
        ("Macopharma", "Clubster NSL", "adherent"),
        ("Lattice Medical", "Clubster NSL", "adherent"),
    ],
)
def test_memberships(study_store: Store, member: str, body: str, role: str) -> None:
    whole = _named(study_store, body)
    node = NamedNode(f"{_named(study_store, member).value}#member-of-{iris.parse(whole.value).key}")
    assert _objects(study_store, node, ORG.member) == {_named(study_store, member).value}
    assert _objects(study_store, node, ORG.organization) == {whole.value}
    assert _objects(study_store, node, ORG.role) == {iris.concept("membership-role", role).value}


def test_what_lies_in_a_structure_is_located_in_it(study_store: Store) -> None:
    assert _objects(study_store, _named(study_store, "MIDO"), MAILLE.locatedIn) == {
        _named(study_store, "Bliiida").value
    }


def test_every_statement_holds_and_stands_on_a_line_of_the_study(study_store: Store) -> None:
    statements = list(study_store.quads_for_pattern(None, RDF.type, MAILLE.SourcedStatement, GRAPH))
    assert len(statements) > 800
    for quad in statements:
        assert isinstance(quad.subject, NamedNode)
        parts = [
            next(study_store.quads_for_pattern(quad.subject, part, None)).object
            for part in (RDF.subject, RDF.predicate, RDF.object)
        ]
        assert list(study_store.quads_for_pattern(*parts, GRAPH))
        lines = _objects(study_store, quad.subject, PROV.wasDerivedFrom)
        assert lines
        assert all(line.startswith(iris.row("study", "2020-06", "L").value) for line in lines)


def test_every_note_hangs_on_a_statement_that_is_made(study_store: Store) -> None:
    for quad in study_store.quads_for_pattern(None, SKOS.note, None, GRAPH):
        assert isinstance(quad.subject, NamedNode)
        kinds = _objects(study_store, quad.subject, RDF.type)
        assert kinds & {MAILLE.SourcedStatement.value, ADMS.Identifier.value}, quad.subject


def test_every_line_is_described_once(study_store: Store) -> None:
    for quad in study_store.quads_for_pattern(None, RDF.type, MAILLE.SourceRow, GRAPH):
        assert isinstance(quad.subject, NamedNode)
        (number,) = _objects(study_store, quad.subject, MAILLE.sourceLine)
        assert quad.subject == iris.row("study", "2020-06", f"L{number}")


def test_every_name_of_ours_is_one_we_mint(study_store: Store) -> None:
    for quad in study_store:
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, NamedNode) and term.value.startswith("https://w3id.org/maille/"):
                iris.parse(term.value)


def test_nothing_of_ours_hangs_in_the_air(study_store: Store) -> None:
    described = {quad.subject for quad in study_store}
    for quad in study_store:
        if isinstance(quad.object, NamedNode) and "/id/" in quad.object.value:
            territory = iris.parse(quad.object.value).kind in {"commune", "epci", "departement", "region"}
            assert territory or quad.object in described, quad


def test_rows_give_the_same_quads_whenever_they_are_asked() -> None:
    loader = StudyLoader(None, frozenset())
    rows = list(loader.rows())
    once = {row.key: list(loader.quads(row)) for row in rows}
    again = {row.key: list(loader.quads(row)) for row in reversed(list(StudyLoader(None, frozenset()).rows()))}
    assert once == again
    assert len(once) == len(rows)
