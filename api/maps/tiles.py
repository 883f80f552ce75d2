"""The base map under the points: whose image tiles, from which one host, and whom the map credits.

Tiles are images in the grid of web maps (OGC 17-083r4, annex D.1 `WebMercatorQuad`), by their zoom, column and row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_IGN: Final = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILECOL={x}&TILEROW={y}"
)
_NAMED: Final = {"ign": f"{_IGN} © IGN, Plan IGN"}
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9a-fA-F:]+\](?::\d{1,5})?", re.ASCII)
_MARKS: Final = ("{z}", "{x}", "{y}")


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where tiles are had.

    Attributes:
        address: the address of a tile, with `{z}`, `{x}`, `{y}`.
        credit: whom the map credits.
        origin: scheme and host, as a content security policy names them.
    """

    address: str
    credit: str
    origin: str


def tiles_of(setting: str) -> Tiles | None:
    """Return what `MAILLE_TILES` asks for, None for no tiles; raises ValueError for what is no address of tiles."""
    text = setting.strip()
    if text == "none":
        return None
    address, _, credit = _NAMED.get(text, text).partition(" ")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        raise ValueError("must be `ign`, `none` or an http or https address of tiles")
    if not all(mark in address for mark in _MARKS) or not address.isprintable() or not credit.isprintable():
        raise ValueError("an address of tiles holds {z}, {x} and {y}")
    return Tiles(address, credit.strip(), f"{parts.scheme}://{parts.netloc}")
