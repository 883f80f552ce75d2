"""Scripts and style sheets that are bundled from `api/web`, where they were (RFC 8246, Immutable Responses).

Their names hold a hash of their content, so they may be kept for ever; they lie compressed beside themselves, and go
out as they lie. Where nothing was bundled, templates get None from `assets('<page>')` and say what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maille.api.context import AppContext
from maille.api.errors import RequestRefused
from maille.api.http.conditional import IMMUTABLE
from maille.api.http.negotiation import choose_encoding

ROOT: Final = "/static/dist/"
_CODED: Final = {"br": ".br", "gzip": ".gz"}
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one page loads: paths of this server, to be written with `links.asset`."""

    js: str | None
    css: str | None
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assets:
    """The bundles of one folder, by page; calling it is what templates do."""

    folder: Traversable
    bundles: Mapping[str, Bundle] = field(default_factory=dict)

    def __call__(self, page: str) -> Bundle | None:
        """Return the bundle of a page, None where it was not built."""
        return self.bundles.get(page)

    def files(self) -> dict[str, bytes]:
        """Return every file of the folder that may be asked for, compressed forms included, by name."""
        if not self.bundles:
            return {}
        return {file.name: file.read_bytes() for file in self.folder.iterdir() if _type_of(file.name) is not None}


def bundled() -> Assets:
    """Return the bundles of this package: none where `api/web` was not built."""
    return assets_in(resources.files("maille.api").joinpath("static", "dist"))


def assets_in(folder: Traversable) -> Assets:
    """Return the bundles that the manifest of a folder names."""
    manifest = folder.joinpath("manifest.json")
    if not manifest.is_file():
        return Assets(folder)
    found = json.loads(manifest.read_text(encoding="utf-8"))
    return Assets(folder, {page: _bundle(entry) for page, entry in found.items()})


def routes(context: AppContext) -> list[BaseRoute]:
    """Return the route of the bundled files."""
    return [Route(f"{ROOT}{{name}}", AssetFiles(bundled()).answer)]


class AssetFiles:
    """Answers with the files of the bundles; they are read once, so that bundling anew disturbs no running server."""

    def __init__(self, assets: Assets) -> None:
        self._files = assets.files()

    async def answer(self, request: Request) -> Response:
        """Answer with a file, compressed as the client likes it best."""
        name = request.path_params["name"]
        if name not in self._files or PurePosixPath(name).suffix not in _TYPES:
            raise RequestRefused("not-found", f"There is no file {name!r}.")
        headers = {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"}
        offered = [coding for coding, suffix in _CODED.items() if name + suffix in self._files]
        coding = choose_encoding(request.headers.get("accept-encoding"), offered)
        if coding is not None:
            headers["Content-Encoding"] = coding
        body = self._files[name + _CODED[coding] if coding else name]
        return Response(body, headers=headers, media_type=_type_of(name))


def _type_of(name: str) -> str | None:
    """Return the media type of a file, compressed or not; None where it is not for browsers."""
    path = PurePosixPath(name)
    return _TYPES.get(path.with_suffix("").suffix if path.suffix in _CODED.values() else path.suffix)


def _bundle(entry: Mapping[str, object]) -> Bundle:
    imports = entry["imports"]
    names = imports if isinstance(imports, list) else []
    return Bundle(_path(entry["js"]), _path(entry["css"]), tuple(f"{ROOT}{name}" for name in names))


def _path(name: object) -> str | None:
    return f"{ROOT}{name}" if isinstance(name, str) else None
