"""The REST layer does what its OpenAPI document says: Schemathesis finds no answer that is not written there."""

from __future__ import annotations

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from maille.api.rest.collections import COLLECTIONS
from maille.api.rest.openapi import document

from .conftest import Client
from .rest_client import rest_client

EXAMPLES: Final = 15
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(document("/"))
# The systematic phase asks hundreds of questions of each operation: one of each sort has to do.
schema.config.phases.coverage.enabled = False
thorough = schemathesis.openapi.from_dict(document("/")).include(path=["/api/themes", "/api/lookup"])


@pytest.fixture(scope="module")
def rest() -> Client:
    return rest_client()


BOUNDED: Final = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@schema.parametrize()
@BOUNDED
def test_nothing_is_answered_that_is_not_documented(case: Any, rest: Client) -> None:
    check(case, rest)


@thorough.parametrize()
@BOUNDED
def test_every_kind_of_fault_has_a_documented_answer(case: Any, rest: Client) -> None:
    check(case, rest)


def check(case: Any, rest: Client) -> None:
    """Ask, and hold the answer against the document."""
    sent = case.as_transport_kwargs(base_url="http://test")
    known = {name: sent[name] for name in ("params", "headers", "json", "content") if sent.get(name) is not None}
    response = rest(sent["method"], sent["url"], **known)
    case.validate_response(response, checks=CHECKS)


def test_the_document_is_openapi(rest: Client) -> None:
    served = rest.get("/api/openapi.json").json()
    assert served == document("/") == rest.get("/api").json()
    OpenAPIV31SpecValidator(served).validate()


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection.name)
@pytest.mark.parametrize("name", ["json", "geojson"])
def test_real_answers_follow_their_schemas(rest: Client, collection: Any, name: str) -> None:
    operations = {f"/api/{collection.name}": "", f"/api/{collection.name}/{{key}}": ""}
    whole = rest.get(f"/api/{collection.name}?licence=any&facets=source,profile")
    key = whole.json()["items"][0]["id"]
    for path in operations:
        operation = schema[path]["GET"]
        address = path.replace("{key}", key) + f"?format={name}" + ("" if "{" in path else "&licence=any&facets=source")
        operation.validate_response(rest.get(address))
