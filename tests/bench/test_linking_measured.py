"""What `bench/RESULTS.md` says of record linkage, measured again on the real files, and pairs that are known."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from maille.loaders.linking.curated import Curated, curated_of, shipped
from maille.loaders.linking.link import Links
from maille.loaders.linking.mention import Mention

BENCH = Path(__file__).resolve().parents[2] / "bench"


def measurements() -> ModuleType:
    """Return `bench.linking`, which is installed nowhere."""
    if "bench" not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            "bench", BENCH / "__init__.py", submodule_search_locations=[str(BENCH)]
        )
        assert spec is not None
        sys.modules["bench"] = importlib.util.module_from_spec(spec)
    return importlib.import_module("bench.linking")


linking = measurements()
needs_files = pytest.mark.skipif(
    not linking.DATA.is_dir(), reason="the real files are not here: set MAILLE_SHARED_DATA to their folder"
)
INRIA = ("62-inria-startup-studio-saclay", "209-inria-startup-studio-paris")
RUCHE = (
    "68-la-ruche",
    "69-la-ruche-saint-germain-en-laye",
    "70-the-human-safety-net-saint-denis-la-ruche",
    "71-the-human-safety-net-montreuil-la-ruche",
)
INTENCITY = ("189-intencity-paris", "190-intencity-clichy", "191-intencity-choisy")


@cache
def mentions() -> Sequence[Mention]:
    return linking.mentions()


@cache
def links() -> Links:
    return linking.linked(mentions())


@needs_files
def test_precision_and_recall_are_as_high_as_asked() -> None:
    across = [one for one in linking.results(mentions()) if not one.pair.inside]
    assert not [one for one in across if one.joined is None]
    joined = [one for one in across if one.joined]
    right = sum(one.pair.same for one in joined)
    assert right / len(joined) >= 0.99
    assert right / sum(one.pair.same for one in across) >= 0.90


def recalls(curated: Curated | None = None) -> dict[str, tuple[int, int]]:
    """Return files -> how many of the same pairs are joined, and how many there are; nothing else may be joined."""
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for one in linking.results(mentions(), curated):
        if not one.pair.inside:
            assert one.pair.same or not one.joined, one
            hits, total = found[one.pair.files]
            found[one.pair.files] = hits + bool(one.joined), total + one.pair.same
    return {files: counts for files, counts in found.items() if counts[1]}


@needs_files
def test_so_they_are_for_each_two_files() -> None:
    low = {files: hits / total for files, (hits, total) in recalls().items() if hits / total < 0.90}
    assert low == {"maplabbzh - study": 0.0}, "one pair alone, of a structure that changed its name"


@needs_files
def test_so_they_are_for_all_files_with_the_shipped_pairs() -> None:
    assert all(hits / total >= 0.90 for hits, total in recalls(curated_of(shipped())).values())


@needs_files
def test_every_shipped_pair_names_rows_and_becomes_one() -> None:
    pairs = curated_of(shipped())
    with_pairs = linking.linked(mentions(), pairs)
    assert not with_pairs.notes
    for ruling in pairs.confirmed:
        assert with_pairs.iri(ruling.one.source, ruling.one.key) == with_pairs.iri(ruling.two.source, ruling.two.key)
        assert "https://" in ruling.note


@needs_files
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("54-incubateur-des-arts-et-metiers", "incubateur-ensam-paris"),
        ("45-imt-starter", "telecom-management-sudparis-entrepreneurs"),
    ],
)
def test_acronyms_and_operators_tell_who_changed_its_name(one: str, two: str) -> None:
    assert links().iri("idf-incubateurs", one) == links().iri("techonmap", two)


@needs_files
@pytest.mark.parametrize("keys", [INRIA, RUCHE, INTENCITY])
def test_sites_that_share_a_siret_stay_apart(keys: tuple[str, ...]) -> None:
    assert len({links().iri("idf-incubateurs", key) for key in keys}) == len(keys)


@needs_files
def test_moho_is_one_and_tuba_is_two() -> None:
    assert links().iri("study", "moho") == links().iri("anct-fabriques", "fabt-223")
    assert links().iri("study", "tuba") != links().iri("anct-fabriques", "fabt-34")


@needs_files
def test_a_place_called_as_its_operator_is_found() -> None:
    assert links().iri("anct-fabriques", "fabt-106") == links().iri("maplabbzh", "31")


@needs_files
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("104-platform-58-by-la-banque-postale", "200-platform58"),
        ("81-lvmh-la-maison-des-startups-station-f", "193-la-maison-des-startups-lvmh"),
        ("29-elastolab", "172-elastolab"),
    ],
)
def test_rows_that_stand_twice_are_one(one: str, two: str) -> None:
    assert links().iri("idf-incubateurs", one) == links().iri("idf-incubateurs", two)


@needs_files
def test_no_structure_of_two_rows_of_one_file_is_in_two_communes() -> None:
    for thing in links().things:
        by_source: Mapping[str, set[str]] = {one.source: set() for one in thing}
        for one in thing:
            if one.kind == "structure" and one.commune:
                by_source[one.source].add(one.commune)
        assert all(len(communes) < 2 for communes in by_source.values()), [str(one.id) for one in thing]


@needs_files
def test_thousands_of_mentions_take_seconds() -> None:
    assert len(mentions()) > 2000
    assert len(links().decisions) < len(mentions()) * 10, "blocking lets too many pairs through"


@pytest.mark.parametrize(
    ("hits", "total", "told"),
    [(0, 0, "-"), (0, 1, "0.000 (0.000-0.793)"), (1, 1, "1.000 (0.207-1.000)"), (99, 100, "0.990 (0.946-0.998)")],
)
def test_the_interval_is_wilsons(hits: int, total: int, told: str) -> None:
    assert linking.wilson(hits, total) == told
