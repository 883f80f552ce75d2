"""What several commands take: settings from the environment and flags, a home, a release by id."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from maille.api.settings import Settings
from maille.ontology.errors import ReleaseError, UsageError
from maille.store.release import Home, Release

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", metavar="DIR", help="Folder of the releases (MAILLE_HOME, or else ./var)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script to read.")]
ReleaseArgument = Annotated[
    str | None,
    typer.Argument(metavar="RELEASE", help="Id of a release, or its beginning; the current one by default."),
]


def settings_of(**flags: object) -> Settings:
    """Return the settings of the environment, with the flags that were given over them."""
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]) or "settings"
        flag = name in given
        named = f"--{name.replace('_', '-')}" if flag else f"MAILLE_{name.upper()}"
        raise UsageError(f"{named}: {first['msg'].removeprefix('Value error, ')}") from error


def home_of(flag: Path | None) -> Home:
    """Return the home of the flag, or else of the environment."""
    return Home(settings_of(home=flag).home)


def release_of(home: Home, name: str | None) -> Release:
    """Return the current release, or the one whose id is, or begins with, `name`; raises ReleaseError."""
    if name is None:
        current = home.current()
        if current is None:
            raise ReleaseError(f"there is no release in {home.path}: run `maille build` first")
        return current
    found = [release for release in home.releases() if name and release.id.startswith(name)]
    if len(found) > 1:
        raise ReleaseError(f"{len(found)} releases begin with {name!r}: give more of the id")
    return found[0] if found else home.release(name)
