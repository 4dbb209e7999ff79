"""A tus 1.0.0 client: create with the first piece, send in pieces, resume after any cut.

Where an upload stands is kept in the store after every piece, so that a killed app goes on from there; what
arrived of a broken piece stays with the registry and is not sent again. Therefore pieces carry no checksum,
which would make tus drop a broken one whole: the registry checks the SHA-256 of the finished file, and only
when that was wrong the file is sent again with a checksum on each piece (docs/adr/0011).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Callable

import httpx

from sync.client import Client
from sync.errors import AnswerError, LocalError, RefusedError, WireError
from sync.pace import Pace
from sync.ports import MediaEntry, MediaPort, StorePort

TUS = {"Tus-Resumable": "1.0.0"}
START_AGAIN = frozenset({"media_gone", "media_hash_mismatch", "not_found"})
ASK_AGAIN = frozenset({"media_offset_mismatch", "media_checksum_mismatch"})
TRIES = 3
"""Restarts, and pieces that brought nothing, within one attempt; then the item backs off."""


class Uploader:
    """Brings attachments to the registry; ``progress`` is called after each piece that is noted."""

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
        self.pace = pace or Pace()

    async def upload(self, entry: MediaEntry) -> None:
        """Send one attachment to the end and note it as received; raises WireError, keeping what arrived."""
        data = await self._bytes(entry)
        url, offset, checked = entry.upload_url, 0, False
        for attempt in range(TRIES):
            try:
                if url is None:
                    url, offset = await self._create(entry, data, checked)
                else:
                    offset = await self._stands_at(url, len(data))
                await self._send_rest(entry.sha256, url, offset, data, checked)
                break
            except RefusedError as error:
                if error.code not in START_AGAIN or attempt == TRIES - 1:
                    raise
                url, checked = None, checked or error.code == "media_hash_mismatch"
                self._note(entry.sha256, 0, None)
        self._store.media_received([entry.sha256])
        self._progress()

    async def _bytes(self, entry: MediaEntry) -> bytes:
        """Checked; of a damaged file the registry's part is given up, for it will never become whole."""
        try:
            data = await self._media.open(entry.sha256)
            if hashlib.sha256(data).hexdigest() == entry.sha256:
                return data
            raise LocalError("media_damaged", sha256=entry.sha256)
        except LocalError as error:
            if error.code == "media_damaged" and entry.upload_url:
                with contextlib.suppress(WireError):
                    await self._client.call("DELETE", entry.upload_url, headers=TUS)
            raise

    async def _create(self, entry: MediaEntry, data: bytes, checked: bool) -> tuple[str, int]:
        """POST: a new upload with its first piece. The answer says how much is there now: all of it when
        somebody else has sent the file."""
        headers = {**TUS, "Upload-Length": str(len(data)), "Upload-Metadata": _metadata(entry)}
        piece = data[: self.pace.chunk]
        response = await self._timed("POST", "/v1/media", piece, headers | _piece_headers(piece, checked), 0)
        url = _location(self._client.http.base_url, response)
        offset = _offset(response, len(data)) if "Upload-Offset" in response.headers else 0
        if offset < len(data):
            self._note(entry.sha256, offset, url)
        return url, offset

    async def _stands_at(self, url: str, length: int) -> int:
        """HEAD: how much the registry has of this upload."""
        return _offset(await self._client.call("HEAD", url, headers=TUS), length)

    async def _send_rest(self, sha256: str, url: str, offset: int, data: bytes, checked: bool) -> None:
        stuck = 0
        while offset < len(data):
            piece = data[offset : offset + self.pace.chunk]
            headers = {**TUS, "Upload-Offset": str(offset), **_piece_headers(piece, checked)}
            try:
                response = await self._timed("PATCH", url, piece, headers, offset)
                reached = _offset(response, len(data))
                stuck += reached <= offset
            except RefusedError as error:
                stuck += 1
                if error.code not in ASK_AGAIN or stuck == TRIES:
                    raise
                reached = await self._stands_at(url, len(data))
            if stuck == TRIES:  # it says yes and takes nothing
                raise AnswerError("answer_unreadable", header="Upload-Offset")
            offset = reached
            self._note(sha256, offset, url)

    async def _timed(
        self, method: str, url: str, body: bytes, headers: dict[str, str], start: int
    ) -> httpx.Response:
        """A request whose duration teaches the pace, by what arrived of a piece that begins at ``start``: the
        registry may have given the rest up."""
        clock, pace = self._client.clock, self.pace
        wait_s = pace.seconds_for(len(body))
        pace.began(clock.monotonic_ns())
        try:
            response = await self._client.call(method, url, body=body, headers=headers, wait_s=wait_s)
        except BaseException:
            pace.failed(clock.monotonic_ns())
            raise
        reached = _reached(response)
        arrived = len(body) if reached is None else reached - start
        pace.ended(min(max(arrived, 0), len(body)), clock.monotonic_ns())
        return response

    def _note(self, sha256: str, offset: int, url: str | None) -> None:
        self._store.media_progress(sha256, offset, url)
        self._progress()


def _piece_headers(piece: bytes, checked: bool) -> dict[str, str]:
    headers = {"Content-Type": "application/offset+octet-stream"}
    if checked:
        headers["Upload-Checksum"] = f"sha256 {base64.b64encode(hashlib.sha256(piece).digest()).decode()}"
    return headers


def _metadata(entry: MediaEntry) -> str:
    """Upload-Metadata of tus: comma-separated ``key base64(value)``."""
    pairs = {"sha256": entry.sha256, "kind": entry.kind}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


def _offset(response: httpx.Response, length: int) -> int:
    reached = _reached(response)
    if reached is None or reached > length:
        raise AnswerError("answer_unreadable", header="Upload-Offset")
    return reached


def _reached(response: httpx.Response) -> int | None:
    """Its Upload-Offset; None without one that can be read."""
    value = response.headers.get("Upload-Offset", "")
    return int(value) if value.isascii() and value.isdigit() else None


def _location(base_url: str, response: httpx.Response) -> str:
    """The upload's URL below our own base URL: a token is never sent to another host."""
    place = response.headers.get("Location")
    if not place:
        raise AnswerError("answer_unreadable", header="Location")
    return below(base_url, place)


def below(base_url: str, place: str) -> str:
    """``place`` as a URL of the registry at ``base_url``, whatever host it names."""
    base = httpx.URL(base_url)
    found = httpx.URL(f"{base_url}/v1/media").join(place)
    return str(found.copy_with(scheme=base.scheme, host=base.host, port=base.port))
