"""The one way Turtle is written here: sorted, stable, without blank nodes (https://www.w3.org/TR/turtle/).

Serialising the graph of a file again gives the same bytes, so that a difference between two versions is a
difference of meaning. `python -m maille.ontology.turtle [--check] [FILE...]` puts the vocabulary, or the files
named, in that form.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from maille.ontology.namespaces import PREFIXES
from maille.ontology.terms import DCT, RDF, RDFS, SKOS

_FIRST: Final = {
    term.value: rank
    for rank, term in enumerate(
        (RDF.type, SKOS.prefLabel, RDFS.label, DCT.title, SKOS.definition, SKOS.notation, SKOS.inScheme)
    )
}


def triples(data: bytes) -> list[Triple]:
    """Parse Turtle; raises SyntaxError where it is none."""
    return [quad.triple for quad in parse(data, format=RdfFormat.TURTLE)]


def write(graph: Iterable[Triple]) -> bytes:
    """Return the canonical Turtle of a graph; raises ValueError on a blank node."""
    ordered = sorted(set(graph), key=_order)
    blocks = [_block(list(block)) for _, block in groupby(ordered, key=lambda t: t.subject)]
    used = {prefix: iri for prefix, iri in PREFIXES.items() if any(iri in str(t) for t in ordered)}
    head = "".join(f"@prefix {prefix}: <{used[prefix]}> .\n" for prefix in sorted(used))
    return "\n".join([head, *blocks]).encode()


def canonical(data: bytes) -> bytes:
    """Return the canonical form of a Turtle file."""
    return write(triples(data))


def _block(of_one_subject: list[Triple]) -> str:
    """Return one subject's statements as pyoxigraph writes them, without its prefix lines."""
    text = (serialize(of_one_subject, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b"").decode()
    # A literal never starts a line with "@prefix": Turtle writes its line breaks as \n.
    lines = [line for line in text.rstrip("\n").split("\n") if not line.startswith("@prefix ")]
    return "\n".join(line.replace("\t", "    ", 1) if line.startswith("\t") else line for line in lines) + "\n"


def _order(triple: Triple) -> tuple[str, int, str, str]:
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
        raise ValueError(f"a blank node or a quoted triple cannot be sorted: {triple}")
    return subject.value, _FIRST.get(predicate.value, len(_FIRST)), predicate.value, str(value)


def main(arguments: list[str]) -> int:
    """Rewrite files in canonical form, or with `--check` only say which are not, and return 1 if one is not."""
    check = "--check" in arguments
    named = [Path(argument) for argument in arguments if argument != "--check"]
    changed = [path for path in named or sorted(Path(__file__).parent.glob("*.ttl")) if _differs(path)]
    for path in changed:
        sys.stdout.write(f"{'not canonical' if check else 'rewritten'}: {path.name}\n")
        if not check:
            path.write_bytes(canonical(path.read_bytes()))
    return int(check and bool(changed))


def _differs(path: Path) -> bool:
    data = path.read_bytes()
    return canonical(data) != data


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
