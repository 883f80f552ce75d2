"""Whatever order mentions come in, the links are the same; what is refused stays apart, whatever chain leads to it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from maille.loaders.linking.curated import Curated, Ruling, curated_of
from maille.loaders.linking.mention import Mention, Name

from .linking_cases import groups, linked

_NAMES = ("Phare", "Le Phare", "Phare Lyon", "PHARE @ Port", "Incubateur Phare", "Digue", "Phare - Digue", "Phare 2")
_MENTIONS = st.builds(
    Mention,
    source=st.sampled_from(("study", "alpha", "beta", "gamma")),
    key=st.sampled_from(("1", "2", "1#operator")),
    kind=st.sampled_from(("structure", "organisation")),
    name=st.sampled_from(_NAMES),
    other_names=st.sampled_from(((), ("UCA",), ("Université du Phare",))),
    commune=st.sampled_from((None, "69123", "75056")),
    postcode=st.sampled_from((None, "75002", "75003")),
    domains=st.sampled_from(((), ("phare.fr",))),
    identifiers=st.sampled_from(
        (frozenset[tuple[str, str]](), frozenset({("siren", "123456782")}), frozenset({("siren", "987654324")}))
    ),
    address=st.sampled_from(("", "2 rue du Port", "2-4 rue du Port")),
)
_SETS = st.lists(_MENTIONS, max_size=12, unique_by=lambda one: one.id)


@settings(max_examples=150, deadline=None)
@given(_SETS, st.randoms(use_true_random=False))
def test_the_order_of_mentions_changes_nothing(mentions: list[Mention], random: object) -> None:
    shuffled = list(mentions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, two = linked(mentions), linked(shuffled)
    assert one == two


@settings(max_examples=150, deadline=None)
@given(_SETS)
def test_every_mention_is_in_one_thing_and_things_have_names_of_their_own(mentions: list[Mention]) -> None:
    links = linked(mentions)
    found = [one.id for thing in links.things for one in thing]
    assert sorted(found) == sorted(one.id for one in mentions)
    names = [{links.iri(one.source, one.key) for one in thing} for thing in links.things]
    assert all(len(each) == 1 for each in names)
    assert len(set().union(*names)) == len(links.things)


@settings(max_examples=150, deadline=None)
@given(_SETS)
def test_refused_pairs_never_meet_and_confirmed_ones_always_do(mentions: list[Mention]) -> None:
    ids = sorted(one.id for one in mentions)
    if len(ids) < 3:
        return
    said = [
        Ruling(ids[0], ids[1], "same", "", "test", 2),
        Ruling(ids[0], ids[2], "different", "", "test", 3),
    ]
    links = linked(mentions, curated_of(said))
    things = {one.id: number for number, thing in enumerate(links.things) for one in thing}
    assert things[ids[0]] == things[ids[1]]
    assert things[ids[0]] != things[ids[2]]


@settings(max_examples=100, deadline=None)
@given(_SETS)
def test_two_legal_persons_are_never_one(mentions: list[Mention]) -> None:
    for thing in linked(mentions).things:
        numbers = {dict(one.identifiers).get("siren") for one in thing if one.kind == "organisation"} - {None}
        assert len(numbers) < 2


def test_nothing_links_to_nothing() -> None:
    assert groups(linked([], Curated())) == set()
    assert Name("a", "b").row == Name("a", "b")
