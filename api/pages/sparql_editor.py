"""What the script of the SPARQL page is told by the page: the endpoint, the prefixes, its words, what a map needs.

It is JSON in a data attribute of the form: the policy of the pages lets no script stand in them.
"""

from __future__ import annotations

import json
from typing import Final

from starlette.requests import Request

from maille.api.http.kept import PARAMETER, release_of
from maille.api.maps.options import map_options
from maille.api.pages.render import Renderer
from maille.ontology.namespaces import PREFIXES, rebase_text

_TEXTS: Final = "sparql.script."


def editor_options(renderer: Renderer, request: Request) -> str:
    """Return what `api/web/src/sparql.js` needs, as JSON for a data attribute."""
    t, links = renderer.translator(request), renderer.links(request)
    base, release = renderer.context.settings.base_iri, release_of(request)
    follow = {"lang": t.language if request.query_params.get("lang") == t.language else None, PARAMETER: release}
    maps = renderer.assets("map")
    return json.dumps(
        {
            "language": t.language,
            "endpoint": links.asset("/sparql"),
            "page": links.path("/sparql"),
            "root": links.asset(""),
            "base": base,
            "release": release,
            "follow": {name: value for name, value in follow.items() if value},
            "prefixes": {prefix: rebase_text(iri, base) for prefix, iri in PREFIXES.items()},
            "words": {key.removeprefix(_TEXTS): t(key) for key in t.messages if key.startswith(_TEXTS)},
            "map": json.loads(map_options(renderer, request)),
            "mapStyles": [links.asset(maps.css)] if maps and maps.css else [],
        },
        ensure_ascii=False,
    )
