"""`maille publish`: a release is put on a remote store, for the services that are served from there."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from maille.api.commands.common import HomeOption, JsonOption, ReleaseArgument, release_of, settings_of
from maille.api.commands.output import progress, say, say_json
from maille.api.engines import remote_store_of
from maille.ontology.errors import UsageError
from maille.store.publish import Options, Published
from maille.store.publish import publish as run
from maille.store.release import Home


def publish(
    release: ReleaseArgument = None,
    home: HomeOption = None,
    quick: Annotated[bool, typer.Option("--quick", help="Check by counts alone, and read nothing back.")] = False,
    discard_written: Annotated[
        bool, typer.Option("--discard-written", help="Drop the graphs that clients wrote there; they are kept else.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a release on the SPARQL server of MAILLE_STORE_QUERY, _UPDATE and _GRAPHS, and switch to it.

    Only graphs that differ are written, beside what is served; a run that was interrupted is taken up by the next.

    Exit code: 0 the store holds the release, as checked; 2 it does not, and serves what it served.
    """
    settings = settings_of(home=home)
    store = remote_store_of(settings)
    if store is None:
        raise UsageError("where to? Set MAILLE_STORE_QUERY, MAILLE_STORE_UPDATE and MAILLE_STORE_GRAPHS")
    found = release_of(Home(settings.home), release)
    shown = progress()
    try:
        done = asyncio.run(run(found, store, Options(quick, discard_written), shown.stage))
    finally:
        shown.close()
    if as_json:
        say_json(asdict(done))
    else:
        say(_told(done))


def _told(done: Published) -> list[str]:
    unchanged = done.graphs - len(done.written)
    switch = "at once" if done.at_once else f"in {done.seconds:g} s, in which the store said that it held no release"
    return [
        f"release {done.release}: {done.graphs} graphs, {len(done.written)} written, {max(0, unchanged)} unchanged, "
        f"{len(done.dropped)} dropped, {len(done.kept)} of clients kept",
        f"checked by {done.checked}; switched {switch}",
    ]
