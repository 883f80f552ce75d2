"""`maille links` as a person uses it: what was linked, a table to decide on, and the decisions read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maille.api.cli import run
from maille.loaders.linking import files as linking_files
from maille.loaders.linking.curated import Curated
from maille.loaders.linking.link import link
from maille.loaders.linking.mention import Mention
from maille.store.release import Draft, Home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    mentions = [
        Mention("alpha", "1", "structure", "Le Phare", commune="14118"),
        Mention("beta", "1", "structure", "Phare", commune="14118"),
        Mention("gamma", "1", "structure", "Phare"),
    ]
    links = link(mentions, Curated(), ["alpha", "beta", "gamma"])
    files = {
        linking_files.LINKS: linking_files.links_table(links).encode(),
        linking_files.NAMES: linking_files.names_table(linking_files.names_of(links)).encode(),
    }
    Home(tmp_path / "home").publish(Draft(lines=(), parent=None, files=files))
    return tmp_path / "home"


def test_it_lists_reviews_and_decides(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["links", "list", "--outcome", "matched", "--json", "--home", str(home)]) == 0
    (matched,) = json.loads(capsys.readouterr().out)
    assert (matched["key_a"], matched["reason"]) == ("1", "one name, one commune")

    table = tmp_path / "decide.csv"
    assert run(["links", "review", "--out", str(table), "--home", str(home)]) == 1
    assert table.read_bytes().startswith(b"\xef\xbb\xbfdecision,note,")
    assert "2 pairs to decide on" in capsys.readouterr().out

    table.write_text(table.read_text(encoding="utf-8").replace("\n,,", "\nsame,,"), encoding="utf-8")
    assert run(["links", "decide", str(table), "--home", str(home)]) == 0
    assert capsys.readouterr().out.startswith("2 new, 0 changed, 0 taken back, 0 left open")
    assert run(["links", "review", "--home", str(home)]) == 0
    assert capsys.readouterr().out.startswith("decision,note,")


def test_what_is_wrong_is_told_in_a_line(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "decide.csv"
    table.write_bytes("decision,source_a,key_a,source_b,key_b,note\nsame,alpha,1,beta,1,déjà\n".encode("cp1252"))
    assert run(["links", "decide", str(table), "--home", str(home)]) == 2
    assert "decide.csv is not UTF-8" in capsys.readouterr().err
    assert run(["links", "list", "--outcome", "certain", "--home", str(home)]) == 2
    assert "'certain' is neither matched nor ambiguous" in capsys.readouterr().err
    assert run(["links", "review", "--home", str(tmp_path / "none")]) == 2
    assert "has linked sources" in capsys.readouterr().err
