"""The frozen labelled pairs of record linkage are sound: keys exist, labels are closed, the README counts right."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from maille.ontology.iris import slugify

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bench" / "linking"
COLUMNS = ("source_a", "key_a", "source_b", "key_b", "label", "basis", "reason")
LISTS = ("tutelles", "sigles_des_tutelles", "uai_des_tutelles", "siret_des_tutelles")
TECHONMAP = {"Incubateur", "Tiers-lieu", "Communauté", "Acteur public", "Investisseur", "École"}
Row = dict[str, str]


def _read(path: Path, delimiter: str = ",") -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


PAIRS = _read(FOLDER / "pairs.csv")
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def _properties(path: Path) -> list[Row]:
    return [feature["properties"] for feature in json.loads(path.read_text(encoding="utf-8"))["features"]]


def _incubators(folder: Path) -> Iterator[str]:
    for row in _read(folder / "idf-incubateurs-accelerateurs.csv", ";"):
        key = f"{row['ID']}-{slugify(row['Nom'])}"
        yield key
        if row["Raison sociale"]:
            yield f"{key}#operator"


def _supervising(folder: Path) -> Iterator[str]:
    for row in _read(folder / "mesr-rnsr-extrait-400.csv", ";"):
        lengths = {len(row[name].split(";")) for name in LISTS}
        if len(lengths) == 1:
            yield from (f"{row['numero_national_de_structure']}#tutelle-{n + 1}" for n in range(lengths.pop()))


@pytest.fixture(scope="module")
def keys(shared_data: Path) -> dict[str, frozenset[str]]:
    """Return the keys of each source, read from the files themselves."""
    places = _properties(shared_data / "anct-fabriques-de-territoire.geojson")
    schools = _read(shared_data / "mesr-etablissements-esr.csv", ";")
    actors = _properties(shared_data / "techonmap-idf.geojson")
    return {
        "idf-incubateurs": frozenset(_incubators(shared_data)),
        "anct-fabriques": frozenset(key for row in places for key in row["id_territoire"].split("; ")),
        "maplabbzh": frozenset(row["id"] for row in _properties(shared_data / "bretagne-maplabbzh.geojson")),
        "techonmap": frozenset(row["id"] for row in actors if row["category"] in TECHONMAP),
        "mesr-etablissements": frozenset(row["etablissement_id_paysage"] for row in schools),
        "rnsr": frozenset(_supervising(shared_data)),
        "study": frozenset(row["key"] for row in _read(ROOT / "loaders" / "data" / "study" / "structures.csv")),
    }


def test_each_key_is_in_its_file(keys: dict[str, frozenset[str]]) -> None:
    named = [(pair[f"source_{side}"], pair[f"key_{side}"]) for pair in PAIRS for side in "ab"]
    assert [(source, key) for source, key in named if key not in keys[source]] == []


def test_the_set_is_large_and_its_negatives_are_many() -> None:
    across = [pair for pair in PAIRS if pair["source_a"] != pair["source_b"]]
    for pairs in (PAIRS, across):
        different = sum(pair["label"] == "different" for pair in pairs)
        assert len(pairs) >= 300
        assert 0.45 <= different / len(pairs) <= 0.65


def test_columns_and_labels_are_closed() -> None:
    assert {tuple(pair) for pair in PAIRS} == {COLUMNS}
    assert {pair["label"] for pair in PAIRS} == {"same", "different"}
    assert {pair["basis"] for pair in PAIRS} == {"hand", "identifier"}
    assert [pair for pair in PAIRS if not re.fullmatch(r"[a-z]+(-[a-z]+)*", pair["reason"])] == []


def test_no_pair_stands_twice_and_none_is_of_one_row() -> None:
    rows = [frozenset({(p["source_a"], p["key_a"]), (p["source_b"], p["key_b"])}) for p in PAIRS]
    assert len(set(rows)) == len(rows)
    assert {len(row) for row in rows} == {2}


def test_same_is_transitive() -> None:
    """No pair labelled different may be joined by a chain of pairs labelled same."""
    leader: dict[tuple[str, str], tuple[str, str]] = {}

    def top(row: tuple[str, str]) -> tuple[str, str]:
        while row in leader:
            row = leader[row]
        return row

    ends = [((p["source_a"], p["key_a"]), (p["source_b"], p["key_b"]), p["label"]) for p in PAIRS]
    for one, other, label in ends:
        if label == "same" and top(one) != top(other):
            leader[top(one)] = top(other)
    assert [(one, other) for one, other, label in ends if label == "different" and top(one) == top(other)] == []


def test_the_readme_counts_each_pair_of_files() -> None:
    counted = Counter((pair["source_a"], pair["source_b"], pair["label"]) for pair in PAIRS)
    expected = {(a, b): (counted[a, b, "same"], counted[a, b, "different"]) for a, b, _ in counted}
    told = re.findall(r"^\| ([a-z-]+) \| ([a-z-]+) \| (\d+) \| (\d+) \|$", README, re.MULTILINE)
    assert {(a, b): (int(same), int(different)) for a, b, same, different in told} == expected


def test_the_set_is_the_one_that_was_frozen() -> None:
    assert f"`{hashlib.sha256((FOLDER / 'pairs.csv').read_bytes()).hexdigest()}`" in README
