"""Which endpoints a SERVICE may call, and what a call may take (SPARQL 1.1 Federated Query, section 2).

A file has one table for each endpoint. A table that is named like one of those shipped starts from it, so that an empty
one turns it on; nothing is called that no table names.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from maille.ontology.errors import UsageError
from maille.store.toml_tables import Table
from maille.store.web_http import USER_AGENT

_MIB: Final = 1024 * 1024
_MOST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint that may be called.

    Attributes:
        name: of its table.
        iris: what queries call it by.
        address: where it really is.
        allow_private: whether `address` may be one that is not public.
        timeout: seconds that one request may take.
        max_bytes: bytes that one answer may have, as sent and as unpacked.
        max_rows: solutions that one SERVICE may have.
        rate: requests a second.
        concurrency: requests at once.
        user_agent: how we present ourselves.
        truncates_at: numbers of rows at which the endpoint may cut an answer without saying so.
        batch: sets of values sent with one request.
        max_bindings: sets of values above which the pattern is sent as it is.
        tries: requests made before the endpoint counts as failing.
        expiry: seconds that an answer is remembered.
        passes: names of services of the endpoint itself, which are sent to it as they are.
    """

    name: str
    iris: tuple[str, ...]
    address: str
    allow_private: bool = False
    timeout: float = 20.0
    max_bytes: int = 16 * _MIB
    max_rows: int = 50_000
    rate: float = 5.0
    concurrency: int = 4
    user_agent: str = USER_AGENT
    truncates_at: tuple[int, ...] = ()
    batch: int = 250
    max_bindings: int = 10_000
    tries: int = 3
    expiry: float = 300.0
    passes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Services:
    """The endpoints that may be called."""

    endpoints: tuple[Endpoint, ...] = ()

    def get(self, iri: str) -> Endpoint | None:
        """Return the endpoint of that very IRI, None where there is none."""
        return next((endpoint for endpoint in self.endpoints if iri in endpoint.iris), None)


def services_of(setting: str) -> Services:
    """Return the endpoints of a file, or of names of shipped ones with commas between; raises UsageError."""
    known = shipped()
    names = [name.strip() for name in setting.split(",")]
    if not Path(setting).exists() and all(name in known for name in names):
        return _made({name: {} for name in names}, "MAILLE_SERVICES")
    return _made(_read(Path(setting), known), setting)


def shipped() -> Mapping[str, Mapping[str, Any]]:
    """Return the endpoints that come with the package, as their file has them."""
    text = files("maille.store").joinpath("services.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def _read(path: Path, known: Iterable[str]) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _MOST:
            raise UsageError(f"MAILLE_SERVICES: {path} is no list of endpoints: it is longer than {_MOST:,} bytes")
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        names = ", ".join(known)
        reason = error.strerror or error
        raise UsageError(f"MAILLE_SERVICES: {path}: {reason}; endpoints that come with Maille: {names}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"MAILLE_SERVICES: {path} is no TOML: {error}") from error


def _made(values: Mapping[str, Any], where: str) -> Services:
    problems: list[str] = []
    known = shipped()
    top = Table(values, "", problems)
    endpoints = []
    for name, own in top.items():
        if not isinstance(own, Mapping):
            top.problem(name, "a table is needed for each endpoint")
            continue
        with Table({**known.get(name, {}), **own}, f"[{name}]", problems) as table:
            endpoints.append(_endpoint(name, table))
    _check_twice(endpoints, problems)
    if problems:
        raise UsageError(f"{where}: {'; '.join(problems)}")
    return Services(tuple(endpoints))


def _endpoint(name: str, table: Table) -> Endpoint:
    iris = table.texts("iri")
    for iri in iris:
        _check(table, "iri", iri, _no_iri)
    if not iris:
        table.problem("iri", "the IRI that queries call the endpoint by is needed")
    address = table.text("address", iris[0] if iris else "")
    _check(table, "address", address, _no_address)
    passes = table.texts("passes")
    for iri in passes:
        _check(table, "passes", iri, _no_iri)
    base = _DEFAULTS
    return Endpoint(
        name=name,
        iris=iris,
        address=address,
        allow_private=table.flag("allow_private"),
        timeout=_within(table, "timeout", base.timeout, 0.1, 600),
        max_bytes=int(_within(table, "max_bytes", base.max_bytes, 1, 1024 * _MIB, whole=True)),
        max_rows=int(_within(table, "max_rows", base.max_rows, 1, 1_000_000, whole=True)),
        rate=_within(table, "rate", base.rate, 0.01, 10_000),
        concurrency=int(_within(table, "concurrency", base.concurrency, 1, 32, whole=True)),
        user_agent=table.text("user_agent", USER_AGENT, _no_header),
        truncates_at=_counts(table, "truncates_at"),
        batch=int(_within(table, "batch", base.batch, 1, 10_000, whole=True)),
        max_bindings=int(_within(table, "max_bindings", base.max_bindings, 0, 1_000_000, whole=True)),
        tries=int(_within(table, "tries", base.tries, 1, 10, whole=True)),
        expiry=_within(table, "expiry", base.expiry, 0, 86_400),
        passes=passes,
    )


_DEFAULTS: Final = Endpoint("", (), "")


def _within(table: Table, key: str, default: float, least: float, most: float, *, whole: bool = False) -> float:
    value = table.number(key, int(default)) if whole else table.real(key, default)
    if not least <= value <= most:
        table.problem(key, f"must be from {least:,g} to {most:,g}")
    return value


def _counts(table: Table, key: str) -> tuple[int, ...]:
    value = table.raw(key)
    found = value if isinstance(value, list) else [] if value is None else [value]
    if all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in found):
        return tuple(found)
    table.problem(key, f"{value!r} is not a number of rows, or a list of them")
    return ()


def _check(table: Table, key: str, value: str, wrong: Callable[[str], str | None]) -> None:
    if reason := wrong(value):
        table.problem(key, f"{value!r} {reason}")


def _no_iri(text: str) -> str | None:
    try:
        NamedNode(text)
    except ValueError:
        return "is no absolute IRI"
    return None


def _no_address(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known or not text.isprintable() or " " in text:
        return "is no http or https address"
    if parts.username or parts.password:
        return "holds a user name or password, which are not sent"
    return "has a fragment" if parts.fragment else None


def _no_header(text: str) -> str | None:
    fits = text.isascii() and text.isprintable() and text.strip() == text
    return None if fits and text else "must be printable ASCII"


def _check_twice(endpoints: Iterable[Endpoint], problems: list[str]) -> None:
    seen: dict[str, str] = {}
    for endpoint in endpoints:
        for iri in endpoint.iris:
            if iri in seen:
                problems.append(f"[{endpoint.name}] iri: {iri!r} is that of [{seen[iri]}] already")
            seen[iri] = endpoint.name
