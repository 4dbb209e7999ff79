"""tus 1.0.0 as all speak it: the official clients at our registry, our phone at the official server."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from loop_phone import BadLine, LoopPhone
from official_tus import NodeServer, js_client, node_server
from scissors import Scissors
from sqlalchemy import select

from app.store.tables import media
from bench.link_registry import BenchRegistry
from registry.db.tables import media as held_media
from registry.service.settings import ENV_KEY

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
JPEG = b"\xff\xd8\xff\xe0"
CHUNK = 100_000


class Site:
    """Our registry as a stranger's client meets it: an endpoint, headers to send, files to find again."""

    def __init__(self, line: Scissors, headers: dict[str, str], folder: Path, office) -> None:
        self.line, self.headers, self.office = line, headers, office
        self.endpoint = f"http://127.0.0.1:{line.port}/v1/media"
        self._file = folder / "photo.jpg"

    async def js(self, way: str, data: bytes, **more: object) -> tuple[str, list[str]]:
        """tus-js-client sends ``data``; (upload URL, "METHOD status" of each answer)."""
        self._file.write_bytes(data)
        about = {"metadata": metadata(data), "headers": self.headers, "chunk": CHUNK}
        found = await js_client(endpoint=self.endpoint, file=str(self._file), way=way, **(about | dict(more)))
        assert {spoken for _, _, spoken in found["seen"]} == {"1.0.0"}, "every answer names the version"
        return found["url"], [f"{method} {status}" for method, status, _ in found["seen"]]

    async def held(self, data: bytes) -> bytes | None:
        wanted = select(held_media.c.object_path).where(held_media.c.sha256 == sha256(data))
        async with self.office.engine.connect() as connection:
            path = await connection.scalar(wanted)
        return None if path is None else await self.office.files.get(path)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def metadata(data: bytes) -> dict[str, str]:
    return {"sha256": sha256(data), "kind": "photo"}


def photo(size: int = 250_000) -> bytes:
    return JPEG + os.urandom(size)


@pytest_asyncio.fixture
async def site(database, settings, codes, office, tmp_path: Path, monkeypatch) -> AsyncIterator[Site]:
    """A server process on this test's database, behind a line that can be cut, and a phone's token."""
    monkeypatch.setenv(ENV_KEY, base64.urlsafe_b64encode(settings.master_key).decode())
    with BenchRegistry(database, tmp_path).serving() as port:
        line = Scissors(port)
        await line.start()
        phone = LoopPhone(tmp_path / "phone", httpx.AsyncHTTPTransport(), codes["cadre"])  # type: ignore[arg-type]
        await phone.runner.enrol(f"http://127.0.0.1:{port}", codes["cadre"], "stranger")
        answer = await phone.runner.client.call(
            "POST", "/v1/media/missing", body=b'{"sha256":[]}', headers=JSON
        )
        yield Site(line, {"Authorization": answer.request.headers["Authorization"]}, tmp_path, office)
        await line.stop()
        await phone.runner.stop()
        await phone.close()


JSON = {"Content-Type": "application/json"}


async def test_the_official_javascript_client_speaks_with_our_registry(site: Site):
    """E, S25: tus-js-client creates, sends in pieces, with the creation, as POST, resumes and gives up."""
    data = photo()
    _, seen = await site.js("whole", data)
    assert seen == ["POST 201", "PATCH 204", "PATCH 204", "PATCH 204"]
    assert await site.held(data) == data
    data = photo()
    _, seen = await site.js("during", data)
    assert seen == ["POST 201", "PATCH 204", "PATCH 204"]
    assert await site.held(data) == data
    data = photo()
    _, seen = await site.js("override", data)
    assert seen == ["POST 201", *["POST 204"] * 3], "where a firewall forbids PATCH"
    assert await site.held(data) == data
    data = photo()
    _, seen = await site.js("resume", data)
    assert seen == ["POST 201", "PATCH 204", "HEAD 200", "PATCH 204", "PATCH 204"]
    assert await site.held(data) == data
    data = photo()
    _, seen = await site.js("terminate", data)
    assert seen == ["POST 201", "PATCH 204", "DELETE 204", "HEAD 410"]
    assert await site.held(data) is None


async def test_the_official_javascript_client_survives_our_bad_luck(site: Site):
    """E, S25: its line is cut in the middle of a piece; a file that is here already; a finished one."""
    data, line = photo(900_000), site.line
    start = line.up

    def once(piece: bytes) -> int | None:
        return 10_000 if not line.cuts and line.up - start > 300_000 else None

    line.cut = once
    url, seen = await site.js("whole", data, chunk=2_000_000)
    assert line.cuts == 1
    assert seen[0] == "POST 201"
    assert seen[-2:] == ["HEAD 200", "PATCH 204"]
    assert await site.held(data) == data
    assert line.up - start < len(data) + 40_000, "what had arrived was not sent again"
    _, seen = await site.js("whole", data)
    assert seen == ["POST 201", "PATCH 409", "HEAD 200"], "it is here already: nothing more is taken"
    stands = await asyncio.to_thread(httpx.head, url, headers=site.headers | {"Tus-Resumable": "1.0.0"})
    assert (stands.status_code, stands.headers["Upload-Offset"]) == (200, str(len(data)))


async def test_the_official_python_client_speaks_with_our_registry(site: Site):
    """E, S25: tuspy sends pieces with checksums, stops, and another of it goes on."""
    from tusclient.client import TusClient
    from tusclient.exceptions import TusCommunicationError

    data = photo()
    client = TusClient(site.endpoint, headers=site.headers)

    def send(url: str | None = None, stop_at: int | None = None, content: bytes = data) -> str:
        uploader = client.uploader(
            file_stream=io.BytesIO(content),
            url=url,
            chunk_size=CHUNK,
            metadata=metadata(data),
            upload_checksum=True,
        )
        uploader.upload(stop_at=stop_at)
        return str(uploader.url)

    url = await asyncio.to_thread(send, None, CHUNK)
    assert await site.held(data) is None
    await asyncio.to_thread(send, url)
    assert await site.held(data) == data
    assert await asyncio.to_thread(send, url) == url, "asking a finished upload again is no error"
    data = photo()
    with pytest.raises(TusCommunicationError):
        await asyncio.to_thread(send, None, None, b"another" + data[7:])
    assert await site.held(data) is None, "other bytes than announced are refused"


class Split(BadLine):
    """Files go to the official server over real sockets, all else to our registry."""

    def __init__(self, app, files: Scissors) -> None:
        super().__init__(app)
        self.files, self._sockets = files, httpx.AsyncHTTPTransport()

    async def deliver(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if not path.startswith("/v1/media") or path == "/v1/media/missing":
            return await super().deliver(request)
        url = request.url.copy_with(host="127.0.0.1", port=self.files.port)
        sent = httpx.Request(request.method, url, headers=request.headers, content=request.content)
        answer = await self._sockets.handle_async_request(sent)
        await answer.aread()
        return answer


@pytest_asyncio.fixture
async def official(tmp_path: Path) -> AsyncIterator[NodeServer]:
    async with node_server(tmp_path / "official") as server:
        yield server


@pytest_asyncio.fixture
async def line(official: NodeServer) -> AsyncIterator[Scissors]:
    made = Scissors(official.port)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture
async def phone(line: Scissors, client, codes, tmp_path: Path) -> AsyncIterator[LoopPhone]:
    """The cadre's phone, whose files go to the official server."""
    made = LoopPhone(tmp_path / "phone", Split(client._transport.app, line), codes["cadre"])
    await made.enrol()
    await made.sync()
    yield made
    await made.close()


async def test_our_phone_sends_to_the_official_server(phone: LoopPhone, line: Scissors, official, campaign):
    """E, S25: to @tus/server the phone sends with the creation and in pieces, and after a cut goes on from
    what arrived."""

    def once(piece: bytes) -> int | None:
        return 10_000 if not line.cuts and line.up > 900_000 else None

    line.cut = once
    rid = await phone.visit(phone.homes()[0], campaign, [photo(40_000), photo(1_500_000)])
    await phone.sync()
    await phone.sync_later()
    assert line.cuts == 1
    assert phone.state(rid) == "complete"
    files = {doc["sha256"]: await phone.shelf.get(doc["blob"]) for doc in media(phone.db).all()}
    assert official.held().items() >= files.items()
    again = line.up - sum(len(data) for data in files.values())
    assert again < 400_000, "of 900,000 bytes only what that server dropped with the connection"


async def test_our_phone_gives_up_at_the_official_server(phone: LoopPhone, line: Scissors, official):
    """E, S25: of a file that was damaged on the phone after its first piece, the phone ends the upload."""
    data = photo(600_000)

    def once(piece: bytes) -> int | None:
        return 10_000 if not line.cuts and line.up > 300_000 else None

    line.cut = once
    phone.seal({"note": "its photo will be damaged"}, [await phone.keep("photo", data)])
    await phone.sync()
    (entry,) = phone.store.media()
    assert entry.upload_url
    assert sha256(data) in official.held()
    (phone.folder / "photos" / entry.sha256).write_bytes(b"damaged")
    await phone.sync_later(1, 30_000)
    assert phone.store.media()[0].last_error == "media_damaged"
    assert sha256(data) not in official.held()
