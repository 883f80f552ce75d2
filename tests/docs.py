"""Reads the manual as a machine would: its blocks, their commands with what they print, its links, its tables."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_FENCE: Final = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_CHANGING: Final = (
    r"\b[0-9a-f]{16}\b",  # the id of a release
    r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\b",  # when it was made
    r"\b\d{3},\d{3}\b",  # how many statements it holds
)
"""What differs from one build to the next, and may stand otherwise in the manual than it comes out."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    document: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command of a console block and what it is said to print."""

    text: str
    output: str

    def prints(self, output: str) -> bool:
        """Tell whether this is what the command is said to print, `...` standing for anything."""
        return re.fullmatch(_pattern(self.output), _bare(output), re.DOTALL) is not None


def documents() -> list[Path]:
    """Return every Markdown file of the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file())


def blocks(language: str) -> list[Block]:
    """Return every block of a language, of every document."""
    return [block for path in documents() for block in _blocks(path) if block.language == language]


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block: `$ ` begins one, `> ` goes on with it, the rest is printed."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        typed = [lines[0]]
        while len(lines) > len(typed) and lines[len(typed)].startswith("> "):
            typed.append(lines[len(typed)][2:])
        yield Command("\n".join(typed), "\n".join(lines[len(typed) :]))


def links(path: Path) -> Iterator[str]:
    """Yield the targets of the links of a document that lead into the repository."""
    text = _FENCE.sub("", path.read_text(encoding="utf-8"))
    for found in _LINK.finditer(text):
        if not re.match(r"[a-z]+:", found["target"]):
            yield found["target"]


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings of a document, made as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(str(path.relative_to(ROOT)), line, found["language"], found["text"])


def _bare(text: str) -> str:
    """Return a text as one compares it: no trailing space, and one word for whatever changes with the build."""
    for changing in _CHANGING:
        text = re.sub(changing, "~", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _pattern(expected: str) -> str:
    return ".*".join(re.escape(part) for part in re.split(r"\.\.\.", _bare(expected)))
