"""One call, any data, any engine; and bad input that is told in one line (SHACL, section 3)."""

import gzip
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse, serialize

from maille.ontology.errors import SourceError
from maille.shapes.report import Result
from maille.shapes.validate import EngineName, choose, validate

PREFIXES = b"""@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = (
    PREFIXES
    + b"""ex:ThingShape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:Thing-size .
ex:Thing-size a sh:PropertyShape ; sh:path ex:size ; sh:maxCount 1 ; sh:datatype xsd:integer ;
    sh:message "un entier"@fr , "an integer"@en .
"""
)
BAD = PREFIXES + b'ex:a a ex:Thing ; ex:size 1 , "two" .\n'
ENGINES: list[EngineName] = ["pyshacl", "shacl"]


def spread_over_graphs() -> bytes:
    """Return BAD as N-Quads with each statement in a graph of its own: only their union is at fault."""
    lines = (
        serialize([quad.triple], format=RdfFormat.N_TRIPLES) or b"" for quad in parse(BAD, format=RdfFormat.TURTLE)
    )
    return b"".join(
        line.strip().removesuffix(b" .") + b" <https://example.org/graph/%d> .\n" % number
        for number, line in enumerate(lines)
    )


def store_of(nquads: bytes) -> Store:
    store = Store()
    store.load(nquads, format=RdfFormat.N_QUADS)
    return store


def found(results: tuple[Result, ...]) -> list[str]:
    return sorted(result.component.value.partition("#")[2] for result in results)


@pytest.mark.parametrize("engine", [*ENGINES, "auto"])
def test_the_union_of_all_graphs_is_validated(engine: EngineName) -> None:
    for data in (BAD, spread_over_graphs(), store_of(spread_over_graphs())):
        report = validate(data, engine=engine, shapes=SHAPES)
        assert found(report.results) == ["DatatypeConstraintComponent", "MaxCountConstraintComponent"]
        assert not report.conforms


@pytest.mark.parametrize(
    "name", ["data.ttl", "data.trig", "data.nt", "data.nq", "data.rdf", "data.nq.gz", "data.ttl.gz"]
)
def test_a_file_is_read_by_its_suffix(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rdf_format = RdfFormat.from_extension(name.split(".")[1])
    assert rdf_format is not None
    quads = list(parse(BAD, format=RdfFormat.TURTLE))
    text = (
        serialize(quads if rdf_format.supports_datasets else [quad.triple for quad in quads], format=rdf_format) or b""
    )
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    assert len(validate(path, shapes=SHAPES).results) == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (PREFIXES + b'ex:a ex:b "no end', "line 4"),
        (b"<https://example.org/a> <https://example.org/b> .\n", "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"<html><body>404</body></html>", "no RDF"),
        (b'{"@context": "http://127.0.0.1:9/context.jsonld"}', "no RDF"),
        (b"<relative> a <https://example.org/Thing> .", "no RDF"),
    ],
)
def test_malformed_data_are_told_in_one_line(data: bytes, told: str) -> None:
    with pytest.raises(SourceError, match=told) as caught:
        validate(data, shapes=SHAPES)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("data.ttl", b"<a", r"data\.ttl: .*line 1"),
        ("data.csv", b"a,b", "no RDF format has the suffix 'csv'"),
        ("data", b"", "no RDF format has the suffix ''"),
        ("data.nq.gz", b"not gzipped", r"data\.nq\.gz: Not a gzipped file"),
        ("data.nq.gz", gzip.compress(b"<a:a> <a:b> <a:c> .\n" * 9999, mtime=0)[:-20], r"data\.nq\.gz: "),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=told):
        validate(tmp_path / name, shapes=SHAPES)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent\.ttl: .*No such file"):
        validate(tmp_path / "absent.ttl", shapes=SHAPES)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_data_conform(engine: EngineName) -> None:
    for nothing in (b"", b"# only a comment\n", Store()):
        assert validate(nothing, engine=engine).results == ()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shapes", [b"", BAD])
def test_a_shapes_graph_without_shapes_is_refused(engine: EngineName, shapes: bytes) -> None:
    with pytest.raises(SourceError, match="no shape"):
        validate(BAD, engine=engine, shapes=shapes)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "constraint",
    [b'sh:property [ sh:path ex:size ; sh:pattern "(" ]', b'sh:sparql [ sh:select "SELECT $this WHERE { nonsense" ]'],
)
def test_shapes_that_an_engine_refuses_are_told_in_one_line(engine: EngineName, constraint: bytes) -> None:
    shapes = PREFIXES + b"ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; " + constraint + b" ."
    with pytest.raises(SourceError, match="refused the shapes") as caught:
        validate(PREFIXES + b'ex:a a ex:Thing ; ex:size "x" .', engine=engine, shapes=shapes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_shapes_reach_no_other_machine(engine: EngineName) -> None:
    query = b'sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ]'
    with pytest.raises(SourceError, match="SERVICE"):
        validate(
            BAD, engine=engine, shapes=PREFIXES + b"ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; " + query + b" ."
        )


@pytest.mark.parametrize("engine", ENGINES)
def test_an_ill_typed_literal_prints_nothing(engine: EngineName, capfd: pytest.CaptureFixture[str]) -> None:
    report = validate(PREFIXES + b'ex:a a ex:Thing ; ex:size "x"^^xsd:integer .', engine=engine, shapes=SHAPES)
    assert [result.value.value for result in report.results if result.value] == ["x"]
    assert capfd.readouterr() == ("", "")


def test_both_engines_say_the_messages_of_the_shape() -> None:
    for engine in ENGINES:
        for result in validate(BAD, engine=engine, shapes=SHAPES).results:
            assert result.messages == {"fr": "un entier", "en": "an integer"}


def test_auto_is_the_fast_engine_once_it_passes_its_self_check() -> None:
    assert choose() == ("shacl", ())
    assert validate(b"").engine == "shacl"


def test_auto_falls_back_to_the_reference_and_says_so() -> None:
    def finds_nothing(data: Path, shapes: Path) -> tuple[Result, ...]:
        return ()

    def is_not_installed(data: Path, shapes: Path) -> tuple[Result, ...]:
        raise ImportError

    def refuses(data: Path, shapes: Path) -> tuple[Result, ...]:
        raise SourceError

    for broken, told in ((finds_nothing, "failed"), (is_not_installed, "not installed"), (refuses, "failed")):
        engine, notes = choose(broken)
        assert engine == "pyshacl"
        assert told in notes[0]
