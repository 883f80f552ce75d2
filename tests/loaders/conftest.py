"""What the tests of loaders share: the npm package where it is at hand, a miniature of it, the study in a store."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from maille.loaders.fetching.fetch import Fetcher
from maille.loaders.places.resolve import Places
from maille.loaders.study.loader import StudyLoader
from maille.loaders.territories.gazetteer import Gazetteer
from maille.loaders.territories.loader import TerritoriesLoader
from maille.loaders.territories.snapshot import reader
from maille.ontology import vocabulary

from .misbehaving import Clock, Server, fetcher, serving

Miniature = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def npm_read() -> Callable[[str], bytes]:
    """Return how to read the npm package at `MAILLE_NPM_COG` (its folder or its archive), or skip the test."""
    place = os.environ.get("MAILLE_NPM_COG")
    if not place or not Path(place).exists():
        pytest.skip("no npm package: set MAILLE_NPM_COG to what `npm pack` made of @etalab/decoupage-administratif")
    return reader(Path(place))


@pytest.fixture(scope="session")
def npm(npm_read: Callable[[str], bytes]) -> Callable[[str], list[dict[str, Any]]]:
    """Return the records of a file of the npm package, as they are."""
    return lambda name: json.loads(npm_read(f"data/{name}.json"))


@pytest.fixture
def miniature() -> Miniature:
    """Return sound records of a territory with everything in it, free to be spoilt by a test."""
    return sound_records()


@pytest.fixture(scope="session")
def session_miniature() -> Miniature:
    """Return the same records, for whoever leaves them as they are."""
    return sound_records()


def sound_records() -> Miniature:
    """Return records of one région, one département, and communes of each kind."""
    place = {"region": "84", "departement": "69", "arrondissement": "691"}
    return {
        "regions.json": [{"code": "84", "nom": "Auvergne-Rhône-Alpes", "chefLieu": "69123", "zone": "metro"}],
        "departements.json": [{"code": "69", "nom": "Rhône", "region": "84", "chefLieu": "69123", "zone": "metro"}],
        "arrondissements.json": [
            {"code": "691", "nom": "Lyon", "departement": "69", "region": "84", "chefLieu": "69123"}
        ],
        "communes.json": [
            {
                "code": "69123",
                "nom": "Lyon",
                "type": "commune-actuelle",
                **place,
                "siren": "216901231",
                "population": 519127,
                "anciensCodes": ["69232"],
                "codesPostaux": ["69001", "69002"],
            },
            {
                "code": "69029",
                "nom": "Bron",
                "type": "commune-actuelle",
                **place,
                "siren": "216900290",
                "population": 42216,
                "codesPostaux": ["69500"],
            },
            {"code": "69232", "nom": "Lyon-Ancien", "type": "commune-associee", "chefLieu": "69123", **place},
            {"code": "69029", "nom": "Bron", "type": "commune-deleguee", "chefLieu": "69029", **place},
            {
                "code": "69381",
                "nom": "Lyon 1er Arrondissement",
                "type": "arrondissement-municipal",
                "commune": "69123",
                **place,
                "population": 28268,
                "codesPostaux": ["69001"],
            },
        ],
        "epci.json": [
            {
                "code": "200046977",
                "nom": "Métropole  de Lyon",
                "type": "MET69",
                "modeFinancement": "FPU",
                "populationMunicipale": 1424069,
                "populationTotale": 1437003,
                "membres": ["69123", "69029"],
            }
        ],
        "ept.json": [
            {
                "code": "200057867",
                "nom": "Plaine Commune",
                "type": "EPT",
                "membres": ["69029"],
                "populationMunicipale": 453671,
                "populationTotale": 455226,
            }
        ],
    }


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """Return the territories of the Code officiel géographique that is shipped."""
    return Gazetteer(TerritoriesLoader().rows())


@pytest.fixture(scope="session")
def study_store() -> Store:
    """Return a store with the study as packaged and the vocabulary it points to; only to be read."""
    loader, store = StudyLoader(None, frozenset()), Store()
    for row in loader.rows():
        store.extend(loader.quads(row))
    store.extend(vocabulary.quads())
    return store


@pytest.fixture(scope="session")
def places() -> Places:
    """Return the resolver of places over the shipped Code officiel géographique."""
    return Places(TerritoriesLoader().rows())


@pytest.fixture(scope="session")
def seed_lines() -> list[str]:
    """Return the lines of the study's text (`MAILLE_SHARED_SEED`, or `../shared/seed`), or skip the test."""
    place = os.environ.get("MAILLE_SHARED_SEED")
    folder = Path(place) if place else Path(__file__).resolve().parents[3] / "shared" / "seed"
    found = sorted(folder.glob("000_*.txt"))
    if not found:
        pytest.skip("no text of the study: set MAILLE_SHARED_SEED to its folder")
    return found[0].read_text(encoding="utf-8").split("\n")


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve what a test has it serve, well or ill."""
    with serving() as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    """Return a clock that goes on when somebody sleeps."""
    return Clock()


@pytest.fixture
def fetching(tmp_path: Path, clock: Clock) -> Fetcher:
    """Return what fetches into a cache of its own."""
    return fetcher(tmp_path / "cache", clock)
