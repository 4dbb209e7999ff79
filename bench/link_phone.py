"""The phone at the far end of a poor line: real store, shelf, runner and client, in a process of its own.

Reads one JSON line ``{"base", "code", "folder", "visits", "photos", "photo"}`` from standard input, enrols,
makes that many visits while nothing is sent, then starts the road and writes one JSON line of figures.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import httpcore
import msgspec

from app.actions.event_now import sealed_by
from app.actions.media_bytes import MediaBytes
from app.photos.shelf import Shelf
from app.platform.native.blobs import FolderBlobs
from app.platform.native.clock import NativeClock
from app.platform.native.crypto import NativeCrypto
from app.platform.native.http import transport
from app.store.database import NuanDB, open_database
from app.store.outbox import chain_head, seal_and_queue
from app.store.sync_port import SyncStore, read_anchor, utc_text
from app.store.tables import Rows, get_meta
from bench.phone import JPEG, Phone
from domain.event_time import SealedTime
from domain.ids import new_id
from domain.models import HouseholdFile
from sync.identity import DeviceIdentity
from sync.protocol.records import GENESIS, RecordHead, seal
from sync.runner import Runner

KEY = bytes(range(32))
THUMB, SIGNATURE = 9_000, 3_000
"""Bytes of a thumbnail of 320 pixels and of a signature, as the app makes them."""


class Counting(httpcore.AsyncNetworkBackend):
    """Counts what passes through the sockets: requests and answers with all their headers."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner
        self.up = self.down = self.connections = 0

    async def connect_tcp(self, *args: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        self.connections += 1
        return _Counted(await self._inner.connect_tcp(*args, **more), self)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class _Counted(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream, totals: Counting) -> None:
        self._inner, self._totals = inner, totals

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        data = await self._inner.read(max_bytes, timeout)
        self._totals.down += len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._inner.write(buffer, timeout)
        self._totals.up += len(buffer)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class BenchPhone:
    """One phone in ``folder``; ``wire`` counts its bytes."""

    def __init__(self, folder: Path) -> None:
        crypto = NativeCrypto()
        carrier = transport()
        self.wire = Counting(carrier._pool._network_backend)
        carrier._pool._network_backend = self.wire
        self.db: NuanDB = open_database(folder / "store", KEY)
        self.store = SyncStore(self.db)
        self.shelf = Shelf(FolderBlobs(folder / "photos"), crypto, KEY)
        self.identity = DeviceIdentity.create(crypto)
        self.clock = NativeClock()
        self.runner = Runner(
            store=self.store,
            media=MediaBytes(self.shelf),
            clock=self.clock,
            identity=self.identity,
            transport=carrier,
        )
        self._maker: Any = Maker(None)  # type: ignore[arg-type]
        self._maker.event = lambda: self._sealed_now().plain()  # type: ignore[method-assign]
        self._random = random.Random(folder.name)

    async def sync(self) -> float:
        """Run the road until nothing is left to send and the feed is in; seconds."""
        started = time.perf_counter()
        self.runner.kick()
        running = asyncio.create_task(self.runner.run_forever())
        idle = asyncio.Event()
        unsubscribe = self.runner.status.subscribe(lambda _: idle.set() if self._done() else None)
        await asyncio.wait({running, asyncio.ensure_future(idle.wait())}, return_when=asyncio.FIRST_COMPLETED)
        took = time.perf_counter() - started
        unsubscribe()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return took

    def _done(self) -> bool:
        reading = self.runner.status.reading
        left = reading.pending_records or reading.pending_media
        return reading.phase == "idle" and not left and reading.last_success is not None

    async def visits(self, count: int, photos: int, size: int) -> tuple[int, int]:
        """Make ``count`` sealed visits; (bytes of their files, bytes of their records)."""
        session = self.store.session()
        assert session is not None
        self._maker.me = session.me
        campaign = next(iter(Rows(self.db, "campaign").all()))["id"]
        homes = [msgspec.convert(doc, HouseholdFile) for doc in Rows(self.db, "households").all()]
        homes = [home for home in homes if home.status == "active"]
        files = records = 0
        for number in range(count):
            made = await self._visit(homes[number % len(homes)], campaign, photos, size)
            files, records = files + made[0], records + made[1]
        return files, records

    async def _visit(self, home: HouseholdFile, campaign: str, photos: int, size: int) -> tuple[int, int]:
        pictures = [JPEG + self._random.randbytes(size - len(JPEG)) for _ in range(photos)]
        self._maker.pens = [self._random.randbytes(SIGNATURE) for _ in range(3)]
        body = self._maker.visit(home, campaign, photos=pictures)
        kinds = [("thumb", self._maker.thumb(one)) for one in pictures]
        if photos:  # without photos the cost of the record alone is wanted
            kinds += [("signature", one) for one in self._maker.pens]
        kinds += [("photo", one) for one in pictures]
        media: list[dict[str, Any]] = []
        for kind, data in kinds:
            name = await self.shelf.keep(data)
            media.append({"sha256": name, "kind": kind, "size": len(data), "blob": name})
        text = self._seal(msgspec.to_builtins(body), media)
        return sum(len(data) for _, data in kinds), len(text.encode())

    def _sealed_now(self) -> SealedTime:
        return sealed_by(self.clock, read_anchor(self.db))

    def _seal(self, body: dict[str, Any], media: list[dict[str, Any]]) -> str:
        session, chain = self.store.session(), chain_head(self.db)
        assert session is not None
        head = RecordHead(
            v=1,
            id=new_id(),
            type="visit",
            county=session.me.county,
            device=self.identity.device_id,
            author=session.me.user_id,
            seq=chain.seq + 1,
            prev=chain.hash or GENESIS,
            event_time=msgspec.to_builtins(self._sealed_now()),
            body=body,
            campaign=body["campaign_id"],
            household=body["household_id"],
        )
        sealed = seal(head, self.identity.sign)
        document = {"id": sealed.id, "hash": sealed.hash, "sig": sealed.sig, "text": sealed.record}
        document |= {"type": "visit", "made_at": utc_text(self.clock.now())}
        seal_and_queue(self.db, document | {"seq": head.seq, "household_id": head.household}, media)
        return sealed.record


class Maker(Phone):
    """Visits whose thumbnails and signatures are as large as real ones."""

    pens: list[bytes]

    @staticmethod
    def thumb(data: bytes) -> bytes:
        return data[-THUMB:]

    def signature_image(self, file: HouseholdFile, place: int) -> bytes:  # type: ignore[override]
        return self.pens[place]


async def first_syncs(phone: BenchPhone) -> dict[str, Any]:
    """The first one, and a second when nothing has changed."""
    up, down, cpu = phone.wire.up, phone.wire.down, time.process_time()
    found: dict[str, Any] = {"first_s": await phone.sync()}
    found |= {"first_cpu_s": time.process_time() - cpu}
    found |= {"first_down": phone.wire.down - down, "first_up": phone.wire.up - up}
    up, down = phone.wire.up, phone.wire.down
    found["again_s"] = await phone.sync()
    found |= {"again_down": phone.wire.down - down, "again_up": phone.wire.up - up}
    found["households"] = len(Rows(phone.db, "households").all())
    return found


async def work(asked: dict[str, Any]) -> dict[str, Any]:
    """Everything between the two JSON lines."""
    phone = BenchPhone(Path(asked["folder"]))
    await phone.runner.enrol(asked["base"], asked["code"], "bench")
    found = await first_syncs(phone)
    files, records = await phone.visits(asked["visits"], asked["photos"], asked["photo"])
    print(json.dumps(found | {"ready": True}), flush=True)
    sys.stdin.readline()
    up, down, connections = phone.wire.up, phone.wire.down, phone.wire.connections
    cpu = time.process_time()
    seconds = await phone.sync()
    chain = phone.store.chain()
    found |= {
        "seconds": seconds,
        "files": files,
        "records": records,
        "up": phone.wire.up - up,
        "down": phone.wire.down - down,
        "connections": phone.wire.connections - connections,
        "cpu_s": time.process_time() - cpu,
        "states": sorted({doc["state"] for doc in Rows(phone.db, "records").all()}),
        "head": [chain.seq, chain.head],
        "checkpoint": [chain.checkpoint.seq, chain.checkpoint.head] if chain.checkpoint else None,
        "cursor": len(str(get_meta(phone.db, "cursor"))),
    }
    await phone.runner.stop()
    phone.db.close()
    return found


if __name__ == "__main__":
    done = asyncio.run(work(json.loads(sys.stdin.readline())))
    print(json.dumps(done), flush=True)
    os._exit(0)  # what the road kept open is nobody's business any more
