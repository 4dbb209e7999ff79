"""Attachments up: tus 1.0.0 at /v1/media with creation, creation-with-upload, checksum, expiration and
termination. Content-addressed: the SHA-256 is announced in Upload-Metadata and checked on the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing, contextmanager

from litestar import Response, delete, head, patch, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath, JSONBody

from registry.api.access import AnyRequest, TheOffice, Who
from registry.api.bodies import announced
from registry.api.described import ERRORS, TakesBytes
from registry.api.tus_edge import VERSION
from registry.api.tus_words import ALGORITHMS, length_of, metadata, number, read, require_tus, state
from registry.service import media, uploads
from registry.service.arriving import Arrival
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.uploads import Upload
from sync.protocol.messages import MAX_MEDIA_BYTES, MissingAnswer, MissingRequest

CHUNK = "application/offset+octet-stream"
ABOUT = {
    "Tus-Resumable": VERSION,
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination",
    "Tus-Max-Size": str(MAX_MEDIA_BYTES),
    "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
}


@route(
    ["/v1/media", "/v1/media/uploads/{upload_id:str}"],
    http_method=[HttpMethod.OPTIONS],
    status_code=204,
    responses=ERRORS,
)
async def describe() -> Response[None]:
    """What this server speaks; needs no token and no version header."""
    return Response(None, status_code=204, headers=ABOUT)


@post("/v1/media", status_code=201, request_max_body_size=None, responses=ERRORS, operation_class=TakesBytes)
async def create(request: AnyRequest, office: TheOffice, who: Who) -> Response[bytes]:
    """Announce a file by length and SHA-256; small ones may come along at once."""
    require_tus(request)
    length, (sha256, kind) = length_of(request), metadata(request)
    if request.headers.get("content-type", "").startswith(CHUNK):
        size = announced(request, length)
        whole = length if size == length else 0  # after a pause its parts are put together
        with _arriving(office, who, sha256, size + whole) as arrival:
            upload = await _create_with(request, office, who, (sha256, kind, length), arrival)
    else:
        upload = await uploads.create(office, who, sha256, kind, length)
    headers = state(upload) | {"Location": uploads.place(upload.id)}
    return Response(b"", status_code=201, headers=headers)


@contextmanager
def _arriving(office: Office, who: Principal, sha256: str, size: int) -> Iterator[Arrival]:
    """While bytes of a file are read and kept."""
    with office.uploads.admit(who.device_id, size), office.arriving.begin(who.device_id, sha256) as arrival:
        yield arrival


async def _create_with(
    request: AnyRequest, office: Office, who: Principal, about: tuple[str, str, int], arrival: Arrival
) -> Upload:
    (sha256, kind, length), upload = about, None
    async with aclosing(read(request, length, arrival)) as parts:
        async for data, complete, known in parts:
            if upload is None and complete and len(data) == length:
                return await uploads.whole(office, who, sha256, data, known)
            if upload is None:
                upload = await uploads.create(office, who, sha256, kind, length)
            if data and not upload.finished:
                upload = await uploads.append(office, who, upload, upload.received, data)
    assert upload is not None, "there is always a last part"
    return upload


@head("/v1/media/uploads/{upload_id:str}", responses=ERRORS)
async def stands(
    request: AnyRequest, office: TheOffice, who: Who, upload_id: FromPath[str]
) -> Response[None]:
    """How much of it is here."""
    require_tus(request)
    upload = await uploads.find(office, who, upload_id)
    if await office.arriving.settle(who.device_id, [upload.sha256]):
        upload = await uploads.find(office, who, upload_id)
    headers = {"Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    return Response(None, status_code=200, headers=state(upload) | headers)


@patch(
    "/v1/media/uploads/{upload_id:str}",
    status_code=204,
    request_max_body_size=None,
    responses=ERRORS,
    operation_class=TakesBytes,
)
async def append(
    request: AnyRequest, office: TheOffice, who: Who, upload_id: FromPath[str]
) -> Response[None]:
    """The next chunk. When the line breaks, what arrived is kept, unless a checksum covers it."""
    require_tus(request)
    if request.headers.get("content-type", "") != CHUNK:
        raise RefusedError("unsupported_media_type")
    upload = await uploads.find(office, who, upload_id)
    offset = number(request, "upload-offset")
    if offset != upload.received:
        raise RefusedError("media_offset_mismatch", offset=upload.received)
    rest = upload.length - offset
    size = announced(request, rest)
    whole = upload.length if size == rest else 0  # the last one: all parts are put together
    with _arriving(office, who, upload.sha256, size + whole) as arrival:
        async with aclosing(read(request, rest, arrival)) as parts:
            async for data, complete, _ in parts:
                if data or not complete or rest == 0:  # what a pause after the last byte leaves is nothing
                    upload = await uploads.append(office, who, upload, upload.received, data)
    return Response(None, status_code=204, headers=state(upload))


@delete("/v1/media/uploads/{upload_id:str}", status_code=204, responses=ERRORS)
async def terminate(
    request: AnyRequest, office: TheOffice, who: Who, upload_id: FromPath[str]
) -> Response[None]:
    """Give an unfinished upload up."""
    require_tus(request)
    await uploads.terminate(office, who, await uploads.find(office, who, upload_id))
    return Response(None, status_code=204, headers={"Tus-Resumable": VERSION})


@post("/v1/media/missing", status_code=200, request_max_body_size=256 * 1024, responses=ERRORS)
async def missing(data: JSONBody[MissingRequest], office: TheOffice, who: Who) -> MissingAnswer:
    """Which of these files are not here, and of which is a part?"""
    await office.arriving.settle(who.device_id, data.sha256)
    lacking = await media.missing(office, who, data.sha256)
    begun = await uploads.begun(office, who, lacking) if lacking else {}
    return MissingAnswer(missing=lacking, begun=begun)


ROUTES = [describe, create, stands, append, terminate, missing]
