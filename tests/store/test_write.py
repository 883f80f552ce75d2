"""The release of a write: parent and delta, read through its chain, with a dump made when it is first needed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maille.ontology.errors import ReleaseError, ReleaseMoved
from maille.store import delta
from maille.store.release import Draft, Home, Release

LINES = [f'<u:s{n}> <u:p> "{n}" <u:g> .' for n in range(5)]
NEW = '<u:s> <u:p> "new \\u0085" <u:mine> .'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.publish(Draft(LINES, None, with_store=False))
    return home


def _current(home: Home) -> Release:
    release = home.current()
    assert release is not None
    return release


def _written(home: Home, times: int) -> list[Release]:
    return [home.write(_current(home), [f'<u:w> <u:p> "{n}" <u:mine> .'], []) for n in range(times)]


def test_a_write_is_a_release_over_its_parent(home: Home) -> None:
    parent = _current(home)
    release = home.write(parent, [NEW], LINES[:1])
    facts = release.manifest
    assert home.current() == release
    assert (facts.parent, facts.added, facts.removed, facts.is_delta) == (parent.id, 1, 1, True)
    assert (facts.quads, facts.graphs) == (5, {"u:g": 4, "u:mine": 1})
    assert sorted(path.name for path in release.path.iterdir()) == ["delta.rdfp", "manifest.json"]


def test_it_is_read_through_its_chain(home: Home) -> None:
    home.write(_current(home), [NEW], LINES[:2])
    release = home.write(_current(home), LINES[:1], [NEW])
    assert list(release.lines()) == [LINES[0], *LINES[2:]]
    assert sorted(f"{quad} ." for quad in release.load_memory()) == list(release.lines())
    assert release.chain_length() == 2


def test_a_dump_made_later_says_the_same(home: Home) -> None:
    release = _written(home, 3)[-1]
    before = list(release.lines())
    release.ensure_dump()
    assert list(Release(release.path).lines()) == before
    assert release.chain_length() == 0
    assert len(release.open_store()) == len(before)
    release.verify()


def test_the_same_write_of_the_same_parent_is_the_same_release(home: Home) -> None:
    parent = _current(home)
    first = home.write(parent, [NEW], [])
    home.rollback(parent.id)
    assert home.write(parent, [NEW], []) == first == home.current()


def test_a_write_over_what_is_no_longer_current_is_refused(home: Home) -> None:
    parent = _current(home)
    home.write(parent, [NEW], [])
    with pytest.raises(ReleaseMoved):
        home.write(parent, LINES[:1], [])


def test_prune_keeps_what_a_kept_write_is_read_from(home: Home) -> None:
    releases = _written(home, 6)
    kept = {release.id: list(release.lines()) for release in releases[-2:]}
    assert len(home.prune(2)) == 5
    assert {release.id: list(release.lines()) for release in home.releases()} == kept
    for release in home.releases():
        release.verify()


@pytest.mark.parametrize("damage", [b"", b"A <u:s> <u:p> <u:o> .", b"X <u:s> <u:p> <u:o> .\n", b"\xff\n"])
def test_a_damaged_delta_is_a_release_error(home: Home, damage: bytes) -> None:
    release = home.write(_current(home), [NEW], [])
    (release.path / delta.NAME).write_bytes(damage)
    with pytest.raises(ReleaseError):
        release.verify()
    if damage:
        with pytest.raises(ReleaseError):
            list(Release(release.path).lines())


def test_a_write_under_another_base_keeps_that_base(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.publish(Draft(LINES, None, base_iri="https://example.org/", with_store=False))
    assert home.write(_current(home), [NEW], []).base_iri == "https://example.org/"


_STATES = st.lists(st.sets(st.sampled_from(LINES)), min_size=1, max_size=6)


@given(_STATES)
def test_several_records_come_to_the_last_state(states: list[set[str]]) -> None:
    net, before = delta.Net(), states[0]
    for state in states[1:]:
        net.then(state - before, before - state)
        before = state
    assert list(net.over(sorted(states[0]))) == sorted(states[-1])


@given(st.sets(st.sampled_from([*LINES, NEW])), st.sets(st.sampled_from(LINES)))
def test_a_record_is_read_back(added: set[str], removed: set[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, delta.NAME)
        path.write_bytes(delta.content(added, removed))
        assert delta.read(path) == (sorted(added), sorted(removed))
