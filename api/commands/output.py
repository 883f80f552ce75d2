"""What every command says: results as lines, JSON or a table, and progress while one waits.

Results go to standard output and everything said beside them to standard error, so that a script reads results only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_PATIENCE: Final = 2.0
"""Seconds before a terminal shows how far things are."""
_STEP: Final = 500
_WIDE: Final = 10_000


def say(lines: Iterable[str]) -> None:
    """Print lines to standard output."""
    for line in lines:
        typer.echo(line)


def say_json(document: object) -> None:
    """Print a document as JSON to standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table to standard output; where that is no terminal, no cell is ever broken over lines."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        # As text: square brackets in data are no markup.
        table.add_row(*(Text(cell) for cell in row))
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


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
    """Progress on a terminal, once it has lasted longer than two seconds.

    Args:
        console: the terminal.
        clock: a seam.
        unit: what is counted.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = monotonic, unit: str = "rows") -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn(f"{{task.completed:,.0f}} {unit}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._clock = clock
        self._since = clock()
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
        if not self._started and self._clock() - self._since > _PATIENCE:
            self._started = True
            self._bar.start()


def progress(unit: str = "rows") -> Said | Shown:
    """Return what shows progress on standard error, after what standard error is."""
    console = Console(stderr=True)
    return Shown(console, unit=unit) if console.is_terminal else Said()
