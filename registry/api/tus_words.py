"""The headers and bytes of a tus 1.0.0 request, and the headers of its answer."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from email.utils import format_datetime

from registry.api.access import AnyRequest
from registry.api.bodies import read_chunk, read_in_parts
from registry.api.tus_edge import VERSION
from registry.service.arriving import Arrival
from registry.service.errors import RefusedError
from registry.service.uploads import Upload
from sync.protocol.messages import MAX_MEDIA_BYTES

ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
SHA256 = re.compile("[0-9a-f]{64}")


def require_tus(request: AnyRequest) -> None:
    """Raises RefusedError("tus_version")."""
    if request.headers.get("tus-resumable") != VERSION:
        raise RefusedError("tus_version", versions=VERSION)


def number(request: AnyRequest, name: str) -> int:
    """A header's; raises RefusedError("validation_failed")."""
    value = request.headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 12):
        raise RefusedError("validation_failed", field=name)
    return int(value)


def length_of(request: AnyRequest) -> int:
    """Upload-Length; raises RefusedError("too_large" | "validation_failed")."""
    length = number(request, "upload-length")
    if length > MAX_MEDIA_BYTES:
        raise RefusedError("too_large", most=MAX_MEDIA_BYTES)
    if length == 0:
        raise RefusedError("validation_failed", field="upload-length")
    return length


def metadata(request: AnyRequest) -> tuple[str, str]:
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


async def read(request: AnyRequest, most: int, arrival: Arrival) -> AsyncGenerator[tuple[bytes, bool, str]]:
    """(a part of the chunk, whether that is the end of all of it, its SHA-256 if that was worked out), as it
    comes. What an Upload-Checksum covers comes in one part: an incomplete one is worth nothing."""
    algorithm, _, wanted = request.headers.get("upload-checksum", "").partition(" ")
    if not algorithm:
        async with aclosing(read_in_parts(request, most, arrival)) as parts:
            async for data, complete in parts:
                yield data, complete, ""
        return
    if algorithm not in ALGORITHMS:
        raise RefusedError("bad_request", "unknown checksum algorithm")
    data, complete = await read_chunk(request, most, arrival)
    found = ALGORITHMS[algorithm](data)
    if base64.b64encode(found.digest()).decode() != wanted.strip():
        raise RefusedError("media_checksum_mismatch")
    yield data, complete, found.hexdigest() if algorithm == "sha256" else ""


def state(upload: Upload) -> dict[str, str]:
    """How much of it is here, and how long that is kept."""
    headers = {"Tus-Resumable": VERSION, "Upload-Offset": str(upload.received)}
    if upload.expires_at is not None:
        headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    return headers
