"""Acceptance 7: adding a source, linking two structures and undoing it leaves every name ever published answering."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from maille.api.app import create_app
from maille.api.settings import Settings
from maille.loaders.assembly import Linking
from maille.loaders.build import BuildOptions, build
from maille.loaders.describing import toml as description_toml
from maille.loaders.describing.loader import DescribedLoader
from maille.loaders.linking import curated as linking_curated
from maille.loaders.linking import files as linking_files
from maille.loaders.linking import home as linking_home
from maille.loaders.territories.gazetteer import Gazetteer
from maille.ontology.errors import SourceError
from maille.ontology.namespaces import BASE
from maille.ontology.terms import SKOS
from maille.store.embedded import EmbeddedEngine
from maille.store.release import Home

TOML = """
id = "{id}"
vintage = "2026"
publisher = "https://www.example.org/"
licence = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
attribution = "Exemple"
address = "https://www.example.org/lieux"
issued = 2026-11-02
language = "fr"
[title]
fr = "Lieux"
en = "Places"
[description]
fr = "Des lieux inventés."
en = "Places, made up."
[file]
name = "{id}.csv"
[rows]
key = ["id"]
[[things]]
name = "place"
kind = "structure"
classes = ["maille:InnovationStructure", "schema:Organization"]
label = "nom"
link = true
[[things.facts]]
property = "foaf:homepage"
column = "site"
as = "page"
"""
ALPHA = "id,nom,site\n1,Le Phare,https://phare.example.net\n2,La Digue,https://digue.example.org\n"
BETA = "id,nom,site\nx,Phare,https://phare.example.net\ny,Le Môle,https://mole.example.com\n"


class Site:
    """A home that is built again and again, and asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.seen: set[str] = set()

    def build(self, **tables: str) -> Linking:
        """Build from these tables, as `maille build --source` does, the sources of the package left out."""
        loaders = tuple(self._loader(name, text) for name, text in tables.items())
        linking = linking_home.linker((), loaders, self.home)
        for loader in loaders:
            loader.names = linking.names
        summary = build(BuildOptions(self.home, loaders=(*loaders, *linking.loaders)))
        assert not summary.rejected
        linking.remember(summary.release)
        self.seen |= {iri for _, iri, _ in linking_files.read_names(linking.files["names.csv"].decode())}
        return linking

    def rule(self, decision: str) -> None:
        """Decide on the two rows that have one name and one page."""
        folder = self.home / "links"
        folder.mkdir(parents=True, exist_ok=True)
        lines = (",".join(linking_curated.COLUMNS), f"alpha,1,beta,x,{decision},")
        (folder / "decisions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def answers(self) -> dict[str, str]:
        """Return what every name that was ever published answers, as far as its document."""
        return asyncio.run(self._answers())

    async def _answers(self) -> dict[str, str]:
        current = Home(self.home).current()
        assert current is not None
        engine = EmbeddedEngine.over(current.open_store(), current.id, base=BASE)
        app = create_app(Settings(home=self.home), engine)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return {iri: await _followed(client, f"/{iri}") for iri in sorted(self.seen)}

    def _loader(self, name: str, text: str) -> DescribedLoader:
        path = self.folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        return DescribedLoader(description_toml.parse(TOML.format(id=name).encode(), name), path, Gazetteer(()))


async def _followed(client: httpx.AsyncClient, address: str) -> str:
    told = []
    for _ in range(4):
        response = await client.get(address, headers={"accept": "text/turtle"})
        told.append(str(response.status_code))
        if not response.is_redirect:
            break
        address = response.headers["location"]
    return " ".join(told)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_every_name_ever_published_answers(site: Site) -> None:
    site.build(alpha=ALPHA)
    assert set(site.answers().values()) == {"303 200"}
    site.rule("different")
    apart = site.build(alpha=ALPHA, beta=BETA)
    phare, beta = apart.names("alpha", "1"), apart.names("beta", "x")
    assert phare is not None
    assert beta is not None
    assert phare != beta
    assert set(site.answers().values()) == {"303 200"}

    site.rule("same")
    joined = site.build(alpha=ALPHA, beta=BETA)
    assert joined.names("beta", "x") == joined.names("alpha", "1") == phare
    found = site.answers()
    assert found.pop(beta.value.removeprefix(BASE)) == "301 303 200"
    assert set(found.values()) == {"303 200"}

    site.rule("different")
    parted = site.build(alpha=ALPHA, beta=BETA)
    assert parted.names("beta", "x") == beta
    assert set(site.answers().values()) == {"303 200"}

    without = site.build(alpha=ALPHA)
    assert without.names("beta", "x") is None
    assert set(site.answers().values()) == {"303 200"}, "a name whose source is gone says what it was called"


def test_each_source_keeps_what_it_says_in_its_own_graph(site: Site) -> None:
    linking = site.build(alpha=ALPHA, beta=BETA)
    name = linking.names("alpha", "1")
    current = Home(site.home).current()
    assert current is not None
    labels = {line for line in current.lines() if line.startswith(f"{name} ") and "abel> " in line}
    assert labels == {
        f'{name} {SKOS.prefLabel} "Le Phare"@fr <{BASE}graph/alpha/2026> .',
        f'{name} {SKOS.altLabel} "Phare"@fr <{BASE}graph/beta/2026> .',
    }


def test_the_same_again_is_no_new_release(site: Site) -> None:
    site.build(alpha=ALPHA, beta=BETA)
    first = Home(site.home).current()
    ledger = (site.home / "links" / "published.csv").read_bytes()
    site.build(alpha=ALPHA, beta=BETA)
    second = Home(site.home).current()
    assert first is not None
    assert second is not None
    assert first.id == second.id
    assert (site.home / "links" / "published.csv").read_bytes() == ledger


def test_a_contradiction_of_the_home_ends_the_build(site: Site) -> None:
    site.rule("same")
    decisions = site.home / "links" / "decisions.csv"
    decisions.write_text(decisions.read_text(encoding="utf-8") + "beta,x,alpha,1,different,\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"decisions\.csv:3 says different .* decisions\.csv:2 says same"):
        site.build(alpha=ALPHA, beta=BETA)


def test_what_a_killed_build_did_not_remember_is_read_from_its_release(site: Site) -> None:
    linking = site.build(alpha=ALPHA)
    before = linking_home.published_of(site.home)
    assert {one.iri for one in before.entries} == site.seen
    (site.home / "links" / "published.csv").unlink()
    current = Home(site.home).current()
    assert current is not None
    (current.path / "names.csv").write_bytes(linking.files["names.csv"])
    assert linking_home.published_of(site.home) == before
