"""Each shape against its fixtures: data and expected report in one file, compared whole (SHACL, section 3)."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from maille.shapes.report import read_report
from maille.shapes.validate import EngineName, validate

FIXTURES = sorted(Path(__file__).parent.glob("*Shape/*.ttl"))


@pytest.mark.parametrize("engine", ["pyshacl", "shacl"])
@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_report_is_the_one_in_the_file(path: Path, engine: EngineName) -> None:
    triples = (quad.triple for quad in parse(path=path))
    expected = {result.key for result in read_report(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")}
    assert {result.key for result in validate(path, engine=engine).results} == expected
    assert bool(expected) == path.stem.startswith("invalid")
