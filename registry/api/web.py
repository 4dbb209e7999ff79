"""The browser edition under /app/, and / leading to it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from litestar import Response, get
from litestar.response import File, Redirect

from registry.api.access import AnyRequest, TheOffice
from registry.service.errors import RefusedError

TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
    ".whl": "application/zip",
    ".txt": "text/plain",
}
REVALIDATE = "no-cache"
"""Always ask whether it is still the same: the app's parts must never be of two versions. The service worker
keeps them for the time without a network."""


@get("/", include_in_schema=False)
async def root() -> Redirect:
    """To the app."""
    return Redirect("/app/", status_code=307)


@get(["/app", "/app/{path:path}"], include_in_schema=False)
async def app_file(request: AnyRequest, office: TheOffice) -> Response[bytes] | File | Redirect:
    """A file of the browser edition; a folder means its index.html."""
    if request.scope.get("raw_path", b"").split(b"?")[0] == b"/app":
        return Redirect("/app/", status_code=307)  # the page's own links are relative
    path = str(request.path_params.get("path", "/"))
    file = await asyncio.to_thread(_find, office.settings.web_dir, path)
    headers = {"Cache-Control": REVALIDATE, "ETag": _etag(file), "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    packed = file.with_name(f"{file.name}.gz")  # made once by the build: 22 MB to a new phone instead of 38
    if "gzip" in request.headers.get("accept-encoding", "") and packed.is_file():
        return File(
            packed,
            media_type=TYPES.get(file.suffix, "application/octet-stream"),
            content_disposition_type="inline",
            headers={**headers, "Content-Encoding": "gzip"},
            etag=None,
        )
    return File(
        file,
        media_type=TYPES.get(file.suffix, "application/octet-stream"),
        content_disposition_type="inline",
        headers=headers,
        etag=None,
    )


def _find(web_dir: Path, path: str) -> Path:
    file = (web_dir / path.lstrip("/")).resolve()
    if not file.is_relative_to(web_dir):
        raise RefusedError("not_found")
    if file.is_dir():
        file /= "index.html"
    if not file.is_file():
        raise RefusedError("not_found")
    return file


def _etag(file: Path) -> str:
    facts = file.stat()
    return f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'


ROUTES = [root, app_file]
