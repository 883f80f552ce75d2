"""The queries that are timed, and what makes each request of a cold run different from every other.

`@CODE@` is replaced by the INSEE code of a commune, `@N@` by a number that never comes twice in a session: a cold
request is one that no cache can have seen, a hot one is always the same.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIXES = """PREFIX maille: <https://w3id.org/maille/def#>
PREFIX igeo: <http://rdf.insee.fr/def/geo#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
BINDINGS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
FIRST_N = 40_000  # every LIMIT is above any result, so that it changes the text and nothing else


@dataclass(frozen=True, slots=True)
class Workload:
    """One query; `heavy` ones take tens of milliseconds and more, and are given longer runs."""

    name: str
    query: str
    accept: str = BINDINGS
    heavy: bool = False

    def at(self, code: str, number: int = FIRST_N) -> str:
        """Return the whole query for one commune and one number."""
        return PREFIXES + self.query.replace("@CODE@", code).replace("@N@", str(number))


WORKLOADS = (
    Workload(
        "look-up by INSEE code",
        'SELECT ?name ?pop WHERE { ?c maille:codeInsee "@CODE@" ; skos:prefLabel ?name ; '
        "maille:population ?pop } LIMIT @N@",
    ),
    Workload(
        "description of an entity",
        "CONSTRUCT { <https://w3id.org/maille/id/commune/@CODE@> ?p ?o } "
        "WHERE { <https://w3id.org/maille/id/commune/@CODE@> ?p ?o } LIMIT @N@",
        accept=TRIPLES,
    ),
    Workload(
        "join with filter",
        "SELECT ?name ?epci WHERE { ?c a igeo:Commune ; skos:prefLabel ?name ; maille:population ?pop ; "
        "maille:memberOfEpci/skos:prefLabel ?epci FILTER(?pop > 50000) } LIMIT @N@",
        heavy=True,
    ),
    Workload(
        "GROUP BY",
        "SELECT ?region (COUNT(?c) AS ?communes) (SUM(?pop) AS ?inhabitants) WHERE { ?c a igeo:Commune ; "
        "maille:population ?pop ; igeo:subdivisionDe ?r . ?r a igeo:Region ; skos:prefLabel ?region } "
        "GROUP BY ?region LIMIT @N@",
        heavy=True,
    ),
    Workload(
        "text filter",
        "SELECT ?c ?name WHERE { ?c a igeo:Commune ; skos:prefLabel ?name "
        'FILTER(CONTAINS(LCASE(STR(?name)), "montreuil")) } LIMIT @N@',
        heavy=True,
    ),
    Workload(
        "35,000 rows",
        "SELECT ?code ?name WHERE { ?c a igeo:Commune ; maille:codeInsee ?code ; skos:prefLabel ?name } LIMIT @N@",
        heavy=True,
    ),
)
