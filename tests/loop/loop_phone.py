"""A whole phone without a screen, and the line between it and the registry."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from app.actions.event_now import sealed_by
from app.actions.media_bytes import MediaBytes
from app.photos import Shelf
from app.platform.native.blobs import FolderBlobs
from app.platform.native.crypto import NativeCrypto
from app.store.database import open_database
from app.store.outbox import chain_head, seal_and_queue
from app.store.sync_port import SyncStore, read_anchor, utc_text
from app.store.tables import Rows, records
from bench.phone import Phone as Maker
from domain.event_time import EventTime, SealedTime
from domain.ids import new_id
from domain.models import HouseholdFile, VisitBody
from sync.identity import DeviceIdentity
from sync.office import Office
from sync.protocol.canonical import sha256_hex
from sync.protocol.records import GENESIS, RecordHead, seal
from sync.runner import Options, Runner

CRYPTO = NativeCrypto()
KEY = bytes(range(32))
BASE = "http://registry.test"
Send = Callable[[httpx.Request], Awaitable[httpx.Response]]
Fault = Callable[[httpx.Request, Send], Awaitable[httpx.Response | None]]
PutBack = Callable[[], Awaitable[None]]
"""Puts the registry's database back to a copy of it."""


class BadLine(httpx.AsyncBaseTransport):
    """Carries requests to an ASGI app in this process; ``faults`` may answer, alter or cut them first."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.inner = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        self.faults: list[Fault] = []
        self.seen: list[tuple[str, str, int]] = []
        """Method, path and bytes of each request that left the phone."""
        self.up = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        if not self.up:
            raise httpx.ConnectError("no network", request=request)
        self.seen.append((request.method, request.url.path, len(body)))
        for fault in tuple(self.faults):
            answer = await fault(request, self.deliver)
            if answer is not None:
                return answer
        return await self.deliver(request)

    async def deliver(self, request: httpx.Request) -> httpx.Response:
        """To the registry, and its whole answer back."""
        again = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        answer = await self.inner.handle_async_request(again)
        await answer.aread()
        return answer

    async def deliver_part(self, request: httpx.Request, size: int) -> None:
        """Only the first ``size`` bytes of the body arrive, then the connection is gone."""
        parts: list[dict[str, Any]] = [
            {"type": "http.request", "body": request.content[:size], "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive() -> dict[str, Any]:
            return parts.pop(0) if len(parts) > 1 else parts[0]

        async def send(message: dict[str, Any]) -> None:
            """Nobody listens any more."""

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": request.url.path,
            "raw_path": request.url.raw_path,
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": ("registry.test", 80),
            "client": ("127.0.0.1", 1),
        }
        await self.app(scope, receive, send)

    def count(self, method: str, path: str) -> int:
        return sum(1 for m, p, _ in self.seen if m == method and p.startswith(path))

    # --- ways to spoil it -----------------------------------------------------------------------

    def lose_answers(self, method: str, path: str, times: int = 1) -> None:
        """The registry works, its answer never arrives."""

        async def fault(request: httpx.Request, send: Send) -> httpx.Response | None:
            await send(request)
            raise httpx.ReadTimeout("answer lost", request=request)

        self._for(method, path, times, fault)

    def double(self, method: str, path: str) -> None:
        """Every such request arrives twice; the phone hears the second answer."""

        async def fault(request: httpx.Request, send: Send) -> httpx.Response | None:
            await send(request)
            return await send(request)

        self._for(method, path, 10**6, fault)

    def both_at_once(self, method: str, path: str) -> None:
        """The same bytes arrive twice at the same moment."""

        async def fault(request: httpx.Request, send: Send) -> httpx.Response | None:
            return (await asyncio.gather(send(request), send(request)))[0]

        self._for(method, path, 10**6, fault)

    def cut(self, method: str, path: str, size: int, times: int = 1) -> None:
        """The body is cut after ``size`` bytes."""

        async def fault(request: httpx.Request, send: Send) -> httpx.Response | None:
            await self.deliver_part(request, size)
            raise httpx.WriteError("cut", request=request)

        self._for(method, path, times, fault)

    def hang(self, method: str, path: str) -> asyncio.Event:
        """Such requests reach the registry and then nothing comes back; set when the first one has."""
        reached = asyncio.Event()

        async def fault(request: httpx.Request, send: Send) -> httpx.Response | None:
            await send(request)
            reached.set()
            await asyncio.sleep(3600)
            return None

        self._for(method, path, 10**6, fault)
        return reached

    def hang_after(self, answers: int) -> asyncio.Task[bool]:
        """After so many answers each request still reaches the registry, but nothing comes back; the task
        ends when the first one hangs."""
        left, hanging = [answers], asyncio.Event()

        async def fault(request: httpx.Request, send: Send) -> httpx.Response | None:
            if left[0] > 0:
                left[0] -= 1
                return None
            await send(request)
            hanging.set()
            await asyncio.sleep(3600)
            return None

        self.faults.append(fault)
        return asyncio.ensure_future(hanging.wait())

    def _for(self, method: str, path: str, times: int, act: Fault) -> None:
        left = [times]

        async def fault(request: httpx.Request, send: Send) -> httpx.Response | None:
            if left[0] and request.method == method and request.url.path.startswith(path):
                left[0] -= 1
                return await act(request, send)
            return None

        self.faults.append(fault)


class CutStream(httpx.AsyncByteStream):
    """An answer's body of which only ``data`` arrives; with ``cut`` the connection breaks after it."""

    def __init__(self, data: bytes, cut: bool) -> None:
        self._data, self._cut = data, cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._data
        if self._cut:
            raise httpx.ReadError("cut")


class PhoneClock:
    """Real time plus what the test adds: to both clocks (``pass_time``), or to the wall clock only."""

    def __init__(self) -> None:
        self.wall_shift = timedelta()
        self.passed = 0.0
        self.boot = new_id()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.wall_shift + timedelta(seconds=self.passed)

    def monotonic_ns(self) -> int:
        return int((asyncio.get_running_loop().time() + self.passed) * 10**9)

    def boot_id(self) -> str:
        return self.boot

    def pass_time(self, seconds: float) -> None:
        self.passed += seconds


class LoopPhone:
    """Real encrypted store and photo shelf in ``folder``, real keys, real runner over ``line``."""

    def __init__(self, folder: Path, line: BadLine, code: str) -> None:
        self.folder, self.line, self.code = folder, line, code
        self._home, self._lives = folder, 1
        self.clock = PhoneClock()
        self.identity = DeviceIdentity.create(CRYPTO)
        self._opened: list[Any] = []
        self._maker: Any = Maker(None)  # type: ignore[arg-type]
        self._maker.event = self.event
        self.open()

    def open(self) -> None:
        """Start the app on what is in the folder."""
        self.db = open_database(self.folder / "store", KEY)
        self._opened.append(self.db)
        self.store = SyncStore(self.db)
        self.shelf = Shelf(FolderBlobs(self.folder / "photos"), CRYPTO, KEY)
        self.runner = Runner(
            store=self.store,
            media=MediaBytes(self.shelf),
            clock=self.clock,
            identity=self.identity,
            transport=self.line,
            options=Options(jitter=lambda: 0.5),
        )

    def kill(self) -> None:
        """As SIGKILL: nothing is flushed or closed; the app starts on what the disk holds at this moment."""
        for dead in self._opened[:-1]:  # a thousand would be too many open files
            dead.close()
        del self._opened[:-1]
        left, self._lives = self.folder, self._lives + 1
        self.folder = self._home.with_name(f"{self._home.name}-{self._lives}")
        shutil.copytree(left / "photos", self.folder / "photos", copy_function=os.link)  # never written again
        shutil.copytree(left / "store", self.folder / "store")
        shutil.rmtree(left)
        self.open()

    async def close(self) -> None:
        for db in self._opened:
            db.close()

    async def enrol(self) -> None:
        await self.runner.enrol(BASE, self.code, "loop")

    async def sync(self) -> None:
        """Send and fetch until nothing is due."""
        self.runner.kick()
        await self.runner.run_until_idle()

    async def sync_later(self, rounds: int = 3, seconds: float = 1000) -> None:
        """Let back-offs pass and go on."""
        for _ in range(rounds):
            self.clock.pass_time(seconds)
            await self.runner.run_until_idle()

    @property
    def office(self) -> Office:
        return Office(self.runner.client)

    @property
    def session(self) -> Any:
        found = self.store.session()
        assert found is not None
        return found

    # --- what it holds ---------------------------------------------------------------------------

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        return {doc["id"]: doc for doc in Rows(self.db, table).all()}

    def homes(self) -> list[HouseholdFile]:
        """Active household files on this phone, by number."""
        files = [msgspec.convert(doc, HouseholdFile) for doc in self.rows("households").values()]
        return sorted((file for file in files if file.status == "active"), key=lambda file: file.number)

    def state(self, record_id: str) -> str:
        found = records(self.db).get(record_id)
        assert found is not None
        return str(found["state"])

    def problem(self, record_id: str) -> str | None:
        found = records(self.db).get(record_id)
        assert found is not None
        return found["problem"]  # type: ignore[no-any-return]

    # --- work ------------------------------------------------------------------------------------

    def event(self) -> EventTime:
        """Now by this phone's clocks, with the last signed time."""
        return self.sealed_now().plain()

    def sealed_now(self) -> SealedTime:
        """The same as a record's head has it."""
        return sealed_by(self.clock, read_anchor(self.db))

    def body(self, home: HouseholdFile, campaign: str, photos: Sequence[bytes] = ()) -> VisitBody:
        """A visit with a need, 500 yuan by bank, a receipt with three signatures, and photos."""
        self._maker.me = self.session.me
        made: VisitBody = self._maker.visit(home, campaign, photos=photos)
        return made

    async def visit(self, home: HouseholdFile, campaign: str, photos: Sequence[bytes] = ()) -> str:
        """Make, seal and queue a visit with its files; returns its id."""
        body = self.body(home, campaign, photos)
        media = [await self.keep("thumb", self._maker.thumb(photo)) for photo in photos]
        media += [
            await self.keep("signature", self._maker.signature_image(home, place)) for place in range(3)
        ]
        media += [await self.keep("photo", photo) for photo in photos]
        return self.seal(msgspec.to_builtins(body), media)

    async def keep(self, kind: str, data: bytes) -> dict[str, Any]:
        name = await self.shelf.keep(data)
        return {"sha256": name, "kind": kind, "size": len(data), "blob": name}

    def seal(self, body: dict[str, Any], media: Sequence[dict[str, Any]] = (), **other: Any) -> str:
        """One sealed record and its outbox entry in one write; ``other`` replaces fields of the head."""
        me, head = self.session.me, chain_head(self.db)
        fields: dict[str, Any] = {
            "v": 1,
            "id": new_id(),
            "type": "visit",
            "county": me.county,
            "device": self.identity.device_id,
            "author": me.user_id,
            "seq": head.seq + 1,
            "prev": head.hash or GENESIS,
            "event_time": msgspec.to_builtins(self.sealed_now()),
            "body": body,
            "campaign": body.get("campaign_id"),
            "household": body.get("household_id"),
        } | other
        sealed = seal(RecordHead(**fields), self.identity.sign)
        assert sha256_hex(sealed.record) == sealed.hash
        document = {"id": sealed.id, "hash": sealed.hash, "sig": sealed.sig, "text": sealed.record}
        document |= {"type": fields["type"], "seq": fields["seq"], "made_at": utc_text(self.clock.now())}
        seal_and_queue(self.db, document | {"household_id": fields["household"]}, media)
        return sealed.id
