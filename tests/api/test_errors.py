"""RFC 9457: every error of ours has one row in the table, and every problem one shape."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.exceptions import HTTPException

from maille.api.errors import (
    HTTP_PROBLEMS,
    PROBLEMS,
    RequestRefused,
    problem_of,
    problem_of_http,
    problem_types,
)
from maille.ontology import errors

from .conftest import Client

BASE = "https://w3id.org/maille/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def tree(root: type[errors.MailleError]) -> Iterator[type[errors.MailleError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


@pytest.mark.parametrize("error", list(tree(errors.MailleError)), ids=lambda error: error.__name__)
def test_every_error_has_a_row_of_its_own(error: type[errors.MailleError]) -> None:
    assert error in PROBLEMS


def test_slugs_name_one_type_each() -> None:
    slugs = [kind.slug for kind in problem_types()]
    assert len(slugs) == len(set(slugs)) == len(PROBLEMS) + len(HTTP_PROBLEMS)
    assert all(kind.title and kind.advice for kind in problem_types())


def test_the_members_are_those_of_section_3_1() -> None:
    problem = problem_of(errors.QuerySyntaxError("no", 3, 7), "/sparql")
    assert problem.to_dict(BASE) == {
        "type": BASE + "problems/query-syntax",
        "title": "The query is not SPARQL",
        "status": 400,
        "detail": "no",
        "instance": "/sparql",
        "line": 3,
        "column": 7,
    }
    assert "line" not in problem_of(errors.QuerySyntaxError("no")).to_dict(BASE)


@pytest.mark.parametrize(
    ("error", "status", "headers"),
    [
        (errors.EngineBusy("full", retry_after=7), 503, {"Retry-After": "7"}),
        (errors.EngineBusy("full", retry_after=0), 503, {"Retry-After": "1"}),
        (errors.QueryTimeout("slow"), 504, {}),
        (errors.QueryTooLarge("big"), 503, {}),
        (errors.BuildLocked("held"), 503, {"Retry-After": "5"}),
        (errors.QueryTooLong("long"), 413, {}),
        (errors.NotAcceptable("no", ("text/csv",)), 406, {}),
    ],
)
def test_statuses_and_headers(error: errors.MailleError, status: int, headers: dict[str, str]) -> None:
    problem = problem_of(error)
    assert (problem.kind.status, dict(problem.headers)) == (status, headers)


def test_a_child_without_a_row_has_that_of_its_parent() -> None:
    class Newer(errors.QueryTimeout):
        """An error of a later day."""

    assert problem_of(Newer("late")).kind.slug == "query-timeout"


def test_errors_of_http_keep_their_status() -> None:
    assert problem_of_http(HTTPException(405)).kind.slug == "method-not-allowed"
    assert problem_of_http(HTTPException(400)).kind.slug == "bad-request"
    assert problem_of_http(RequestRefused("read-only", "no")).kind.status == 403


def test_problems_are_not_stored(client: Client) -> None:
    for address in ("/nowhere", "/siren/1", "/sparql?query=nonsense"):
        assert client.get(address).headers["cache-control"] == "no-store"


def test_the_instance_is_the_path_without_its_query(client: Client) -> None:
    assert client.get("/siren/1%20%C3%A9?secret=1").json()["instance"] == "/siren/1%20%C3%A9"


def test_a_browser_gets_a_page(client: Client) -> None:
    response = client.get("/siren/%3Cscript%3E", BROWSER)
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text


def test_problem_types_are_documented(client: Client) -> None:
    listed = client.get("/problems", "application/json").json()
    assert [entry["type"] for entry in listed] == [f"{BASE}problems/{kind.slug}" for kind in problem_types()]
    for kind in problem_types():
        page = client.get(f"/problems/{kind.slug}", BROWSER)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert client.get("/problems/none").status_code == 404
    assert client.get("/problems", "image/png").status_code == 406
