"""From a release to a file of units to the next build."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from maille.loaders.assembly import assemble
from maille.loaders.enrichment import loader as enrichment_loader
from maille.loaders.enrichment.ask import from_api, from_stock, sirens_of
from maille.ontology.errors import SourceError, UsageError
from maille.ontology.namespaces import BASE
from tests.loaders.misbehaving import Clock
from tests.loaders.test_enrich_api import INVENTED, answer


def release(base: str = BASE) -> Store:
    """Return a release with an organisation, a commune and a site that have a SIREN."""
    store = Store()
    for subject in (f"organisation/{INVENTED}", "commune/69123", "organisation/tuba-0123abcd"):
        line = f'<{base}id/{subject}> <{base}def#siren> "{INVENTED}"'
        store.update(f"INSERT DATA {{ GRAPH <{base}graph/study/2020-06> {{ {line} }} }}")
    return store


@pytest.mark.parametrize("base", [BASE, "https://data.example.org/"])
def test_only_organisations_named_by_their_siren_are_asked_for(base: str) -> None:
    assert sirens_of(release(base), base) == [INVENTED]


def test_what_the_api_says_is_loaded_by_the_next_build(tmp_path: Path) -> None:
    found = from_api(tmp_path, sirens_of(release()), lambda _: answer(), Clock().pace())
    assert found.whole
    assert found.path.name == "recherche-entreprises-2026-11-20.jsonl"
    assert found.lines()[0].startswith("1 of 1 organisations")
    loaders = [one for one in assemble(None, (), tmp_path).loaders if one.description.id == "recherche-entreprises"]
    assert [one.description.graph.value for one in loaders] == [f"{BASE}graph/recherche-entreprises/2026-11-20"]


def test_what_was_left_out_is_counted(tmp_path: Path) -> None:
    found = from_api(tmp_path, [INVENTED], lambda _: answer(statut_diffusion="P"), Clock().pace())
    assert not found.whole
    assert found.to_dict() == {
        "path": str(found.path),
        "asked": 1,
        "kept": 0,
        "left_out": {"its diffusion is not open": 1},
    }
    assert found.path.read_bytes() == b""
    assert not list(enrichment_loader.loaders(tmp_path)[0].rows())


def test_a_release_without_organisations_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing to ask for"):
        from_api(tmp_path, [], lambda _: answer(), Clock().pace())


@pytest.mark.parametrize("month", ["2026", "2026-13", "november", ""])
def test_a_month_that_is_none_is_told(tmp_path: Path, month: str) -> None:
    with pytest.raises(UsageError, match="--month"):
        from_stock(tmp_path, [INVENTED], tmp_path / "stock.parquet", month)
