"""A small body over the network, in memory only: what an API answers about one unit is not for the disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from maille.ontology.errors import SourceError
from maille.store.web_http import Answer, Unanswered, ask
from maille.store.web_pace import Pace
from maille.store.web_policy import Limits, Policy

_AGAIN: Final = frozenset({408, 425, 429})
SIZE: Final = 1 << 20
"""Bytes of the longest body that is taken."""


class _Later(Unanswered):
    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Getter:
    """Gets bodies by address, with retries; an error of the client's is none that trying again would mend."""

    limits: Limits = field(default_factory=lambda: Limits(size=SIZE, whole=300.0))
    policy: Policy = field(default_factory=Policy)
    pace: Pace = field(default_factory=Pace)

    def __call__(self, url: str) -> bytes:
        """Return the body at `url`; raises SourceError where it cannot be had."""
        pause = 0.0
        for failures in range(self.limits.tries):
            try:
                return self._once(url)
            except Unanswered as error:
                reason = error
            asked = reason.seconds if isinstance(reason, _Later) else None
            pause = max(self.pace.backoff(failures), asked or 0.0)
            if pause > self.limits.longest_pause:
                raise SourceError(f"{_host(url)} {reason}, and asks to come back in {pause:,.0f} seconds")
            if failures + 1 < self.limits.tries:
                self.pace.sleep(pause)
        raise SourceError(f"{_host(url)} {reason} (asked {self.limits.tries} times)")

    def _once(self, url: str) -> bytes:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        with ask(url, headers, self.policy, self.limits, self.limits.whole) as answer:
            if answer.status in _AGAIN or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise _Later(f"answers {answer.status}", self.pace.asked(answer.headers.get("Retry-After")))
            if answer.status != HTTPStatus.OK:
                raise SourceError(f"{_host(url)} answers {answer.status}")
            return self._body(url, answer)

    def _body(self, url: str, answer: Answer) -> bytes:
        body = bytearray()
        for block in answer.blocks():
            body += block
            if len(body) > self.limits.size:
                raise SourceError(f"{_host(url)} sends more than {self.limits.size:,} bytes")
        return bytes(body)


def _host(url: str) -> str:
    """Return an address without its query: who was asked for is nothing to tell."""
    return url.partition("?")[0]
