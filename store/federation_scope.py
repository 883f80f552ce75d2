"""Which variables a group may bind, and which it certainly binds (SPARQL 1.1 Query, section 18.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from maille.store.federation_syntax import GROUP, first, group_of, name_of, service_name, variables


def elements(group: Node) -> list[Node]:
    """Return what stands in a group, in order, without comments."""
    return [node for node in group.named_children if node.type != "comment"]


def in_scope(group: Node) -> list[str]:
    """Return the variables that solutions of a group may have, in the order of the text."""
    return list(dict.fromkeys(name for element in elements(group) for name in _may_bind(element)))


def certain(group: Node) -> frozenset[str]:
    """Return the variables that every solution of a group has."""
    return frozenset().union(*(certainly_bound(element) for element in elements(group)))


def leading(group: Node) -> frozenset[str]:
    """Return the variables that a group has bound before its first OPTIONAL, MINUS or BIND.

    Values of these may be put at the beginning of the group: none of the three sees a difference.
    """
    found: set[str] = set()
    for element in elements(group):
        if element.type in {"optional_graph_pattern", "minus_graph_pattern", "bind"}:
            break
        found |= certainly_bound(element)
    return frozenset(found)


def certainly_bound(element: Node) -> frozenset[str]:
    """Return the variables that an element of a group binds in every solution it leaves."""
    match element.type:
        case "triples_block" | "triples_same_subject":
            return frozenset(variables(element))
        case "group_or_union_graph_pattern":
            branches = [certain(branch) for branch in element.named_children if branch.type == GROUP]
            return frozenset.intersection(*branches) if branches else frozenset()
        case "graph_graph_pattern":
            return certain(group_of(element)) | _name(element)
        case "inline_data":
            return _columns(element)
        case "sub_select":
            return _certainly_projected(element)
        case _:
            return frozenset()


def projected(select: Node) -> Iterator[tuple[str, bool]]:
    """Yield the variables that a SELECT names, and whether each is one of its pattern; nothing for `*`."""
    clause = first(select, "select_clause")
    inside = after_as = False
    for child in clause.children if clause else []:
        inside = (inside or child.type == "(") and child.type != ")"
        if child.type == "var" and (not inside or after_as):
            yield name_of(child), not inside
        after_as = child.type.upper() == "AS"


def selects_all(select: Node) -> bool:
    """Return whether a SELECT takes every variable of its pattern."""
    clause = first(select, "select_clause")
    return clause is not None and any(child.type == "*" for child in clause.children)


def pattern_of(query: Node) -> Node | None:
    """Return the group of a query or sub-query, None where it has none."""
    where = first(query, "where_clause")
    return first(where, GROUP) if where else None


def _may_bind(element: Node) -> Iterator[str]:
    match element.type:
        case "triples_block" | "triples_same_subject" | "inline_data":
            yield from variables(element)
        case "optional_graph_pattern":
            yield from in_scope(group_of(element))
        case "group_or_union_graph_pattern":
            for branch in element.named_children:
                yield from in_scope(branch) if branch.type == GROUP else ()
        case "graph_graph_pattern" | "service_graph_pattern":
            yield from _name(element)
            yield from in_scope(group_of(element))
        case "bind":
            yield bound_by(element)
        case "sub_select":
            yield from _projected(element)


def bound_by(bind: Node) -> str:
    """Return the variable that a BIND binds."""
    return name_of([child for child in bind.named_children if child.type == "var"][-1])


def _name(element: Node) -> frozenset[str]:
    named = service_name(element)
    return frozenset({name_of(named)} if named is not None and named.type == "var" else ())


def _projected(select: Node) -> Iterator[str]:
    if not selects_all(select):
        yield from (name for name, _ in projected(select))
        return
    group, values = pattern_of(select), first(select, "values_clause")
    yield from in_scope(group) if group else ()
    yield from variables(values) if values else ()


def _certainly_projected(select: Node) -> frozenset[str]:
    group = pattern_of(select)
    bound = certain(group) if group else frozenset()
    if selects_all(select):
        return bound
    return bound & {name for name, plain in projected(select) if plain}


def _columns(data: Node) -> frozenset[str]:
    block = first(data, "data_block")
    names: list[str] = []
    unbound: set[int] = set()
    in_rows, column = False, 0
    for child in block.children if block else []:
        if child.type == "{":
            in_rows = True
        elif not in_rows:
            names += [name_of(child)] if child.type == "var" else []
        elif child.type in {"(", ")", "}"} or child.type == "comment":
            column = 0
        else:
            if child.type.upper() == "UNDEF":
                unbound.add(column % max(1, len(names)))
            column += 1
    return frozenset(name for number, name in enumerate(names) if number not in unbound)
