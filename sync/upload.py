"""A tus 1.0.0 client for one attachment at a time: create, send in chunks, resume after any cut.

Small files travel inside the creation request. Chunks grow and shrink with the line. Where an upload
stands is kept in the store after every chunk, so that a killed app goes on from there. The registry's
answer to the last chunk means that it has checked the whole file's SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import httpx

from sync.client import Client
from sync.errors import AnswerError, LocalError, RefusedError, UnreachableError
from sync.ports import MediaEntry, MediaPort, StorePort

TUS = {"Tus-Resumable": "1.0.0"}
KB = 1024
SMALLEST, LARGEST, FIRST = 64 * KB, 1024 * KB, 128 * KB
QUICK_NS, SLOW_NS = 2 * 10**9, 8 * 10**9
"""A full chunk that takes less than QUICK doubles the next; more than SLOW halves it."""
START_AGAIN = frozenset({"media_gone", "media_hash_mismatch", "not_found"})
TRIES = 3
"""Restarts, and re-sent chunks, within one attempt; then the item backs off."""


class Pace:
    """How large the next chunk is, in bytes; shared by all uploads, for they share the line."""

    def __init__(self) -> None:
        self.chunk = FIRST

    def took(self, size: int, elapsed_ns: int) -> None:
        """Learn from a chunk that arrived."""
        if elapsed_ns > SLOW_NS:
            self.failed()
        elif elapsed_ns < QUICK_NS and size >= self.chunk:
            self.chunk = min(self.chunk * 2, LARGEST)

    def failed(self) -> None:
        """Learn from a chunk that did not arrive."""
        self.chunk = max(self.chunk // 2, SMALLEST)


class Uploader:
    """Brings attachments to the registry; ``progress`` is called after each chunk that is noted."""

    def __init__(
        self,
        client: Client,
        store: StorePort,
        media: MediaPort,
        progress: Callable[[], None] = lambda: None,
        pace: Pace | None = None,
    ) -> None:
        self._client, self._store, self._media = client, store, media
        self._progress = progress
        self._pace = pace or Pace()

    async def upload(self, entry: MediaEntry) -> None:
        """Send one attachment to the end and note it as received; raises WireError, keeping what arrived."""
        data = await self._bytes(entry.sha256)
        url, offset = entry.upload_url, 0
        for attempt in range(TRIES):
            try:
                if url is None:
                    url, offset = await self._create(entry, data)
                else:
                    offset = await self._stands_at(url, len(data))
                await self._send_rest(entry.sha256, url, offset, data)
                break
            except RefusedError as error:
                if error.code not in START_AGAIN or attempt == TRIES - 1:
                    raise
                url = None
                self._note(entry.sha256, 0, None)
        self._store.media_received([entry.sha256])
        self._progress()

    async def _bytes(self, sha256: str) -> bytes:
        data = await self._media.open(sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LocalError("media_damaged", sha256=sha256)
        return data

    async def _create(self, entry: MediaEntry, data: bytes) -> tuple[str, int]:
        """POST: a new upload; carries the bytes themselves when they fit into one chunk. The answer says how
        much is there already: all of it when somebody else has sent the file."""
        headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": _metadata(entry)}
        body = data if len(data) <= self._pace.chunk else b""
        if body:
            headers |= _chunk_headers(body)
        response = await self._timed("POST", "/v1/media", body, headers)
        url = _location(self._client.http.base_url, response)
        offset = _offset(response, len(data)) if "Upload-Offset" in response.headers else 0
        if offset < len(data):
            self._note(entry.sha256, offset, url)
        return url, offset

    async def _stands_at(self, url: str, length: int) -> int:
        """HEAD: how much the registry has of this upload."""
        return _offset(await self._client.call("HEAD", url, headers=TUS), length)

    async def _send_rest(self, sha256: str, url: str, offset: int, data: bytes) -> None:
        refused = 0
        while offset < len(data):
            chunk = data[offset : offset + self._pace.chunk]
            headers = {**TUS, "Upload-Offset": str(offset), **_chunk_headers(chunk)}
            try:
                response = await self._timed("PATCH", url, chunk, headers)
                reached = _offset(response, len(data))
            except RefusedError as error:
                refused += 1
                if error.code not in {"media_offset_mismatch", "media_checksum_mismatch"} or refused == TRIES:
                    raise
                reached = await self._stands_at(url, len(data))
            offset = reached
            self._note(sha256, offset, url)

    async def _timed(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """A request whose duration teaches the pace."""
        clock = self._client.clock
        began = clock.monotonic_ns()
        try:
            response = await self._client.call(method, url, body=body, headers=headers)
        except UnreachableError:
            self._pace.failed()
            raise
        if body:
            self._pace.took(len(body), clock.monotonic_ns() - began)
        return response

    def _note(self, sha256: str, offset: int, url: str | None) -> None:
        self._store.media_progress(sha256, offset, url)
        self._progress()


def _chunk_headers(chunk: bytes) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
    return {"Content-Type": "application/offset+octet-stream", "Upload-Checksum": f"sha256 {digest}"}


def _metadata(entry: MediaEntry) -> str:
    """Upload-Metadata of tus: comma-separated ``key base64(value)``."""
    pairs = {"sha256": entry.sha256, "kind": entry.kind, "record": entry.record_id}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def _offset(response: httpx.Response, length: int) -> int:
    value = response.headers.get("Upload-Offset", "")
    if not (value.isascii() and value.isdigit()) or int(value) > length:
        raise AnswerError("answer_unreadable", header="Upload-Offset")
    return int(value)


def _location(base_url: str, response: httpx.Response) -> str:
    """The upload's URL below our own base URL: a token is never sent to another host."""
    place = response.headers.get("Location")
    if not place:
        raise AnswerError("answer_unreadable", header="Location")
    base = httpx.URL(base_url)
    found = httpx.URL(f"{base_url}/v1/media").join(place)
    return str(found.copy_with(scheme=base.scheme, host=base.host, port=base.port))
