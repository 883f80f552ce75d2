"""Which sources a build loads, and in which order they are believed about names."""

from __future__ import annotations

from pathlib import Path

from maille.loaders.describing import choosing
from maille.loaders.describing.toml import from_values

ROW = {"name": "x", "kind": "structure", "classes": ["maille:InnovationStructure"], "label": "nom"}


def _description(identity: str, **more: object) -> dict[str, object]:
    both = {"fr": "Un essai", "en": "A trial"}
    source = {"publisher": "https://x.example/", "licence": "https://x.example/l", "address": "https://x.example/a"}
    texts = {"attribution": "X", "vintage": "2026", "issued": "2026-01-01", "title": both, "description": both}
    file = {"file": {"name": f"{identity}.csv"}, "rows": {"key": ["id"]}, "things": [ROW]}
    return {"id": identity, **source, **texts, **file, **more}


def test_the_lowest_rank_comes_first_then_the_order_given(tmp_path: Path) -> None:
    ours = [from_values(_description(name, **more), name) for name, more in [("a", {}), ("b", {"rank": 1}), ("c", {})]]
    for one in ours:
        (tmp_path / one.file.name).touch()
    choice = choosing.choose((), tmp_path, ours)
    assert [one.description.id for one in choice.found] == ["b", "a", "c"]


def test_the_ministry_names_its_institutions() -> None:
    ranks = {one.id: one.rank for one in choosing.shipped()}
    assert ranks["mesr-etablissements"] < ranks["rnsr"] < ranks["idf-incubateurs"] < ranks["techonmap"]


def test_sources_under_share_alike_licences_come_last() -> None:
    # What an open source says as well stays in the graph of that one.
    ranks = {one.id: one.rank for one in choosing.shipped()}
    shared = {ranks.pop("maplabbzh"), ranks.pop("techonmap")}
    assert max(ranks.values()) < min(shared)
