"""SHACL about the ontology itself (`meta.ttl`, `scheme.ttl`): the vocabulary as it is conforms."""

from pyoxigraph import Store

from maille.ontology import vocabulary
from maille.shapes.crossrow import run_checks
from maille.shapes.validate import validate


def test_the_vocabulary_conforms_to_the_shapes() -> None:
    store = Store()
    store.extend(vocabulary.quads())
    assert validate(store, engine="pyshacl").results == ()
    assert run_checks(store) == []
