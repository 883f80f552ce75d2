"""Places that are not in France, as far as a row says so: a country, a département 99, a postcode of elsewhere.

A town abroad that is named alone is not told from one of France by this: it is unmatched where no commune has its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from maille.loaders.places.text import Words, words

_FRANCE: Final = frozenset({"", "fr", "fra", "france", "francemetropolitaine", "metropole", "republiquefrancaise"})
_OVERSEAS: Final = frozenset(
    {
        *("guadeloupe", "martinique", "guyane", "guyanefrancaise", "lareunion", "reunion", "mayotte"),
        *("saintpierreetmiquelon", "saintbarthelemy", "saintmartin", "wallisetfutuna", "polynesiefrancaise"),
        *("nouvellecaledonie", "gp", "mq", "gf", "re", "yt", "pm", "bl", "mf", "wf", "pf", "nc"),
    }
)
_ABROAD: Final = frozenset({"99", "999", "099"})
_COUNTRIES: Final = frozenset(
    {
        *("allemagne", "germany", "deutschland", "angleterre", "england", "royaumeuni", "unitedkingdom", "uk"),
        *("autriche", "austria", "belgique", "belgium", "canada", "quebec", "chine", "china", "danemark", "denmark"),
        *("egypte", "egypt", "espagne", "spain", "etatsunis", "unitedstates", "usa", "us", "finlande", "finland"),
        *("grece", "greece", "inde", "india", "irlande", "ireland", "israel", "italie", "italy", "japon", "japan"),
        *("liban", "lebanon", "luxembourg", "maroc", "morocco", "monaco", "norvege", "norway", "paysbas"),
        *("netherlands", "pologne", "poland", "portugal", "roumanie", "romania", "senegal", "suede", "sweden"),
        *("suisse", "switzerland", "tunisie", "tunisia", "algerie", "algeria", "turquie", "turkey", "texas"),
    }
)
_FOREIGN_POSTCODE: Final = re.compile(r"\s*(?!F-|FR-)[A-Z]{1,2}-[0-9]{4,5}(?![0-9])")


def by_country(country: str) -> str | None:
    """Return why a stated country is not France, None where it is, or where none is stated."""
    return None if "".join(words(country)) in _FRANCE | _OVERSEAS else f"the row states the country {country!r}"


def by_departement(departement: str) -> str | None:
    """Return why a stated département is none of France (99, D999)."""
    code = "".join(departement.split()).upper().removesuffix(".0").removeprefix("D")
    return f"département {departement!r} stands for abroad" if code in _ABROAD else None


def by_text(names: Iterable[Words], written: Iterable[str], postcode: str) -> str | None:
    """Return why a name or a postcode is one of another country ("Vienne, Autriche", `B-1000`, Monaco's 980)."""
    if postcode.startswith("980"):
        return f"postcode {postcode} is in Monaco"
    country = next(("".join(name) for name in names if "".join(name) in _COUNTRIES), None)
    if country:
        return f"the name is, or holds, the country {country}"
    found = next((match for text in written if (match := _FOREIGN_POSTCODE.match(text))), None)
    return f"{found[0].strip()!r} is written as a postcode of another country" if found else None
