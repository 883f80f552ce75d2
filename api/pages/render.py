"""Pages from templates: escaping, links, languages (HTML; RFC 3986).

Data are written as text, always. Only http, https and mailto IRIs become links, names of ours become local paths,
and control and bidirectional characters, which could make a page lie about what it says, show as U+FFFD.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from importlib.metadata import version
from typing import Final
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from maille.api.context import AppContext
from maille.api.http.conditional import IMMUTABLE
from maille.api.http.kept import release_of
from maille.api.maps.ground import ground
from maille.api.pages.assets import bundled
from maille.api.pages.i18n import LANGUAGES, Translator, choose_language, load_messages
from maille.ontology.namespaces import BASE, PREFIXES

STATIC_TYPES: Final = {
    "style.css": "text/css; charset=utf-8",
    "script.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
    "card.png": "image/png",
    "home.css": "text/css; charset=utf-8",
    "data.css": "text/css; charset=utf-8",
    "api-docs.css": "text/css; charset=utf-8",
    "def.css": "text/css; charset=utf-8",
    "document.css": "text/css; charset=utf-8",
    "document.js": "text/javascript; charset=utf-8",
    "facets.css": "text/css; charset=utf-8",
    "search.css": "text/css; charset=utf-8",
    "map.css": "text/css; charset=utf-8",
    "reconcile.css": "text/css; charset=utf-8",
    "trends.css": "text/css; charset=utf-8",
    "ground.geojson": "application/geo+json",
}
_OF_A_RELEASE: Final = (
    "/doc/",
    "/id/",
    "/graph/",
    "/source/",
    "/row/",
    "/scheme/",
    "/sparql",
    "/siren/",
    "/insee/",
    "/map",
)
_LINKED_SCHEMES: Final = ("http", "https", "mailto")
_CONTROLS: Final = (*range(9), 11, 12, *range(14, 32), *range(127, 160))
_DIRECTIONS: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
_UNSEEN: Final = re.compile(f"[{re.escape(''.join(map(chr, (*_CONTROLS, *_DIRECTIONS))))}]")


def shown(value: object) -> object:
    """Return `value` as a page may print it: text loses the characters that are not seen but act."""
    return _UNSEEN.sub("\ufffd", value) if isinstance(value, str) and _UNSEEN.search(value) else value


def external_link(iri: str) -> str | None:
    """Return `iri` where it may become a link, None where it has to stay text."""
    try:
        scheme = urlsplit(iri).scheme.lower()
    except ValueError:
        return None
    return iri if scheme in _LINKED_SCHEMES and iri.isprintable() else None


def local_path(iri: str) -> str | None:
    """Return the path on this server of the document about a name of ours (under the default base), or None."""
    if not iri.startswith(BASE):
        return None
    path = iri.removeprefix(BASE)
    return "/doc/" + path.removeprefix("id/") if path.startswith("id/") else "/" + path


@lru_cache(maxsize=4096)
def curie(iri: str) -> str:
    """Return `iri` with the prefix of the one table, or whole where no prefix fits."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def short_name(iri: str) -> str:
    """Return `iri` as a page shows it where nothing better is known: prefixed, or without scheme or base of ours."""
    short = curie(iri).removeprefix(BASE)
    if short != iri:
        return short
    scheme, separator, rest = iri.partition("://")
    return rest.rstrip("/") if separator and scheme in ("http", "https") else iri


class Links:
    """Addresses as one page writes them: `?lang=` and `?release=` follow the reader from page to page."""

    def __init__(self, root: str, lang: str | None, release: str | None = None) -> None:
        self._root = root
        self._lang = lang
        self._release = release

    @property
    def lang(self) -> str | None:
        """Return the language the reader chose in the address, None where the browser did."""
        return self._lang

    def path(self, path: str, **query: object) -> str:
        """Return `path` of this server with its query; None values are left out."""
        plain, hash_sign, fragment = path.partition("#")
        fields = {key: str(value) for key, value in query.items() if value is not None}
        if self._lang and "lang" not in fields:
            fields["lang"] = self._lang
        if self._release and "release" not in fields and plain.startswith(_OF_A_RELEASE):
            fields["release"] = self._release
        return f"{self._root}{plain}{'?' + urlencode(fields) if fields else ''}{hash_sign}{fragment}"

    def asset(self, path: str) -> str:
        """Return `path` without the language: for files that have none."""
        return self._root + path

    def latest(self, path: str) -> str:
        """Return `path` at whatever release is served, for a reader of another one."""
        return Links(self._root, self._lang).path(path)

    def kept(self, path: str) -> str:
        """Return `path` without the language, at the release that is read."""
        return self._root + path + (f"?release={self._release}" if self._release else "")

    def iri(self, iri: str | NamedNode) -> str | None:
        """Return where a link to `iri` leads: a page of ours, an outside address, or None where it stays text."""
        text = iri.value if isinstance(iri, NamedNode) else iri
        local = local_path(text)
        return self.path(local) if local is not None else external_link(text)


class Renderer:
    """The templates, the messages and the static files, read once when the application is made."""

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.messages = load_messages()
        self.static = {name: _static(name) for name in STATIC_TYPES}
        self.stamp = hashlib.sha256(b"".join(self.static.values())).hexdigest()[:10]
        self.assets = bundled()
        self._environment = Environment(
            loader=PackageLoader("maille.api"),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=shown,
        )
        self._environment.globals.update(
            external_link=external_link,
            curie=curie,
            map_frame=ground().frame,
            software=version("maille"),
            stamp=self.stamp,
            base=context.settings.base_iri,
            public_url=(context.settings.public_url or "").rstrip("/"),
            assets=self.assets,
        )

    def translator(self, request: Request) -> Translator:
        """Return the translator of the language this request asks for."""
        chosen = choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))
        return Translator(chosen, self.messages)

    def links(self, request: Request) -> Links:
        """Return how the page that answers `request` writes its addresses."""
        lang = request.query_params.get("lang")
        root = str(request.scope.get("root_path", "")).rstrip("/")
        return Links(root, lang if lang in LANGUAGES else None, release_of(request))

    def html(self, template: str, request: Request, **values: object) -> str:
        """Return the page as text; `t`, `links` and `request` facts are there for every template."""
        translator = self.translator(request)
        return self._environment.get_template(template).render(
            t=translator,
            links=self.links(request),
            release=release_of(request) or self.context.engine.release,
            kept=release_of(request),
            here=str(request.scope["path"]).removeprefix(str(request.scope.get("root_path", "")).rstrip("/")),
            languages=[(code, _same_page(request, code)) for code in LANGUAGES],
            **values,
        )

    def page(
        self,
        template: str,
        request: Request,
        values: Mapping[str, object],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the page as a response with what it varies by.

        The data of a kept release never change, but a page shows them by scripts and styles that do: it is asked again.
        """
        body = self.html(template, request, **values)
        own = {"Vary": "Accept, Accept-Language", "Content-Language": self.translator(request).language}
        given = {**own, **(headers or {})}
        if given.get("Cache-Control") == IMMUTABLE:
            given["Cache-Control"] = "no-cache"
        return Response(body, status, given, media_type="text/html; charset=utf-8")


def _same_page(request: Request, language: str) -> str:
    # Relative to the page itself: no path of a request is written back.
    fields = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    return "?" + urlencode([*fields, ("lang", language)])


def _static(name: str) -> bytes:
    return resources.files("maille.api").joinpath("static", name).read_bytes()
