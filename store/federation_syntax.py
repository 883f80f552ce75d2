"""A query as a tree with places (SPARQL 1.1 Query, section 19.8), to find the SERVICE clauses that stand in it.

The grammar is tree-sitter's. A query that it cannot read is refused here, and what it overlooks is left in the text,
where the guard of the workers refuses it: nothing of this decides whether somebody is called.
"""

from __future__ import annotations

import ctypes
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from urllib.parse import urljoin

import tree_sitter_sparql
from tree_sitter import Language, Node, Parser

from maille.ontology.errors import QueryRefused, QuerySyntaxError
from maille.store.tokens import TOKEN

MOST_NESTED: Final = 40
"""Groups inside groups in a query that holds SERVICE."""

GROUP: Final = "group_graph_pattern"
SERVICE: Final = "service_graph_pattern"
_ESCAPE_OR_OTHER: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)", re.DOTALL)
_ECHAR: Final = MappingProxyType({"\\": "\\\\", '"': '\\"', "'": "\\'", "\n": "\\n", "\r": "\\r"})
_NAMES: Final = frozenset({"iri_reference", "prefixed_name", "var"})
_ILLEGAL: Final = frozenset('<>"{}|^`\\')
_LOCAL_ESCAPE: Final = re.compile(r"\\([_~.\-!$&'()*+,;=/?#@%])")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Tree:
    """A query that was read.

    Args:
        text: the query, the escapes outside its strings resolved.

    Raises QuerySyntaxError with a place where it cannot be read, QueryRefused where it nests too deep.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._bytes = text.encode()
        self.root = Parser(_language()).parse(self._bytes).root_node
        if self.root.has_error:
            place = _error_of(self.root)
            line, column = place.start_point
            # Places count characters, as those of the engine do.
            before = self._bytes.splitlines()[line : line + 1] or [b""]
            column = len(before[0][:column].decode(errors="replace"))
            raise QuerySyntaxError("The query cannot be read from here on.", line + 1, column + 1)
        _check_depth(self.root)

    def of(self, node: Node) -> str:
        """Return the text of a node."""
        return self._bytes[node.start_byte : node.end_byte].decode()

    def between(self, start: int, end: int) -> str:
        """Return the text between two places."""
        return self._bytes[start:end].decode()

    def replaced(self, node: Node, text: str) -> str:
        """Return the whole text with another one in the place of a node."""
        return f"{self.between(0, node.start_byte)} {text} {self.between(node.end_byte, len(self._bytes))}"

    def line(self, node: Node) -> int:
        """Return the line a node begins on, from 1."""
        return int(node.start_point[0]) + 1

    def declarations(self) -> list[tuple[str, str]]:
        """Return what the prologue declares, in order: a prefix, or an empty text for a base, and its line."""
        prologue = first(self.root, "prologue")
        found = []
        for node in prologue.named_children if prologue else []:
            if node.type in {"prefix_declaration", "base_declaration"}:
                namespace = first(node, "namespace")
                found.append((self.of(namespace) if namespace else "", self.of(node)))
        return found

    def query(self) -> Node:
        """Return the query without its prologue; raises QueryRefused where there is none."""
        found = next((node for node in self.root.named_children if node.type.endswith("_query")), None)
        if found is None:
            raise QueryRefused("SERVICE is evaluated in queries only.")
        return found

    def iri(self, node: Node, base: str | None) -> str:
        """Return the IRI that a name in the text stands for; raises QuerySyntaxError for a prefix nobody declared."""
        declared, known = base or "", {}
        for name, text in self.declarations():
            value = urljoin(declared, text[text.index("<") + 1 : text.rindex(">")])
            if name:
                known[name] = value
            else:
                declared = value
        written = self.of(node)
        if written.startswith("<"):
            return urljoin(declared, written[1:-1]) if not _SCHEME.match(written[1:-1]) else written[1:-1]
        prefix, _, local = written.partition(":")
        if f"{prefix}:" not in known:
            raise QuerySyntaxError(f"The prefix {prefix!r} is not declared.", self.line(node))
        return known[f"{prefix}:"] + _LOCAL_ESCAPE.sub(r"\1", local)


def readable(text: str) -> str:
    """Return a query with the escapes inside its IRIs and strings resolved: the grammar has none of them there."""
    if "\\u" not in text and "\\U" not in text:
        return text

    def one(token: re.Match[str]) -> str:
        kinds = {"iri": _in_iri, "string": _in_string}
        resolve = kinds.get(token.lastgroup or "")
        return _ESCAPE_OR_OTHER.sub(resolve, token.group()) if resolve else token.group()

    return TOKEN.sub(one, text)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in the order of the text."""
    left = [node]
    while left:
        found = left.pop()
        yield found
        left.extend(reversed(found.children))


def first(node: Node, kind: str) -> Node | None:
    """Return the first child of a kind."""
    return next((child for child in node.named_children if child.type == kind), None)


def group_of(node: Node) -> Node:
    """Return the group that a clause is about; raises QueryRefused where it has none."""
    found = first(node, GROUP)
    if found is None:
        raise QueryRefused("A clause of the query cannot be read beside SERVICE.")
    return found


def variables(node: Node) -> list[str]:
    """Return the names of all variables below a node, each once."""
    return list(dict.fromkeys(name_of(found) for found in walk(node) if found.type == "var"))


def name_of(variable: Node) -> str:
    """Return the name of a variable."""
    return (variable.text or b"").decode()[1:]


def service_name(node: Node) -> Node | None:
    """Return what names the endpoint of a SERVICE clause."""
    return next(
        (child for child in node.named_children if child.type in {"iri_reference", "prefixed_name", "var"}), None
    )


def is_silent(node: Node) -> bool:
    """Return whether a SERVICE clause is SILENT."""
    return any(child.type.upper() == "SILENT" for child in node.children)


def is_relative(iri: str) -> bool:
    """Return whether what stands between angle brackets is a relative IRI."""
    return _SCHEME.match(iri) is None


@lru_cache(maxsize=1)
def _language() -> Language:
    pointer = tree_sitter_sparql.language()
    if not isinstance(pointer, int):
        return Language(pointer)
    # The package hands out a bare number, which newer bindings take in a capsule only.
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype, capsule.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    return Language(capsule(pointer, b"tree_sitter.Language", None))


def _in_iri(found: re.Match[str]) -> str:
    character = _character(found) or "\\"
    return found[0] if character in _ILLEGAL or character <= " " else character


def _in_string(found: re.Match[str]) -> str:
    character = _character(found)
    return _ECHAR.get(character, character) if character else found[0]


def _character(found: re.Match[str]) -> str:
    """Return the character that an escape is, an empty text for another escape; raises QuerySyntaxError for none."""
    code = int(found[1] or found[2] or "0", 16)
    if code > sys.maxunicode or 0xD800 <= code < 0xE000:
        raise QuerySyntaxError("A codepoint escape names no character.")
    return chr(code) if code else ""


def _error_of(root: Node) -> Node:
    return next((node for node in walk(root) if node.is_error or node.is_missing), root)


def _check_depth(root: Node) -> None:
    left = [(root, 0)]
    while left:
        node, depth = left.pop()
        depth += node.type == GROUP
        if depth > MOST_NESTED:
            raise QueryRefused(f"A query with SERVICE may nest {MOST_NESTED} groups at most.")
        left.extend((child, depth) for child in node.named_children)
