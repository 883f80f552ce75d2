"""A thing keeps the name it was first published under, whatever is joined to it or parted from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from pyoxigraph import NamedNode

from maille.loaders.ledger import Entry, Ledger
from maille.loaders.linking import files as linking_files
from maille.loaders.linking.curated import Curated, Ruling, curated_of
from maille.loaders.linking.link import Links, link
from maille.loaders.linking.mention import Mention
from maille.loaders.linking.published import Published, published_of, read, write
from maille.ontology import iris
from maille.ontology.errors import SourceError

from .linking_cases import ORDER, TOWNS, body, house

A = house("alpha", "1", "Phare", "14118")
B = house("beta", "1", "Phare", "14118")
REFUSED = curated_of([Ruling(A.id, B.id, "different", "", "decisions.csv", 2)])


class Home:
    """Releases of one home, one after another."""

    def __init__(self) -> None:
        self.published = Published()
        self.releases = 0

    def release(
        self, mentions: Iterable[Mention], curated: Curated | None = None, order: Sequence[str] = ORDER
    ) -> Links:
        """Link and publish."""
        links = link(mentions, curated or Curated(), order, towns=TOWNS, published=self.published)
        self.releases += 1
        self.published = self.published.with_release(f"r{self.releases}", linking_files.names_of(links))
        return links


def name(one: Mention) -> NamedNode:
    return iris.thing(one.kind, iris.key_of(one.name, one.source, one.key))


def answers(links: Links, iri: NamedNode) -> str:
    """Return what a server answers for a name: the status, and for 301 where it leads."""
    if iri in links.replaced:
        return f"301 {links.replaced[iri].value.rpartition('/')[2]}"
    known = set(links.names.of.values()) | set(links.names.withdrawn)
    return "200" if iri in known else "404"


def test_joining_and_parting_leaves_every_name_answering() -> None:
    home = Home()
    home.release([A, B], REFUSED)
    joined = home.release([A, B])
    assert [answers(joined, name(one)) for one in (A, B)] == ["200", f"301 {name(A).value.rpartition('/')[2]}"]
    assert joined.iri("beta", "1") == name(A)
    parted = home.release([A, B], REFUSED)
    assert [answers(parted, name(one)) for one in (A, B)] == ["200", "200"]
    assert parted.replaced == {}


def test_the_name_that_was_published_first_stays_whatever_the_order_of_sources() -> None:
    home = Home()
    home.release([B])
    links = home.release([A, B])
    assert links.iri("alpha", "1") == links.iri("beta", "1") == name(B)
    assert links.replaced == {}, "the name of A was never published"


def test_a_name_of_a_row_that_is_gone_leads_to_who_shared_it() -> None:
    home = Home()
    home.release([A, B])
    links = home.release([B])
    assert links.iri("beta", "1") == name(A)
    apart = home.release([B, A], REFUSED)
    assert apart.iri("alpha", "1") == name(A)
    assert apart.iri("beta", "1") == name(B)


def test_a_name_nobody_speaks_of_any_more_is_still_known() -> None:
    home = Home()
    home.release([A, B], REFUSED)
    links = home.release([A])
    assert links.names.withdrawn == {name(B): "Phare"}
    assert answers(links, name(B)) == "200"
    again = home.release([A, B], REFUSED)
    assert again.names.withdrawn == {}


def test_a_new_label_changes_no_name() -> None:
    home = Home()
    home.release([A])
    renamed = house("alpha", "1", "Le Grand Phare", "14118")
    assert home.release([renamed]).iri("alpha", "1") == name(A)


def test_the_package_is_older_than_any_release() -> None:
    old = Entry("structure", "phare-0123abcd", "study", "phare", "Phare")
    home = Home()
    home.release([A])
    study = house("study", "phare", "Phare", "14118")
    links = link([A, study], Curated(), ORDER, packaged=Ledger([old]), published=home.published)
    assert links.iri("alpha", "1") == old.iri
    assert links.replaced == {name(A): old.iri}


def test_an_organisation_is_named_by_its_siren_unless_two_share_it() -> None:
    one = body("alpha", "1", "Institut du Phare", siren="123456782")
    two = body("alpha", "2", "Hautes études maritimes", siren="123456782")
    home = Home()
    assert home.release([one]).iri("alpha", "1") == iris.thing("organisation", "123456782")
    fresh = link([one, two], Curated(), ORDER)
    assert {fresh.iri("alpha", "1"), fresh.iri("alpha", "2")} == {name(one), name(two)}
    kept = home.release([one, two])
    assert kept.iri("alpha", "1") == iris.thing("organisation", "123456782"), "it was published so"


def test_the_same_again_changes_nothing() -> None:
    home = Home()
    first = home.release([A, B])
    before = home.published
    second = home.release([B, A])
    assert (second.names, home.published) == (first.names, before)


def test_the_ledger_is_read_as_it_is_written() -> None:
    home = Home()
    home.release([A, house("beta", "2", 'Digue "x", y')])
    assert read(write(home.published)) == home.published
    assert published_of(home.published.entries) == home.published


@pytest.mark.parametrize("text", ["", "a,b\n", "turn,release,source,key,iri,label\nx,,,,,\n"])
def test_a_broken_ledger_is_an_error(text: str) -> None:
    with pytest.raises(SourceError, match=r"published\.csv:\d"):
        read(text)
