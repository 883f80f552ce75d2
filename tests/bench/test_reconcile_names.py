"""Tests of the names that the bench of reconciliation asks: the same ones each time, and right answers known."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

ROW = "<https://w3id.org/maille/{}> <http://www.w3.org/ns/prov#wasDerivedFrom> <https://w3id.org/maille/row/{}> <g> .\n"


@pytest.fixture(scope="module")
def measured() -> ModuleType:
    """Return `bench.reconcile_names`, which is installed nowhere."""
    path = Path(__file__).resolve().parents[2] / "bench" / "reconcile_names.py"
    spec = importlib.util.spec_from_file_location("reconcile_names_of_bench", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Data classes look for the module that they are of.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_names_are_spoilt_in_seven_ways_the_same_each_time(measured: ModuleType) -> None:
    spoilt = measured.spoilt
    ways = [spoilt("Évry-Sud l'Été", number) for number in range(7)]
    assert ways == [spoilt("Évry-Sud l'Été", number) for number in range(7, 14)]
    assert ways[:3] == ["Évry-Sud l'Été", "ÉVRY-SUD L'ÉTÉ", "evry-sud l'ete"]
    assert len(ways[3]) == len(ways[0]) - 1
    assert sorted(ways[4]) == sorted(ways[0])
    assert ways[5] == "Évry Sud l Été"
    assert len(ways[6]) == len(ways[0]) + 1
    assert [spoilt("É", number) for number in range(7)]


def test_right_answers_are_the_houses_that_were_derived_from_a_row(measured: ModuleType, shared_data: Path) -> None:
    lines = [
        ROW.format("id/structure/lab-01-00000001", "anct-fabriques/2026-11/fabt-59"),
        ROW.format("id/organisation/123456789", "anct-fabriques/2026-11/fabt-59"),
        ROW.format("id/structure/lab-01-00000001#st-0", "anct-fabriques/2026-11/fabt-60"),
    ]
    found = measured.names(shared_data, lines)
    groups = Counter(one.group for one in found)
    assert groups == {"third places": 1, "companies that are not in the graph": 50}
    assert found[0].right == {"id/structure/lab-01-00000001"}
    assert not any(one.right for one in found[1:])
