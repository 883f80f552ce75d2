"""`RESULTS.md`: sections that are replaced one by one, so that each measurement can be run alone."""

from __future__ import annotations

import gzip
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = """# Measurements

Written by `make bench`; each section by its own part of it (`python -m bench.run --only <section>`). Ratios are between
servers driven in turn in the same run on the same machine; read absolute figures as what that machine gave that day.
"""


def machine() -> str:
    """Return one line on the machine: processor, cores, memory, system, Python."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory / 1024**2:.0f} GiB; {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; every column but the first is aligned right."""
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def plain_dump(home: Path, folder: Path) -> Path:
    """Write the dump of the current release of `home` as plain N-Quads into `folder`."""
    plain = folder / "dump.nq"
    plain.write_bytes(gzip.decompress((home / "current" / "dump.nq.gz").read_bytes()))
    return plain


def codes_of(home: Path, folder: Path) -> Path:
    """Write the INSEE codes of the communes of the current release into `folder`, one a line."""
    pattern = rb'/id/commune/\w+> <https://w3id.org/maille/def#codeInsee> "(\w+)"'
    found = re.findall(pattern, plain_dump(home, folder).read_bytes())
    codes = folder / "codes"
    codes.write_bytes(b"\n".join(sorted(found)) + b"\n")
    return codes


def write_section(name: str, body: str, results: Path = RESULTS) -> None:
    """Put `body` under `## name` in RESULTS.md in place of what stood there, or at the end."""
    text = results.read_text(encoding="utf-8") if results.exists() else _HEAD
    head, *sections = text.split("\n## ")
    kept = {section.partition("\n")[0].strip(): section for section in sections}
    kept[name] = f"{name}\n\n{body.strip()}\n"
    parts = [head.rstrip() + "\n", *(section.rstrip() + "\n" for section in kept.values())]
    results.write_text("\n## ".join(parts), encoding="utf-8")


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()
