"""The command line in this process: help, exit codes, JSON, one-line errors (`docs/architecture.md`, exit codes)."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from maille.api.cli import INTERRUPTED, Interrupted, run
from maille.api.commands.output import Said, Shown, progress
from maille.ontology.namespaces import BASE
from maille.store.release import Draft, Home

COMMANDS = ("build", "serve", "validate", "query", "export", "info", "releases", "diff", "rollback", "prune")
ROW, GRAPH = f"<{BASE}row/essai/2026/a>", f"<{BASE}graph/essai/2026>"
SOUND = (
    f"{ROW} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}def#SourceRow> {GRAPH} .",
    f"{ROW} <http://www.w3.org/ns/prov#wasQuotedFrom> <{BASE}source/essai/2026> {GRAPH} .",
    f'{ROW} <http://www.w3.org/2004/02/skos/core#prefLabel> "Alpha"@fr {GRAPH} .',
    f'<{BASE}source/essai/2026> <http://purl.org/dc/terms/title> "Essai [bold]"@fr <{BASE}graph/mine> .',
)


@dataclass(frozen=True)
class Done:
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str


Maille = Callable[..., Done]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home with two small releases, the second of them current."""
    home = Home(tmp_path / "home")
    first = home.publish(Draft(SOUND[:3], None, with_store=False))
    home.publish(Draft(SOUND, first.id, with_store=False))
    return home


@pytest.fixture
def maille(home: Home, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Maille:
    """Return how to run one command over that home."""
    for name in [name for name in os.environ if name.startswith("MAILLE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MAILLE_HOME", str(home.path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "dumb")

    def call(*arguments: str) -> Done:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        return Done(code, out, err)

    return call


def test_help_lists_every_command_and_says_where_to_begin(maille: Maille) -> None:
    done = maille("--help")
    assert done.code == 0
    assert all(command in done.out for command in COMMANDS)
    assert "maille build" in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example(maille: Maille, command: str) -> None:
    done = maille(command, "--help")
    assert done.code == 0
    assert f"Example: maille {command}" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["build", "--nonsense"],
        ["build", "surplus"],
        ["prune"],
        ["prune", "--keep", "-1"],
        ["prune", "--keep", "many"],
        ["rollback"],
        ["diff", "a"],
        ["serve", "--port", "70000"],
        ["query", "ASK {}", "--timeout", "0"],
    ],
)
def test_a_wrong_use_is_a_2_and_is_told_on_standard_error(maille: Maille, arguments: list[str]) -> None:
    done = maille(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert "Usage: maille" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "--data", "nowhere"], "nowhere is no folder"),
        (["build", "--base-iri", "no-iri"], "--base-iri: must be an http or https IRI that ends with a slash"),
        (["validate", "--engine", "other"], "--engine other: must be one of auto, pyshacl, shacl"),
        (["validate", "--file", "nowhere.ttl"], "nowhere.ttl is no file"),
        (["validate", "abc", "--file", "nowhere.ttl"], "not both"),
        (["validate", "zzz"], "There is no release 'zzz'"),
        (["info", ""], "There is no release ''"),
        (["info", "../../etc"], "There is no release '../../etc'"),
        (["rollback", "zzz"], "There is no release 'zzz'"),
        (["diff", "zzz", "yyy"], "There is no release 'zzz'"),
        (["query", "nonsense"], "Line 1"),
        (["query", "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], "SERVICE"),
        (["query", "ASK {}", "--format", "excel"], "--format excel: must be one of table, json"),
        (["query", "SELECT ?s { ?s ?p ?o }", "--format", "ttl"], "maille: "),
        (["query", "ASK {}", "--file", "q.rq"], "not both"),
        (["query", "--file", "nowhere.rq"], "the query cannot be read"),
        (["export", "--format", "docx"], "'docx' is no format: choose one of nq, ttl, jsonld"),
        (["export", "--format", "ttl.zip"], "'ttl.zip' is no format"),
        (["export", "--graph", "other/1"], "has no graph"),
        (["export", "-o", "no/such/folder/file.nq"], "No such file or directory"),
        (["serve", "--host", "192.0.2.1", "--port", "0"], "cannot listen on 192.0.2.1:0"),
        (["serve", "--host", "no such host", "--port", "0"], "cannot listen on no such host:0"),
    ],
)
def test_what_cannot_be_done_is_a_2_and_one_line(maille: Maille, arguments: list[str], told: str) -> None:
    done = maille(*arguments)
    assert done.code == 2
    assert done.out == ""
    (line,) = [line for line in done.err.splitlines() if not line.startswith("Loading")]
    assert line.startswith("maille: ")
    assert told in line


def test_a_variable_that_cannot_be_is_named(maille: Maille, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLE_PORT", "eighty")
    done = maille("releases")
    assert done.code == 2
    assert done.err.startswith("maille: MAILLE_PORT: ")


@pytest.mark.parametrize("command", [["info"], ["validate"], ["query", "ASK {}"], ["export"], ["serve"]])
def test_without_a_release_every_command_says_to_build_one(maille: Maille, tmp_path: Path, command: list[str]) -> None:
    done = maille(*command, "--home", str(tmp_path / "empty"))
    assert done.code == 2
    assert "run `maille build` first" in done.err
    assert len(done.err.splitlines()) == 1


def test_without_a_release_there_is_none_to_list(maille: Maille, tmp_path: Path) -> None:
    done = maille("releases", "--home", str(tmp_path / "empty"))
    assert done.code == 0
    assert "`maille build` makes one" in done.out
    assert json.loads(maille("releases", "--json", "--home", str(tmp_path / "empty")).out) == []


def test_the_version_is_printed(maille: Maille) -> None:
    assert maille("--version").out.startswith("maille 0.")


def test_releases_are_listed_oldest_first_and_the_current_one_is_marked(maille: Maille, home: Home) -> None:
    older, newer = (release.id for release in home.releases())
    lines = maille("releases").out.splitlines()
    assert older in lines[1]
    assert lines[2].startswith("*")
    assert newer in lines[2]
    told = json.loads(maille("releases", "--json").out)
    assert [(one["release"], one["current"], one["quads"]) for one in told] == [(older, False, 3), (newer, True, 4)]


def test_info_tells_what_is_in_a_release_named_by_its_beginning(maille: Maille, home: Home) -> None:
    older, newer = home.releases()
    assert json.loads(maille("info", "--json").out)["release"] == newer.id
    told = json.loads(maille("info", older.id[:6], "--json").out)
    assert told["release"] == older.id
    assert told["graphs"] == {f"{BASE}graph/essai/2026": 3}
    assert f"release: {older.id}" in maille("info", older.id).out


def test_a_beginning_that_two_releases_share_is_refused(maille: Maille, home: Home) -> None:
    parent = home.releases()[-1].id
    for number in range(40):
        line = f'<https://example.org/s> <https://example.org/p> "{number}" .'
        parent = home.publish(Draft([line], parent, with_store=False)).id
    first_letters = [release.id[0] for release in home.releases()]
    shared = next(letter for letter in first_letters if first_letters.count(letter) > 1)
    done = maille("info", shared)
    assert done.code == 2
    assert "give more of the id" in done.err


def test_rollback_makes_an_older_release_current(maille: Maille, home: Home) -> None:
    older = home.releases()[0].id
    done = maille("rollback", older[:8])
    assert (done.code, done.out) == (0, f"release {older} is current\n")
    assert home.current() == home.release(older)


def test_diff_tells_what_changed(maille: Maille, home: Home) -> None:
    older, newer = (release.id for release in home.releases())
    done = maille("diff", older, newer)
    assert done.code == 0
    assert f"+1 -0 {BASE}graph/mine" in done.out
    assert '"Essai [bold]"@fr' in done.out
    told = json.loads(maille("diff", newer, older, "--json").out)
    assert told["graphs"] == {f"{BASE}graph/mine": {"added": 0, "removed": 1}}
    assert maille("diff", older, older).out == "nothing changed\n"
    assert "... and 1 more" in maille("diff", older, newer, "--limit", "0").out


def test_prune_deletes_but_what_is_current(maille: Maille, home: Home) -> None:
    older = home.releases()[0].id
    assert maille("prune", "--keep", "5").out == "0 deleted, 2 kept\n"
    assert maille("prune", "--keep", "0").out == f"deleted {older}\n1 deleted, 1 kept\n"
    assert home.current() is not None


def test_a_query_answers_with_a_table(maille: Maille) -> None:
    done = maille("query", "SELECT ?t { ?s dct:title ?t }")
    assert done.code == 0
    assert [line.strip() for line in done.out.splitlines()] == ["t", "Essai [bold]", "1 row"]


def test_a_query_may_declare_its_prefixes_itself(maille: Maille) -> None:
    text = "PREFIX dct: <https://example.org/other/>\nASK { ?s dct:title ?t }"
    assert maille("query", text).out == "no\n"
    assert maille("query", "ASK { ?s dct:title ?t }").out == "yes\n"


@pytest.mark.parametrize(
    ("form", "text", "begins"),
    [
        ("json", "SELECT ?t { ?s dct:title ?t }", '{"head"'),
        ("xml", "ASK {}", "<?xml"),
        ("csv", "SELECT ?t { ?s dct:title ?t }", "t"),
        ("tsv", "SELECT ?t { ?s dct:title ?t }", "?t"),
        ("ttl", "CONSTRUCT WHERE { ?s dct:title ?t }", "@prefix"),
        ("nt", "CONSTRUCT WHERE { ?s dct:title ?t }", "<"),
        ("rdf", "CONSTRUCT WHERE { ?s dct:title ?t }", "<?xml"),
        ("jsonld", "CONSTRUCT WHERE { ?s dct:title ?t }", ""),
    ],
)
def test_a_query_answers_in_every_format(maille: Maille, form: str, text: str, begins: str) -> None:
    done = maille("query", text, "--format", form)
    assert done.code == 0
    assert done.out.startswith(begins)
    assert done.err == ""


def test_a_query_asks_a_kept_release_and_reads_files(maille: Maille, home: Home, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", encoding="utf-8")
    file = ("query", "--file", str(tmp_path / "q.rq"), "--format", "csv")
    assert maille(*file).out.split() == ["n", "4"]
    assert maille(*file, "--release", home.releases()[0].id).out.split() == ["n", "3"]


def test_a_release_that_conforms_is_a_0(maille: Maille, home: Home) -> None:
    home.publish(Draft([], home.releases()[-1].id, with_store=False))
    done = maille("validate", "--strict-warnings")
    assert done.code == 0
    assert done.out.startswith("conforms: 0 violations, 0 warnings")


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_a_file_with_a_violation_is_a_2_whatever_engine_runs(maille: Maille, tmp_path: Path, engine: str) -> None:
    file = tmp_path / "row.ttl"
    file.write_text(f"<{BASE}row/essai/2026/a> a <{BASE}def#SourceRow> .", encoding="utf-8")
    done = maille("validate", "--file", str(file), "--engine", engine)
    assert done.code == 2
    assert f"does not conform: 1 violations, 0 warnings ({engine})" in done.out
    assert "row/essai/2026/a" in done.out
    told = json.loads(maille("validate", "--file", str(file), "--engine", engine, "--json").out)
    assert (told["conforms"], len(told["results"])) == (False, 1)
    turtle = maille("validate", "--file", str(file), "--engine", engine, "--turtle").out
    assert any(quad.predicate.value.endswith("#resultMessage") for quad in parse(turtle, format=RdfFormat.TURTLE))


def test_warnings_are_a_1_only_where_one_asks(maille: Maille, tmp_path: Path) -> None:
    file = tmp_path / "structure.ttl"
    file.write_text(_STRUCTURE_WITHOUT_PROFILE, encoding="utf-8")
    assert maille("validate", "--file", str(file)).code == 0
    assert maille("validate", "--file", str(file), "--strict-warnings").code == 1


def test_a_file_that_is_no_rdf_is_told_with_its_line(maille: Maille, tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text("<a> <b>\n<c", encoding="utf-8")
    done = maille("validate", "--file", str(file))
    assert done.code == 2
    assert done.err.startswith("maille: bad.ttl: ")


@pytest.mark.parametrize(
    ("form", "syntax", "count"),
    [("nq", RdfFormat.N_QUADS, 4), ("ttl", RdfFormat.TURTLE, 4), ("jsonld", RdfFormat.JSON_LD, 4)],
)
def test_an_export_holds_every_statement(
    maille: Maille, tmp_path: Path, form: str, syntax: RdfFormat, count: int
) -> None:
    for name in (form, f"{form}.gz"):
        file = tmp_path / f"out.{name}"
        assert maille("export", "--format", name, "-o", str(file)).code == 0
        content = gzip.decompress(file.read_bytes()) if name.endswith(".gz") else file.read_bytes()
        assert len(set(parse(content, format=syntax))) == count
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_an_export_of_all_is_the_dump(maille: Maille, home: Home, tmp_path: Path) -> None:
    maille("export", "-o", str(tmp_path / "all.nq.gz"))
    current = home.current()
    assert current is not None
    assert gzip.decompress((tmp_path / "all.nq.gz").read_bytes()) == gzip.decompress(current.dump.read_bytes())


def test_an_export_may_be_one_graph_named_by_its_end_or_in_full(maille: Maille) -> None:
    by_end = maille("export", "--format", "nq", "--graph", "essai/2026").out
    assert by_end == maille("export", "--format", "nq", "--graph", f"{BASE}graph/essai/2026").out
    assert len(by_end.splitlines()) == 3


def test_an_export_that_fails_leaves_no_file(maille: Maille, home: Home, tmp_path: Path) -> None:
    current = home.current()
    assert current is not None
    current.dump.write_bytes(current.dump.read_bytes()[:-20])
    done = maille("export", "-o", str(tmp_path / "all.nq.gz"))
    assert done.code == 2
    assert "cannot be read" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_an_empty_release_is_built_and_told(maille: Maille, tmp_path: Path) -> None:
    place = ("--home", str(tmp_path / "other"))
    told = json.loads(maille("build", "--empty", "--json", *place).out)
    assert (told["quads"], told["new"], told["rejected"]) == (0, True, [])
    again = maille("build", "--empty", *place)
    assert again.code == 0
    assert f"nothing changed: still release {told['release']}" in again.out


def test_an_interruption_ends_in_one_line(capfd: pytest.CaptureFixture[str], home: Home) -> None:
    class Impatient(list[str]):
        def __iter__(self) -> Iterator[str]:
            raise Interrupted

    assert run(Impatient()) == INTERRUPTED
    assert capfd.readouterr().err == "maille: interrupted\n"


def test_progress_is_plain_lines_where_standard_error_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    shown = progress()
    assert isinstance(shown, Said)
    shown.stage("Loading cog/2026")
    shown.advance()
    shown.close()
    assert capfd.readouterr().err == "Loading cog/2026\n"


def test_a_terminal_sees_nothing_of_what_is_quick_and_the_rest_after_two_seconds() -> None:
    from io import StringIO

    from rich.console import Console

    for seconds, seen in ((1.0, False), (3.0, True)):
        ticks = iter([0.0] + [seconds] * 5000)
        screen = StringIO()
        shown = Shown(Console(file=screen, force_terminal=True, width=80), clock=lambda ticks=ticks: next(ticks))
        shown.stage("Loading cog/2026")
        for _ in range(1000):
            shown.advance()
        shown.close()
        assert ("Loading cog/2026" in screen.getvalue()) is seen


_STRUCTURE_WITHOUT_PROFILE = f"""
@prefix maille: <{BASE}def#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<{BASE}id/structure/essai-0a1b2c3d> a maille:InnovationStructure, schema:Organization ;
  skos:prefLabel "Essai"@fr ; prov:wasDerivedFrom <{BASE}row/study/2020-06/L254> .
<{BASE}row/study/2020-06/L254> a maille:SourceRow ; maille:sourceLine 254 ;
  prov:wasQuotedFrom <{BASE}source/study/2020-06> .
"""
