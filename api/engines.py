"""Which engine serves: the pool over a release of this machine, or a SPARQL server that the settings name."""

from __future__ import annotations

from urllib.parse import urlsplit

from maille.api.settings import Settings
from maille.ontology.errors import UsageError
from maille.store.cache import CachedEngine
from maille.store.engine import Engine
from maille.store.pool import PoolEngine, PoolLimits
from maille.store.release import Home
from maille.store.remote import RemoteEngine
from maille.store.remote_http import RemoteStore, secret_in


def engine_of(settings: Settings) -> Engine:
    """Return the engine that the settings ask for, not yet started; raises UsageError."""
    store = remote_store_of(settings)
    if store is not None:
        return CachedEngine(RemoteEngine(store, base=settings.base_iri), settings.answer_cache)
    return CachedEngine(PoolEngine(Home(settings.home), limits_of(settings)), settings.answer_cache)


def remote_store_of(settings: Settings) -> RemoteStore | None:
    """Return where the remote store is, None where none is named; raises UsageError where that cannot be."""
    if settings.store_query is None:
        return None
    for name in ("store_query", "store_update", "store_graphs"):
        _check(f"MAILLE_{name.upper()}", getattr(settings, name))
    secret = secret_in(settings.store_password_file)
    if settings.store_auth in {"basic", "digest"} and not settings.store_user:
        raise UsageError(f"MAILLE_STORE_AUTH={settings.store_auth} needs MAILLE_STORE_USER")
    if settings.store_auth != "none" and not secret:
        raise UsageError(f"MAILLE_STORE_AUTH={settings.store_auth} needs MAILLE_STORE_PASSWORD_FILE")
    return RemoteStore(
        query=settings.store_query,
        update=settings.store_update,
        graphs=settings.store_graphs,
        auth=settings.store_auth,
        user=settings.store_user or "",
        secret=secret,
        max_rows=settings.store_max_rows,
    )


def limits_of(settings: Settings) -> PoolLimits:
    """Return what the pool of queries may use, as the settings say."""
    return PoolLimits(
        workers=settings.query_workers,
        helpers=settings.query_helpers,
        queue=settings.query_queue,
        memory=settings.query_memory,
        result=settings.result_limit,
        memory_quads=settings.memory_quads,
        kept=settings.kept_releases,
        drain=settings.drain_seconds,
    )


def _check(name: str, address: str | None) -> None:
    if address is None:
        return
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        port, parts = 0, urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise UsageError(f"{name}: {address!r} is no http or https address")
    if parts.username or parts.password or parts.fragment:
        raise UsageError(f"{name}: no user and no fragment here: see MAILLE_STORE_USER")
