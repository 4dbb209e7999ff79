"""Attachments up: tus 1.0.0 at /v1/media with creation, creation-with-upload, checksum, expiration and
termination. Content-addressed: the SHA-256 is announced in Upload-Metadata and checked on the whole file."""

from __future__ import annotations

import base64
import hashlib
import re
from email.utils import format_datetime

from litestar import Response, delete, head, patch, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath, JSONBody

from registry.api.access import AnyRequest, TheOffice, Who
from registry.api.bodies import announced, read_chunk
from registry.api.described import ERRORS, TakesBytes
from registry.api.tus_edge import VERSION
from registry.service import media, uploads
from registry.service.errors import RefusedError
from registry.service.office import Office
from registry.service.principal import Principal
from registry.service.uploads import Upload
from sync.protocol.messages import MAX_MEDIA_BYTES, MissingAnswer, MissingRequest

CHUNK = "application/offset+octet-stream"
ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
SHA256 = re.compile("[0-9a-f]{64}")
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
async def create(request: AnyRequest, office: TheOffice, who: Who) -> Response[None]:
    """Announce a file by length and SHA-256; small ones may come along at once."""
    _require_tus(request)
    length, (sha256, kind) = _length(request), _metadata(request)
    if request.headers.get("content-type", "").startswith(CHUNK):
        with office.uploads.admit(who.device_id, announced(request, length)):
            upload = await _create_with(request, office, who, (sha256, kind, length))
    else:
        upload = await uploads.create(office, who, sha256, kind, length)
    return Response(None, status_code=201, headers=_state(upload) | {"Location": uploads.place(upload.id)})


async def _create_with(
    request: AnyRequest, office: Office, who: Principal, about: tuple[str, str, int]
) -> Upload:
    sha256, kind, length = about
    data, complete, known = await _read(request, length)
    if len(data) == length and complete:
        return await uploads.whole(office, who, sha256, data, known)
    upload = await uploads.create(office, who, sha256, kind, length)
    return await uploads.append(office, who, upload, 0, data) if data and not upload.finished else upload


@head("/v1/media/uploads/{upload_id:str}", responses=ERRORS)
async def stands(
    request: AnyRequest, office: TheOffice, who: Who, upload_id: FromPath[str]
) -> Response[None]:
    """How much of it is here."""
    _require_tus(request)
    upload = await uploads.find(office, who, upload_id)
    headers = {"Upload-Length": str(upload.length), "Cache-Control": "no-store"}
    return Response(None, status_code=200, headers=_state(upload) | headers)


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
    _require_tus(request)
    if request.headers.get("content-type", "") != CHUNK:
        raise RefusedError("unsupported_media_type")
    upload = await uploads.find(office, who, upload_id)
    offset = _number(request, "upload-offset")
    if offset != upload.received:
        raise RefusedError("media_offset_mismatch", offset=upload.received)
    rest = upload.length - offset
    size = announced(request, rest)
    whole = upload.length if size == rest else 0  # the last one: all parts are put together
    with office.uploads.admit(who.device_id, size + whole):
        data, _, _ = await _read(request, rest)
        upload = await uploads.append(office, who, upload, offset, data)
    return Response(None, status_code=204, headers=_state(upload))


@delete("/v1/media/uploads/{upload_id:str}", status_code=204, responses=ERRORS)
async def terminate(
    request: AnyRequest, office: TheOffice, who: Who, upload_id: FromPath[str]
) -> Response[None]:
    """Give an unfinished upload up."""
    _require_tus(request)
    await uploads.terminate(office, who, await uploads.find(office, who, upload_id))
    return Response(None, status_code=204, headers={"Tus-Resumable": VERSION})


@post("/v1/media/missing", status_code=200, request_max_body_size=256 * 1024, responses=ERRORS)
async def missing(data: JSONBody[MissingRequest], office: TheOffice, who: Who) -> MissingAnswer:
    """Which of these files are not here, and of which is a part?"""
    lacking = await media.missing(office, who, data.sha256)
    begun = await uploads.begun(office, who, lacking) if lacking else {}
    return MissingAnswer(missing=lacking, begun=begun)


def _require_tus(request: AnyRequest) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise RefusedError("tus_version", versions=VERSION)


def _number(request: AnyRequest, name: str) -> int:
    value = request.headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 12):
        raise RefusedError("validation_failed", field=name)
    return int(value)


def _length(request: AnyRequest) -> int:
    length = _number(request, "upload-length")
    if length > MAX_MEDIA_BYTES:
        raise RefusedError("too_large", most=MAX_MEDIA_BYTES)
    if length == 0:
        raise RefusedError("validation_failed", field="upload-length")
    return length


def _metadata(request: AnyRequest) -> tuple[str, str]:
    """(sha256, kind) of Upload-Metadata: comma-separated ``key base64(value)``."""
    found = {}
    for pair in request.headers.get("upload-metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except ValueError as error:
            raise RefusedError("validation_failed", field="upload-metadata") from error
    if not SHA256.fullmatch(found.get("sha256", "")):
        raise RefusedError("validation_failed", field="upload-metadata.sha256")
    return found["sha256"], found.get("kind", "")


async def _read(request: AnyRequest, most: int) -> tuple[bytes, bool, str]:
    """(a chunk checked against its Upload-Checksum, whether it is whole, its SHA-256 if that was worked out);
    an incomplete one with a checksum is worth nothing."""
    algorithm, _, wanted = request.headers.get("upload-checksum", "").partition(" ")
    if algorithm and algorithm not in ALGORITHMS:
        raise RefusedError("bad_request", "unknown checksum algorithm")
    data, complete = await read_chunk(request, most)
    if not algorithm:
        return data, complete, ""
    found = ALGORITHMS[algorithm](data)
    if base64.b64encode(found.digest()).decode() != wanted.strip():
        raise RefusedError("media_checksum_mismatch")
    return data, complete, found.hexdigest() if algorithm == "sha256" else ""


def _state(upload: Upload) -> dict[str, str]:
    headers = {"Tus-Resumable": VERSION, "Upload-Offset": str(upload.received)}
    if upload.expires_at is not None:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return headers


ROUTES = [describe, create, stands, append, terminate, missing]
