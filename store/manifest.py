"""`manifest.json`: what a release is made of, so that anyone can tell whether it is whole.

`format` is the version of the layout of a release folder; a reader refuses a newer one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from maille.ontology.errors import ReleaseError

FORMAT: Final = 1
NAME: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Size and SHA-256 of one file of a release."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release is.

    Attributes:
        format: version of the layout.
        id: first 16 hexadecimal digits of a hash of format, base and statements.
        parent: id of the release this one was made from, None for the first.
        created: when it was published (ISO 8601, UTC); no part of the id.
        software: version of Maille that wrote it.
        base_iri: what its names are under.
        quads: how many statements.
        graphs: statements per graph, the empty name standing for the default graph.
        dump_sha256: SHA-256 of the plain bytes of the dump; empty for a write, which is published as a delta.
        added: for a write, how many statements it added to its parent.
        removed: for a write, how many it removed.
        blank_nodes: whether any statement names a blank node (its label is then kept when loading).
        files: facts of each file besides this one; `store/` is a cache and not listed.
    """

    format: int
    id: str
    parent: str | None
    created: str
    software: str
    base_iri: str
    quads: int
    graphs: dict[str, int]
    dump_sha256: str
    blank_nodes: bool = False
    added: int = 0
    removed: int = 0
    files: dict[str, FileFacts] = field(default_factory=dict)

    @property
    def is_delta(self) -> bool:
        """Return whether the release is a write: its parent, and what it added and removed."""
        return not self.dump_sha256

    def to_json(self) -> bytes:
        """Return the content of `manifest.json`."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n").encode()


def release_id(base_iri: str, dump_sha256: str) -> str:
    """Return the id of the release with these statements."""
    return hashlib.sha256(f"maille {FORMAT}\n{base_iri}\n{dump_sha256}\n".encode()).hexdigest()[:16]


def read(folder: Path) -> Manifest:
    """Return the manifest of a release folder; raises ReleaseError where it is missing, damaged or newer."""
    try:
        content = json.loads((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise ReleaseError(f"{folder} holds no release: it has no {NAME}.") from None
    except (OSError, ValueError) as error:
        raise ReleaseError(f"The manifest of {folder} cannot be read: {error}") from error
    return _checked(content, folder)


def _checked(content: Any, folder: Path) -> Manifest:
    version = content.get("format") if isinstance(content, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise ReleaseError(f"{folder} has format {version}, newer than {FORMAT}: update maille to read it.")
    try:
        files = {name: FileFacts(**facts) for name, facts in content["files"].items()}
        return Manifest(**{**content, "files": files})
    except (TypeError, KeyError, AttributeError) as error:
        raise ReleaseError(f"The manifest of {folder} is damaged: {error}") from error
