"""What the clients must find, known from INSEE and the DGCL and typed in by hand."""

from __future__ import annotations

IGEO = "http://rdf.insee.fr/def/geo#"
MAILLE = "https://w3id.org/maille/def#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PREFIXES = f"PREFIX igeo: <{IGEO}> PREFIX maille: <{MAILLE}> PREFIX skos: <{SKOS}> "

COMMUNES = 34_969
LYON = "https://w3id.org/maille/id/commune/69123"
LYON_SIREN = "216901231"
METROPOLE = "https://w3id.org/maille/id/epci/200046977"
METROPOLE_COMMUNES = 58
METROPOLE_LARGE = {"Lyon", "Vaulx-en-Velin", "Vénissieux", "Villeurbanne"}
"""The communes of the Métropole de Lyon with more than 50,000 inhabitants."""
SHARED_CODE = {
    "https://w3id.org/maille/id/commune/01015": "Arboys en Bugey",
    "https://w3id.org/maille/id/commune-deleguee/01015": "Arbignieu",
}
"""The two things that the code 01015 names."""

COUNT = f"{PREFIXES} SELECT (COUNT(*) AS ?n) WHERE {{ ?c a igeo:Commune }}"
BY_SIREN = f'{PREFIXES} SELECT ?c WHERE {{ ?c maille:siren "{LYON_SIREN}" }}'
LARGE = f"""{PREFIXES} SELECT ?name ?inhabitants WHERE {{
  ?c a igeo:Commune ; igeo:nom ?name ; maille:population ?inhabitants ; maille:memberOfEpci ?e .
  ?e maille:siren "200046977" FILTER(?inhabitants > 50000) }}"""
MEMBERS = f"""{PREFIXES} CONSTRUCT {{ ?c skos:prefLabel ?n }}
WHERE {{ ?c maille:memberOfEpci <{METROPOLE}> ; skos:prefLabel ?n }}"""
SHARED = f'{PREFIXES} SELECT ?c ?n WHERE {{ ?c maille:codeInsee "01015" ; skos:prefLabel ?n }}'
IS_COMMUNE = f"{PREFIXES} ASK {{ <{LYON}> a igeo:Commune }}"
IS_REGION = f"{PREFIXES} ASK {{ <{LYON}> a igeo:Region }}"
DESCRIBE = f"DESCRIBE <{LYON}>"
