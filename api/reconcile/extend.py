"""Data extension: values of properties for things that were reconciled (Reconciliation Service API 0.2, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maille.api.reconcile.asking import Extension
from maille.api.reconcile.ids import Ids
from maille.api.reconcile.properties import CONTENTS, PROPERTIES, SETTINGS, value_of
from maille.api.reconcile.types import TYPES
from maille.api.rest.asking import refused
from maille.store.search import SearchIndex


def extended(index: SearchIndex, asked: Extension, language: str) -> dict[str, Any]:
    """Return the answer to a data extension query; raises RequestRefused for a setting that cannot be."""
    wanted = [(name, _settings(name, settings)) for name, settings in asked.properties]
    ids = Ids(index.base)
    iris = {name: ids.iris(name)[:1] for name in asked.ids}
    known = index.things([iri for found in iris.values() for iri in found])
    rows = {
        name: {
            key: _values(known[found[0]], key, settings, index.base, language) if found and found[0] in known else []
            for key, settings in wanted
        }
        for name, found in iris.items()
    }
    return {"meta": [_meta(name, settings, language) for name, settings in wanted], "rows": rows}


def _meta(name: str, settings: Mapping[str, Any], language: str) -> dict[str, Any]:
    one = PROPERTIES[name]
    entities = one.type and not settings["count"] and settings["content"] == CONTENTS[0]
    return {**one.brief(language), **({"type": TYPES[one.type].brief(language)} if entities else {})}


def _values(
    row: Mapping[str, Any], name: str, settings: Mapping[str, Any], base: str, language: str
) -> list[dict[str, Any]]:
    found = [value for value in PROPERTIES[name].read(dict(row)) if value is not None]
    if settings["count"]:
        return [{"int": len(found)}]
    cut = found[: settings["limit"] or None]
    return [_content(value_of(value, base, language), value, settings["content"]) for value in cut]


def _content(shown: dict[str, Any], value: Any, content: str) -> dict[str, Any]:
    if "id" not in shown or content == CONTENTS[0]:
        return shown
    if content == "name":
        return {"str": shown["name"]}
    return {"str": str(value.get("code") or value.get("siren") or shown["id"])}


def _settings(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a property with their defaults; what a form sends as text is taken as what it says."""
    unknown = given.keys() - set(SETTINGS)
    if unknown:
        raise refused(f"There is no setting {min(unknown)[:80]!r} of {name}. Those there are: {', '.join(SETTINGS)}.")
    limit, count, content = given.get("limit") or 0, given.get("count", False), given.get("content") or CONTENTS[0]
    if isinstance(limit, str) and limit.isascii() and limit.isdigit():
        limit = int(limit[:9])
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit < 1e9 or limit != int(limit):
        raise refused(f"The setting `limit` of {name} is a whole number from 0 on.")
    if count not in (True, False, "true", "false", "on", None):
        raise refused(f"The setting `count` of {name} is true or false.")
    if content not in CONTENTS:
        raise refused(f"The setting `content` of {name} is one of {', '.join(CONTENTS)}.")
    return {"limit": int(limit), "count": count in (True, "true", "on"), "content": content}
