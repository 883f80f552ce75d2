"""Dumps: the same data in every form, whole and by graph, in parts, the same bytes each time (RFC 9110, RFC 9530)."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from maille.api.datasets.dumping import Dumping
from maille.api.settings import Settings
from maille.loaders import dumps
from maille.loaders.dumps import Part, known, make, parts_of, stem_of
from maille.ontology.errors import EngineBusy, UnknownRelease
from maille.ontology.terms import DCAT, SPDX, VOID
from maille.store.release import Draft, Home, Release

from .conftest import Client

BASE = "https://w3id.org/maille/"
COG = BASE + "graph/cog/2026"
FORMATS = {"nq": RdfFormat.N_QUADS, "ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}
CLOCK = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, web_store: Store) -> Home:
    home = Home(tmp_path_factory.mktemp("home"), clock=lambda: CLOCK)
    home.publish(Draft(list(web_store), None, with_store=False))
    return home


@pytest.fixture(scope="module")
def release(home: Home) -> Release:
    current = home.current()
    assert current is not None
    return current


@pytest.fixture(scope="module")
def client(home: Home, release: Release, web_store: Store) -> Client:
    return Client(web_store, Settings(home=home.path), release=release.id)


def statements(content: bytes, form: str) -> set[Quad]:
    return set(parse(gzip.decompress(content), format=FORMATS[form]))


def test_the_parts_are_the_whole_and_each_graph(release: Release) -> None:
    names = list(parts_of(release))
    assert names[:3] == ["dump.nq.gz", "dump.ttl.gz", "dump.jsonld.gz"]
    assert {"graph/cog/2026.nq.gz", "graph/cog/2026.ttl.gz", "graph/cog/2026.jsonld.gz"} < set(names)
    assert len(names) == 3 * (1 + len(release.manifest.graphs))


@pytest.mark.parametrize("form", FORMATS)
def test_a_whole_dump_holds_what_the_store_holds(client: Client, release: Release, web_store: Store, form: str) -> None:
    found = statements(client.get(f"/dumps/{release.id}/dump.{form}.gz").content, form)
    if form == "ttl":
        assert {quad.triple for quad in found} == {quad.triple for quad in web_store}
    else:
        assert found == set(web_store)


@pytest.mark.parametrize("form", FORMATS)
def test_a_dump_of_a_graph_holds_that_graph(client: Client, release: Release, web_store: Store, form: str) -> None:
    found = statements(client.get(f"/dumps/{release.id}/graph/cog/2026.{form}.gz").content, form)
    expected = set(web_store.quads_for_pattern(None, None, None, NamedNode(COG)))
    assert {quad.triple for quad in found} == {quad.triple for quad in expected}
    assert {quad.graph_name for quad in found} == {DefaultGraph() if form == "ttl" else NamedNode(COG)}


def test_a_dump_comes_with_its_checksum_and_says_what_it_is(client: Client, release: Release) -> None:
    for name in ("dump.nq.gz", "dump.ttl.gz", "graph/cog/2026.jsonld.gz"):
        response = client("GET", f"/dumps/{release.id}/{name}", headers={"accept-encoding": "gzip, zstd"})
        digest = base64.b64encode(hashlib.sha256(response.content).digest()).decode()
        assert response.headers["repr-digest"] == f"sha-256=:{digest}:"
        assert response.headers["content-type"] == "application/gzip"
        assert "content-encoding" not in response.headers
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-disposition"] == f'attachment; filename="maille-{release.id}-cog-2026.jsonld.gz"'


def test_the_same_release_gives_the_same_bytes(tmp_path: Path, web_store: Store, home: Home, release: Release) -> None:
    other = Home(tmp_path)
    again = other.publish(Draft(list(web_store)[::-1], None, with_store=False))
    for one in (home, other):
        make(one, one.release(release.id), parts_of(release).values())
    for part in parts_of(again).values():
        first, second = known(home, release, part), known(other, again, part)
        assert first is not None
        assert second is not None
        assert first.path.read_bytes() == second.path.read_bytes()
        assert (first.size, first.sha256) == (second.size, hashlib.sha256(second.path.read_bytes()).hexdigest())


def test_section_14_a_range_of_a_made_dump(client: Client, release: Release) -> None:
    address = f"/dumps/{release.id}/graph/cog/2026.ttl.gz"
    whole = client.get(address)
    size = len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    for text, part in (("0-9", whole.content[:10]), ("10-", whole.content[10:]), ("-7", whole.content[-7:])):
        answer = client.get(address, range=f"bytes={text}")
        assert (answer.status_code, answer.content) == (206, part)
        assert answer.headers["content-length"] == str(len(part))
        assert answer.headers["etag"] == whole.headers["etag"]
    beyond = client.get(address, range="bytes=0-99999999")
    assert (beyond.status_code, beyond.headers["content-range"]) == (206, f"bytes 0-{size - 1}/{size}")
    assert client.get(address, range="bytes=-99999999").content == whole.content


@pytest.mark.parametrize("text", ["bytes=99999999-", "bytes=-0"])
def test_section_15_5_17_a_range_that_cannot_be_is_a_416(client: Client, release: Release, text: str) -> None:
    address = f"/dumps/{release.id}/dump.ttl.gz"
    size = client("HEAD", address).headers["content-length"]
    answer = client.get(address, range=text)
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(address, range=text, if_range='"other"').status_code == 200


@pytest.mark.parametrize("text", ["bytes=0-1,3-4", "bytes=0-1, 0-1, 0-1", "bytes=5-2", "lines=1-2", "bytes=a-b"])
def test_section_14_2_several_ranges_and_ill_formed_ones_get_the_whole(
    client: Client, release: Release, text: str
) -> None:
    assert client.get(f"/dumps/{release.id}/dump.nq.gz", range=text).status_code == 200


def test_section_14_2_a_range_is_for_get(client: Client, release: Release) -> None:
    address = f"/dumps/{release.id}/dump.nq.gz"
    head = client("HEAD", address, headers={"range": "bytes=0-9"})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(client.get(address).content))


def test_the_present_dumps_have_addresses_of_their_own(client: Client, release: Release) -> None:
    answer = client.get("/dumps/current/graph/cog/2026.ttl.gz")
    assert (answer.status_code, answer.headers["location"]) == (307, f"/dumps/{release.id}/graph/cog/2026.ttl.gz")


@pytest.mark.parametrize(
    "name", ["dump.rdf.gz", "dump.ttl", "graph/none.nq.gz", "graph/cog/2026", "../manifest.json", "manifest.json", ""]
)
def test_nothing_else_is_a_dump(client: Client, release: Release, name: str) -> None:
    assert client.get(f"/dumps/{release.id}/{name}").status_code == 404
    assert client.raw(f"/dumps/{release.id}/{name}%00".encode()).status_code == 404


@pytest.mark.parametrize(
    ("graph", "stem"),
    [
        (COG, "graph/cog/2026"),
        (BASE + "graph/a/b/c_d~e.f-g", "graph/a/b/c_d~e.f-g"),
        (BASE + "graph/meta", "graph/meta"),
    ],
)
def test_the_name_of_a_dump_is_that_of_the_graph(graph: str, stem: str) -> None:
    assert stem_of(graph, BASE) == stem


@pytest.mark.parametrize(
    "graph",
    [
        *("https://example.org/g", BASE, BASE + "graph/../x", BASE + "graph/.hidden", BASE + "graph//x"),
        *(BASE + "graph/é", BASE + "graph/a?b", BASE + "graph/a%2Fb", BASE + "graph/" + "x" * 300, BASE + "dump"),
    ],
)
def test_a_graph_of_any_other_name_gets_a_hash(graph: str) -> None:
    assert stem_of(graph, BASE) == f"graph-{hashlib.sha256(graph.encode()).hexdigest()[:16]}"


def test_a_write_has_dumps_too(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first = home.publish(Draft(['<http://x/s> <http://x/p> "a" <http://x/g> .'], None, with_store=False))
    second = home.write(
        first, ['<http://x/s> <http://x/p> "b" <http://x/g> .', "<http://x/s> <http://x/p> <http://x/g> ."], []
    )
    assert second.manifest.is_delta
    store = second.load_memory()
    client = Client(store, Settings(home=tmp_path), release=second.id)
    for form in ("nq", "jsonld"):
        found = statements(client.get(f"/dumps/{second.id}/dump.{form}.gz").content, form)
        assert found == set(store)
    graph = next(name for name in parts_of(second) if name.startswith("graph-") and name.endswith(".nq.gz"))
    # The statement of the default graph ends with the name of the graph, and is not in it.
    assert len(statements(client.get(f"/dumps/{second.id}/{graph}").content, "nq")) == 2
    assert not (second.path / "dump.nq.gz").exists()


def test_dumps_of_releases_asked_longest_ago_are_deleted(tmp_path: Path) -> None:
    home, releases = Home(tmp_path), []
    for number in range(dumps.KEPT + 2):
        current = home.current()
        lines = [f'<http://x/s> <http://x/p> "{number}" <http://x/g> .']
        releases.append(home.publish(Draft(lines, current.id if current else None, with_store=False)))
    for number, release in enumerate(releases):
        make(home, release, [Part("dump.ttl.gz", "ttl")])
        os.utime(home.path / "dumps" / release.id, (number, number))
    left = {path.name for path in (home.path / "dumps").iterdir() if path.is_dir()}
    assert left == {release.id for release in releases[-dumps.KEPT :]}
    home.prune(1)
    assert {path.name for path in (home.path / "dumps").iterdir() if path.is_dir()} == {releases[-1].id}


def test_a_dump_that_was_cut_is_made_again(home: Home, release: Release) -> None:
    part = parts_of(release)["dump.ttl.gz"]
    make(home, release, [part])
    found = known(home, release, part)
    assert found is not None
    content = found.path.read_bytes()
    found.path.write_bytes(content[:10])
    assert known(home, release, part) is None
    make(home, release, [part])
    assert found.path.read_bytes() == content


def test_dumps_are_made_by_one_process_at_a_time_and_waited_for_a_while(tmp_path: Path, web_store: Store) -> None:
    home = Home(tmp_path)
    release = home.publish(Draft(list(web_store), None, with_store=False))

    async def steps() -> None:
        hasty = Dumping(home.path, patience=0.0)
        part = Part("graph/study/2020-06.ttl.gz", "ttl", BASE + "graph/study/2020-06")
        with pytest.raises(EngineBusy):
            await hasty.dump(release, part)
        patient = Dumping(home.path)
        first, second = await asyncio.gather(patient.dump(release, part), patient.dump(release, part))
        assert first == second
        await hasty.close()
        await patient.close()
        with pytest.raises(UnknownRelease):
            await patient.parts("0" * 16)

    asyncio.run(steps())


def test_the_catalogue_describes_every_dump_as_it_is(client: Client, web_store: Store, home: Home) -> None:
    store = Store()
    meta = NamedNode(BASE + "graph/meta")
    graph = NamedNode(COG)
    described = Store()
    described.extend(web_store)
    described.add(Quad(graph, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), DCAT.Dataset, meta))
    described.add(Quad(graph, NamedNode("http://purl.org/dc/terms/title"), Literal("COG", language="fr"), meta))
    current = home.current()
    assert current is not None
    site = Client(described, Settings(home=home.path), release=current.id)
    store.extend(parse(site.get("/catalog", "application/n-triples").content, format=RdfFormat.N_TRIPLES))
    urls = {quad.subject: quad.object for quad in store.quads_for_pattern(None, DCAT.downloadURL, None)}
    assert len(urls) == 6
    for node, url in urls.items():
        assert isinstance(url, NamedNode)
        content = site.get(url.value.removeprefix(BASE[:-1])).content
        (size,) = store.quads_for_pattern(node, DCAT.byteSize, None)
        (link,) = store.quads_for_pattern(node, SPDX.checksum, None)
        (told,) = store.quads_for_pattern(link.object, SPDX.checksumValue, None)  # type: ignore[arg-type]
        assert size.object.value == str(len(content))  # type: ignore[union-attr]
        assert told.object.value == hashlib.sha256(content).hexdigest()  # type: ignore[union-attr]
        assert len(list(store.quads_for_pattern(node, DCAT.mediaType, None))) == 1
        (packing,) = store.quads_for_pattern(node, DCAT.compressFormat, None)
        assert packing.object == NamedNode("https://www.iana.org/assignments/media-types/application/gzip")


def test_void_names_the_dumps_of_the_whole_and_of_each_graph(client: Client, release: Release) -> None:
    store = Store()
    store.extend(parse(client.get("/.well-known/void", "application/n-triples").content, format=RdfFormat.N_TRIPLES))
    for graph, stem in ((BASE + ".well-known/void#dataset", "dump"), (COG, "graph/cog/2026")):
        found = {quad.object for quad in store.quads_for_pattern(NamedNode(graph), VOID.dataDump, None)}
        assert found == {NamedNode(f"{BASE}dumps/{release.id}/{stem}.{form}.gz") for form in FORMATS}


def test_the_list_of_releases_names_the_dumps(client: Client, release: Release) -> None:
    body = json.loads(client.get("/releases").text)
    assert body["releases"][0]["dumps"] == [f"/dumps/{release.id}/{name}" for name in parts_of(release)]
