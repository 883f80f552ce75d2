"""The named transformations of a description: each takes one text and gives none, one or several.

A transformation that cannot do its work on a text raises BadValue, whose reason a user reads beside the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from maille.loaders.describing import html_text
from maille.loaders.describing.description import Step
from maille.ontology import iris
from maille.ontology.errors import InvalidIri

Transformation = Callable[[str], Iterable[str]]
_FLOAT: Final = re.compile(r"([0-9]+)(?:[.,]0*)?")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]{2,})?")
BLANKS: Final = str.maketrans("", "", " \t\u00a0\u2009\u202f")


class BadValue(Exception):
    """A value is not what it should be; the text is the reason."""


@dataclass(frozen=True, slots=True)
class _Spec:
    """How a transformation is made, and the types of its options; those in `defaults` may be left out."""

    make: Callable[[Mapping[str, Any]], Transformation]
    options: Mapping[str, type] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)


def made(step: Step) -> Transformation:
    """Return the function of a step that was checked."""
    spec = KNOWN[step.name]
    return spec.make({**spec.defaults, **step.options})


def wrong(step: Step) -> str:
    """Say what is wrong with a step, empty where nothing is."""
    spec = KNOWN.get(step.name)
    if spec is None:
        near = get_close_matches(step.name, KNOWN, n=1)
        return "is no transformation" + (f" (perhaps {near[0]!r})" if near else f": there are {', '.join(KNOWN)}")
    for name, value in step.options.items():
        if name not in spec.options:
            return f"has an option {name!r} that {step.name} does not know"
        if type(value) is not spec.options[name]:
            return f"has {name} = {value!r}, which is no {spec.options[name].__name__}"
    missing = [name for name in spec.options if name not in step.options and name not in spec.defaults]
    if missing:
        return f"lacks {' and '.join(missing)}"
    return _bad_pattern(step.options.get("pattern", ""))


def float_code(text: str, width: int = 0) -> str:
    """Return the digits of a code that was exported as a number (`75019.0`), with zeros in front up to `width`."""
    match = _FLOAT.fullmatch(text.translate(BLANKS))
    if match is None:
        raise BadValue("is no whole number")
    if len(match[1]) > width > 0:
        raise BadValue(f"has more than {width} digits")
    return match[1].zfill(width)


def _bad_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"has a pattern that is no regular expression: {error}"
    return ""


def _simple(function: Callable[[str], str]) -> _Spec:
    return _Spec(lambda _: lambda text: (function(text),))


def _html(text: str) -> str:
    try:
        return html_text.to_text(text)
    except ValueError as error:
        raise BadValue(str(error)) from error


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _slug(text: str) -> str:
    try:
        return iris.slugify(text)
    except InvalidIri as error:
        raise BadValue("has no letter or digit") from error


def _capitalise(text: str) -> str:
    return _WORD.sub(lambda match: match[0][0].upper() + match[0][1:].lower(), text)


def _refuse(options: Mapping[str, Any]) -> Transformation:
    def refuse(text: str) -> Iterable[str]:
        if text in options["values"]:
            raise BadValue(options["reason"])
        return (text,)

    return refuse


def _find(options: Mapping[str, Any]) -> Transformation:
    pattern = re.compile(options["pattern"])
    group = 1 if pattern.groups else 0
    return lambda text: (match[group] or "" for match in pattern.finditer(text))


def _part(options: Mapping[str, Any]) -> Transformation:
    def part(text: str) -> Iterable[str]:
        parts, index = text.split(options["split"]), options["index"]
        at = index - 1 if index > 0 else len(parts) + index
        return (parts[at],) if 0 <= at < len(parts) else ()

    return part


def _value_of(options: Mapping[str, Any]) -> Transformation:
    def values(text: str) -> Iterable[str]:
        for pair in text.split(options["split"]):
            key, between, value = pair.partition(options["between"])
            if between and key.strip() == options["key"]:
                yield value

    return values


KNOWN: Final[Mapping[str, _Spec]] = MappingProxyType(
    {
        "strip-html": _simple(_html),
        "one-line": _simple(lambda text: " ".join(text.split())),
        "first-line": _simple(_first_line),
        "float-code": _simple(float_code),
        "pad": _Spec(lambda options: lambda text: (text.zfill(options["width"]),), {"width": int}),
        "lower": _simple(str.lower),
        "upper": _simple(str.upper),
        "capitalise": _simple(_capitalise),
        "digits": _simple(lambda text: re.sub("[^0-9]", "", text)),
        "slug": _simple(_slug),
        "remove-prefix": _Spec(lambda options: lambda text: (text.removeprefix(options["text"]),), {"text": str}),
        "prefix": _Spec(lambda options: lambda text: (options["text"] + text,), {"text": str}),
        "replace": _Spec(
            lambda options: lambda text: (text.replace(options["old"], options["new"]),), {"old": str, "new": str}
        ),
        "refuse": _Spec(_refuse, {"values": list, "reason": str}),
        "find": _Spec(_find, {"pattern": str}),
        "part": _Spec(_part, {"split": str, "index": int}),
        "value-of": _Spec(_value_of, {"key": str, "split": str, "between": str}, {"split": "|", "between": ":"}),
    }
)
"""Name -> transformation, as `docs/sources.md` lists them."""
