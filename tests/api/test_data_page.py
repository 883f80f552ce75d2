"""`/data` and `/api-docs`: where data come from, how good they are, and every operation of the REST layer."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from maille.api.pages.data_view import quality, size
from maille.api.pages.i18n import Translator, load_messages
from maille.api.pages.render import Links
from maille.api.rest.openapi import document
from maille.ontology.namespaces import BASE, PREFIXES
from maille.store.release import Draft, Home, Release

from .conftest import DATA, Client
from .rest_client import rest_client
from .test_pages import BROWSER, Page

LINE = (
    f"<{BASE}id/structure/a-1> <{PREFIXES['rdf']}type> <{BASE}def#InnovationStructure> <{BASE}graph/study/2020-06> .\n"
)
HOSTILE = '"><script>alert(1)</script>'


def report(count: int) -> dict[str, object]:
    result = {
        "severity": "Warning",
        "focus": f"{BASE}id/structure/a-1",
        "shape": f"{BASE}shapes#Structure-known",
        "messages": {"fr": f"Rien n'est dit. {HOSTILE}", "en": "Nothing is said."},
    }
    other = {**result, "severity": "Violation", "shape": "javascript:alert(1)", "messages": {}}
    return {"conforms": False, "results": [result] * count + [other]}


def published(path: Path, **files: object) -> Release:
    contents = {name.replace("_", "."): json.dumps(content).encode() for name, content in files.items()}
    return Home(path).publish(Draft([LINE], None, files=contents, with_store=False))


def words(lang: str = "fr") -> Translator:
    return Translator(lang, load_messages())


def test_a_report_is_summed_up_by_shape(tmp_path: Path) -> None:
    rows = [{"file": "a.csv", "line": 3, "column": "x", "reason": "the name is missing"}] * 150
    release = published(tmp_path, quality_json=report(4), rejected_json=rows)
    found = quality(release, words(), Links("", None))
    assert found is not None
    assert not found.conforms
    assert [(one.severity, one.count, one.shape.text) for one in found.findings] == [
        ("Warning", 4, "Structure-known"),
        ("Violation", 1, "javascript:alert(1)"),
    ]
    assert found.findings[0].shape.href == "/shapes#Structure-known"
    assert found.findings[1].shape.href is None
    assert found.findings[0].message.startswith("Rien n'est dit.")
    assert (len(found.rejected), found.rejected_total) == (100, 150)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b'"x"'])
def test_a_report_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    release = Home(tmp_path).publish(Draft([LINE], None, files={"quality.json": content}, with_store=False))
    assert quality(release, words(), Links("", None)) is None


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [(0, "0\u00a0o", "0\u00a0B"), (1500, "1,5\u00a0ko", "1.5\u00a0kB"), (6342687, "6,3\u00a0Mo", "6.3\u00a0MB")],
)
def test_sizes_are_written_for_people(number: int, french: str, english: str) -> None:
    assert (size(words("fr"), number), size(words("en"), number)) == (french, english)


def test_a_release_shows_its_files_and_its_quality(tmp_path: Path, settings: object) -> None:
    release = published(tmp_path, quality_json=report(3), rejected_json=[{"file": HOSTILE, "reason": HOSTILE}])
    (release.path / "quality.ttl").write_text("# nothing")
    store = Store()
    store.bulk_load(LINE.encode(), format=RdfFormat.N_QUADS)
    own = settings.model_copy(update={"home": tmp_path})  # type: ignore[attr-defined]
    site = Client(store, own, release.id)
    answer = site.get("/data?lang=fr", BROWSER)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert f"/dumps/{release.id}/dump.nq.gz" in page.links
    assert f"/dumps/{release.id}/graph/study/2020-06.ttl.gz" in page.links
    assert "Structure-known" in page.text
    assert "3" in page.text
    assert site.get("/data/quality.json").json()["conforms"] is False
    assert site.get("/data/quality.ttl").headers["content-type"].startswith("text/turtle")


def test_a_store_without_release_has_sources_and_no_report(client: Client) -> None:
    page = Page(client.get("/data?lang=en", BROWSER).text)
    assert "no quality report" in page.text
    assert any(link.startswith("/graph/cog/2026") for link in page.links)
    assert {"/.well-known/void", "/catalog"} <= set(page.links)
    assert client.get("/data/quality.json").status_code == 404


def test_hostile_descriptions_stay_text(settings: object) -> None:
    store, meta, graph = Store(), NamedNode(f"{BASE}graph/meta"), NamedNode(f"{BASE}graph/mal/1")
    store.bulk_load(path=str(DATA), format=RdfFormat.TRIG)
    for predicate, value in (
        (PREFIXES["rdf"] + "type", NamedNode(PREFIXES["dcat"] + "Dataset")),
        (PREFIXES["dct"] + "title", Literal(HOSTILE + "y" * 2000, language="fr")),
        (PREFIXES["dct"] + "license", NamedNode("javascript:alert(1)")),
        (PREFIXES["dct"] + "publisher", NamedNode("data:text/html,x")),
    ):
        store.add(Quad(graph, NamedNode(predicate), value, meta))
    store.add(Quad(graph, NamedNode(PREFIXES["dct"] + "title"), Literal("x"), graph))
    site = Client(store, settings)  # type: ignore[arg-type]
    text = site.get("/data?lang=fr", BROWSER).text
    assert "<script>" not in text
    assert "javascript:alert(1)" in text
    assert not any(link.lower().startswith(("javascript", "data:")) for link in Page(text).links)


def test_every_operation_is_shown_with_its_parameters(client: Client) -> None:
    for lang in ("fr", "en"):
        text = client.get(f"/api-docs?lang={lang}", BROWSER).text
        page = Page(text)
        for path, methods in document("/")["paths"].items():
            for operation in methods.values():
                assert operation["operationId"] in page.ids
                assert path in page.text
        assert len(text.encode()) < 200_000


def test_every_example_answers() -> None:
    site = rest_client()
    text = site.get("/api-docs?lang=en", BROWSER).text
    links = [link for link in Page(text).links if re.match("/api/[a-z]+[?/]", link) and "{" not in link]
    assert len(links) > 15
    # The keys of examples are those of real things, which this small graph need not have.
    assert {site.get(link).status_code for link in links} <= {200, 404}
    assert all(site.get(link).status_code == 200 for link in links if "?" in link)
