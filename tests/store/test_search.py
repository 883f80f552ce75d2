"""Tests of what the search index finds, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maille.ontology.errors import ReleaseError
from maille.store import search_match
from maille.store.search import Filters, SearchIndex
from maille.store.search_text import asked, distance, distance_to_beginning, fold
from tests.store import searching

COMMUNE = "https://w3id.org/maille/id/commune/"
WORDS = st.text("abé", max_size=7)


@pytest.fixture(scope="module")
def index() -> Iterator[SearchIndex]:
    index = searching.index()
    yield index
    index.close()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Saint-Étienne", "42218"),
        ("SAINT ETIENNE", "42218"),
        ("saintetienne", "42218"),
        ("saint-étienn", "42218"),
        ("saint etiene", "42218"),
        ("siant etienne", "42218"),
        ("étienne saint", "42218"),
        ("l'hay les roses", "94038"),
        ("L\u2019HAŸ\u2011LES\u2011ROSES", "94038"),
        ("hay roses", "94038"),
        ("OETING", "57521"),
        ("œting", "57521"),
        ("grenobl", "38185"),
        ("grneoble", "38185"),
        ("boulogne sur mer", "62160"),
        ("boulogne", "62160"),
        ("51454", "51454"),
    ],
)
def test_a_name_is_found_however_it_is_written(index: SearchIndex, text: str, code: str) -> None:
    assert index.search(text, kinds=["commune"])[0].iri == COMMUNE + code


def test_the_very_name_comes_before_beginnings_words_and_typos(index: SearchIndex) -> None:
    assert index.search("saint étienne")[0].score == 100
    assert index.search("51454")[0].score == 99
    assert 80 <= index.search("grenobl")[0].score < 95
    assert 60 <= index.search("roses")[0].score < 80
    assert index.search("grneoble")[0].score < 80
    assert [hit.score for hit in index.search("e")] == sorted((hit.score for hit in index.search("e")), reverse=True)


def test_the_more_people_the_earlier(index: SearchIndex) -> None:
    found = [hit.label for hit in index.search("étien", kinds=["commune"])]
    assert found == ["Étienneville", "Saint-Étienne"]
    populations = [
        row["population"] for row in index.find(Filters(kind=["commune"]), limit=9).rows if "population" in row
    ]
    assert populations == sorted(populations, reverse=True)


def test_kinds_and_languages(index: SearchIndex) -> None:
    assert {hit.kind for hit in index.search("a", kinds=("profile", "theme"), limit=50)} <= {"profile", "theme"}
    assert index.search("lyon", kinds=["no-such-kind"]) == []
    assert index.search("lyon", kinds=['") OR ("']) == []
    hit, *_ = index.search("51454", lang="en")
    assert hit.description.startswith("Commune")


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", '"', "*", "-", "NEAR(a b)", "a AND", "\ud800", "’", "{name}:", "_", "%"]
)
def test_odd_questions_are_harmless(index: SearchIndex, text: str) -> None:
    index.search(text)
    index.suggest(text)
    index.find(Filters(text=text, kind=["commune"], territory=[text], profile=[text]))
    index.get(text)
    index.numbers("siren", [text])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_asked(text: str) -> None:
    index = _shared()
    found = index.search(text, limit=7)
    assert len(found) <= 7
    assert found == index.search(text, limit=7)
    assert len({hit.iri for hit in found}) == len(found)
    assert all(0 < hit.score <= 100 for hit in found)
    assert index.suggest(text, limit=7) == [*index.suggest(text, limit=7)]


@given(st.text(max_size=30))
def test_folding_is_done_once_and_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert asked(text) == asked(asked(text))


@given(WORDS, WORDS, st.integers(0, 3))
def test_the_distance_is_that_of_the_textbook(one: str, other: str, most: int) -> None:
    assert distance(one, other, 99) == _by_the_book(one, other)
    assert min(distance(one, other, 99), most + 1) == distance(one, other, most) == distance(other, one, most)
    assert (distance(one, other, 99) == 0) == (one == other)
    assert distance(one, other, 99) <= max(len(one), len(other))
    assert distance_to_beginning(one, other, 99) <= distance(one, other, 99) or len(one) != len(other)


def _by_the_book(one: str, other: str) -> int:
    table = {(at, 0): at for at in range(len(one) + 1)} | {(0, to): to for to in range(len(other) + 1)}
    for at in range(1, len(one) + 1):
        for to in range(1, len(other) + 1):
            changed = table[at - 1, to - 1] + (one[at - 1] != other[to - 1])
            table[at, to] = min(table[at - 1, to] + 1, table[at, to - 1] + 1, changed)
            if at > 1 and to > 1 and one[at - 1] == other[to - 2] and one[at - 2] == other[to - 1]:
                table[at, to] = min(table[at, to], table[at - 2, to - 2] + 1)
    return table[len(one), len(other)]


def test_pages_follow_one_another_and_miss_nothing(index: SearchIndex) -> None:
    whole = [row["iri"] for row in index.find(limit=10_000).rows]
    assert len(whole) == index.find().total == len(set(whole))
    for sort in ("relevance", "label", "-label", "code", "population", "-population"):
        for filters in (Filters(), Filters(text="e")):
            seen: list[str] = []
            after = None
            while True:
                page = index.find(filters, sort, after, limit=4, facets=("kind",))
                seen += [row["iri"] for row in page.rows]
                after = page.next
                if after is None:
                    break
            assert seen == [row["iri"] for row in index.find(filters, sort, limit=10_000).rows]
            assert len(seen) == page.total == sum(count for _, count in page.facets["kind"])


def test_a_cursor_or_sort_that_is_none_is_told(index: SearchIndex) -> None:
    cursor = index.find(sort="label", limit=1).next
    assert cursor
    for sort, after in (("none", None), ("label", "x"), ("label", "é"), ("code", cursor), ("label", cursor[:-3])):
        with pytest.raises(ValueError, match=r"cursor|sorted"):
            index.find(sort=sort, after=after)


def test_facets_count_the_alternatives(index: SearchIndex) -> None:
    every = index.find(facets=("source", "kind", "none"))
    chosen = every.facets["source"][0][0]
    one = index.find(Filters(source=[chosen]), facets=("source", "kind"))
    assert one.total == dict(every.facets["source"])[chosen]
    assert one.facets["source"] == every.facets["source"]
    assert one.total == sum(number for _, number in one.facets["kind"])
    assert every.facets["none"] == []
    name, _, vintage = chosen.partition("/source/")[2].partition("/")
    assert index.find(Filters(source=[f"{name}/{vintage}"])).rows == one.rows
    assert index.find(Filters(source=[name])).total >= one.total


def test_rows_tell_their_sources_and_licences(index: SearchIndex) -> None:
    row = index.get(COMMUNE + "69123")
    assert row is not None
    assert row["sources"] == ["https://w3id.org/maille/source/cog/2026"]
    for structure in index.find(Filters(kind=["structure"])).rows:
        assert set(structure) >= {
            "iri",
            "id",
            "label",
            "other_labels",
            "kind",
            "profiles",
            "themes",
            "sources",
            "licences",
        }


def test_filters_by_place(index: SearchIndex) -> None:
    lyon = index.find(Filters(territory=["69123"], kind=["structure"]))
    assert lyon.rows == index.find(Filters(territory=[COMMUNE + "69123"], kind=["structure"])).rows
    assert all(row["commune"]["code"] == "69123" for row in lyon.rows)
    assert index.find(Filters(bbox=(-180, -90, 180, 90))).total == sum(
        1 for row in index.find(limit=10_000).rows if row.get("lon") is not None
    )
    assert index.find(Filters(bbox=(0, 0, 0, 0))).total == 0


def test_names_under_another_base() -> None:
    other = "https://data.example.org/"
    lines = [line.replace("https://w3id.org/maille/", other) for line in searching.lines()]
    index = SearchIndex.over(lines, "test", other)
    assert index.base == other
    assert index.search("reims")[0].iri == f"{other}id/commune/51454"
    row = index.get(COMMUNE + "51454")
    assert row is not None
    assert row["iri"] == f"{other}id/commune/51454"


def test_numbers(index: SearchIndex) -> None:
    assert [row["id"] for row in index.numbers("codeInsee", ["51454"])["51454"]] == ["51454"]
    assert index.numbers("siren", ["000000000"]) == {"000000000": []}


def test_a_damaged_file_is_told() -> None:
    with pytest.raises(ReleaseError):
        SearchIndex.open(searching.WEB)
    with pytest.raises(ReleaseError):
        SearchIndex.open(searching.WEB.with_name("not-there"))


_INDEX: list[SearchIndex] = []


def _shared() -> SearchIndex:
    if not _INDEX:
        _INDEX.append(searching.index())
    return _INDEX[0]


def test_nothing_is_asked_of_typos_where_the_name_is_known(index: SearchIndex) -> None:
    assert search_match.Hit._fields == ("iri", "kind", "label", "description", "score", "code")
    assert [hit.label for hit in index.search("l'haÿ-les-roses", kinds=["commune"])] == ["L'Haÿ-les-Roses"]
