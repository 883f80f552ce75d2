"""`maille fetch`: bring the described sources into the cache, and say what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from maille.api.commands.common import HomeOption, JsonOption, settings_of
from maille.api.commands.output import progress, say, say_json, say_table
from maille.api.settings import Settings
from maille.loaders.describing import toml as description_toml
from maille.loaders.describing.choosing import shipped
from maille.loaders.describing.description import Description
from maille.loaders.fetching.fetch import FOLDER, Fetcher, Limits, Policy
from maille.loaders.fetching.sources import SourceFetch, chosen, fetch_sources, files_of, lacking


def fetch(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="Ids of sources, as `maille sources list` has them; else all."),
    ] = None,
    source: Annotated[
        list[Path] | None,
        typer.Option("--source", metavar="FILE.toml", help="Description of a source of your own; may be repeated."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the files of described sources into the cache, where `maille build --fetch` finds them.

    A file that has not changed is not sent again. Where a source is gone, the copy that was kept stands in.

    Exit code: 0 all are there; 1 one is an older copy, or is not there; 2 none is there.
    """
    settings = settings_of(home=home)
    own = [description_toml.load(path) for path in source or ()]
    wanted = chosen(own or shipped(), sources or ())
    found = _fetched(wanted, settings)
    if as_json:
        say_json([one.to_dict() for one in found])
    else:
        _show(found)
    raise typer.Exit(_exit_code(found))


def fetched(
    settings: Settings,
    own: Sequence[Path],
    data: Path | None,
    ours: Sequence[Description] | None = None,
) -> tuple[Mapping[str, Path], list[str]]:
    """Return the files that a build lacks, by `id/vintage`, and notes; raises SourceError."""
    found = _fetched(lacking(shipped() if ours is None else ours, own, data), settings)
    return files_of(found), [one.note for one in found if one.note]


def _fetched(wanted: Iterable[Description], settings: Settings) -> list[SourceFetch]:
    shown = progress("bytes")
    try:
        return fetch_sources(wanted, fetcher_of(settings), shown)
    finally:
        shown.close()


def fetcher_of(settings: Settings) -> Fetcher:
    """Return what fetches, within the limits of the settings."""
    hosts = {host.strip().lower() for host in (settings.fetch_private_hosts or "").split(",")}
    limits = Limits(size=settings.fetch_limit, whole=settings.fetch_timeout, tries=settings.fetch_tries)
    return Fetcher(settings.home / FOLDER, limits, Policy(frozenset(hosts - {""})))


def _show(found: Iterable[SourceFetch]) -> None:
    rows = [(one.source, one.outcome, f"{one.fetched.path.stat().st_size:,}" if one.fetched else "") for one in found]
    say_table(("source", "outcome", "bytes"), rows)
    say(one.note for one in found if one.note)


def _exit_code(found: Iterable[SourceFetch]) -> int:
    outcomes = {one.outcome for one in found}
    return 2 if outcomes == {"failed"} else int(bool(outcomes & {"kept", "failed"}))
