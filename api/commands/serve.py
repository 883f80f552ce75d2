"""`maille serve`: the current release, by a pool of forked workers, or what a remote store holds."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from maille.api.commands.common import HomeOption, release_of, settings_of
from maille.api.engines import engine_of
from maille.api.http.server import serve
from maille.api.settings import Settings
from maille.ontology.errors import UsageError
from maille.store.release import Home


def serve_command(
    home: HomeOption = None,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Address to listen on (MAILLE_HOST).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one (MAILLE_PORT).")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address the service is known by (MAILLE_PUBLIC_URL).")
    ] = None,
) -> None:
    """Serve the current release: SPARQL at /sparql, a page for each thing, look-ups by official number."""
    settings = settings_of(home=home, host=host, port=port, public_url=public_url)
    engine = engine_of(settings)
    if settings.store_query is None:
        _check_base(settings)
    serve(settings, engine, _tell)


def _check_base(settings: Settings) -> None:
    """Raise ReleaseError where there is no release, UsageError where it was built under another base."""
    release = release_of(Home(settings.home), None)
    if release.base_iri != settings.base_iri:
        raise UsageError(
            f"release {release.id} was built under {release.base_iri}: "
            f"set MAILLE_BASE_IRI to it, or build again for {settings.base_iri}"
        )


def _tell(address: str) -> None:
    typer.echo(f"Maille is listening on {address}")
    sys.stdout.flush()
