"""What is told of one statement, such as the row it stands on: `maille:SourcedStatement` (RDF 1.1 reification).

The name of a statement is a hash of what it says, so that a note or a row can be hung on it without knowing how, or by
which source, it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from maille.ontology.terms import MAILLE, RDF

Object = NamedNode | Literal


def statement(subject: NamedNode, predicate: NamedNode, value: Object) -> NamedNode:
    """Return the IRI of the statement of a fact: the subject with `#st-` and eight digits of a hash of the rest."""
    digest = hashlib.sha256(f"{predicate} {value}".encode()).hexdigest()[:8]
    return NamedNode(f"{subject.value}#st-{digest}")


def reified(subject: NamedNode, predicate: NamedNode, value: Object) -> Iterator[Triple]:
    """Describe the statement of a fact, and so name what it says."""
    node = statement(subject, predicate, value)
    yield Triple(node, RDF.type, MAILLE.SourcedStatement)
    yield Triple(node, RDF.subject, subject)
    yield Triple(node, RDF.predicate, predicate)
    yield Triple(node, RDF.object, value)
