"""GET /v1/media/{sha256}: a finished attachment, to those who may see a record that names it."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from registry.api.access import AnyRequest, TheOffice, Who
from registry.api.described import ERRORS
from registry.service import media
from registry.service.errors import RefusedError
from registry.service.media import UNKNOWN_TYPE


@get("/v1/media/{sha256:str}", responses=ERRORS)
async def picture(request: AnyRequest, office: TheOffice, who: Who, sha256: FromPath[str]) -> Response[bytes]:
    """The bytes never change, so a browser may keep them; what is no picture is only offered for saving."""
    held = await media.find(office, who, sha256)
    etag = f'"{held.sha256}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)
    if held.content_type == UNKNOWN_TYPE:
        headers["Content-Disposition"] = "attachment"
    try:
        data = await office.files.get(held.object_path)
    except FileNotFoundError as error:
        raise RefusedError("media_incomplete") from error
    return Response(data, media_type=held.content_type, headers=headers)


ROUTES = [picture]
