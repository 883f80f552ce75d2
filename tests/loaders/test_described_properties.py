"""Whatever stands in the cells, each row is accounted for, what is said is sound, order matters not (Hypothesis)."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from maille.loaders import personal
from maille.loaders.describing.codes import Codes
from maille.loaders.describing.description import CodeList
from maille.loaders.describing.points import point
from maille.loaders.describing.toml import parse as read_description
from maille.loaders.describing.transforms import BadValue
from maille.loaders.drafting import draft as drafting
from maille.loaders.pages import page
from maille.loaders.territories.gazetteer import Gazetteer
from maille.ontology.errors import SourceError

from .describing import Loaded, described, load

COLUMNS = ("id", "nom", "x", "y")
HOSTILE = st.sampled_from(
    [
        "",
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "nom@exemple.fr",
        "06 12 34 56 78",
        'a "b" \\ c',
        "a\nb\r\nc",
        "75019.0",
        "48.8, 2.3",
        "{'a': 1}",
        "a|b;c,d",
        "\u202eabc",
        "18008901303720",
    ]
)
CELLS = HOSTILE | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=8)
FACTS: list[dict[str, Any]] = [
    {"property": "skos:altLabel", "column": "x", "split": ",", "transforms": ["strip-html"]},
    {"property": "dct:modified", "column": "y", "as": "date"},
    {"property": "foaf:homepage", "columns": ["x", "y"], "as": "page", "complete": True},
    {"column": "x", "as": "siren-of-siret"},
    {"column": "y", "as": "point", "order": "lat-lon"},
    {"property": "dct:description", "template": "{nom} : {x}"},
    {"property": "maille:profile", "column": "y", "as": "concept", "codes": "c", "split": "|"},
]
CODES = {"c": {"scheme": "profile", "unmapped": "leave"}}
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(rows: list[tuple[str, ...]]) -> str:
    """Return rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\n").writerows([COLUMNS, *rows])
    return out.getvalue()


def loaded(gazetteer: Gazetteer, rows: list[tuple[str, ...]]) -> Loaded:
    """Load rows in a folder of their own."""
    values = described(*FACTS, codes=CODES, form={"delimiter": ";"}, thing={"place": {"name": "x", "postcode": "y"}})
    with tempfile.TemporaryDirectory() as folder:
        return load(Path(folder), gazetteer, values, written(rows))


@given(rows=ROWS)
@QUICK
def test_every_row_is_accounted_for_and_sound(gazetteer: Gazetteer, rows: list[tuple[str, ...]]) -> None:
    found = loaded(gazetteer, rows)
    # A row whose every cell is empty is a blank line of the file, which the reader may pass over.
    assert found.source.read >= sum(any(cell.strip() for cell in row) for row in rows)
    assert len(found.source.rows) + len(found.source.rejected) == found.source.read
    text = "\n".join(line for row in found.source.rows for line in row.statements)
    quads = list(parse(text.encode(), format=RdfFormat.N_QUADS))
    for quad in quads:
        assert "@exemple.fr" not in str(quad.object)
        assert not str(quad.object).startswith("<javascript")
    assert all("@exemple.fr" not in str(one) for one in (*found.source.rejected, *found.source.findings))


@given(
    rows=st.lists(st.tuples(st.uuids().map(str), CELLS, CELLS, CELLS), min_size=2, max_size=6, unique_by=lambda r: r[0])
)
@QUICK
def test_the_order_of_rows_changes_nothing_that_is_said(gazetteer: Gazetteer, rows: list[tuple[str, ...]]) -> None:
    def said(found: Loaded) -> set[str]:
        return {line for line in found.lines if "#sourceLine>" not in line}

    assert said(loaded(gazetteer, rows)) == said(loaded(gazetteer, rows[::-1]))


@given(
    labels=st.lists(st.text("ab ,", min_size=1, max_size=6).map(str.strip).filter(bool), min_size=1, max_size=4),
    data=st.data(),
)
@QUICK
def test_a_cell_of_known_labels_is_parted_into_known_labels(labels: list[str], data: st.DataObject) -> None:
    codes = Codes("c", CodeList("", {label: (label,) for label in labels}))
    chosen = data.draw(st.lists(st.sampled_from(labels), min_size=1, max_size=4))
    parts = codes.split(",".join(chosen), ",")
    assert ",".join(parts) == ",".join(chosen)
    assert all(codes.find(part) is not None or not part.strip() for part in parts)


@given(rows=ROWS)
@settings(QUICK, max_examples=25)
def test_a_draft_loads_or_says_why_there_is_none(gazetteer: Gazetteer, rows: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "essai.csv"
        path.write_text(written(rows), encoding="utf-8")
        try:
            text = drafting.draft(path)
        except SourceError:
            return
        read_description(text.encode(), "draft.toml")


@given(text=st.text(max_size=80) | st.from_regex(r"(https?://|//)?[a-z.@:/\[\]%]{0,30}", fullmatch=True))
@QUICK
def test_a_page_is_a_web_address_or_none(text: str) -> None:
    try:
        found = page(text, complete=True)
    except BadValue:
        return
    assert found.startswith(("http://", "https://"))
    assert not personal.has_email(found)


@given(
    value=st.recursive(
        st.none() | st.floats() | st.text(max_size=20) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["lon", "lat", "type", "coordinates", "x"]), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
@QUICK
def test_a_point_is_on_the_earth_or_none(value: Any) -> None:
    try:
        found = point(value, "lat-lon")
    except BadValue:
        return
    assert found is None or (abs(found[0]) <= 180 and abs(found[1]) <= 90)
