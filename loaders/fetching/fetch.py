"""The one door to the network: a file by its address, whole and verified, or the copy that was kept of it.

Nothing is fetched unless somebody asked. A server is asked whether our copy is still what it has, is asked again with
longer and longer pauses where it fails, and is given up politely; then the copy stands in, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final, Literal

from maille.loaders.fetching.body import Told, decoded, receive_rest, receive_whole
from maille.loaders.fetching.cache import FOLDER, Copy, Entry, Validators
from maille.ontology.errors import SourceError
from maille.store.web_http import USER_AGENT, Answer, Unanswered, ask
from maille.store.web_pace import Pace, age
from maille.store.web_policy import Limits, Policy, Refused

__all__ = ["FOLDER", "USER_AGENT", "Fetched", "Fetcher", "Limits", "Pace", "Policy", "fetch"]

_AGAIN: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was asked for.

    Attributes:
        path: where it is, in the cache.
        sha256: hexadecimal digest, verified just now.
        from_cache: whether the bytes were there before.
        note: what a user should know, such as that the source is gone and how old the copy is; else empty.
        outcome: `fetched`, `unchanged` (the server says so), or `kept` (it was not asked with success).
    """

    path: Path
    sha256: str
    from_cache: bool
    note: str = ""
    outcome: Literal["fetched", "unchanged", "kept"] = "fetched"


class _Gone(Exception):
    """The source is given up, for the reason told."""


class _Later(Unanswered):
    """The server asks to come back after some seconds."""

    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How files are fetched: where to, how much of what, whom from, at what pace."""

    cache: Path
    limits: Limits = field(default_factory=Limits)
    policy: Policy = field(default_factory=Policy)
    pace: Pace = field(default_factory=Pace)

    def fetch(self, url: str, name: str = "", told: Told = lambda _there, _of: None) -> Fetched:
        """Return the file at `url`, kept under `name`; `told` learns of each block.

        Raises SourceError, which says what to do, where it cannot be had and no copy was kept.
        """
        self.policy.target(url)
        entry = Entry(self.cache, url, name)
        with entry.held(self.limits.whole):
            copy = entry.copy()
            try:
                return self._tried(entry, copy, told)
            except (_Gone, Refused) as error:
                if isinstance(error, Refused):
                    entry.drop_part()
                if copy is not None:
                    kept = f"{url}: {error}; the copy of {age(copy.confirmed, self.pace.now())} is used"
                    return Fetched(copy.path, copy.sha256, True, kept, "kept")
                advice = "download it by other means and give its folder with --data"
                raise SourceError(f"{url} cannot be fetched: {error}; no copy of it was kept: {advice}") from error

    def _tried(self, entry: Entry, copy: Copy | None, told: Told) -> Fetched:
        deadline = self.pace.monotonic() + self.limits.whole
        for failures in range(self.limits.tries):
            try:
                return self._once(entry, copy, told, deadline - self.pace.monotonic())
            except Unanswered as error:
                reason = error
            if reason.final:
                raise _Gone(str(reason)) from reason
            if failures + 1 < self.limits.tries:
                self._wait(reason, failures, deadline)
        raise _Gone(f"{reason} (asked {self.limits.tries} times)")

    def _wait(self, reason: Unanswered, failures: int, deadline: float) -> None:
        pause = self.pace.backoff(failures)
        if isinstance(reason, _Later) and reason.seconds is not None:
            if reason.seconds > self.limits.longest_pause:
                raise _Gone(f"{reason}, and asks to come back in {reason.seconds:,.0f} seconds")
            pause = max(pause, reason.seconds)
        if self.pace.monotonic() + pause >= deadline:
            raise _Gone(f"{reason}, and the {self.limits.whole:,.0f} seconds there were are over")
        self.pace.sleep(pause)

    def _once(self, entry: Entry, copy: Copy | None, told: Told, seconds: float) -> Fetched:
        begun = entry.part_validators()
        with ask(entry.url, _headers(entry, begun, copy), self.policy, self.limits, seconds) as answer:
            if answer.status == HTTPStatus.NOT_MODIFIED and copy is not None and begun is None:
                confirmed = entry.confirm(copy, self.pace.now())
                return Fetched(confirmed.path, confirmed.sha256, True, "", "unchanged")
            if answer.status == HTTPStatus.PARTIAL_CONTENT and begun is not None:
                validators = receive_rest(answer, entry, begun, self.limits, told)
            elif answer.status == HTTPStatus.OK:
                validators = receive_whole(answer, entry, self.limits, told)
            else:
                raise self._failure(answer, entry)
        return self._keep(entry, validators)

    def _keep(self, entry: Entry, validators: Validators) -> Fetched:
        try:
            fresh, digest = decoded(entry.part, validators, self.limits)
        except Unanswered:
            entry.drop_part()
            raise
        copy = entry.keep(fresh, digest, validators, self.pace.now())
        return Fetched(copy.path, copy.sha256, False)

    def _failure(self, answer: Answer, entry: Entry) -> Exception:
        reason = f"it answers {_phrase(answer.status)}"
        if answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            entry.drop_part()
            return _Later(reason, 0.0)
        if answer.status in _AGAIN or answer.status >= 500:
            return _Later(reason, self.pace.asked(answer.headers.get("Retry-After")))
        if answer.status < 400:
            return Unanswered(reason)
        return _Gone(reason)


def fetch(url: str, cache: Path, limits: Limits | None = None, name: str = "") -> Fetched:
    """Return the file at `url`, from the network or from the copy in `cache`; see `Fetcher.fetch`."""
    return Fetcher(cache, limits or Limits()).fetch(url, name)


def _headers(entry: Entry, begun: Validators | None, copy: Copy | None) -> dict[str, str]:
    headers = {"Accept": "*/*", "Accept-Encoding": "gzip"}
    if begun is not None:
        return headers | {"Range": f"bytes={entry.part.stat().st_size}-", "If-Range": begun.strong or ""}
    if copy is not None and copy.etag:
        headers["If-None-Match"] = copy.etag
    if copy is not None and copy.modified:
        headers["If-Modified-Since"] = copy.modified
    return headers


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
