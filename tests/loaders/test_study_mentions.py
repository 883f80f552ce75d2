"""What the study tells the linker: its structures, organisations, partners and networks, where they are for sure."""

from __future__ import annotations

from collections import Counter
from functools import cache

from maille.loaders import ledger
from maille.loaders.linking.mention import Mention
from maille.loaders.study import mentions as study_mentions
from maille.loaders.study.loader import StudyLoader


@cache
def mentions() -> dict[str, Mention]:
    return {one.key: one for one in study_mentions.mentions(StudyLoader(None, frozenset()))}


def test_every_mention_has_its_name_in_the_ledger_of_the_package() -> None:
    packaged = ledger.packaged()
    assert [key for key in mentions() if packaged.find("study", key) is None] == []
    assert Counter(one.kind for one in mentions().values())["structure"] == 34


def test_a_place_is_given_where_it_is_sure() -> None:
    assert mentions()["moho"].commune == "14118"
    assert mentions()["ffwd"].commune is None, "Colombelles or Rouen: it is not known which"
    assert (mentions()["bliiida"].commune, mentions()["bliiida"].address) == ("57463", "7 avenue de Blida")


def test_names_have_no_lines_and_numbers_are_those_of_legal_persons() -> None:
    assert mentions()["pole-economique-de-la-samoa"].name == "Pôle économique de la Samoa"
    assert mentions()["tuba"].other_names == ("Tuba",)
    assert mentions()["caisse-des-depots"].identifiers == frozenset({("siren", "180020026")})
