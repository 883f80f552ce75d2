"""What is wrong with a description is named, all of it at once."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from maille.loaders.describing import choosing, curies, transforms, values
from maille.loaders.describing import toml as description_toml
from maille.loaders.describing.description import Condition
from maille.ontology.errors import DescriptionInvalid, SourceError

from .describing import STRUCTURE, described

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "loaders" / "catalog").glob("*.toml"))


def of_the_manual() -> str:
    """Return the complete description that the manual shows."""
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    return next(block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "tiers-lieux-demo" in block)


def problems(values: dict[str, Any]) -> str:
    """Return every mistake of a description, a line each."""
    with pytest.raises(DescriptionInvalid) as caught:
        description_toml.from_values(values, "essai.toml")
    assert f"essai.toml has {len(caught.value.details)} mistake" in str(caught.value)
    return "\n".join(caught.value.details)


def test_the_description_of_the_manual_is_sound() -> None:
    found = description_toml.parse(of_the_manual().encode(), "manual.toml")
    assert [thing.name for thing in found.things] == ["place", "operator"]
    assert found.codes["types"].mapping["Tiers-lieu"] == ("tiers-lieu",)


def test_every_term_the_manual_names_is_one() -> None:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(?:\"|\[\")?([a-z]+:[A-Za-z]+)", text)) - {"javascript:alert"}
    assert len(named) > 20
    for curie in named:
        curies.expand(curie)


def test_every_transformation_and_kind_is_in_the_manual() -> None:
    text = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert [name for name in (*transforms.KNOWN, *values.KINDS) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_description_that_ships_is_sound_and_called_like_its_file(path: Path) -> None:
    assert description_toml.load(path).id == path.stem


def test_those_that_ship_come_in_the_order_of_their_ids() -> None:
    ids = [one.id for one in choosing.shipped()]
    assert ids == sorted(ids)
    assert len(ids) == len(SHIPPED)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"publischer": "x"}, "publischer: no such key is known here (perhaps 'publisher')"),
        ({"id": "Été"}, "id: it stands in addresses"),
        ({"vintage": "2026/11"}, "vintage: it stands in addresses"),
        ({"licence": "Licence Ouverte"}, "licence: 'Licence Ouverte' is no http or https address"),
        ({"issued": "hier"}, "issued: 'hier' is not a day, as 2026-11-02"),
        ({"language": "br"}, "language: 'br' is none of fr, en"),
        ({"title": {"fr": "Essai"}}, "[title]: en: a text is needed"),
        ({"file": {"name": "../x.csv"}}, "[file]: name: '../x.csv' is no plain file name"),
        ({"file": {"name": "x.csv", "delimeter": ";"}}, "(perhaps 'delimiter')"),
        ({"rows": {}}, "[rows]: key: a column, or a list of columns, is needed"),
        ({"rows": {"key": ["id"], "duplicates": "keep"}}, "duplicates: 'keep' is none of reject, merge"),
        ({"rows": {"key": ["id"], "private": ["no*"]}}, "column 'nom' is private, and yet it is read"),
        ({"rows": {"key": ["id"], "only": {"column": "a", "values": ["b"], "not": ["c"]}}}, "exclude each other"),
        ({"codes": {"x": {"scheme": "profil"}}}, "there is no scheme 'profil' (perhaps 'profile')"),
        ({"codes": {"x": {"scheme": "profile", "map": {"a": "fablabb"}}}}, "(perhaps 'fablab')"),
        ({"codes": {"x": {"map": {"a": "b"}}}}, "[codes.x]: nothing uses this list"),
        ({"things": []}, "what at least one thing is"),
    ],
)
def test_a_mistake_is_named(change: dict[str, Any], told: str) -> None:
    assert told in problems({**described(), **change})


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ({"column": "x"}, "a fact as = 'text' needs a property"),
        ({"property": "skos:altlabel", "column": "x"}, "perhaps skos:altLabel"),
        ({"property": "skos:altLabel"}, "exactly one of column, columns, value, template is needed"),
        ({"property": "skos:altLabel", "column": "x", "value": "y"}, "exactly one of"),
        ({"property": "skos:altLabel", "column": "x", "as": "texte"}, "(perhaps 'text')"),
        ({"property": "skos:altLabel", "thing": "nobody"}, "no thing is called 'nobody'"),
        ({"property": "skos:altLabel", "thing": "structure", "column": "x"}, "it excludes column"),
        ({"property": "maille:profile", "column": "x", "as": "concept"}, "needs `codes` with a scheme"),
        ({"property": "maille:profile", "column": "x", "codes": "y"}, "there is no [codes.y]"),
        ({"property": "skos:altLabel", "column": "x", "transforms": ["strip_html"]}, "perhaps 'strip-html'"),
        ({"property": "skos:altLabel", "column": "x", "transforms": [{"do": "pad"}]}, "lacks width"),
        ({"property": "skos:altLabel", "column": "x", "transforms": [{"do": "find", "pattern": "("}]}, "no regular"),
        ({"property": "skos:altLabel", "column": "x", "transforms": [{"do": "lower", "a": 1}]}, "does not know"),
        ({"property": "skos:altLabel", "template": "nom"}, "names no column in braces"),
        ({"property": "skos:altLabel", "column": "x", "order": "lon"}, "order: 'lon' is none of lat-lon, lon-lat"),
        ({"property": "skos:altLabel", "column": "x", "requierd": True}, "(perhaps 'required')"),
    ],
)
def test_a_mistake_in_a_fact_is_named(fact: dict[str, Any], told: str) -> None:
    found = problems(described(fact))
    assert told in found
    assert "structure" in found or "codes" in found


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        ({"kind": "strukture"}, "(perhaps 'structure')"),
        ({"classes": []}, "classes: at least one is needed"),
        ({"classes": ["maille:Innovation"]}, "is no term of the ontology"),
        ({"label": None}, "label"),
        ({"name": "a b"}, "is no name"),
        ({"within": "whole"}, "no thing before this one is called 'whole'"),
        ({"each": {"columns": []}}, "the columns that hold the lists are needed"),
        ({"place": {}}, "at least one of"),
        ({"place": {"nom": "x", "name": "ville"}}, "nom: no such key"),
    ],
)
def test_a_mistake_in_a_thing_is_named(thing: dict[str, Any], told: str) -> None:
    values = described(thing={key: value for key, value in thing.items() if value is not None})
    if thing.get("label", "") is None:
        del values["things"][0]["label"]
    assert told in problems(values)


def test_every_mistake_is_told_at_once() -> None:
    found = problems(
        {**described({"property": "skos:altlabel", "column": "x"}), "id": "Été", "licence": "x", "unknown": 1}
    )
    assert len(found.splitlines()) == 4


def test_two_things_of_one_name_are_refused() -> None:
    assert "2 things are called 'structure'" in problems(described(more=[deepcopy(STRUCTURE)]))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"id = ", "is no TOML"),
        (b"\xff\xfe", "is no UTF-8"),
        (b"id;nom\n1;a\n", "is no TOML"),
        (b"a" * (1 << 21), "longer than"),
        (b"x = " + b"[" * 5000, "TOML"),
    ],
)
def test_what_is_no_description_is_told(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=told):
        description_toml.load(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no\.toml"):
        description_toml.load(tmp_path / "no.toml")


def test_a_byte_order_mark_and_numbers_for_texts_are_tolerated() -> None:
    values = described(rows={"only": [{"column": "a", "values": [1, True]}, "b"]})
    found = description_toml.from_values(values, "essai.toml")
    assert found.rows.only == (Condition("b"), Condition("a", ("1", "true")))
