"""The pipeline over a small source: rows, rejections, what is carried over, and the same bytes each time."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from maille.loaders.build import BuildOptions, build
from maille.loaders.checking import ROUNDS
from maille.loaders.progress import Timed
from maille.loaders.source import RejectedRow, Row, RowRejected, SourceDescription
from maille.ontology import vocabulary
from maille.ontology.errors import (
    BuildLocked,
    InvalidIdentifier,
    ReleaseMoved,
    SourceError,
    ViolationsLeft,
)
from maille.ontology.namespaces import BASE
from maille.ontology.terms import MAILLE, PROV, RDF, SH, SKOS
from maille.shapes.report import Report, Result
from maille.store.release import Draft, Home, Release

DESCRIPTION = SourceDescription(
    id="essai",
    vintage="2026",
    title_fr="Essai",
    title_en="Trial",
    description_fr="Une table d'essai.",
    description_en="A table to try things with.",
    publisher="https://example.org/publisher",
    licence="https://example.org/licence",
    attribution="Essai, 2026",
    address="https://example.org/table",
    issued=date(2026, 3, 9),
    file_name="essai.csv",
    sha256="0" * 64,
)
SOUND = {"a": "Alpha", "b": "Bêta", "c": "Gamma"}


class Table:
    """A source of names: a row called `siren` has a wrong SIREN, one whose name is `!` lacks its source."""

    def __init__(self, names: Mapping[str, str], description: SourceDescription = DESCRIPTION) -> None:
        self._names = names
        self._description = description

    @property
    def description(self) -> SourceDescription:
        return self._description

    def rows(self) -> Iterator[Row]:
        for line, (key, name) in enumerate(self._names.items(), 2):
            yield Row("essai.csv", line, key, {"name": name})

    def quads(self, row: Row) -> Iterator[Quad]:
        node, graph = self.description.row(row.key), self.description.graph
        yield Quad(node, RDF.type, MAILLE.SourceRow, graph)
        if not row.values["name"]:
            raise RowRejected("name", "", "is missing")
        if row.key == "siren":
            raise InvalidIdentifier("the key of 123456789 is wrong")
        yield Quad(node, SKOS.prefLabel, Literal(row.values["name"], language="fr"), graph)
        if row.values["name"] != "!":
            yield Quad(node, PROV.wasQuotedFrom, self.description.source, graph)


def accept(_: Path) -> Report:
    return Report()


def options(home: Path, names: Mapping[str, str] = SOUND, **changes: object) -> BuildOptions:
    built = BuildOptions(home, loaders=(Table(names),), judge=accept)
    return replace(built, **changes)  # type: ignore[arg-type]


def refuse(*keys: str, path: NamedNode | None = SKOS.prefLabel) -> Callable[[Path], Report]:
    """Return a judge that refuses the names of these rows, for as long as they are there."""

    def judge(quads: Path) -> Report:
        text = quads.read_text(encoding="utf-8")
        return Report(tuple(violation(DESCRIPTION.row(key), path) for key in keys if str(DESCRIPTION.row(key)) in text))

    return judge


def violation(focus: NamedNode, path: NamedNode | None = None, value: Literal | None = None) -> Result:
    return Result(focus, path, value, SH.SPARQLConstraintComponent, SH.Violation, None, {"en": "is refused"})


def current(home: Path) -> Release:
    release = Home(home).current()
    assert release is not None
    return release


def lines(home: Path) -> list[str]:
    return list(current(home).lines())


def write(home: Path, *statements: str) -> Release:
    """Publish a release with more statements, as a write through the endpoint would."""
    parent = current(home)
    return Home(home).publish(Draft([*parent.lines(), *statements], parent.id))


def test_a_build_publishes_what_the_sources_say_with_the_vocabulary_and_the_descriptions(tmp_path: Path) -> None:
    summary = build(options(tmp_path))
    assert summary.exit_code == 0
    assert summary.new
    (source,) = summary.sources
    assert (source.read, source.accepted, source.rejected) == (3, 3, 0)
    assert set(summary.graphs) == {
        f"{BASE}graph/essai/2026",
        f"{BASE}graph/meta",
        f"{BASE}graph/vocabulary/{vocabulary.VERSION}",
    }
    assert summary.graphs[f"{BASE}graph/essai/2026"] == 9
    assert summary.quads == len(lines(tmp_path))
    assert current(tmp_path).id == summary.release


def test_the_same_again_makes_no_new_release(tmp_path: Path) -> None:
    first = build(options(tmp_path))
    dump = current(tmp_path).dump.read_bytes()
    again = build(options(tmp_path))
    assert (again.release, again.new) == (first.release, False)
    assert len(Home(tmp_path).releases()) == 1
    assert current(tmp_path).dump.read_bytes() == dump


def test_the_order_of_rows_and_the_place_change_no_byte(tmp_path: Path) -> None:
    build(options(tmp_path / "here"))
    build(options(tmp_path / "there", dict(reversed(SOUND.items()))))
    assert current(tmp_path / "here").id == current(tmp_path / "there").id
    assert current(tmp_path / "here").dump.read_bytes() == current(tmp_path / "there").dump.read_bytes()


def test_a_row_its_loader_rejects_is_listed_and_the_rest_loads(tmp_path: Path) -> None:
    summary = build(options(tmp_path, {"a": "Alpha", "b": "", "siren": "Delta", "c": "Gamma"}))
    assert summary.exit_code == 1
    assert summary.rejected == (
        RejectedRow("essai.csv", 3, "name", "", "is missing"),
        RejectedRow("essai.csv", 4, "", "", "the key of 123456789 is wrong"),
    )
    # Nothing of a rejected row is left, not even what it said before the fault.
    assert summary.graphs[f"{BASE}graph/essai/2026"] == 6
    assert json.loads((current(tmp_path).path / "rejected.json").read_text(encoding="utf-8")) == [
        {"file": "essai.csv", "line": 3, "column": "name", "value": "", "reason": "is missing"},
        {"file": "essai.csv", "line": 4, "column": "", "value": "", "reason": "the key of 123456789 is wrong"},
    ]


def test_a_row_the_shapes_refuse_is_rejected_with_its_line_and_the_message(tmp_path: Path) -> None:
    summary = build(options(tmp_path, {**SOUND, "d": "!"}, judge=BuildOptions(tmp_path).judge))
    (row,) = summary.rejected
    assert (row.file, row.line, row.column) == ("essai.csv", 5, "wasQuotedFrom")
    assert row.reason
    assert summary.graphs[f"{BASE}graph/essai/2026"] == 9
    assert summary.exit_code == 1


def test_the_real_judge_finds_nothing_in_a_sound_table(tmp_path: Path) -> None:
    assert build(options(tmp_path, judge=BuildOptions(tmp_path).judge)).rejected == ()


def test_the_row_that_stated_the_value_is_blamed_and_no_other(tmp_path: Path) -> None:
    twice = Table({"a": "Alpha"}, replace(DESCRIPTION, vintage="2025"))
    node, value = NamedNode("https://example.org/x"), Literal("faux")

    class Both(Table):
        def quads(self, row: Row) -> Iterator[Quad]:
            yield from super().quads(row)
            yield Quad(node, SKOS.altLabel, value if row.key == "b" else Literal("vrai"), self.description.graph)

    def judge(quads: Path) -> Report:
        wrong = str(value) in quads.read_text(encoding="utf-8")
        return Report((violation(node, SKOS.altLabel, value),) if wrong else ())

    summary = build(options(tmp_path, loaders=(twice, Both(SOUND)), judge=judge))
    assert summary.rejected == (RejectedRow("essai.csv", 3, "altLabel", "faux", "is refused"),)


def test_a_violation_without_path_is_blamed_on_the_row_that_gave_the_class(tmp_path: Path) -> None:
    summary = build(options(tmp_path, judge=refuse("b", path=None)))
    assert [(row.line, row.column) for row in summary.rejected] == [(3, "")]


def test_rows_fall_round_after_round_until_nothing_is_violated(tmp_path: Path) -> None:
    def judge(quads: Path) -> Report:
        text = quads.read_text(encoding="utf-8")
        here = [key for key in "abc" if str(DESCRIPTION.row(key)) in text]
        return Report((violation(DESCRIPTION.row(here[0])),) if here[0] != "c" else ())

    assert [row.line for row in build(options(tmp_path, judge=judge)).rejected] == [2, 3]


def test_a_violation_that_no_row_answers_for_publishes_nothing(tmp_path: Path) -> None:
    former = build(options(tmp_path)).release
    judge = lambda _: Report((violation(NamedNode("https://example.org/nobody")),))  # noqa: E731
    with pytest.raises(ViolationsLeft, match=r"1 violation is left.*nobody: is refused") as caught:
        build(options(tmp_path, {"a": "Autre"}, judge=judge))
    assert caught.value.details == ("https://example.org/nobody: is refused",)
    assert current(tmp_path).id == former
    assert len(Home(tmp_path).releases()) == 1


def test_the_rounds_are_bounded(tmp_path: Path) -> None:
    names = {f"r{number}": "Nom" for number in range(ROUNDS + 3)}

    def judge(quads: Path) -> Report:
        text = quads.read_text(encoding="utf-8")
        return Report((violation(next(node for key in names if str(node := DESCRIPTION.row(key)) in text)),))

    with pytest.raises(ViolationsLeft):
        build(options(tmp_path, names, judge=judge))
    assert Home(tmp_path).current() is None


def test_warnings_are_counted_and_reject_nothing(tmp_path: Path) -> None:
    warning = replace(violation(DESCRIPTION.row("a")), severity=SH.Warning, shape=NamedNode(BASE + "shapes#Some"))
    summary = build(options(tmp_path, judge=lambda _: Report((warning,))))
    assert summary.warnings == {"Some": 1}
    assert summary.exit_code == 0
    quality = (current(tmp_path).path / "quality.ttl").read_bytes()
    assert any(quad.object == Literal(1) for quad in parse(quality, format=RdfFormat.TURTLE))


def test_the_counts_of_void_are_those_of_the_dump(tmp_path: Path) -> None:
    summary = build(options(tmp_path))
    void = (current(tmp_path).path / "void.ttl").read_bytes()
    told = {
        quad.subject.value: int(quad.object.value)
        for quad in parse(void, format=RdfFormat.TURTLE)
        if quad.predicate.value.endswith("#triples")
        and isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, Literal)
    }
    assert told == {**summary.graphs, f"{BASE}.well-known/void#dataset": summary.quads}


def test_what_was_written_by_hand_is_carried_over(tmp_path: Path) -> None:
    build(options(tmp_path))
    written = (
        '<https://example.org/s> <https://example.org/p> "a . b" <https://example.org/g> .',
        "_:b1 <https://example.org/p> <https://example.org/g> .",
        "<https://example.org/s> <https://example.org/p> _:b1 .",
    )
    write(tmp_path, *written)
    summary = build(options(tmp_path, {"a": "Autre"}))
    assert set(written) <= set(lines(tmp_path))
    assert summary.carried == ("", "https://example.org/g")
    assert summary.graphs["https://example.org/g"] == 1
    assert summary.graphs[""] == 2
    assert summary.graphs[f"{BASE}graph/essai/2026"] == 3


def test_what_was_written_is_dropped_where_one_says_so(tmp_path: Path) -> None:
    alone = build(options(tmp_path)).release
    write(tmp_path, "<https://example.org/s> <https://example.org/p> 1 .".replace("1", '"1"'))
    assert build(options(tmp_path, discard_written=True)).release == alone


def test_a_vintage_that_is_built_no_more_is_no_writing_and_goes(tmp_path: Path) -> None:
    older = Table(SOUND, replace(DESCRIPTION, vintage="2025"))
    build(options(tmp_path, loaders=(older,)))
    write(tmp_path, '<https://example.org/s> <https://example.org/p> "1" <https://example.org/g> .')
    summary = build(options(tmp_path))
    assert summary.carried == ("https://example.org/g",)
    assert f"{BASE}graph/essai/2025" not in summary.graphs


def test_what_is_written_during_a_build_is_kept(tmp_path: Path) -> None:
    build(options(tmp_path))
    statement = '<https://example.org/s> <https://example.org/p> "1" <https://example.org/g> .'

    def judge(_: Path) -> Report:
        write(tmp_path, statement)
        return Report()

    summary = build(options(tmp_path, {"a": "Autre"}, judge=judge))
    assert statement in lines(tmp_path)
    assert summary.carried == ("https://example.org/g",)


def test_the_last_step_is_done_again_where_somebody_published_meanwhile(tmp_path: Path) -> None:
    build(options(tmp_path))
    statement = '<https://example.org/s> <https://example.org/p> "1" <https://example.org/g> .'
    waiting = [statement]

    class Busy(Home):
        def publish(self, draft: Draft) -> Release:
            if waiting:
                write(tmp_path, waiting.pop())
            return super().publish(draft)

    build(options(tmp_path, {"a": "Autre"}, open_home=Busy))
    assert statement in lines(tmp_path)


def test_a_build_gives_up_where_others_never_stop_publishing(tmp_path: Path) -> None:
    build(options(tmp_path))

    class Restless(Home):
        def publish(self, draft: Draft) -> Release:
            raise ReleaseMoved("somebody was quicker")

    with pytest.raises(ReleaseMoved):
        build(options(tmp_path, {"a": "Autre"}, open_home=Restless))


def test_an_empty_build_has_no_triple_at_all(tmp_path: Path) -> None:
    build(options(tmp_path))
    write(tmp_path, '<https://example.org/s> <https://example.org/p> "1" <https://example.org/g> .')
    summary = build(options(tmp_path, empty=True))
    assert summary.quads == 0
    assert lines(tmp_path) == []
    assert current(tmp_path).manifest.quads == 0


def test_another_base_is_in_names_and_never_in_text(tmp_path: Path) -> None:
    base = "https://example.org/maille/"
    summary = build(options(tmp_path, {"a": f"Voir {BASE}def"}, base_iri=base))
    assert f"{base}graph/essai/2026" in summary.graphs
    text = gzip.decompress(current(tmp_path).dump.read_bytes()).decode()
    assert f'"Voir {BASE}def"@fr' in text
    assert f"<{BASE}" not in text
    assert BASE not in (current(tmp_path).path / "void.ttl").read_text(encoding="utf-8")


def test_a_change_of_base_takes_what_was_written_along(tmp_path: Path) -> None:
    build(options(tmp_path))
    write(tmp_path, f'<{BASE}id/x> <https://example.org/p> "<{BASE}>" <{BASE}graph/mine> .')
    base = "https://example.org/maille/"
    summary = build(options(tmp_path, base_iri=base))
    assert f'<{base}id/x> <https://example.org/p> "<{BASE}>" <{base}graph/mine> .' in lines(tmp_path)
    assert f"{base}graph/mine" in summary.graphs
    assert f"{BASE}graph/essai/2026" not in summary.graphs
    back = build(options(tmp_path))
    assert f'<{BASE}id/x> <https://example.org/p> "<{BASE}>" <{BASE}graph/mine> .' in lines(tmp_path)
    assert f"{base}graph/essai/2026" not in back.graphs


def test_two_builds_do_not_run_at_once(tmp_path: Path) -> None:
    def judge(_: Path) -> Report:
        with pytest.raises(BuildLocked):
            build(options(tmp_path))
        return Report()

    assert build(options(tmp_path, judge=judge)).new


def test_a_source_that_cannot_be_read_publishes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    class Broken(Table):
        def rows(self) -> Iterator[Row]:
            yield Row("essai.csv", 2, "a", {"name": "Alpha"})
            raise SourceError("essai.csv, line 3: no end of quotation")

    with pytest.raises(SourceError, match="line 3"):
        build(options(tmp_path, loaders=(Broken(SOUND),)))
    assert Home(tmp_path).current() is None
    assert [path.name for path in (tmp_path / "releases").iterdir()] == []


def test_a_build_leaves_nothing_beside_its_release(tmp_path: Path) -> None:
    release = build(options(tmp_path)).release
    assert [path.name for path in (tmp_path / "releases").iterdir()] == [release]


def test_the_store_of_a_new_release_is_sound_and_holds_the_dump(tmp_path: Path) -> None:
    summary = build(options(tmp_path))
    assert (current(tmp_path).store_path / "CURRENT").is_file()
    store = current(tmp_path).open_store()
    assert len(store) == summary.quads
    del store


def test_a_home_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, no folder", encoding="utf-8")
    with pytest.raises(Exception, match=r"^[^\n]+$"):
        build(options(tmp_path / "home"))


def test_the_summary_tells_rows_graphs_and_rejections() -> None:
    ticks = iter(range(100))
    timed = Timed(_Deaf(), clock=lambda: float(next(ticks)))
    timed.stage("one")
    timed.stage("two")
    timed.stage("one")
    assert timed.finish() == 5.0
    assert timed.seconds == {"one": 2.0, "two": 1.0}


def test_a_long_list_of_rejected_rows_is_cut_and_says_so(tmp_path: Path) -> None:
    summary = build(options(tmp_path, {f"r{number}": "" for number in range(25)} | SOUND))
    listing = list(summary.listing())
    assert len(listing) == 21
    assert listing[0] == "essai.csv:2: name '': is missing"
    assert listing[-1] == "... and 5 more: all are in rejected.json of the release"
    assert len(json.loads(json.dumps(summary.to_dict()))["rejected"]) == 25
    assert any("28 rows read, 3 accepted, 25 rejected" in line for line in summary.lines())


class _Deaf:
    def stage(self, name: str) -> None: ...

    def advance(self, count: int = 1) -> None: ...
