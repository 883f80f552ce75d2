"""Collections of the REST layer: pages, facets, whole exports, and single things (RFC 8288, RFC 9110)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from maille.api.context import AppContext
from maille.api.entities.replaced import replacement
from maille.api.errors import RequestRefused
from maille.api.rest.answer import Answer, answer_to
from maille.api.rest.asking import APART, EVERY_LICENCE, ITEM_PARAMETERS, Asked, asked, check_names, listed, refused
from maille.api.rest.collections import Collection, Row
from maille.api.rest.formats import (
    GEOJSON,
    OF_ITEMS,
    OF_LISTS,
    PAGED,
    encoded,
    feature,
    features,
    media_type_of,
)
from maille.api.rest.tables import file_name, table
from maille.ontology import iris
from maille.ontology.errors import EngineBusy, InvalidIri
from maille.ontology.namespaces import BASE
from maille.store.search import Found, SearchIndex
from maille.store.within import within

Handler = Callable[[Request], Awaitable[Response]]

_BATCH: Final = 1_000
_PATIENCE: Final = 20.0


class Exports:
    """Lets one whole export be made at a time: each takes seconds of a processor."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def made(self, work: Callable[[], bytes]) -> bytes:
        """Return what `work` gives, done in a thread; raises EngineBusy where others take too long."""
        try:
            await within(_PATIENCE, self._turn.acquire())
        except TimeoutError:
            raise EngineBusy("Other exports are being made.", retry_after=10) from None
        try:
            return await asyncio.to_thread(work)
        finally:
            self._turn.release()


def list_handler(context: AppContext, collection: Collection, exports: Exports) -> Handler:
    """Return what answers for a collection."""

    async def handle(request: Request) -> Response:
        media_type = media_type_of(request, OF_LISTS)
        wanted = asked(request.query_params, collection, is_page=media_type in PAGED)
        answer = await answer_to(context, request, media_type)
        unchanged = answer.unchanged()
        if unchanged is not None:
            return unchanged
        after = cursor_of(wanted.cursor, answer.index)
        if wanted.limit is not None:
            return await asyncio.to_thread(_page, answer, collection, wanted, after)
        body = await exports.made(lambda: _export(answer, collection, wanted, after))
        return answer.of(body, _file_headers(answer, collection, []))

    return handle


def item_handler(context: AppContext, collection: Collection) -> Handler:
    """Return what answers for one thing of a collection."""

    async def handle(request: Request) -> Response:
        check_names(request.query_params, ITEM_PARAMETERS)
        media_type = media_type_of(request, OF_ITEMS)
        columns = collection.columns_of(
            listed(request.query_params, "fields", [column.name for column in collection.columns])
        )
        answer = await answer_to(context, request, media_type)
        iri = answer.index.base + collection.prefix + request.path_params["key"]
        row = await asyncio.to_thread(answer.index.get, iri)
        if row is None or row["kind"] != collection.kind:
            new = await _replacing(answer.context, collection, request.path_params["key"])
            if new is not None:
                return answer.moved(f"/api/{collection.name}/{new}")
            raise RequestRefused("not-found", f"There is no such {collection.kind} in release {answer.index.release}.")
        unchanged = answer.unchanged()
        if unchanged is not None:
            return unchanged
        shown = collection.shown(row, columns)
        links = [("collection", answer.address(f"/api/{collection.name}")), ("canonical", row["iri"])]
        if media_type == GEOJSON:
            return answer.of(encoded(feature(shown, row)), {"Link": answer.links(links)})
        return answer.json(shown, links)

    return handle


async def _replacing(context: AppContext, collection: Collection, key: str) -> str | None:
    """Return the key of what took the place of a thing; None where nothing did, or no name has such a key."""
    try:
        old = iris.of_path(collection.kind, key)
    except InvalidIri:
        return None
    new = await replacement(context, old)
    prefix = BASE + collection.prefix
    return new.value.removeprefix(prefix) if new is not None and new.value.startswith(prefix) else None


def _page(answer: Answer, collection: Collection, wanted: Asked, after: str | None) -> Response:
    found = _found(answer.index, wanted, after)
    columns = collection.columns_of(wanted.fields)
    shown = [collection.shown(row, columns) for row in found.rows]
    links = _page_links(answer, wanted, found.next)
    if answer.media_type not in OF_ITEMS:
        body = table(answer.media_type, shown, columns, excel=wanted.excel)
        return answer.of(body, _file_headers(answer, collection, links))
    about = {**_about(answer.index, wanted, found), "links": dict(links)}
    if answer.media_type == GEOJSON:
        pairs = zip(shown, found.rows, strict=True)
        document = features([feature(row, place) for row, place in pairs], about)
        return answer.of(encoded(document), {"Link": answer.links(links)})
    return answer.json({**about, "items": shown}, links)


def _export(answer: Answer, collection: Collection, wanted: Asked, after: str | None) -> bytes:
    columns = collection.columns_of(wanted.fields)
    rows = _every_row(answer.index, wanted, after)
    if answer.media_type == GEOJSON:
        about = _about(answer.index, wanted, _found(answer.index, replace(wanted, limit=0), None))
        return encoded(features([feature(collection.shown(row, columns), row) for row in rows], about))
    return table(answer.media_type, (collection.shown(row, columns) for row in rows), columns, excel=wanted.excel)


def _every_row(index: SearchIndex, wanted: Asked, after: str | None) -> Iterator[Row]:
    while True:
        found = _found(index, replace(wanted, limit=_BATCH, facets=()), after)
        yield from found.rows
        after = found.next
        if after is None:
            return


def _found(index: SearchIndex, wanted: Asked, after: str | None) -> Found:
    try:
        return index.find(wanted.filters, wanted.sort, after, wanted.limit or 0, wanted.facets)
    except ValueError:
        raise refused("`cursor` is none that was given for this question: begin again without it.") from None


def cursor_of(text: str | None, index: SearchIndex) -> str | None:
    """Return the cursor of the index; it counts for one release alone, so it names it. Raises RequestRefused."""
    if text is None:
        return None
    release, _, inner = text.partition(".")
    if not inner:
        raise refused("`cursor` is none that was given here: begin again without it.")
    if release != index.release:
        raise refused("`cursor` is of another release: begin again, or add the `release` it was given with.")
    return inner


def _page_links(answer: Answer, wanted: Asked, cursor: str | None) -> list[tuple[str, str]]:
    path = answer.request.scope["path"].removeprefix(str(answer.request.scope.get("root_path", "")).rstrip("/"))
    params = [(name, value) for name, value in answer.request.query_params.multi_items() if name != "cursor"]
    found = [("first", answer.address(path, params))]
    if cursor is not None and wanted.limit:
        # The next page is of the release of this one, whatever is published in between.
        pinned = [pair for pair in params if pair[0] != "release"]
        release = answer.index.release
        next_page = [*pinned, ("release", release), ("cursor", f"{release}.{cursor}")]
        found.append(("next", answer.address(path, next_page)))
    return found


def _about(index: SearchIndex, wanted: Asked, found: Found) -> dict[str, Any]:
    about: dict[str, Any] = {"release": index.release, "total": found.total}
    if wanted.filters.without_licence == APART:
        filters = replace(wanted.filters, without_licence=())
        left_out = _found(index, replace(wanted, filters=filters, limit=0, facets=()), None).total - found.total
        about["left_out"] = {"count": left_out, "licence": "odbl", "parameter": f"licence={EVERY_LICENCE}"}
    if wanted.facets:
        about["facets"] = _facets(index, found)
    return about


def _facets(index: SearchIndex, found: Found) -> dict[str, list[dict[str, Any]]]:
    known = index.things({value for counts in found.facets.values() for value, _ in counts if ":" in value})

    def counted(value: str, count: int) -> dict[str, Any]:
        label = known.get(value, {}).get("label")
        return {"value": value, "label": label or value.rpartition("/id/")[2] or value, "count": count}

    return {name: [counted(*pair) for pair in counts] for name, counts in found.facets.items()}


def _file_headers(answer: Answer, collection: Collection, links: list[tuple[str, str]]) -> dict[str, str]:
    headers = {"Link": answer.links(links)}
    if answer.media_type not in OF_ITEMS:
        name = file_name(collection.name, answer.media_type)
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return headers
