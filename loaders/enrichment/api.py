"""Legal form, activity and state of units from the API *Recherche d'entreprises* (`docs/enrichment.md`).

One request asks for one SIREN, which the API looks up directly. `minimal=true` keeps secondary fields out of the
answer, `dirigeants` (persons) among them; nothing of it is kept but what `maille.loaders.enrichment.units.Unit` holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from maille.loaders.enrichment.units import Kept, Unit, judged
from maille.loaders.progress import Progress, Silent
from maille.ontology.errors import SourceError
from maille.store.web_pace import Pace

SOURCE: Final = "recherche-entreprises"
ADDRESS: Final = "https://recherche-entreprises.api.gouv.fr/search"
PER_SECOND: Final = 7
"""Requests the API takes in a second from one address."""

Get = Callable[[str], bytes]
"""Returns the body of an address; raises SourceError where it cannot be had, after what retries there were."""


class Throttle:
    """Lets through so many calls a second, evenly: each call of it waits until its turn."""

    def __init__(self, per_second: float, pace: Pace) -> None:
        self._interval = 1.0 / per_second
        self._pace = pace
        self._next: float | None = None

    def __call__(self) -> None:
        """Wait for the next turn."""
        now = self._pace.monotonic()
        if self._next is not None and now < self._next:
            self._pace.sleep(self._next - now)
            now = self._next
        self._next = now + self._interval


def enrich(sirens: Iterable[str], get: Get, pace: Pace | None = None, progress: Progress | None = None) -> Kept:
    """Ask for each SIREN, at the pace the API takes; raises SourceError where an answer is no answer."""
    throttle, kept, shown = Throttle(PER_SECOND, pace or Pace()), Kept(), progress or Silent()
    for siren in sirens:
        throttle()
        kept.add(unit_of(siren, get(address_of(siren))))
        shown.advance()
    return kept


def address_of(siren: str) -> str:
    """Return the address that looks a SIREN up."""
    return f"{ADDRESS}?{urlencode({'q': siren, 'minimal': 'true', 'page': 1, 'per_page': 1})}"


def unit_of(siren: str, body: bytes) -> Unit | str:
    """Return the unit that an answer describes, or the reason why there is none to keep."""
    try:
        answer = json.loads(body)
        results = answer["results"]
        found = [one for one in results if one["siren"] == siren]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{ADDRESS}: the answer has not the form of docs/enrichment.md: {error!r}") from error
    return _judged(found[0]) if found else "the register does not show it"


def _judged(result: Mapping[str, Any]) -> Unit | str:
    return judged(
        str(result["siren"]),
        result.get("statut_diffusion"),
        result.get("nature_juridique"),
        rev2=result.get("activite_principale"),
        naf_2025=result.get("activite_principale_naf25"),
        status=result.get("etat_administratif"),
    )
