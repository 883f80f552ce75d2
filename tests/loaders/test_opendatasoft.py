"""The metadata of a data set are read in the wrappings of each version of the API, and nothing else passes for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maille.loaders.describing import toml as description_toml
from maille.loaders.drafting import opendatasoft
from maille.loaders.drafting.draft import draft
from maille.ontology.errors import SourceError

METAS = {
    "title": "Lieux",
    "license": "Licence Ouverte v2.0",
    "license_url": "https://example.org/l",
    "publisher": "Ville",
    "language": "fr",
    "modified": "2024-05-01T10:00:00+00:00",
    "records_count": 12,
    "attributions": ["Ville"],
    "description": "<p>Des <b>lieux</b>.</p>",
}
V21: dict[str, Any] = {
    "dataset_id": "lieux",
    "metas": {"default": METAS, "dcat": {}},
    "fields": [
        {"name": "nom", "label": "Nom", "type": "text", "annotations": {}, "description": None},
        {"name": "themes", "label": "Thèmes", "type": "text", "annotations": {"facet": [], "multivalued": [","]}},
    ],
}
V10 = {
    "datasetid": "lieux",
    "metas": METAS,
    "fields": [
        {"name": "nom", "label": "Nom", "type": "text"},
        {"name": "themes", "label": "Thèmes", "type": "text", "annotations": [{"name": "multivalued", "args": [","]}]},
    ],
}


@pytest.mark.parametrize("content", [V21, {"links": [], "dataset": V21}, V10])
def test_every_version_says_the_same(tmp_path: Path, content: object) -> None:
    (tmp_path / "lieux.metadata.json").write_text(json.dumps(content), encoding="utf-8")
    found = opendatasoft.beside(tmp_path / "lieux.csv.gz")
    assert found is not None
    assert (found.id, found.title, found.publisher, found.records) == ("lieux", "Lieux", "Ville", 12)
    assert (found.licence, found.licence_address) == ("Licence Ouverte v2.0", "https://example.org/l")
    themes = opendatasoft.Field("themes", "Thèmes", "text", "", ",")
    assert found.column("themes") == found.column("Thèmes") == themes
    assert found.column("x") is None


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert opendatasoft.beside(tmp_path / "lieux.csv") is None
    with pytest.raises(SourceError, match="is missing"):
        opendatasoft.read(tmp_path / "a.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"[" * 90_000, b'{"dataset": 1}', b'{"fields": {}}'])
def test_what_is_none_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"a\.json is no metadata"):
        opendatasoft.read(path)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "args", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(ANY, ANY, ANY)
def test_odd_values_are_passed_over(
    tmp_path_factory: pytest.TempPathFactory, metas: Any, title: Any, field: Any
) -> None:
    path = tmp_path_factory.mktemp("odd") / "a.json"
    fields = [field, {"name": "n", "annotations": field, "label": title}]
    for said in (
        metas,
        {"default": metas},
        {"default": {"title": title, "records_count": title, "attributions": field}},
    ):
        path.write_text(json.dumps({"metas": said, "fields": fields}), encoding="utf-8")
        assert opendatasoft.read(path).fields[-1].name == "n"


def test_a_draft_says_what_the_metadata_say(tmp_path: Path) -> None:
    data = tmp_path / "lieux.csv"
    data.write_text("nom;themes\nÉchoppe;a,b\nAtelier;c\n", encoding="utf-8-sig")
    (tmp_path / "lieux.metadata.json").write_text(json.dumps(V21), encoding="utf-8")
    found = description_toml.parse(draft(data).encode(), "lieux.toml")
    assert (found.title["fr"], found.description["fr"], found.licence) == (
        "Lieux",
        "Des lieux.",
        "https://example.org/l",
    )
    assert (found.issued.isoformat(), found.vintage) == ("2024-05-01", "2024-05")
    (tmp_path / "lieux.metadata.json").write_text(json.dumps({"fields": []}), encoding="utf-8")
    assert description_toml.parse(draft(data).encode(), "lieux.toml").title["fr"] == "lieux"
