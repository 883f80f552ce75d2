"""`maille enrich`: ask a register for legal form, activity and state of the organisations of the current release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from maille.api.commands.common import HomeOption, JsonOption, release_of, settings_of
from maille.api.commands.output import progress, say, say_json
from maille.api.settings import Settings
from maille.loaders.enrichment.ask import Enriched, from_api, from_stock, sirens_of
from maille.loaders.enrichment.get import SIZE, Getter
from maille.loaders.fetching.fetch import Limits, Pace, Policy
from maille.ontology.errors import UsageError
from maille.store.release import Home


def enrich(
    api: Annotated[bool, typer.Option("--api", help="Ask the API Recherche d'entreprises, 7 units a second.")] = False,
    sirene: Annotated[
        Path | None,
        typer.Option(metavar="FILE.parquet", help="Read the Sirene stock file of legal units, in Parquet."),
    ] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="The month that the stock file is of; goes with --sirene.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a register for the legal form, activity and state of the organisations of the current release.

    The answer is kept in the home, and the next `maille build` loads it. Of units whose diffusion is not open, and of
    sole traders, nothing is kept; of the others no name and no person.

    Exit code: 0 all were found; 1 some were left out; 2 nothing was kept.
    """
    if api == (sirene is not None) or (sirene is None) != (month is None):
        raise UsageError("say where from: --api, or --sirene FILE.parquet --month YYYY-MM")
    settings = settings_of(home=home)
    sirens = sirens_of(release_of(Home(settings.home), None).load_memory(), settings.base_iri)
    if sirene is not None and month is not None:
        found = from_stock(settings.home, sirens, sirene, month)
    else:
        found = _asked(settings, sirens)
    if as_json:
        say_json(found.to_dict())
    else:
        say(found.lines())
    raise typer.Exit(int(not found.whole))


def _asked(settings: Settings, sirens: list[str]) -> Enriched:
    hosts = {host.strip().lower() for host in (settings.fetch_private_hosts or "").split(",")}
    limits = Limits(size=SIZE, whole=settings.fetch_timeout, tries=settings.fetch_tries)
    pace, shown = Pace(), progress()
    try:
        return from_api(settings.home, sirens, Getter(limits, Policy(frozenset(hosts - {""})), pace), pace, shown)
    finally:
        shown.close()
