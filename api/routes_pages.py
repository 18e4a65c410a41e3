"""The pages, and the pictures that came with an import."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from api.auth import ServicesDep
from knowledge.errors import NotFound

PAGES: Final = Path(__file__).parent / "pages"
PAGE_HEADERS: Final = {
    # Pictures come from the shops' own servers; scripts only from here.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' https: data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",  # asked again each time, and answered 304 when nothing has changed
}
# A merchant's SVG may carry a script; the sandbox keeps it from running when it is opened by itself.
MEDIA_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=3600",
}
IMAGE_TYPES: Final = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}

router = APIRouter(include_in_schema=False)


class PageFiles(StaticFiles):
    """The pages' scripts and styles, under the pages' own policy."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(PAGE_HEADERS)
        return response


def _page(name: str) -> FileResponse:
    if not (PAGES / name).is_file():
        raise NotFound(f"This installation has no page {name}.", code="page_not_found")
    return FileResponse(PAGES / name, headers=PAGE_HEADERS)


@router.get("/")
async def index() -> FileResponse:
    """Show what is here."""
    return _page("index.html")


@router.get("/chat/{shop_id}")
async def chat(shop_id: str) -> FileResponse:
    """Show the shopper's chat; the page reads the shop's id from its address."""
    return _page("chat.html")


@router.get("/desk")
async def desk() -> FileResponse:
    """Show the human agents' desk; the page asks for the token."""
    return _page("desk.html")


@router.get("/merchant")
async def merchant() -> FileResponse:
    """Show the merchant's page; the page asks for the token."""
    return _page("merchant.html")


@router.get("/media/{shop_id}/{file:path}")
async def media(shop_id: str, file: str, parts: ServicesDep) -> FileResponse:
    """Show a picture that came with an import."""
    folder = parts.home.media.resolve()
    path = (folder / shop_id / file).resolve()
    kind = IMAGE_TYPES.get(path.suffix.lower())
    if kind is None or not path.is_relative_to(folder / shop_id) or not path.is_file():
        raise NotFound("There is no such picture.", code="media_not_found")
    return FileResponse(path, media_type=kind, headers=MEDIA_HEADERS)
