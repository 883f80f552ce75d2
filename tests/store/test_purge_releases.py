"""Whatever was built, written, rolled back and pruned: a purged release is the former one without the lines that go."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from maille.ontology.terms import RDF
from maille.store.files import scratch
from maille.store.match import Match
from maille.store.purge import Plan, decide, finish, successors
from maille.store.purge_releases import Rewriting
from maille.store.release import Draft, Home

PERSON = "Zoé Le Gall"
MATCH = Match.of_texts([PERSON])
LINES = [
    f'<http://x/{number}> <http://x/p> "{value}" <http://g/{graph}> .'
    for number in range(3)
    for value in ("fine", PERSON)
    for graph in range(2)
] + [
    f'<http://x/st> {RDF.object} "{PERSON}" <http://g/0> .',
    "<http://x/row> <http://x/gave> <http://x/st> <http://g/1> .",
]
SPOKEN = f"<http://x/st> {RDF.object}"
SOME = st.sets(st.sampled_from(LINES), max_size=8)
STEP = st.one_of(
    st.tuples(st.just("build"), SOME, SOME),
    st.tuples(st.just("write"), SOME, SOME),
    st.tuples(st.just("dump"), st.integers(0, 9), st.none()),
    st.tuples(st.just("rollback"), st.integers(0, 9), st.none()),
    st.tuples(st.just("prune"), st.integers(1, 4), st.none()),
)


def do(home: Home, step: tuple[str, object, object]) -> None:
    """Do one step, as far as it can be done."""
    current, kept = home.current(), home.releases()
    match step:
        case "build", set(lines), _:
            home.publish(Draft(lines, current.id if current else None, with_store=False))
        case "write", set(added), set(removed) if current:
            there = set(current.lines())
            new, old = added - there, (removed & there) - added
            if new or old:
                home.write(current, new, old)
        case "dump", int(number), _ if kept:
            kept[number % len(kept)].ensure_dump()
        case "rollback", int(number), _ if kept:
            home.rollback(kept[number % len(kept)].id)
        case "prune", int(number), _:
            home.prune(number)


def purged(home: Home) -> dict[str, str]:
    """Purge the home, and return which release stands in whose place."""
    with home.writing(), scratch(home.path / "purge") as folder:
        rewriting = Rewriting(MATCH, folder, lambda _name, content, _fresh: content)
        found = rewriting.run(home.releases())
        current = home.current()
        moved = {one.id: one.new for one in found if one.new != one.id}
        now = moved.get(current.id, current.id) if current else ""
        decide(home.path, folder, Plan(moved, now, rewriting.files))
        finish(home.path)
    return moved


def left_of(lines: set[str], nodes: bool) -> set[str]:
    return {line for line in lines if not MATCH.in_text(line) and not (nodes and "<http://x/st>" in line)}


@settings(max_examples=15, deadline=None)
@given(st.lists(STEP, min_size=2, max_size=8))
def test_a_purge_takes_lines_and_nothing_else(steps: list[tuple[str, object, object]]) -> None:
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        for step in steps:
            do(home, step)
        before = {release.id: set(release.lines()) for release in home.releases()}
        current = home.current()
        # A record may speak of the statement where no release does any more.
        nodes = any(SPOKEN.encode() in path.read_bytes() for path in Path(folder).rglob("delta.rdfp"))
        nodes = nodes or any(SPOKEN in line for lines in before.values() for line in lines)
        moved = purged(home)
        for release_id, lines in before.items():
            release = home.release(moved.get(release_id, release_id))
            release.verify()
            assert set(release.lines()) == left_of(lines, nodes)
            assert len(release.load_memory()) == release.manifest.quads == sum(release.manifest.graphs.values())
            assert release.id != release_id or set(release.lines()) == lines
        assert successors(home.path).keys() == moved.keys()
        assert current is None or home.current() == home.release(moved.get(current.id, current.id))
        assert not any(MATCH.in_bytes(path.read_bytes()) for path in Path(folder).rglob("*.rdfp"))
        assert purged(home) == {}
