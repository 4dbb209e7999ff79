"""A registry in memory that speaks wire v1 through httpx.MockTransport, and a phone beside it. Test support:
it is strict where a real registry is (offsets, checksums, hashes), and can be told to misbehave."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec

from app.platform.native.crypto import NativeCrypto
from app.store.database import NuanDB, open_database
from app.store.outbox import chain_head, seal_and_queue
from app.store.sync_port import SyncStore
from sync.errors import LocalError
from sync.identity import DeviceIdentity
from sync.protocol.canonical import canonical, sha256_hex
from sync.protocol.messages import (
    Certificate,
    Change,
    ChangesAnswer,
    Checkpoint,
    EnrolAnswer,
    Health,
    Me,
    MissingAnswer,
    Problem,
    RecordResult,
    RecordsAnswer,
    SignedTime,
    TokenAnswer,
)
from sync.protocol.problems import PROBLEMS
from sync.protocol.records import GENESIS, RecordHead, b64, seal
from sync.runner import Options, Runner

CRYPTO = NativeCrypto()
KEY = bytes(range(32))
BASE = "http://registry.test"
ME = Me(user_id="u1", name="王干部", role="cadre", org_id="o1", org_name="青山镇", county="c1")
Fault = Callable[[httpx.Request], httpx.Response | Exception | None]


class FakeClock:
    """Both clocks move only when told."""

    def __init__(self) -> None:
        self.wall = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
        self.mono = 10**12

    def now(self) -> datetime:
        return self.wall

    def monotonic_ns(self) -> int:
        return self.mono

    def boot_id(self) -> str:
        return "boot-1"

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.mono += int(seconds * 10**9)


def problem(code: str, **headers: str) -> httpx.Response:
    """The registry's error shape."""
    kind = PROBLEMS[code]
    body = Problem(code=code, title=kind.title, status=kind.status)
    return httpx.Response(kind.status, content=msgspec.json.encode(body), headers=headers)


@dataclass
class Upload:
    sha256: str
    length: int
    data: bytes = b""


@dataclass
class FakeRegistry:
    """``faults``: asked first for every request; a returned response or exception is what the phone gets."""

    seed_public: tuple[bytes, bytes] = field(default_factory=CRYPTO.ed25519_generate)
    codes: set[str] = field(default_factory=lambda: {"CODE-1"})
    records: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    wants: dict[str, list[str]] = field(default_factory=dict)
    verdicts: dict[str, tuple[str, str]] = field(default_factory=dict)
    media: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    pages: list[list[Change]] = field(default_factory=lambda: [[]])
    faults: list[Fault] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    tokens: int = 0
    good_tokens: set[str] = field(default_factory=set)
    revoked: bool = False
    stuck: bool = False
    clock: FakeClock = field(default_factory=FakeClock)

    # --- signing ---
    def sign(self, text: str) -> str:
        return b64(CRYPTO.ed25519_sign(self.seed_public[0], text.encode()))

    def time(self, device: str) -> SignedTime:
        now = self.clock.now().isoformat().replace("+00:00", "Z")
        return SignedTime(server_time=now, sig=self.sign(f"nuanfang-time:{device}:{now}"))

    def signed(self, message: Any) -> Any:
        fields = msgspec.to_builtins(message)
        fields.pop("sig")
        return msgspec.structs.replace(message, sig=self.sign(canonical(fields)))

    # --- the door ---
    def __call__(self, request: httpx.Request) -> httpx.Response:
        for fault in self.faults:
            said = fault(request)
            if isinstance(said, Exception):
                raise said
            if said is not None:
                self.seen.append((request.method, request.url.path))
                return said
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.seen.append((request.method, path))
        if path in {"/v1/health", "/v1/enrol", "/v1/token"}:
            return getattr(self, "do" + path.replace("/v1/", "_"))(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.revoked:
            return problem("device_revoked")
        if token not in self.good_tokens:
            return problem("token_invalid") if request.method != "HEAD" else httpx.Response(401)
        if path.startswith("/v1/media/up-"):
            return self.do_upload(request, path.rsplit("/", 1)[1])
        return getattr(self, "do" + path.replace("/v1/", "_").replace("/", "_"))(request)

    def do_health(self, request: httpx.Request) -> httpx.Response:
        health = Health(
            status="ok",
            version="1",
            protocol_min=1,
            protocol_max=1,
            server_time="x",
            database="ok",
            media="ok",
        )
        return httpx.Response(200, content=msgspec.json.encode(health))

    def do_enrol(self, request: httpx.Request) -> httpx.Response:
        asked = body_of(request)
        self.device, self.device_key = asked["device_id"], asked["public_key"]
        if asked["code"] not in self.codes:
            return problem("enrol_code_invalid")
        certificate = Certificate(
            device_id=self.device,
            user_id="u1",
            county="c1",
            public_key=self.device_key,
            issued_at="2026-11-21T08:00:00Z",
            sig="",
        )
        answer = EnrolAnswer(
            me=ME,
            certificate=self.signed(certificate),
            registry_key=b64(self.seed_public[1]),
            time=self.time(self.device),
        )
        return httpx.Response(201, content=msgspec.json.encode(answer))

    def do_token(self, request: httpx.Request) -> httpx.Response:
        if self.revoked:
            return problem("device_revoked")
        self.tokens += 1
        token = f"token-{self.tokens}"
        self.good_tokens = {token}
        answer = TokenAnswer(access_token=token, expires_in=900, me=ME, time=self.time(self.device))
        return httpx.Response(200, content=msgspec.json.encode(answer))

    def do_records(self, request: httpx.Request) -> httpx.Response:
        results = [self.take(item) for item in body_of(request)["records"]]
        seq, head = self.contiguous()
        checkpoint = Checkpoint(
            device_id=self.device,
            seq=seq,
            head=head,
            server_time=self.time(self.device).server_time,
            sig="",
        )
        answer = RecordsAnswer(results=results, checkpoint=self.signed(checkpoint))
        return httpx.Response(200, content=msgspec.json.encode(answer))

    def contiguous(self) -> tuple[int, str]:
        """Highest seq without a gap, and its hash; ``stuck``: a registry whose head no longer moves."""
        held = {msgspec.json.decode(text)["seq"]: sha256_hex(text) for text in self.texts}
        seq = 0
        while seq + 1 in held and not self.stuck:
            seq += 1
        return seq, held.get(seq, GENESIS)

    def take(self, item: dict[str, str]) -> RecordResult:
        rid, digest = item["id"], item["hash"]
        if rid in self.verdicts:
            state, code = self.verdicts[rid]
            return RecordResult(id=rid, hash=digest, state=state, problem=code)  # type: ignore[arg-type]
        assert sha256_hex(item["record"]) == digest
        state = "duplicate" if self.records.get(rid) == digest else "accepted"
        if state == "accepted":
            self.records[rid] = digest
            self.texts.append(item["record"])
        missing = [sha for sha in self.wants.get(rid, []) if sha not in self.media]
        return RecordResult(id=rid, hash=digest, state=state, missing=missing)  # type: ignore[arg-type]

    def do_media_missing(self, request: httpx.Request) -> httpx.Response:
        lacking = [sha for sha in body_of(request)["sha256"] if sha not in self.media]
        return httpx.Response(200, content=msgspec.json.encode(MissingAnswer(missing=lacking)))

    def do_changes(self, request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("since", "0"))
        page = self.pages[at] if at < len(self.pages) else []
        answer = ChangesAnswer(
            changes=page,
            cursor=str(min(at + 1, len(self.pages))),
            more=at + 1 < len(self.pages),
            time=self.time(self.device),
        )
        return httpx.Response(200, content=msgspec.json.encode(answer))

    # --- tus ---
    def do_media(self, request: httpx.Request) -> httpx.Response:
        meta = dict(pair.split(" ") for pair in request.headers["Upload-Metadata"].split(","))
        name = f"up-{len(self.uploads) + 1}"
        sha256 = base64.b64decode(meta["sha256"]).decode()
        upload = self.uploads[name] = Upload(sha256, int(request.headers["Upload-Length"]))
        headers = {"Location": f"/v1/media/{name}"}
        if request.content:
            refused = self.append(upload, request)
            if refused:
                return refused
            headers["Upload-Offset"] = str(len(upload.data))
        return httpx.Response(201, headers=headers)

    def do_upload(self, request: httpx.Request, name: str) -> httpx.Response:
        upload = self.uploads.get(name)
        if upload is None:
            return problem("media_gone") if request.method != "HEAD" else httpx.Response(410)
        if request.method == "PATCH":
            if int(request.headers["Upload-Offset"]) != len(upload.data):
                return problem("media_offset_mismatch")
            refused = self.append(upload, request)
            if refused:
                return refused
        return httpx.Response(204, headers={"Upload-Offset": str(len(upload.data))})

    def append(self, upload: Upload, request: httpx.Request) -> httpx.Response | None:
        checksum = request.headers.get("Upload-Checksum")
        if checksum:
            kind, digest = checksum.split(" ")
            assert kind == "sha256"
            if hashlib.sha256(request.content).digest() != base64.b64decode(digest):
                return problem("media_checksum_mismatch")
        upload.data += request.content
        if len(upload.data) == upload.length:
            if hashlib.sha256(upload.data).hexdigest() != upload.sha256:
                self.uploads = {k: v for k, v in self.uploads.items() if v is not upload}
                return problem("media_hash_mismatch")
            self.media[upload.sha256] = upload.data
        return None

    def count(self, method: str, path: str) -> int:
        return sum(1 for m, p in self.seen if m == method and p.startswith(path))


def body_of(request: httpx.Request) -> Any:
    raw = request.content
    return msgspec.json.decode(
        gzip.decompress(raw) if request.headers.get("Content-Encoding") == "gzip" else raw
    )


class Shelf(dict[str, bytes]):
    """sync.ports.MediaPort over a dict."""

    async def open(self, sha256: str) -> bytes:
        if sha256 not in self:
            raise LocalError("media_missing", sha256=sha256)
        return self[sha256]


class Wire:
    """sync.ports.ConnectivityPort, switched by the test."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[bool], None]] = []

    def online(self) -> bool:
        return True

    def subscribe(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)

    def change(self, online: bool) -> None:
        for callback in self.callbacks:
            callback(online)


class Phone:
    """A real encrypted store in ``folder``, an identity, a shelf, and a runner that talks to ``registry``."""

    def __init__(self, folder: Path, registry: Callable[[httpx.Request], httpx.Response]) -> None:
        self.folder, self.registry = folder, registry
        self.clock = getattr(registry, "clock", None) or FakeClock()
        self.identity = DeviceIdentity.create(CRYPTO)
        self.shelf, self.wire = Shelf(), Wire()
        self.options = Options(jitter=lambda: 0.99)
        self.open()

    def open(self) -> None:
        """Start the app on what is on disk."""
        self.db: NuanDB = open_database(self.folder, KEY)
        self.store = SyncStore(self.db)
        self.runner = Runner(
            store=self.store,
            media=self.shelf,
            clock=self.clock,
            identity=self.identity,
            transport=httpx.MockTransport(self.registry),
            connectivity=self.wire,
            options=self.options,
        )

    def restart(self) -> None:
        """As after a kill: nothing of the old process is asked or told."""
        self.db.close()
        self.open()

    async def enrol(self) -> None:
        await self.runner.enrol(BASE, "CODE-1", "测试机")

    def visit(self, *media: tuple[str, bytes], body: dict[str, Any] | None = None) -> str:
        """Seal a record with attachments (kind, bytes) and queue it; returns its id."""
        seq, prev = chain_head(self.db)
        rid = f"0193{seq:04d}-0000-7000-8000-000000000000"
        head = RecordHead(
            v=1,
            id=rid,
            type="visit",
            county="c1",
            device=self.identity.device_id,
            author="u1",
            seq=seq + 1,
            prev=prev or GENESIS,
            event_time={},
            body=body or {},
        )
        sealed = seal(head, self.identity.sign)
        document = {"id": rid, "hash": sealed.hash, "sig": sealed.sig, "text": sealed.record, "type": "visit"}
        document |= {"seq": seq + 1, "made_at": "2026-11-21T08:00:00Z"}
        seal_and_queue(self.db, document, [self.keep(kind, data) for kind, data in media])
        return rid

    def keep(self, kind: str, data: bytes) -> dict[str, Any]:
        name = sha256_hex(data)
        self.shelf[name] = data
        return {"sha256": name, "kind": kind, "size": len(data), "blob": name}

    def state(self, rid: str) -> str:
        found = self.db.table("records").all()
        return next(doc["state"] for doc in found if doc["id"] == rid)


def first_times(count: int, said: httpx.Response | Exception, match: tuple[str, str]) -> Fault:
    """A fault for the first ``count`` requests of this method whose path starts like this."""
    left = [count]

    def fault(request: httpx.Request) -> httpx.Response | Exception | None:
        if left[0] and request.method == match[0] and request.url.path.startswith(match[1]):
            left[0] -= 1
            return said
        return None

    return fault


def lose_answer(registry: FakeRegistry, match: tuple[str, str], count: int = 1) -> Fault:
    """The registry does what it was asked, but the phone never hears of it."""
    left = [count]

    def fault(request: httpx.Request) -> httpx.Response | Exception | None:
        if left[0] and request.method == match[0] and request.url.path.startswith(match[1]):
            left[0] -= 1
            registry.answer(request)
            return httpx.ReadTimeout("lost", request=request)
        return None

    return fault


def states(phone: Phone, ids: Sequence[str]) -> list[str]:
    return [phone.state(rid) for rid in ids]
