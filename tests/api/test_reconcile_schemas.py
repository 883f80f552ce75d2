"""Every kind of answer of the reconciliation service, judged by the official JSON schemas of the specification."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from maille.api.reconcile.asking import extension_of, queries_of
from maille.api.reconcile.properties import PROPERTIES
from maille.api.reconcile.types import TYPES

from .reconciling import BASE, CDE, PARIS, PHARE, SERRE, Service

Valid = Callable[[str, Any], None]
QUERIES: dict[str, Any] = {
    "minimal": {"query": "Paris"},
    "whole": {
        "query": "Saint-Denis",
        "type": ["commune"],
        "limit": 3,
        "type_strict": "any",
        "properties": [{"pid": "departement", "v": ["93", {"id": "id/departement/11", "name": "Aude"}]}],
    },
    "nameless": {"properties": [{"pid": "siren", "v": 552081317}]},
    "several": {"query": "La Grande Serre", "type": "structure", "properties": [{"pid": "commune", "v": "Paris"}]},
    "nothing": {"query": "zzzzzzzzzz"},
}


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.fixture(scope="module")
def valid(shared_data: Path) -> Valid:
    """Return what raises where a document is not of a schema of the specification."""
    folder = shared_data / "reconciliation-0.2"
    schemas = {path.name: json.loads(path.read_bytes()) for path in folder.glob("*.json")}

    def retrieve(address: str) -> Resource[Any]:
        # Swagger's own schema is the file `openapi.json`; the others are named by their last parts.
        return DRAFT7.create_resource(schemas["openapi.json" if "swagger" in address else address.rpartition("/")[2]])

    def check(name: str, document: Any) -> None:
        schema = {key: value for key, value in schemas[f"{name}.json"].items() if key != "$schema"}
        jsonschema.Draft7Validator(schema, registry=Registry(retrieve=retrieve)).validate(document)

    return check


def test_the_schemas_refuse_what_is_wrong(valid: Valid, service: Service) -> None:
    found = service.get().json()
    del found["identifierSpace"]
    for name, wrong in (
        ("manifest", found),
        ("manifest", {**service.get().json(), "view": {"url": "nothing"}}),
        ("reconciliation-result-batch", {"q": {"result": [{"id": "x"}]}}),
        ("data-extension-response", {"meta": [], "rows": {"x": {"y": [{"int": "1"}]}}}),
        ("suggest-types-response", {"result": [{"id": "x"}]}),
    ):
        with pytest.raises(jsonschema.ValidationError):
            valid(name, wrong)


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/fr", "/reconcile/en"])
def test_manifests(valid: Valid, service: Service, path: str) -> None:
    valid("manifest", service.get(path).json())


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/fr", "/reconcile/en"])
def test_batches_and_their_results(valid: Valid, service: Service, path: str) -> None:
    valid("reconciliation-query-batch", QUERIES)
    found = service.batch(QUERIES, path)
    valid("reconciliation-result-batch", found)
    assert set(found) == set(QUERIES)
    assert found["nothing"] == {"result": []}
    assert all(result["result"] for key, result in found.items() if key != "nothing")


def test_our_own_queries_are_read_as_the_schema_has_them(valid: Valid, shared_data: Path) -> None:
    schema = json.loads((shared_data / "reconciliation-0.2" / "reconciliation-query-batch.json").read_bytes())
    given = {"query": "x", "type": "commune", "limit": 1, "properties": [], "type_strict": "any"}
    of_schema = schema["patternProperties"]["^.*$"]["properties"]
    assert set(of_schema) == set(given)
    queries_of(json.dumps({"q": given}))
    for strict in of_schema["type_strict"]["enum"]:
        queries_of(json.dumps({"q": {**given, "type_strict": strict}}))
    valid("data-extension-query", {"ids": [PARIS], "properties": [{"id": "label", "settings": {}}]})
    extension_of(json.dumps({"ids": [PARIS], "properties": [{"id": "label", "settings": {}}]}))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("prefix", ["", "p", "Pari", "commune", "id/commune/75056", "zzzz"])
def test_suggestions(valid: Valid, service: Service, language: str, prefix: str) -> None:
    for what, schema in (("entity", "entities"), ("type", "types"), ("property", "properties")):
        found = service.get(f"/reconcile/{language}/suggest/{what}", prefix=prefix).json()
        valid(f"suggest-{schema}-response", found)


@pytest.mark.parametrize("name", ["", *TYPES])
def test_proposals(valid: Valid, service: Service, name: str) -> None:
    found = service.get("/properties", type=name).json()
    assert found["properties"]
    valid("data-extension-property-proposal", found)


@pytest.mark.parametrize("settings", [{}, {"count": True}, {"content": "name"}, {"content": "code"}, {"limit": 1}])
def test_extensions(valid: Valid, service: Service, settings: dict[str, Any]) -> None:
    properties = [{"id": name, "settings": settings} for name in PROPERTIES]
    every = [one["id"] for text in ("Paris", "Serre", "Saint") for one in service.ask(text, limit=50)]
    query = {"ids": [*every, SERRE, PHARE, CDE, f"{BASE}{PARIS}", "nothing"], "properties": properties}
    valid("data-extension-query", query)
    found = service.extend(query["ids"], *properties)
    valid("data-extension-response", found)
    assert set(found["rows"]) == set(query["ids"])
