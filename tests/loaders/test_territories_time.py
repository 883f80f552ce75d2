"""What a commune code of any time stands for today: known mergers, splits, changes of code and of département."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from maille.loaders.history.snapshot import VERSIONS
from maille.loaders.history.successors import History, load, successors
from maille.loaders.territories.records import read_snapshot
from maille.loaders.territories.snapshot import SHIPPED
from maille.ontology.errors import SourceError

COUNTS = {
    "2019": 35_064,
    "2021": 35_059,
    "2022": 35_049,
    "2023": 35_039,
    "2024": 35_029,
    "2025": 34_969,
    "2026": 34_969,
}
"""Communes of each vintage of the npm package, those of the overseas collectivities among them."""


@pytest.fixture(scope="module")
def latest() -> dict[str, str]:
    """Return the communes of the latest vintage, name by code."""
    records, _ = read_snapshot(SHIPPED)
    return {one["code"]: one["nom"] for one in records["communes.json"] if one["type"] == "commune-actuelle"}


@pytest.mark.parametrize(
    ("code", "vintage", "expected"),
    [
        ("69123", None, ["69123"]),
        ("01001", "2019", ["01001"]),  # nothing ever changed
        ("69232", None, ["69123"]),  # Saint-Rambert-l'Île-Barbe, in Lyon since 1963
        ("01091", "2018", ["01033"]),  # Châtillon-en-Michaille, in Valserhône since 2019
        ("93059", "2024", ["93066"]),  # Pierrefitte-sur-Seine, in Saint-Denis since
        ("49069", None, ["49126"]),  # Orée d'Anjou has another code since 2025
        ("49069", "2010", ["49126"]),  # and so has Champtoceaux, which had the code before
        ("27676", "2018", ["27676"]),  # Les Trois Lacs went to 27058 and came back
        ("27058", None, ["27676"]),
        ("14513", None, ["50592"]),  # Pont-Farcy left Calvados for Manche in 2018
        ("20001", "1970", ["2A001"]),  # Corsica was one département
        ("14666", "2018", ["14666"]),  # Sannerville, merged and re-established
        ("14712", "2019", ["14712", "14666"]),  # whatever was in Saline may be in either
        ("14114", None, ["14712"]),  # Bures-sur-Dives stayed in Troarn when Saline was split
        ("15031", "2019", ["15031"]),  # Celles, re-established in 2025
        ("15141", "2019", ["15141", "15031", "15035", "15047", "15171"]),
        ("15141", "2010", ["15141"]),  # Neussargues-Moissac, a part of what was split
        ("15141", None, ["15141"]),  # of today, where nothing else is said
        ("76108", "2013-06-30", ["76108", "76095"]),  # Bois-Guillaume-Bihorel, 2012 and 2013
        ("76095", "2013", ["76095"]),
        ("60054", "2022", ["60054", "60694"]),
        ("60455", None, ["60694"]),
        ("51385", None, []),  # Moronvilliers, shared out in 1950
    ],
)
def test_a_code_of_then_leads_to_the_communes_of_today(code: str, vintage: str | None, expected: list[str]) -> None:
    assert successors(code, vintage) == tuple(expected)


def test_every_vintage_is_told_from_the_snapshot(latest: dict[str, str]) -> None:
    history = load()
    assert tuple(VERSIONS) == history.vintages == tuple(COUNTS)
    assert {vintage: len(history.names(vintage, latest)) for vintage in COUNTS} == COUNTS
    assert {vintage: source.communes for vintage, source in history.sources.items()} == COUNTS


@pytest.mark.parametrize("vintage", COUNTS)
def test_every_code_of_every_vintage_leads_to_communes_of_today(vintage: str, latest: dict[str, str]) -> None:
    history = load()
    for code in history.names(vintage, latest):
        found = history.successors(code, vintage)
        assert found
        assert latest.keys() >= set(found)


def test_former_codes_agree_with_the_latest_package_but_for_what_is_known() -> None:
    records, _ = read_snapshot(SHIPPED)
    disagree = {
        former: (one["code"], load().successors(former))
        for one in records["communes.json"]
        for former in one.get("anciensCodes") or ()
        if load().successors(former) != (one["code"],)
    }
    shared_out = {code for code, (_, found) in disagree.items() if not found}
    assert shared_out == {"08227", "45117", "51385", "51606", "60606", "77362"}
    # Where the package contradicts itself, the history agrees with its records of communes déléguées and associées.
    assert {code: disagree[code] for code in ("55273", "60455")} == {
        "55273": ("55245", ("55386",)),
        "60455": ("60054", ("60694",)),
    }
    # Codes that were given to communes déléguées moved to another département: of no commune, ever.
    assert disagree.keys() - shared_out - {"55273", "60455"} == {"44225", "49382", "50649"}


def test_former_names_are_those_of_codes_of_no_commune_today(latest: dict[str, str]) -> None:
    names = load().former_names()
    assert not names.keys() & latest.keys()
    assert len(names) == 4_237
    assert names["85037"] == "Breuil-Barret"
    assert names["49069"] == "Orée d'Anjou"


def test_there_is_no_vintage_2020(latest: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="no vintage 2020"):
        load().names("2020", latest)


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", gzip.compress(b"no JSON", mtime=0), gzip.compress(b"{}", mtime=0)]
)
def test_a_damaged_snapshot_is_a_source_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "history.json.gz").write_bytes(content)
    with pytest.raises(SourceError, match="no snapshot"):
        History(tmp_path / "history.json.gz")
