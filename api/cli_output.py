"""What every command shares: settings from the environment and flags, progress, errors in one line.

Results go to standard output and everything said beside them to standard error, so that a script reads results only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Final, TextIO

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from maille.api.settings import Settings
from maille.ontology.errors import UsageError

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the releases; MAILLE_HOME, or ./var.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script to read.")]

_PATIENCE: Final = 2.0
"""Seconds before a terminal shows how far things are."""
_STEP: Final = 500


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


def say(lines: Iterable[str]) -> None:
    """Print lines to standard output."""
    for line in lines:
        typer.echo(line)


def say_json(document: object) -> None:
    """Print a document as JSON to standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table to standard output, as wide as it needs where that is no terminal."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 200, soft_wrap=not sys.stdout.isatty()).print(table)


class Said:
    """Progress in plain lines, one for each stage: for logs and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def stage(self, name: str) -> None:
        """Print the name of the stage."""
        typer.echo(name, file=self._stream, err=self._stream is None)

    def advance(self, count: int = 1) -> None:
        """Print nothing: a line for each row would drown the rest."""

    def close(self) -> None:
        """Have nothing to close."""


class Shown:
    """Progress on a terminal, once it has lasted longer than two seconds."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.completed:,.0f} rows"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._since = monotonic()
        self._task = self._bar.add_task("", total=None)
        self._rows = 0
        self._started = False

    def stage(self, name: str) -> None:
        """Name the stage and begin to count again."""
        self._rows = 0
        self._bar.update(self._task, description=name, completed=0)
        self._show()

    def advance(self, count: int = 1) -> None:
        """Count the rows, and show them every so often."""
        self._rows += count
        if self._rows % _STEP < count:
            self._bar.update(self._task, completed=self._rows)
            self._show()

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._started:
            self._bar.stop()

    def _show(self) -> None:
        if not self._started and monotonic() - self._since > _PATIENCE:
            self._started = True
            self._bar.start()


def progress() -> Said | Shown:
    """Return what shows progress on standard error, after what standard error is."""
    console = Console(stderr=True)
    return Shown(console) if console.is_terminal else Said()
