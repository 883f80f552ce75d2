"""Proactive negotiation (RFC 9110, section 12.5): pure functions from header values to what is sent.

None of them raises, whatever a client sends: a part that follows no grammar is passed over, and a header without one
readable part counts as absent. Real clients send `*; q=.2` (Java) and profiles we do not know (JSON-LD): both work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from maille.api.http.weights import WORD, Weighted, parameters_of, weighted_list

_MEDIA_RANGE: Final = re.compile(rf"({WORD})/({WORD})")
_CODING: Final = re.compile(WORD)
_LANGUAGE_RANGE: Final = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_RDF_TYPES: Final = frozenset(
    {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml", "application/n-quads"}
)


def parse_accept(header: str | None) -> list[Weighted]:
    """Return the media ranges of an `Accept` value, in the order given."""
    ranges = weighted_list(header, lambda text: "*/*" if text == "*" else text)
    return [part for part in ranges if _is_media_range(part.value)]


def choose(accept: str | None, offered: Sequence[str], default: str | None = None) -> str | None:
    """Return the media type of `offered` that `accept` likes best, None where it likes none.

    The most specific range that fits a type gives its weight; between equal weights the first offered wins. Without
    a readable `Accept` the answer is `default`, or else the first offered.
    """
    ranges = parse_accept(accept)
    if not ranges:
        return default or next(iter(offered), None)
    best = max(offered, key=lambda media_type: media_quality(ranges, media_type), default=None)
    return best if best is not None and media_quality(ranges, best) > 0 else None


def media_quality(ranges: Iterable[Weighted], media_type: str) -> float:
    """Return the weight that `ranges` give to `media_type`: that of the most specific one that fits, 0 without one."""
    essence, parameters = _split(media_type)
    fits = ((_specificity(part, essence, parameters), part.quality) for part in ranges)
    return max((fit for fit in fits if fit[0] > 0), default=(0, 0.0))[1]


def is_browser(accept: str | None) -> bool:
    """Tell whether an `Accept` value is that of a person looking: it names HTML, and no RDF or results above it."""
    ranges = parse_accept(accept)
    html = max((part.quality for part in ranges if part.value == "text/html"), default=0.0)
    others = (part for part in ranges if _is_data(part.value))
    return html > 0 and all(part.quality < html for part in others)


def choose_language(header: str | None, offered: Sequence[str] = ("fr", "en"), default: str = "fr") -> str:
    """Return the language of `offered` that `Accept-Language` likes best (RFC 4647, section 3.3.1).

    Where it likes none of them, the answer is `default`: a page in another language beats no page.
    """
    ranges = [part for part in weighted_list(header) if _LANGUAGE_RANGE.fullmatch(part.value)]
    weights = {language: _language_quality(ranges, language) for language in offered}
    best = max(offered, key=lambda language: (weights[language], language == default), default=default)
    return best if weights.get(best, 0.0) > 0 else default


def choose_encoding(header: str | None, offered: Sequence[str]) -> str | None:
    """Return the content coding of `offered` to use, None for none (`identity`).

    A coding is used only where the client names it, or `*`, with a weight above zero and no lower than that of
    `identity`; between equal weights the first offered wins.
    """
    parts = [part for part in weighted_list(header) if _CODING.fullmatch(part.value)]
    weights = {part.value: part.quality for part in reversed(parts)}
    best = max(offered, key=lambda coding: _coding_quality(weights, coding), default=None)
    if best is None:
        return None
    quality = _coding_quality(weights, best)
    return best if quality > 0 and quality >= weights.get("identity", 0.0) else None


def by_short_name(name: str, formats: Mapping[str, str]) -> str | None:
    """Return the media type that `?format=` asks for among `formats` (media type -> short name), None where none.

    A media type given in full works too.
    """
    wanted = name.strip().lower()
    return next((media_type for media_type, short in formats.items() if wanted in (short, media_type)), None)


def matches_etag(header: str | None, etag: str) -> bool:
    """Tell whether an `If-None-Match` value holds `etag`, compared weakly (RFC 9110, section 13.1.2); `*` does."""
    if not header:
        return False
    tags = (part.strip().removeprefix("W/") for part in header.split(","))
    return header.strip() == "*" or etag.removeprefix("W/") in tags


def _is_media_range(value: str) -> bool:
    match = _MEDIA_RANGE.fullmatch(value)
    return match is not None and (match[1] != "*" or match[2] == "*")


def _split(media_type: str) -> tuple[str, frozenset[tuple[str, str]]]:
    essence, *pieces = media_type.split(";")
    return essence.strip().lower(), frozenset(parameters_of(pieces)) | {("charset", "utf-8")}


def _specificity(part: Weighted, essence: str, parameters: frozenset[tuple[str, str]]) -> int:
    """Return how closely a range fits: 5 with parameters, 4 the type, 3 the type but for parameters, 2, 1, or 0."""
    if part.value == essence:
        if not part.parameters:
            return 4
        if part.parameters <= parameters:
            return 5
        return 3 if part.quality > 0 else 0
    if part.value == essence.partition("/")[0] + "/*":
        return 2
    return 1 if part.value == "*/*" else 0


def _is_data(value: str) -> bool:
    return value.startswith("application/sparql-results") or value in _RDF_TYPES


def _language_quality(ranges: Iterable[Weighted], language: str) -> float:
    """Return the weight of a language: that of the range that names it or one of its regions, else that of `*`."""
    named = [part.quality for part in ranges if part.value.partition("-")[0] == language]
    rest = [part.quality for part in ranges if part.value == "*"]
    return max(named) if named else max(rest, default=0.0)


def _coding_quality(weights: Mapping[str, float], coding: str) -> float:
    alias = f"x-{coding}"
    return weights.get(coding, weights.get(alias, weights.get("*", 0.0)))
