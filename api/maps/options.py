"""What the script of a map is told by the page it stands in: where its files are, and how a reader is spoken to."""

from __future__ import annotations

import json
from typing import Final

from starlette.requests import Request

from maille.api.http.security import opened_for
from maille.api.maps.ground import FILE
from maille.api.maps.tiles import tiles_of
from maille.api.pages.render import Renderer
from maille.api.settings import Settings

WORKER: Final = "map-worker"
_TEXTS: Final = "map.script."


def map_options(renderer: Renderer, request: Request, **more: object) -> str:
    """Return what every map needs, and `more`, as JSON for a data attribute: base map, files, texts."""
    t, links = renderer.translator(request), renderer.links(request)
    tiles, worker = tiles_of(renderer.context.settings.tiles), renderer.assets(WORKER)
    return json.dumps(
        {
            "language": t.language,
            "tiles": {"address": tiles.address, "credit": tiles.credit} if tiles else None,
            "ground": f"{links.asset(f'/static/{FILE}')}?v={renderer.stamp}",
            "worker": links.asset(worker.js) if worker and worker.js else None,
            "text": {key.removeprefix(_TEXTS): t(key) for key in t.messages if key.startswith(_TEXTS)},
            **more,
        },
        ensure_ascii=False,
    )


def map_headers(settings: Settings) -> dict[str, str]:
    """Return the headers of a page with a map: its policy is opened for the host of the tiles, and for no other."""
    tiles = tiles_of(settings.tiles)
    return opened_for(tiles.origin if tiles else None)
