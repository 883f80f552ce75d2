"""The ledger: every thing published has its key in it, and keeps it whatever it is called later."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from maille.loaders import ledger as ledgers
from maille.loaders.ledger import Entry, Ledger
from maille.loaders.study import tables as study_tables
from maille.loaders.study.loader import StudyLoader, packaged_entries
from maille.ontology import iris
from maille.ontology.errors import SourceError

MOHO = Entry("structure", "moho-caen-0123abcd", "study", "moho", "Moho, Caen")


def test_every_thing_of_the_study_is_in_the_ledger() -> None:
    ledger = ledgers.packaged()
    missing = [key for key in packaged_entries(ledger) if ledger.find("study", key) is None]
    assert missing == [], "run python -m maille.loaders.ledger"


def test_no_key_is_used_twice() -> None:
    entries = ledgers.packaged().entries
    assert [key for key, count in Counter((one.kind, one.key) for one in entries).items() if count > 1] == []
    assert [key for key, count in Counter((one.source, one.source_key) for one in entries).items() if count > 1] == []


def test_every_key_is_the_one_minted_from_its_label_or_a_siren() -> None:
    for one in ledgers.packaged().entries:
        minted = iris.key_of(one.label_at_minting, one.source, one.source_key)
        assert one.key == minted or one.kind == "organisation"
        assert one.iri == iris.thing(one.kind, one.key)


def test_a_renamed_thing_keeps_its_iri(tmp_path: Path) -> None:
    for name in ("structures", "networks", "partners", "organisations"):
        text = (study_tables.packaged() / f"{name}.csv").read_text(encoding="utf-8")
        (tmp_path / f"{name}.csv").write_text(text.replace("waoup,Waoup,", "waoup,Waoup Studio,"), encoding="utf-8")
    before = StudyLoader(None, frozenset()).known.entries["waoup"].iri
    after = StudyLoader(tmp_path, frozenset())
    assert after.known.entries["waoup"].iri == before
    row = next(row for row in after.rows() if row.values["key"] == "waoup")
    assert any("Waoup Studio" in str(quad) for quad in after.quads(row))


def test_a_siren_learnt_later_does_not_move_an_organisation(tmp_path: Path) -> None:
    text = (study_tables.packaged() / "organisations.csv").read_text(encoding="utf-8")
    (tmp_path / "organisations.csv").write_text(text, encoding="utf-8")
    minted = Entry("organisation", "hec-0123abcd", "study", "hec", "HEC")
    loader = StudyLoader(tmp_path, frozenset(), ledger=Ledger([minted]))
    assert loader.known.entries["hec"] == minted
    assert loader.known.entries["sciences-po"].key == "197534316"


def test_writing_and_reading_are_inverse_and_sorted() -> None:
    ledger = Ledger([replace(MOHO, key="zzz-0123abcd", source_key="zzz"), MOHO])
    text = ledgers.write(ledger)
    assert ledgers.write(ledgers.read(text)) == text
    assert text.splitlines()[1] == 'structure,moho-caen-0123abcd,study,moho,"Moho, Caen"'
    packaged = ledgers.packaged()
    assert ledgers.read(ledgers.write(packaged)).entries == packaged.entries


def test_adding_adds_what_is_missing_and_changes_nothing() -> None:
    ledger = Ledger([MOHO])
    new = Entry("structure", "tuba-0123abcd", "study", "tuba", "TUBA")
    whole, added = ledgers.add_missing(ledger, {"moho": replace(MOHO, key="moho-99999999"), "tuba": new})
    assert added == [new]
    assert whole.find("study", "moho") == MOHO
    assert ledgers.add_missing(whole, {"tuba": new})[1] == []


def test_the_command_fills_an_empty_ledger_and_then_adds_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ledger.csv"
    assert ledgers.main(path) == len(ledgers.packaged().entries)
    assert "https://w3id.org/maille/id/structure/waoup-" in capsys.readouterr().out
    assert ledgers.main(path) == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must begin with the columns"),
        ("kind,key\n", "must begin with the columns"),
        ("kind,key,source,source_key,label_at_minting\nstructure,a-00000000\n", "a row of 2 cells"),
        ("kind,key,source,source_key,label_at_minting\nstructure,waoup,study,a,A\n", "no key of a structure"),
        ("kind,key,source,source_key,label_at_minting\ntower,a-00000000,study,a,A\n", "no kind of thing"),
        (
            "kind,key,source,source_key,label_at_minting\n"
            "structure,a-00000000,study,a,A\nstructure,a-00000000,study,b,A\n",
            "twice",
        ),
        (
            "kind,key,source,source_key,label_at_minting\n"
            "structure,a-00000000,study,a,A\nstructure,b-00000000,study,a,A\n",
            "twice",
        ),
    ],
)
def test_a_broken_ledger_is_an_error(text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        ledgers.read(text)
