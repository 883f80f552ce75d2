"""`maille purge`: somebody is forgotten by every kept release, whatever it is kept as, and nothing else is."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from maille.loaders import dumps
from maille.loaders.fetching.cache import Entry, Validators
from maille.loaders.purge import PurgeSummary, purge
from maille.loaders.reports import rejected_json
from maille.loaders.source import RejectedRow
from maille.ontology.errors import BuildLocked, PurgedRelease, ReleaseError, UnknownRelease, UsageError
from maille.ontology.terms import MAILLE, RDF
from maille.store import delta
from maille.store.match import Match
from maille.store.purge import DECIDED
from maille.store.release import Draft, Home, Release

from .misbehaving import Clock

SCRIPT = Path(__file__).with_name("purging.py")
PERSON = "Zoé Le Gall"
MATCH = Match.of_texts([PERSON])
NAMES = ("Zoé Le Gall", "ZOÉ LE GALL", "zoe.le-gall", "zo%C3%A9-le-gall", "zoe-le-gall", "Le Gall")
NODE = "<http://x/tuba#st-1>"
ABOUT = [
    f'<http://x/tuba> <http://x/director> "{PERSON}"@fr <http://g/1> .',
    f'{NODE} {RDF.object} "{PERSON}"@fr <http://g/1> .',
    f"{NODE} {RDF.type} {MAILLE.SourcedStatement} <http://g/1> .",
    f"<http://x/row/7> <http://x/gave> {NODE} <http://g/1> .",
    '<http://x/tuba> <http://x/mail> "zoe.le-gall@example.org" <http://g/1> .',
    "<http://x/id/zo%C3%A9-le-gall> <http://x/p> <http://x/o> <http://g/1> .",
    "<http://x/a> <http://x/p> <http://x/o> <http://g/zoe-le-gall> .",
    '<http://x/a> <http://x/p> "ZO\\u00C9\\nLE\\tGALL" <http://g/1> .',
]
OTHERS = [f'<http://x/{n}> <http://x/p> "{n}" <http://g/2> .' for n in range(500)]


def add(home: Home, *lines: str, removed: Iterable[str] = ()) -> Release:
    parent = home.current()
    assert parent is not None
    return home.write(parent, lines, removed)


def publish(home: Home, lines: Iterable[str], **files: bytes) -> Release:
    parent = home.current()
    named = {name.replace("_", "."): content for name, content in files.items()}
    return home.publish(Draft(list(lines), parent.id if parent else None, files=named, with_store=False))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home that knows her in every way there is."""
    found = known(tmp_path / "home")
    for release in found.releases():
        if release.dump.is_file():
            release.ensure_store()
    return found


def known(path: Path) -> Home:
    """Make a home that knows her: a build, writes, a build again, dumps and a table; no stores."""
    home = Home(path)
    row = RejectedRow("places.csv", 7, "director", PERSON, f"{PERSON} is no place")
    fine = RejectedRow("places.csv", 8, "siren", "123", "too short")
    report = rejected_json([row, fine]).encode()
    first = publish(home, [*OTHERS, *ABOUT], rejected_json=report, void_ttl=b"", other_bin=b"\0" + PERSON.encode())
    dumps.make(home, first, [dumps.parts_of(first)["dump.ttl.gz"]])
    add(home, f'<http://x/b> <http://x/note> "Seen with {PERSON}." <http://g/3> .')
    add(home, OTHERS[0].replace('"0"', '"zero"'), removed=[OTHERS[0]])
    add(home, '<http://x/c> <http://x/p> "c" <http://g/3> .', removed=ABOUT[:1]).ensure_dump()
    publish(home, OTHERS[:50], rejected_json=report, other_bin=PERSON.encode())
    publish(home, OTHERS[:60], rejected_json=rejected_json([fine]).encode())
    (home.path / "links").mkdir()
    (home.path / "links/published.csv").write_text(f'a,b\n1,"x\n{PERSON}"\n2,"y\nz"\n')
    return home


def texts(release: Release) -> set[str]:
    return {line for line in release.lines() if not MATCH.in_text(line)}


def everything(home: Home) -> list[tuple[str, bytes]]:
    """Return every file under a home, what is packed unpacked, by name."""
    found = []
    for path in home.path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found.append((str(path), gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content))
    return found


def remains(home: Home) -> list[str]:
    names = [name.encode() for name in NAMES]
    return [
        path for path, content in everything(home) if any(name in content or name in path.encode() for name in names)
    ]


def test_a_person_is_forgotten_by_every_kept_release(home: Home) -> None:
    before = home.releases()
    wanted = [texts(release) - set(ABOUT) for release in before]
    created = [release.manifest.created for release in before]
    assert len(remains(home)) > 5
    done = purge(home, MATCH, done=True)
    assert remains(home) == []
    assert done.exit_code == 0
    after = [home.release(_now(done, release.id)) for release in before]
    for release, lines in zip(after, wanted, strict=True):
        release.verify()
        assert set(release.lines()) == lines
        assert len(release.load_memory()) == len(release.open_store()) == release.manifest.quads == len(lines)
    # Made anew by what reads them: stores and dumps neither know her.
    dumps.make(home, after[0], dumps.parts_of(after[0]).values())
    assert remains(home) == []
    # The second, which only added her, is the first now.
    assert [release.manifest.created for release in after] == [created[0], created[0], *created[2:]]
    assert purge(home, MATCH, done=True).releases == ()


def _now(done: PurgeSummary, release_id: str) -> str:
    return {one.id: one.new for one in done.releases}.get(release_id, release_id)


def test_a_write_stays_a_write_over_its_parent(home: Home) -> None:
    before = home.releases()
    done = purge(home, MATCH, done=True)
    now = [_now(done, release.id) for release in before]
    assert now[1] == now[0], "the write that added nothing else is no release any more"
    third = home.release(now[2])
    assert third.manifest.parent == now[0]
    assert third.manifest.is_delta
    assert delta.read(third.path / delta.NAME) == ([OTHERS[0].replace('"0"', '"zero"')], [OTHERS[0]])
    assert now[4] != before[4].id or before[4].path.is_dir()
    assert now[5] == before[5].id, "a release that never knew her stays as it is"


def test_what_describes_a_release_is_rewritten_with_it(home: Home) -> None:
    first, fifth = (home.releases()[n].id for n in (0, 4))
    done = purge(home, MATCH, done=True)
    for release_id in (first, fifth):
        release = home.release(_now(done, release_id))
        rows = json.loads((release.path / "rejected.json").read_bytes())
        assert [row["line"] for row in rows] == [8]
        assert not (release.path / "other.bin").exists()
    assert b"triples" in (home.release(_now(done, first)).path / "void.ttl").read_bytes()
    assert (home.path / "links/published.csv").read_text() == 'a,b\n2,"y\nz"\n'
    assert done.tables == ("links/published.csv",)


def test_former_ids_lead_to_the_new_ones(home: Home) -> None:
    before = home.releases()
    done = purge(home, MATCH, done=True)
    new = _now(done, before[0].id)
    with pytest.raises(PurgedRelease, match=f"was purged: release {new} stands in its place") as told:
        home.release(before[0].id)
    assert told.value.successor == new
    with pytest.raises(PurgedRelease):
        home.rollback(before[0].id)
    with pytest.raises(UnknownRelease, match="There is no release"):
        home.release("0" * 16)
    purge(home, Match.of_texts(["http://x/499"]), done=True)
    with pytest.raises(PurgedRelease) as again:
        home.release(before[0].id)
    assert again.value.successor not in {None, new}
    assert home.release(again.value.successor or "").manifest.quads == 498 + 1


def test_the_current_release_is_the_purged_one(home: Home) -> None:
    newest = add(home, f'<http://x/z> <http://x/p> "{PERSON}" <http://g/3> .', '<http://x/z> <http://x/p> "z" .')
    done = purge(home, MATCH, done=True)
    current = home.current()
    assert current is not None
    assert current.id == _now(done, newest.id) != newest.id
    add(home, '<http://x/z> <http://x/p> "later" <http://g/3> .').verify()


def test_without_yes_nothing_changes(home: Home) -> None:
    before = {path: (home.path / path).stat().st_mtime_ns for path, _ in everything(home) if not path.endswith("lock")}
    told = purge(home, MATCH, done=False)
    assert told.exit_code == 1
    assert [one.statements for one in told.releases] == [8, 1, 0, 8, 0]
    assert PERSON not in json.dumps(told.to_dict(), ensure_ascii=False)
    after = {path: (home.path / path).stat().st_mtime_ns for path, _ in everything(home) if not path.endswith("lock")}
    assert after == before
    assert purge(home, MATCH, done=True).releases == told.releases


def test_what_is_nowhere_changes_nothing(home: Home) -> None:
    told = purge(home, Match.of_texts(["Nobody Knows"]), done=True)
    assert (told.exit_code, told.releases, told.copies, told.tables) == (0, (), 0, ())
    assert not (home.path / "purged.json").exists()


def test_a_write_with_a_dump_of_its_own_is_forgetful_too(home: Home) -> None:
    newest = add(home, '<http://x/z> <http://x/p> "z" <http://g/3> .')
    written = home.releases()[2]
    written.ensure_dump()
    home.rollback(written.id)
    home.prune(1)
    assert {release.id for release in home.releases()} == {written.id, newest.id}
    done = purge(home, MATCH, done=True)
    assert remains(home) == []
    home.release(_now(done, written.id)).verify()
    assert _now(done, written.id) != written.id


def test_copies_of_sources_go_that_hold_it_or_may(home: Home) -> None:
    cache = home.path / "cache"
    with zipfile.ZipFile(home.path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", PERSON)
    contents = {
        "plain": PERSON.encode(),
        "latin": PERSON.encode("cp1252"),
        "wide": PERSON.encode("utf-16"),
        "gzip": gzip.compress(PERSON.encode()),
        "zip": (home.path / "packed.zip").read_bytes(),
        "binary": b"PAR1\0\1\2",
        "broken": b"\x1f\x8b broken",
        "innocent": "Zoé Le Goff".encode(),
    }
    (home.path / "packed.zip").unlink()
    for name, content in contents.items():
        entry = Entry(cache, f"https://example.org/{name}")
        entry.folder.mkdir(parents=True)
        entry.part.write_bytes(content)
        entry.keep(entry.part, name * 8, Validators(), Clock().date)
    done = purge(home, MATCH, done=True)
    assert done.copies == len(contents) - 1
    assert [path.name for path in cache.glob("*/*/*")] == ["innocent"]


def test_a_file_of_an_unknown_kind_that_holds_it_is_told(home: Home) -> None:
    (home.path / "notes.odd").write_text(PERSON)
    done = purge(home, MATCH, done=True)
    assert (done.left, done.exit_code) == (("notes.odd",), 1)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("zoe le gall", "Mme ZOÉ  LE-GALL, directrice"),
        ("Zoé Le Gall", "zoe.le_gall@example.org"),
        ("Zoé Le Gall", "Zoe\u0301\u00a0Le\u2011Gall"),
        ("Zoé Le Gall", "Zo&eacute; Le&nbsp;Gall"),
        ("Zoé Le Gall", "Zo\\u00e9\\nLe Gall"),
        ("Cœur d’Or", "coeur d'or"),
        ("01 23 45 67 89", "tel:+33-0123.45 6789"),
        ("0123456789", "01.23.45.67.89"),
    ],
)
def test_a_text_is_found_however_it_is_written(wanted: str, text: str) -> None:
    assert Match.of_texts([wanted]).in_text(text)
    assert not Match.of_texts([f"{wanted}x"]).in_text(text)


@pytest.mark.parametrize("text", ["", "  ", "ab", "-.-"])
def test_a_text_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Match.of_texts([text])


@pytest.mark.parametrize("pattern", ["(", "", "x*"])
def test_an_expression_that_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError):
        Match.of_regex(pattern)


def test_a_text_of_every_name_is_refused(home: Home) -> None:
    with pytest.raises(UsageError, match="base IRI"):
        purge(home, Match.of_texts(["w3id.org"]), done=True)


def test_an_expression_is_taken_as_it_is(home: Home) -> None:
    done = purge(home, Match.of_regex(r'"4\d\d"'), done=True)
    assert done.releases[0].statements == 100
    assert Match.of_regex("Zoé").in_text("<http://x/Zo%C3%A9>")
    assert not Match.of_regex("Zoé$").in_text("Zoé Le Gall")


def test_another_writer_is_waited_for_and_a_build_told(home: Home) -> None:
    with home.building(), pytest.raises(BuildLocked):
        purge(home, MATCH, done=True)


def test_a_damaged_release_stops_a_purge_before_anything_changes(home: Home) -> None:
    release = home.releases()[0]
    release.dump.write_bytes(b"no gzip")
    with pytest.raises((ReleaseError, OSError)):
        purge(home, MATCH, done=True)
    assert not (home.path / "purged.json").exists()
    assert not list(home.path.glob(".tmp-*"))


@pytest.mark.parametrize("moment", [5, 8, 10, *range(12, 30), 34, 40, 46, 52, 58])
def test_a_purge_killed_at_any_moment_leaves_all_or_nothing_and_is_made_good(tmp_path: Path, moment: int) -> None:
    home = known(tmp_path)
    ids = [release.id for release in home.releases()]
    command = [sys.executable, str(SCRIPT), str(home.path), PERSON]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        process.stdin.write(f"{moment}\n".encode())
        process.stdin.flush()
        process.wait(60)
    current = home.current()
    assert current is not None
    current.verify()
    decided = (home.path / DECIDED).exists() or (home.path / "purged.json").exists()
    if not decided:
        assert [release.id for release in home.releases()] == ids
    add(home, '<http://x/z> <http://x/p> "whoever writes next" <http://g/3> .')
    assert (remains(home) == []) == decided
    assert process.returncode in {-9, 0}
    assert process.returncode == -9 or moment > 50, "every moment before the last is one"
    purge(home, MATCH, done=True)
    assert remains(home) == []
    for release in home.releases():
        release.verify()
