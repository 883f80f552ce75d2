"""An invented graph whose trends are known by hand: 40 structures in the open, 5 under the ODbL, four communes.

| structures | where | profile | status | theme |
|---|---|---|---|---|
| 0-23 | Lyon, in a métropole | accélérateur | of their operator: public | énergie; 0-3 mobilité too |
| 24-33 | Grenoble, in an agglomeration | tiers-lieu | their own: collectivité | a subject aligned to énergie |
| 34-35 | Seule, in no intercommunal body | hub | their own: privé lucratif | none |
| 36-39 | nowhere | none | none | none |
| 40-44 | Paris, in a métropole; under the ODbL | technopole | none | none |

A third source tells of structure 0 as well; the one under the ODbL of structure 23 as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from maille.api.settings import Settings
from maille.ontology import vocabulary
from tests.api.conftest import Client

ODBL = "https://opendatacommons.org/licenses/odbl/1-0/"
OPEN = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
_PREFIXES = """PREFIX maille: <https://w3id.org/maille/def#>
PREFIX igeo: <http://rdf.insee.fr/def/geo#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dct: <http://purl.org/dc/terms/>
BASE <https://w3id.org/maille/>
"""
_TERRITORIES = """<graph/cog/2026> {
  <id/region/84> a igeo:Region ; skos:prefLabel "Auvergne-Rhône-Alpes"@fr ; maille:codeInsee "84" .
  <id/region/11> a igeo:Region ; skos:prefLabel "Île-de-France"@fr ; maille:codeInsee "11" .
  <id/departement/69> a igeo:Departement ; skos:prefLabel "Rhône"@fr ; maille:codeInsee "69" ;
    igeo:subdivisionDirecteDe <id/region/84> .
  <id/departement/38> a igeo:Departement ; skos:prefLabel "Isère"@fr ; maille:codeInsee "38" ;
    igeo:subdivisionDirecteDe <id/region/84> .
  <id/departement/75> a igeo:Departement ; skos:prefLabel "Paris"@fr ; maille:codeInsee "75" ;
    igeo:subdivisionDirecteDe <id/region/11> .
  <id/epci/200046977> a igeo:Intercommunalite ; maille:epciKind <scheme/epci-kind/metropole-de-lyon> .
  <id/epci/200054781> a igeo:Intercommunalite ; maille:epciKind <scheme/epci-kind/metropole> .
  <id/epci/200040715> a igeo:Intercommunalite ; maille:epciKind <scheme/epci-kind/communaute-d-agglomeration> .
  <id/commune/69123> a igeo:Commune ; skos:prefLabel "Lyon"@fr ; maille:codeInsee "69123" ; maille:population 500000 ;
    maille:memberOfEpci <id/epci/200046977> ; igeo:subdivisionDe <id/departement/69>, <id/region/84> .
  <id/commune/38185> a igeo:Commune ; skos:prefLabel "Grenoble"@fr ; maille:codeInsee "38185" ;
    maille:population 300000 ; maille:memberOfEpci <id/epci/200040715> ;
    igeo:subdivisionDe <id/departement/38>, <id/region/84> .
  <id/commune/38001> a igeo:Commune ; skos:prefLabel "Seule"@fr ; maille:codeInsee "38001" ; maille:population 200000 ;
    igeo:subdivisionDe <id/departement/38>, <id/region/84> .
  <id/commune/75056> a igeo:Commune ; skos:prefLabel "Paris"@fr ; maille:codeInsee "75056" ; maille:population 2000000 ;
    maille:memberOfEpci <id/epci/200054781> ; igeo:subdivisionDe <id/departement/75>, <id/region/11> .
}
<graph/atlas/2020> { <id/commune/69123> maille:population 500000 . <id/epci/200046977> maille:population 9 . }
"""
_STUDY = """<graph/study/2020-06> {
  <scheme/profile/accelerateur> maille:opennessLevel <scheme/openness-level/niveau-3> ;
    maille:supportDuration <scheme/support-duration/moins-de-6-mois> .
  <scheme/profile/living-lab-pepiniere-ess> maille:opennessLevel <scheme/openness-level/niveau-1>,
    <scheme/openness-level/niveau-2> ; maille:supportDuration <scheme/support-duration/indefinie> .
  <scheme/profile/hub-innovation> maille:opennessLevel <scheme/openness-level/niveau-3> .
  <scheme/profile/tiers-lieu> maille:supportDuration <scheme/support-duration/entre-1-et-5-ans> .
  <id/figure/structures-d-innovation-recensees-22714d78> a maille:KeyFigure ;
    skos:prefLabel "Recensées"@fr, "Known"@en ;
    maille:excerpt "plus de 160 structures"@fr ; maille:sourceLine 142 .
  <id/figure/part-des-accelerateurs-et-technopoles-cb6a8946> a maille:KeyFigure ; skos:prefLabel "Part"@fr ;
    maille:excerpt "42%"@fr ; maille:sourceLine 305 .
  <id/initiative/a-1> a maille:Initiative ; maille:respondsTo <scheme/crisis/covid-19> ;
    maille:initiativeKind <scheme/initiative-kind/plateforme-mise-en-relation> .
  <id/initiative/b-2> a maille:Initiative ; maille:respondsTo <scheme/crisis/covid-19> .
  <id/initiative/c-3> a maille:Initiative ; maille:initiativeKind <scheme/initiative-kind/hors-crise> .
  <id/partner/d-4> a maille:Partner ; maille:partnerKind <scheme/partner-kind/collectivite> .
}
"""


def trends_client(base: str = "https://w3id.org/maille/") -> Client:
    """Return a client of an application over the graph."""
    return Client(trends_store(base), Settings(home=Path("nowhere"), base_iri=base, public_url=None))


def trends_store(base: str = "https://w3id.org/maille/") -> Store:
    """Return the graph, with the vocabulary."""
    store = Store()
    store.bulk_extend(vocabulary.quads())
    store.bulk_load("".join((_PREFIXES, _TERRITORIES, _STUDY, *_structures())).encode(), format=RdfFormat.TRIG)
    if base == "https://w3id.org/maille/":
        return store
    moved = Store()
    moved.bulk_load(
        store.dump(format=RdfFormat.N_QUADS).replace(b"https://w3id.org/maille/", base.encode()), RdfFormat.N_QUADS
    )
    return moved


def _structures() -> Iterator[str]:
    licences = (("alpha/2026", OPEN), ("beta/2025", ODBL), ("gamma/2024", OPEN), ("study/2020-06", OPEN))
    described = " ".join(f'<graph/{name}> dct:title "{name}"@fr ; dct:license <{iri}> .' for name, iri in licences)
    yield f"<graph/meta> {{ {described} }}\n"
    operator = "<id/organisation/o-1> maille:legalStatus <scheme/legal-status/public> ."
    yield f"<graph/alpha/2026> {{ {operator} {' '.join(_open(i) for i in range(40))} }}\n"
    apart = [
        _structure(i, "maille:profile <scheme/profile/technopole>", "maille:inCommune <id/commune/75056>")
        for i in range(40, 45)
    ]
    yield f"<graph/beta/2025> {{ {' '.join(apart)} {_name(23)} skos:altLabel 'Autre' . }}\n"
    yield f"<graph/gamma/2024> {{ {_name(0)} a maille:InnovationStructure ; maille:inCommune <id/commune/69123> . }}\n"


def _open(i: int) -> str:
    if i < 24:
        themes = "<scheme/theme/energie>" + (", <scheme/theme/mobilite>" if i < 4 else "")
        return _structure(
            i,
            "maille:mainProfile <scheme/profile/accelerateur> ; maille:profile <scheme/profile/accelerateur>",
            "maille:inCommune <id/commune/69123> ; maille:operatedBy <id/organisation/o-1>",
            f"dct:subject {themes}",
        )
    if i < 34:
        return _structure(
            i,
            "maille:profile <scheme/profile/tiers-lieu>",
            "maille:inCommune <id/commune/38185> ; maille:legalStatus <scheme/legal-status/collectivite>",
            "dct:subject <scheme/support-theme/energie-renouvelable>",
        )
    if i < 36:
        return _structure(
            i,
            "maille:profile <scheme/profile/hub-innovation>",
            "maille:inCommune <id/commune/38001> ; maille:legalStatus <scheme/legal-status/prive-lucratif>",
        )
    return _structure(i)


def _structure(i: int, *facts: str) -> str:
    said = "".join(f" ; {fact}" for fact in facts)
    return f'{_name(i)} a maille:InnovationStructure ; skos:prefLabel "Lieu {i}"@fr{said} .'


def _name(i: int) -> str:
    return f"<id/structure/lieu-{i:08x}>"
