"""A phone without a screen: real keys, sealed records and HTTP, for benches and tests of the registry."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.codes import (
    AidForm,
    AidType,
    FundSource,
    NeedKind,
    NeedSeverity,
    PhotoKind,
    SignerKind,
    VisitResult,
    VisitType,
)
from domain.event_time import EventTime
from domain.ids import new_id
from domain.models import (
    AidLine,
    BankAccount,
    Beneficiary,
    HouseholdFile,
    Need,
    PhotoRef,
    Receipt,
    Signature,
    VisitBody,
    Visitor,
)
from domain.receipt import lock
from sync.protocol.messages import EnrolAnswer, RecordsAnswer, TokenAnswer
from sync.protocol.records import GENESIS, RecordHead, Sealed, b64, seal

JPEG = b"\xff\xd8\xff\xe0"


def picture(number: object = 0, size: int = 2000) -> bytes:
    """Bytes that begin like a JPEG; each number another file."""
    seed = hashlib.sha256(str(number).encode()).digest()
    return (JPEG + seed * (size // 32 + 1))[:size]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def on_for_a_day() -> int:
    """The monotonic clock (ns) of a phone that is on since yesterday: this machine may just have started."""
    return time.monotonic_ns() + 24 * 3600 * 10**9


class Phone:
    """One device: enrols, seals, sends. ``client``: an httpx.AsyncClient with the registry's base URL."""

    def __init__(self, client: httpx.AsyncClient, device_id: str | None = None) -> None:
        self.client = client
        self.device_id = device_id or new_id()
        self.key = Ed25519PrivateKey.generate()
        self.seq, self.prev = 0, GENESIS
        self.token = ""
        self.boot = new_id()
        self.me: Any = None
        self.enrolled: EnrolAnswer | None = None

    # --- getting in -------------------------------------------------------------------------------

    def enrol_request(self, code: str) -> dict[str, Any]:
        proof = self.key.sign(f"nuanfang-enrol:{code}:{self.device_id}".encode())
        return {
            "code": code,
            "device_id": self.device_id,
            "public_key": b64(self.key.public_key().public_bytes_raw()),
            "proof": b64(proof),
            "device_name": "test",
            "app_version": "0",
        }

    async def enrol(self, code: str) -> EnrolAnswer:
        answer = await self.client.post("/v1/enrol", json=self.enrol_request(code))
        answer.raise_for_status()
        self.enrolled = msgspec.json.decode(answer.content, type=EnrolAnswer)
        self.me = self.enrolled.me
        return self.enrolled

    def assertion(self, **other: Any) -> str:
        """The device's signed JWT; ``other`` claims replace the right ones."""
        start = int(time.time())
        claims = {
            "iss": self.device_id,
            "sub": self.device_id,
            "aud": "nuanfang-registry",
            "iat": start,
            "exp": start + 120,
            "jti": new_id(),
        } | other
        head = b64(b'{"alg":"EdDSA","typ":"JWT"}')
        text = f"{head}.{b64(msgspec.json.encode(claims))}"
        return f"{text}.{b64(self.key.sign(text.encode()))}"

    async def login(self) -> TokenAnswer:
        answer = await self.client.post("/v1/token", json={"assertion": self.assertion()})
        answer.raise_for_status()
        found = msgspec.json.decode(answer.content, type=TokenAnswer)
        self.token, self.me = found.access_token, found.me
        return found

    @property
    def auth(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "NuanFang-Protocol": "1"}

    # --- sealing ----------------------------------------------------------------------------------

    def event(self) -> EventTime:
        return EventTime(device_time=datetime.now(UTC), monotonic_ns=on_for_a_day(), boot_id=self.boot)

    def visit(
        self,
        household: HouseholdFile,
        campaign_id: str,
        *,
        amount: str | None = "500.00",
        source: FundSource = FundSource.UNION_MATCHING,
        form: AidForm = AidForm.BANK,
        photos: Sequence[bytes] = (),
        result: VisitResult = VisitResult.MET,
        **other: Any,
    ) -> VisitBody:
        """A visit as a phone would make it; every photo is its own thumbnail plus one byte."""
        aid = (self._line(household, amount, source, form),) if amount else ()
        return VisitBody(
            campaign_id=campaign_id,
            visit_type=VisitType.HOME,
            visitors=(Visitor(name=self.me.name, user_id=self.me.user_id), Visitor(name="同事")),
            started=self.event(),
            ended=self.event(),
            result=result,
            household_id=household.id,
            needs=(Need(kind=NeedKind.MEDICAL, severity=NeedSeverity.SERIOUS, wish="慢性病用药"),),
            aid=aid,
            receipt=self._receipt(household, campaign_id, aid) if aid else None,
            photos=tuple(self._photo(data) for data in photos),
            **other,
        )

    def _line(self, file: HouseholdFile, amount: str, source: FundSource, form: AidForm) -> AidLine:
        worker = file.worker
        account = file.bank or BankAccount(
            bank="银行", branch="支行", number="9999000000000006", holder=worker.name
        )
        who = Beneficiary(name=worker.name, id_number=worker.id_number, person_id=worker.id)
        return AidLine(
            id=new_id(),
            beneficiary=who,
            type=AidType.LIVING,
            form=form,
            source=source,
            amount=Decimal(amount),
            account=account if form is AidForm.BANK else None,
        )

    def _receipt(self, file: HouseholdFile, campaign_id: str, aid: Sequence[AidLine]) -> Receipt:
        fixed = lock(file.id, campaign_id, aid)
        pens = (
            (SignerKind.RECIPIENT, file.worker.name),
            (SignerKind.HANDLER, self.me.name),
            (SignerKind.HANDLER, "同事"),
        )
        return Receipt(
            id=new_id(),
            amount=fixed.amount,
            capitals=fixed.capitals,
            signed_hash=fixed.signed_hash,
            locked=self.event(),
            signatures=tuple(
                Signature(
                    signer=kind,
                    name=name,
                    image_sha256=sha256(self.signature_image(file, place)),
                    signed=self.event(),
                )
                for place, (kind, name) in enumerate(pens)
            ),
        )

    @staticmethod
    def signature_image(file: HouseholdFile, place: int) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + f"{file.id}:{place}".encode()

    def _photo(self, data: bytes) -> PhotoRef:
        return PhotoRef(
            sha256=sha256(data),
            original_sha256=sha256(b"original" + data),
            thumb_sha256=sha256(self.thumb(data)),
            kind=PhotoKind.DOORPLATE,
            dhash=sha256(data)[:16],
            taken=self.event(),
        )

    @staticmethod
    def thumb(data: bytes) -> bytes:
        return data[:200] + b"t"

    def files_of(self, file: HouseholdFile, photos: Sequence[bytes], signed: bool = True) -> list[bytes]:
        """All attachments of ``visit(file, …, photos=photos)``."""
        pens = [self.signature_image(file, place) for place in range(3)] if signed else []
        return [*map(self.thumb, photos), *pens, *photos]

    def seal(self, body: VisitBody | dict[str, Any], **other: Any) -> Sealed:
        """The next record of this device's chain."""
        content = body if isinstance(body, dict) else msgspec.to_builtins(body)
        fields: dict[str, Any] = {
            "v": 1,
            "id": new_id(),
            "type": "visit",
            "county": self.me.county,
            "device": self.device_id,
            "author": self.me.user_id,
            "seq": self.seq + 1,
            "prev": self.prev,
            "event_time": msgspec.to_builtins(self.event()),
            "body": content,
            "campaign": content.get("campaign_id"),
            "household": content.get("household_id"),
        } | other
        sealed = seal(RecordHead(**fields), self.key.sign)
        self.seq, self.prev = fields["seq"], sealed.hash
        return sealed

    # --- sending ----------------------------------------------------------------------------------

    async def post_records(self, records: Sequence[Any], **headers: str) -> httpx.Response:
        body = msgspec.json.encode({"records": list(records)})
        sent = {**self.auth, "Content-Type": "application/json", **headers}
        return await self.client.post("/v1/records", content=body, headers=sent)

    async def send(self, *records: Any) -> RecordsAnswer:
        answer = await self.post_records(records)
        answer.raise_for_status()
        return msgspec.json.decode(answer.content, type=RecordsAnswer)

    def tus(self, **other: str) -> dict[str, str]:
        return {**self.auth, "Tus-Resumable": "1.0.0", **other}

    def announce(self, data: bytes, kind: str = "photo", digest: str | None = None) -> dict[str, str]:
        """Headers of a creation."""
        facts = {"sha256": digest or sha256(data), "kind": kind, "county": self.me.county}
        pairs = [f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in facts.items()]
        return self.tus(**{"Upload-Length": str(len(data)), "Upload-Metadata": ",".join(pairs)})

    async def upload(self, data: bytes) -> httpx.Response:
        """The whole file in one request (creation-with-upload)."""
        headers = self.announce(data) | {"Content-Type": "application/offset+octet-stream"}
        return await self.client.post("/v1/media", content=data, headers=headers)

    async def changes(self, since: str = "") -> Any:
        answer = await self.client.get("/v1/changes", params={"since": since}, headers=self.auth)
        answer.raise_for_status()
        return answer.json()

    async def sync(self, since: str = "") -> tuple[dict[tuple[str, str], Any], str]:
        """All pages: (kind, id) → doc or None, and the last cursor."""
        found: dict[tuple[str, str], Any] = {}
        while True:
            page = await self.changes(since)
            found |= {(one["kind"], one["id"]): one["doc"] for one in page["changes"]}
            since = page["cursor"]
            if not page["more"]:
                return found, since
