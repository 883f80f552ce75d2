"""The address of this server, for answers that need absolute ones: never what a Host header says."""

from __future__ import annotations

from starlette.requests import Request

from maille.api.context import AppContext


def server_address(context: AppContext, request: Request) -> str | None:
    """Return scheme, host and root path of this server, without a slash at the end; None where it cannot be known.

    Where the server has not been told what it is called (MAILLE_PUBLIC_URL), they are those of the socket that the
    request came in by: right for a service on one's own machine, and not for clients to choose.
    """
    root = str(request.scope.get("root_path", "")).rstrip("/")
    if context.settings.public_url:
        return context.settings.public_url.rstrip("/") + root
    host, port = request.scope.get("server") or ("", None)
    if not host or "/" in host:
        return None
    named = f"[{host}]" if ":" in host else host
    return f"{request.scope.get('scheme', 'http')}://{named}{f':{port}' if port else ''}{root}"
