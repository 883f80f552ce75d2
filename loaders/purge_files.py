"""Files beside the statements without what is purged: reports of a release, tables of the home, copies of sources.

What is read here as text is rewritten record by record; what is not, goes as a whole, since nobody can see what it
holds: it is a cache, or derived from the statements and made again.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, Final

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from maille.loaders import reports
from maille.loaders.readers.opening import DAMAGE
from maille.ontology.namespaces import PREFIXES, rebase_text
from maille.ontology.terms import RDF, SH
from maille.store.manifest import Manifest
from maille.store.match import Match

_LARGEST: Final = 1 << 28
"""Bytes of a compressed copy that are read to see what it holds; a larger one goes."""
_INDENT: Final = 2
_GONE: Final = object()


def described(match: Match) -> Callable[[str, bytes, Manifest], bytes | None]:
    """Return what becomes of a file that describes a release, given its name, its bytes and the new manifest."""

    def rewrite(name: str, content: bytes, fresh: Manifest) -> bytes | None:
        if name == "void.ttl":
            return rebase_text(reports.void(fresh.graphs), fresh.base_iri).encode()
        return rewritten(name, content, match)

    return rewrite


def rewritten(name: str, content: bytes, match: Match) -> bytes | None:
    """Return a file without every record that holds what is looked for, None where it is of no kind that is known."""
    way = _WAYS.get(PurePath(name).suffix)
    if way is None:
        return None
    try:
        text = content.decode()
        if not match.in_text(text):
            return content
        return way(text, match).encode()
    except (ValueError, SyntaxError, RecursionError):
        return None


def holds(path: Path, match: Match) -> bool:
    """Return whether a copy of a source holds it, or may: what cannot be looked into counts as holding it."""
    if match.in_text(path.name):
        return True
    try:
        return any(match.in_bytes(content) for content in _contents(path))
    except DAMAGE:
        return True


def says(path: Path, match: Match) -> bool:
    """Return whether a file of the home says it, as far as can be seen."""
    return match.in_text(path.name) or match.in_bytes(path.read_bytes())


def _contents(path: Path) -> Iterator[bytes]:
    if path.stat().st_size > _LARGEST:
        raise ValueError("too large to look into")
    content = path.read_bytes()
    yield content
    if content[:2] == b"\x1f\x8b":
        with gzip.open(path) as packed:
            yield _bounded(packed.read(_LARGEST + 1))
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if "[Content_Types].xml" in archive.namelist():
                raise ValueError("a workbook, which may break a text into runs")
            for member in archive.infolist():
                with archive.open(member) as packed_member:
                    yield _bounded(packed_member.read(_LARGEST + 1))
    elif b"\0" in content and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise ValueError("a binary format, Parquet for one, that may be compressed within")


def _bounded(content: bytes) -> bytes:
    if len(content) > _LARGEST or content[:2] == b"\x1f\x8b" or content[:4] == b"PK\x03\x04":
        raise ValueError("more than is looked into")
    return content


def _json(text: str, match: Match) -> str:
    left = _pruned(json.loads(text), match)
    return json.dumps({} if left is _GONE else left, ensure_ascii=False, indent=_INDENT) + "\n"


def _pruned(value: Any, match: Match) -> Any:
    """Return a JSON value without the smallest records that hold it: an object goes whole with one of its values."""
    if isinstance(value, list):
        return [left for one in value if (left := _pruned(one, match)) is not _GONE]
    if isinstance(value, Mapping):
        plain = [one for one in value.values() if not isinstance(one, list | Mapping)]
        if any(_within(one, match) for one in (*value, *plain)):
            return _GONE
        pruned = {name: _pruned(one, match) for name, one in value.items()}
        return {name: one for name, one in pruned.items() if one is not _GONE}
    return _GONE if _within(value, match) else value


def _within(value: Any, match: Match) -> bool:
    return match.in_text(value if isinstance(value, str) else json.dumps(value))


def _lines(text: str, match: Match) -> str:
    return "".join(line for line in _ended(text) if not match.in_text(line))


def _ended(text: str) -> Iterator[str]:
    """Yield lines with their ends; not `splitlines`, since a text may hold U+2028 and its like."""
    *lines, rest = text.split("\n")
    yield from (f"{line}\n" for line in lines)
    yield rest


def _table(text: str, match: Match) -> str:
    """Drop records of a table; one whose quoted cells hold line ends is one record."""
    left, record = [], ""
    for line in _ended(text):
        record += line
        if record.count('"') % 2 == 0:
            left += [] if match.in_text(record) else [record]
            record = ""
    return "".join(left) + ("" if match.in_text(record) else record)


def _turtle(text: str, match: Match) -> str:
    triples = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
    results = {triple.subject for triple in triples if triple.object == SH.ValidationResult}
    spoilt = {triple.subject for triple in triples if match.in_text(str(triple))}
    # A result, or a node without a name, is of no use without one of its statements.
    whole = {node for node in spoilt if isinstance(node, BlankNode) or node in results}
    left = [triple for triple in triples if not match.in_text(str(triple)) and not _touches(triple, whole)]
    used = {name: iri for name, iri in PREFIXES.items() if iri in text}
    return (serialize(left, format=RdfFormat.TURTLE, prefixes=used) or b"").decode()


def _touches(triple: Triple, nodes: set[NamedNode | BlankNode | Triple]) -> bool:
    return triple.subject in nodes or (triple.predicate != RDF.type and triple.object in nodes)


_WAYS: Final[Mapping[str, Callable[[str, Match], str]]] = MappingProxyType(
    {
        ".json": _json,
        ".ttl": _turtle,
        ".jsonl": _lines,
        ".nt": _lines,
        ".nq": _lines,
        ".log": _lines,
        ".txt": _lines,
        ".csv": _table,
        ".tsv": _table,
    }
)
