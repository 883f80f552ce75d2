"""Conditions a client puts on its request (RFC 9110, section 13.1): If-Match and If-None-Match, on reads and writes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from starlette.types import Scope

from maille.api.errors import RequestRefused
from maille.api.http.body import header
from maille.api.http.codings import CODINGS


@dataclass(frozen=True, slots=True)
class Preconditions:
    """The two headers, None where absent."""

    match: str | None
    none_match: str | None

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """Return the conditions of a request."""
        return cls(header(scope, b"if-match"), header(scope, b"if-none-match"))

    def __bool__(self) -> bool:
        return self.match is not None or self.none_match is not None

    def check(self, exists: bool, tags: Collection[str]) -> None:
        """Raise 412 where a write may not go on; `tags` are those of all representations of what is there now."""
        if self.match is not None and not _holds(self.match, exists, tags, weak=False):
            raise RequestRefused("precondition-failed", "`If-Match` does not hold: the graph is another one now.")
        if self.none_match is not None and _holds(self.none_match, exists, tags, weak=True):
            raise RequestRefused("precondition-failed", "`If-None-Match` does not hold: the graph is there already.")


def _holds(value: str, exists: bool, tags: Collection[str], *, weak: bool) -> bool:
    if value.strip() == "*":
        return exists
    found = (part.strip() for part in value.split(","))
    plain = {_plain(tag.removeprefix("W/") if weak else tag) for tag in found}
    return exists and not plain.isdisjoint(tags)


def _plain(tag: str) -> str:
    """Return a tag as it was before a content coding was added to it (`maille.api.http.codings`)."""
    for coding in CODINGS:
        tag = tag.removesuffix(f'-{coding}"') + '"' if tag.endswith(f'-{coding}"') else tag
    return tag
