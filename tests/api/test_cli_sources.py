"""`maille sources`: list, check and draft, as somebody with a file of a kind never seen would use them."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from maille.api.cli import run

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
HEAD = "id;nom;ville;cp;geo_point_2d;types;site;raison_sociale;siret;courriel;telephone;photo;en_nom\n"
GOOD = "1;La Ruche;Lyon;69003;45.76, 4.85;Fab lab,Espace, atelier et café;example.org;CNRS;18008901303720;a@b.fr;;;\n"
BAD = "2;Deux;Lyon;69003;NC;Soucoupe;javascript:x;;123;;;;\n1;Encore;;;;;;;;;;;\n"


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    """Write the description of the manual, and return where."""
    blocks = re.findall(r"```toml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "tiers-lieux.toml"
    path.write_text(next(block for block in blocks if "tiers-lieux-demo" in block), encoding="utf-8")
    return path


def check(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """Run `maille sources` and return its exit code and what it printed."""
    code = run(["sources", *map(str, arguments)])
    return code, capsys.readouterr().out


def test_list_names_every_source_that_ships(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, "list", "--json")
    found = {one["id"]: one for one in json.loads(said)}
    assert code == 0
    assert found["idf-incubateurs"]["file"] == "idf-incubateurs-accelerateurs.csv"
    assert "techonmap/" in check(capsys, "list")[1]


def test_the_example_of_the_manual_is_well(manual: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (manual.parent / "tiers-lieux.csv").write_text(HEAD + GOOD, encoding="utf-8")
    code, said = check(capsys, "check", manual)
    assert (code, said.splitlines()[-1]) == (0, "tiers-lieux.toml: all is well")
    assert "1 rows read, 1 loaded, 0 merged, 0 rejected, 0 left out" in said


def test_what_is_left_out_is_told_at_once(manual: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = manual.parent / "autre.csv"
    data.write_text(HEAD.replace("\n", ";plus\n") + (GOOD + BAD).replace("\n", ";\n"), encoding="utf-8")
    code, said = check(capsys, "check", manual, data)
    assert code == 1
    assert "columns that the description does not know: 'plus'" in said
    assert "autre.csv:3: types 'Soucoupe': is not in the list of codes 'types'" in said
    assert "autre.csv:4: id '1': another row before it has this key" in said
    found = json.loads(check(capsys, "check", manual, data, "--json")[1])
    assert found["counts"] == {"rows_read": 3, "loaded": 1, "merged": 0, "rejected": 2, "left_out": 0}
    assert found["exit_code"] == 1


def test_what_the_shapes_refuse_is_told_too(manual: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = manual.read_text(encoding="utf-8")
    of_the_structure = (
        '[[things.facts]]\ncolumn = "siret"\nas = "siren-of-siret"\n\n[[things.facts]]\nthing = "operator"'
    )
    manual.write_text(text.replace('[[things.facts]]\nthing = "operator"', of_the_structure), encoding="utf-8")
    (manual.parent / "tiers-lieux.csv").write_text(HEAD + GOOD, encoding="utf-8")
    code, said = check(capsys, "check", manual)
    assert code == 1
    assert "tiers-lieux.csv:2: siren '': The SIREN is that of the operator, not of the structure." in said


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEAD.replace("nom;", "name;") + GOOD, "there is no column 'nom'"),
        (HEAD.replace(";", ",") + GOOD.replace(";", ","), "delimiter"),
        ((HEAD + GOOD).encode("latin-1").decode("latin-1"), ""),
        ("", "empty"),
    ],
)
def test_what_cannot_be_loaded_says_why(
    manual: Path, capsys: pytest.CaptureFixture[str], content: str, told: str
) -> None:
    data = manual.parent / "tiers-lieux.csv"
    data.write_bytes(content.encode("utf-8") if told else content.encode("latin-1"))
    code, said = check(capsys, "check", manual, data)
    assert code == 2
    assert (told or "latin-1") in said
    assert said.splitlines()[-1] == "tiers-lieux.toml: it cannot be loaded"


def test_mistakes_of_a_description_are_all_told(manual: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = manual.read_text(encoding="utf-8").replace("vintage", "vintag").replace('as = "page"', 'as = "pages"')
    manual.write_text(text, encoding="utf-8")
    code, said = check(capsys, "check", manual, manual.parent / "none.csv")
    assert code == 2
    assert "vintag: no such key is known here" in said
    assert "vintage: a text is needed" in said
    assert "(perhaps 'page')" in said


def test_a_draft_loads_and_keeps_personal_data_out(manual: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = manual.parent / "tiers-lieux.csv"
    data.write_text(HEAD + GOOD.replace("example.org", "https://example.org"), encoding="utf-8")
    code, drafted = check(capsys, "draft", data)
    assert code == 0
    assert 'private = ["courriel"' in drafted
    assert 'order = "lat-lon"' in drafted
    path = manual.parent / "draft.toml"
    path.write_text(drafted, encoding="utf-8")
    code, said = check(capsys, "check", path)
    assert code in (0, 1), said
    assert "1 loaded" in said
    assert "columns that" not in said


def test_what_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, "check", tmp_path / "no.toml")[0] == 2
    assert check(capsys, "draft", tmp_path / "no.csv")[0] == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"<!doctype html><p>a;b</p>\n", gzip.compress(b"id;nom\n" + b"1;Un\n" * 9999)[:40]],
    ids=["empty", "a page", "cut gzip"],
)
def test_no_advice_follows_what_cannot_be_read_at_all(
    manual: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    data = manual.parent / "autre.csv"
    data.write_bytes(content)
    code, said = check(capsys, "check", manual, data)
    assert code == 2
    assert "looks like" not in said
    data.write_text("id,nom\n1,Un\n", encoding="utf-8")
    assert "looks like: format = 'csv'" in check(capsys, "check", manual, data)[1]
