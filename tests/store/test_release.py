"""Releases on disk: determinism, damage, rollback, prune, diff."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from maille.ontology.errors import ReleaseError
from maille.ontology.namespaces import BASE
from maille.store import cache_store, dump, manifest
from maille.store.release import Draft, Home, Release

LINES = [
    f'<{BASE}id/structure/b> <http://x/p> "b" <{BASE}graph/study/2020-06> .',
    f'<{BASE}id/structure/a> <http://x/p> "<{BASE}no> \\"q\\" .\\n é"@fr <{BASE}graph/study/2020-06> .',
    f"<{BASE}id/structure/a> <http://x/p> <{BASE}id/structure/b> <{BASE}graph/cog/2026> .",
    '<http://x/a> <http://x/p> "default" .',
    "<http://x/a> <http://x/p> <http://x/o> .",
]


class Clock:
    """A clock that goes on by a second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", clock=Clock())


def publish(home: Home, lines: Iterable[str | Quad], **files: bytes) -> Release:
    # Without a disk store: it costs a second of fsync, and is made when it is opened.
    current = home.current()
    return home.publish(Draft(lines, current.id if current else None, files=files, with_store=False))


def plain(release: Release) -> bytes:
    return gzip.decompress(release.dump.read_bytes())


def test_a_release_tells_what_it_is(home: Home) -> None:
    assert home.current() is None
    release = publish(home, LINES, **{"report.txt": b"fine"})
    facts = release.manifest
    assert home.current() == release
    assert (facts.quads, facts.parent, facts.base_iri, facts.format) == (5, None, BASE, 1)
    assert facts.graphs == {"": 2, f"{BASE}graph/cog/2026": 1, f"{BASE}graph/study/2020-06": 2}
    assert facts.created == "2026-01-01T00:00:01.000000+00:00"
    assert facts.files.keys() == {"dump.nq.gz", "report.txt"}
    assert (release.path / "report.txt").read_bytes() == b"fine"
    assert len(facts.id) == 16
    release.verify()


def test_order_and_repetition_of_the_lines_do_not_matter(home: Home, tmp_path: Path) -> None:
    one = publish(home, LINES)
    two = publish(Home(tmp_path / "other"), [*reversed(LINES), *LINES])
    quads = publish(Home(tmp_path / "third"), list(parse("\n".join(LINES), format=RdfFormat.N_QUADS)))
    assert one.dump.read_bytes() == two.dump.read_bytes() == quads.dump.read_bytes()
    assert one.id == two.id == quads.id
    assert list(one.lines()) == sorted(LINES)


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from maille.store.release import Draft, Home;"
        "lines = {f'<http://x/{i}> <http://x/p> \"é\" <http://g> .' for i in range(99)};"
        "Home(Path(sys.argv[1])).publish(Draft(lines, None, with_store=False))"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / seed)], env=environment, check=True)
    one, two = (Home(tmp_path / seed).current() for seed in ("1", "2"))
    assert one is not None
    assert two is not None
    assert one.id == two.id
    assert one.dump.read_bytes() == two.dump.read_bytes()


def test_the_same_statements_make_no_new_release_but_become_current(home: Home) -> None:
    first = publish(home, LINES)
    second = publish(home, LINES[:2])
    again = publish(home, LINES)
    assert again == first == home.current()
    assert home.releases() == [first, second]
    assert again.manifest.created < second.manifest.created


def test_the_same_statements_mend_a_damaged_release(home: Home) -> None:
    release = publish(home, LINES)
    release.dump.write_bytes(b"garbage")
    publish(home, LINES).verify()
    assert len(home.releases()) == 1


def test_an_empty_release_is_possible(home: Home) -> None:
    release = publish(home, [])
    assert (release.manifest.quads, release.manifest.graphs, plain(release)) == (0, {}, b"")
    assert len(release.load_memory()) == len(release.open_store()) == 0
    release.verify()


def test_another_base_rewrites_names_and_leaves_literals(home: Home) -> None:
    release = home.publish(Draft(LINES, None, base_iri="https://a.example/"))
    lines = list(release.lines())
    assert lines == sorted(lines)
    assert release.base_iri == "https://a.example/"
    assert f'"<{BASE}no> \\"q\\" .\\n é"@fr <https://a.example/graph/study/2020-06> .' in plain(release).decode()
    assert BASE not in plain(release).decode().replace(f'"<{BASE}no>', "")
    assert [quad.object.value for quad in release.load_memory() if "\n" in str(getattr(quad.object, "value", ""))] == [
        f'<{BASE}no> "q" .\n é'
    ]
    assert release.id != publish(home, []).id


def test_an_empty_release_under_another_base_is_another_release(home: Home) -> None:
    ours = publish(home, [])
    assert home.publish(Draft([], ours.id, base_iri="https://a.example/")).id != ours.id


def test_blank_nodes_keep_their_labels(home: Home) -> None:
    graph = NamedNode("http://g/1")
    quads = [Quad(BlankNode("b1"), NamedNode("http://x/p"), BlankNode("b2"), graph)]
    release = publish(home, quads)
    assert release.manifest.blank_nodes
    assert list(release.load_memory()) == list(release.open_store()) == quads


@pytest.mark.parametrize(
    ("line", "graph", "blank"),
    [
        ('<http://a> <http://b> "x" .', "", False),
        ('<http://a> <http://b> "x y \\" z" <http://g> .', "http://g", False),
        ('<http://a> <http://b> "x"@fr <http://g> .', "http://g", False),
        ('<http://a> <http://b> "x"^^<http://t> .', "", False),
        ('<http://a> <http://b> "x"^^<http://t> <http://g> .', "http://g", False),
        ("<http://a> <http://b> <http://c> .", "", False),
        ("<http://a> <http://b> <http://c> <http://g> .", "http://g", False),
        ('<http://a> <http://b> " _:b " .', "", False),
        ("_:a <http://b> <http://c> _:g .", "_:g", True),
        ('<http://a> <http://b> <<( <http://a> <http://b> "x" )>> <http://g> .', "http://g", False),
        ('<http://a> <http://b> <<( _:a <http://b> "x" )>> .', "", True),
    ],
)
def test_the_graph_and_the_blank_nodes_of_a_line(line: str, graph: str, blank: bool) -> None:
    assert (dump.graph_of(line), dump.has_blank_node(line)) == (graph, blank)
    (quad,) = parse(line, format=RdfFormat.N_QUADS)
    assert dump.line_of(quad) == line
    assert isinstance(quad.graph_name, DefaultGraph) is (graph == "")


def damage_by_truncating(store: Path) -> None:
    for path in store.glob("*.sst"):
        os.truncate(path, path.stat().st_size // 2)


def damage_by_garbage(store: Path) -> None:
    for path in store.glob("*.sst"):
        path.write_bytes(bytes(reversed(path.read_bytes())))


def damage_by_deleting_a_file(store: Path) -> None:
    next(store.glob("MANIFEST-*")).unlink()


def damage_by_deleting_everything(store: Path) -> None:
    for path in store.iterdir():
        path.unlink()
    store.rmdir()


def damage_of_the_marker(store: Path) -> None:
    (store / "maille-cache.json").write_text("{")


def another_oxigraph(store: Path) -> None:
    marker = store / "maille-cache.json"
    marker.write_text(json.dumps({**json.loads(marker.read_text()), "oxigraph": "0.1"}))


def another_dump(store: Path) -> None:
    marker = store / "maille-cache.json"
    marker.write_text(json.dumps({**json.loads(marker.read_text()), "dump": "0" * 64}))


def a_file_in_its_place(store: Path) -> None:
    damage_by_deleting_everything(store)
    store.write_text("no store")


@pytest.mark.parametrize(
    "damage",
    [
        damage_by_truncating,
        damage_by_garbage,
        damage_by_deleting_a_file,
        damage_by_deleting_everything,
        damage_of_the_marker,
        another_oxigraph,
        another_dump,
        a_file_in_its_place,
    ],
)
def test_a_store_that_cannot_be_trusted_is_made_again(home: Home, damage: object) -> None:
    release = home.publish(Draft(LINES, None))
    assert cache_store.is_sound(release.store_path, release.manifest.dump_sha256)
    damage(release.store_path)  # type: ignore[operator]
    assert not cache_store.is_sound(release.store_path, release.manifest.dump_sha256)
    assert len(release.open_store()) == 5
    assert cache_store.is_sound(release.store_path, release.manifest.dump_sha256)
    assert not list(release.path.glob(".tmp-*"))


def test_a_store_can_be_left_for_later(home: Home) -> None:
    release = publish(home, LINES)
    assert not release.store_path.exists()
    assert set(release.open_store()) == set(release.load_memory())


def test_a_sound_store_is_not_made_again(home: Home) -> None:
    release = home.publish(Draft(LINES, None))
    marker = release.store_path / "maille-cache.json"
    before = marker.stat().st_mtime_ns
    one, two = release.open_store(), release.open_store()
    assert len(one) == len(two) == 5
    assert marker.stat().st_mtime_ns == before


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x1f\x8b\x08\x00"])
def test_a_damaged_dump_is_a_release_error(home: Home, content: bytes) -> None:
    release = publish(home, LINES)
    release.dump.write_bytes(content)
    with pytest.raises(ReleaseError):
        release.verify()
    if content:
        for read in (release.load_memory, release.open_store, lambda: list(release.lines())):
            with pytest.raises(ReleaseError):
                read()


def test_a_damaged_file_is_named(home: Home) -> None:
    release = publish(home, LINES, **{"report.txt": b"fine"})
    (release.path / "report.txt").write_bytes(b"foul")
    with pytest.raises(ReleaseError, match=r"report\.txt"):
        release.verify()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 1, "files": {"a": 1}}', b"\xff"])
def test_a_damaged_manifest_is_a_release_error(home: Home, content: bytes) -> None:
    release = publish(home, LINES)
    (release.path / manifest.NAME).write_bytes(content)
    damaged = home.current()
    assert damaged is not None
    assert damaged in home.releases()
    with pytest.raises(ReleaseError):
        damaged.verify()
    assert publish(home, LINES[:1]) == home.current()
    assert publish(home, LINES).manifest.quads == 5


def test_a_newer_format_is_told_as_such(home: Home) -> None:
    release = publish(home, LINES)
    path = release.path / manifest.NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99, "novelty": 1}))
    with pytest.raises(ReleaseError, match="update maille"):
        Release(release.path).verify()


def test_a_release_that_is_another_is_found_out(home: Home) -> None:
    one, two = publish(home, LINES), publish(home, LINES[:2])
    for name in ("dump.nq.gz", manifest.NAME):
        (two.path / name).write_bytes((one.path / name).read_bytes())
    with pytest.raises(ReleaseError, match="is not what its id says"):
        Release(two.path).verify()


def test_rollback_goes_back_and_forth(home: Home) -> None:
    one, two = publish(home, LINES), publish(home, LINES[:2])
    assert home.rollback(one.id) == one == home.current()
    assert home.rollback(two.id) == two == home.current()


def test_rollback_to_nothing_or_to_damage_changes_nothing(home: Home) -> None:
    one, two = publish(home, LINES), publish(home, LINES[:2])
    one.dump.write_bytes(b"garbage")
    for wrong in (one.id, "0" * 16, "", ".", "..", "../releases", ".tmp-x"):
        with pytest.raises(ReleaseError):
            home.rollback(wrong)
    assert home.current() == two


def test_prune_keeps_the_newest_the_current_and_the_served(home: Home) -> None:
    releases = [publish(home, LINES[:count]) for count in range(6)]
    home.rollback(releases[1].id)
    handle = releases[2].hold()
    (home.path / "releases" / ".tmp-leftover").mkdir()
    assert home.prune(2) == [releases[0].id, releases[3].id]
    os.close(handle)
    assert home.prune(2) == [releases[2].id]
    assert home.prune(0) == [releases[4].id, releases[5].id]
    assert home.releases() == [releases[1]]
    assert [path.name for path in (home.path / "releases").iterdir()] == [releases[1].id]
    with pytest.raises(ReleaseError):
        home.prune(-1)


def test_diff_tells_lines_and_counts(home: Home) -> None:
    one, two = publish(home, LINES[:4]), publish(home, LINES[1:])
    diff = home.diff(one.id, two.id)
    assert list(diff.added()) == [LINES[4]]
    assert list(diff.removed()) == [LINES[0]]
    assert diff.counts() == {"": (1, 0), f"{BASE}graph/study/2020-06": (0, 1)}
    assert home.diff(one.id, one.id).counts() == {}
    assert len(list(home.diff(two.id, publish(home, []).id))) == 4


@pytest.mark.parametrize("name", ["", "a/b", ".hidden", "dump.nq.gz", "store", "manifest.json", ".."])
def test_files_of_a_release_have_plain_names(home: Home, name: str) -> None:
    with pytest.raises(ReleaseError):
        publish(home, LINES, **{name: b""})
    assert home.current() is None
    assert not list((home.path / "releases").iterdir())


def test_a_disk_that_fails_leaves_the_former_release(home: Home) -> None:
    release = publish(home, LINES)

    def lines() -> Iterable[str]:
        yield LINES[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(ReleaseError, match="No space left"):
        publish(home, lines())
    assert home.current() == release
    release.verify()


def test_a_home_that_is_a_file_is_a_release_error(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    home = Home(tmp_path / "home")
    with pytest.raises(ReleaseError, match="Publishing failed"):
        publish(home, LINES)
    with pytest.raises(ReleaseError), home.building():
        pass


def test_a_dangling_current_is_no_release(home: Home) -> None:
    release = publish(home, LINES)
    release.path.rename(release.path.with_name("elsewhere"))
    assert home.current() is None
    assert publish(home, LINES) == home.current()


def test_a_relative_home_can_be_used_after_a_change_of_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home(Path("var"))
    release = publish(home, LINES)
    monkeypatch.chdir("/")
    assert home.current() == release
    assert (tmp_path / "var" / "current").readlink() == Path("releases", release.id)


def test_a_moved_home_still_works(home: Home, tmp_path: Path) -> None:
    release = publish(home, LINES)
    home.path.rename(tmp_path / "moved")
    moved = Home(tmp_path / "moved").current()
    assert moved is not None
    assert moved.id == release.id
    moved.verify()
    assert isinstance(moved.open_store(), Store)
    assert Literal("default") in [quad.object for quad in moved.load_memory()]
