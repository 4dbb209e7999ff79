"""A supervisor's desk for tests: real messages of wire v1, and a registry that answers from memory."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import msgspec

from app.actions.office_desk import Desk
from app.actions.preferences import Preferences
from app.actions.services import Services
from app.store import open_database
from domain.capitals import capitals
from domain.codes import (
    AidForm,
    AidType,
    FundSource,
    NeedKind,
    NeedSeverity,
    PhotoKind,
    SignatureKind,
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
    Need,
    PhotoRef,
    Place,
    Receipt,
    Signature,
    VisitBody,
    Visitor,
)
from sync.errors import RefusedError, UnreachableError
from sync.protocol.messages import (
    ChainReport,
    Check,
    Coverage,
    CoverageAnswer,
    Me,
    MediaRef,
    VisitDetail,
    VisitPage,
    VisitRow,
)
from sync.protocol.records import GENESIS, RecordHead, seal
from sync.protocol.supervision import QuarantinePage, QuarantineRow, Settled

NOW = datetime(2027, 1, 20, 11, 30, tzinfo=UTC)  # 19:30 in China
COUNTY_ORG = "0190eeee-0000-7000-8000-000000000001"
PICTURE = b"\x89PNG a picture"
THUMB = b"\x89PNG a thumbnail"


SUPERVISOR = Me(
    user_id=new_id(),
    name="周正",
    role="supervisor",
    org_id=COUNTY_ORG,
    org_name="青山县总工会",
    county="990101",
)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def rfc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def make_row(number: int, **more: Any) -> VisitRow:
    facts: dict[str, Any] = {
        "id": f"0190aaaa-0000-7000-8000-{number:012d}",
        "household_id": new_id(),
        "household_number": f"QS-{number:04d}",
        "household_name": f"王秀{number}",
        "town": "城关镇",
        "author_name": "李建国",
        "type": "home",
        "result": "met",
        "started_at": rfc(NOW - timedelta(hours=2)),
        "received_at": rfc(NOW - timedelta(hours=1)),
        "aid_total": "1000.00",
        "photos": 3,
        "photos_missing": 0,
        "flags": [],
        "state": "accepted",
    }
    return VisitRow(**{**facts, **more})


def event(minutes: int = 0, *, off: timedelta = timedelta(0)) -> EventTime:
    at = NOW - timedelta(hours=2) + timedelta(minutes=minutes)
    return EventTime(device_time=at + off, monotonic_ns=(1000 + 60 * minutes) * 10**9, boot_id="boot-1")


def make_body(**more: Any) -> VisitBody:
    amount = Decimal("1000.00")
    line = AidLine(
        id=new_id(),
        beneficiary=Beneficiary(name="王秀英", id_number="990101********0046"),
        type=AidType.LIVING,
        form=AidForm.BANK,
        source=FundSource.UNION_MATCHING,
        amount=amount,
        account=BankAccount(bank="农信社", branch="青山支行", number="6222020200112230", holder="王秀英"),
    )
    hand = Signature(
        signer=SignerKind.RECIPIENT,
        name="王秀英",
        image_sha256=digest(b"hand"),
        signed=event(20),
        kind=SignatureKind.PEN,
    )
    facts: dict[str, Any] = {
        "campaign_id": new_id(),
        "visit_type": VisitType.HOME,
        "visitors": (Visitor(name="李建国", post="干事"), Visitor(name="张敏")),
        "started": event(),
        "ended": event(35),
        "result": VisitResult.MET,
        "household_id": new_id(),
        "place": Place(latitude="29.500100", longitude="103.700000", accuracy_m=12),
        "needs": (
            Need(kind=NeedKind.HOUSING, severity=NeedSeverity.SOME),
            Need(kind=NeedKind.MEDICAL, severity=NeedSeverity.URGENT, wish="药费太贵"),
            Need(kind=NeedKind.EDUCATION, severity=NeedSeverity.NONE),
        ),
        "aid": (line,),
        "receipt": Receipt(
            id=new_id(),
            amount=amount,
            capitals=capitals(amount),
            signed_hash="a" * 64,
            locked=event(18),
            signatures=(hand,),
        ),
        "photos": (
            PhotoRef(
                sha256=digest(PICTURE),
                original_sha256="b" * 64,
                thumb_sha256=digest(THUMB),
                kind=PhotoKind.SCENE,
                dhash="0" * 16,
                taken=event(10),
            ),
            PhotoRef(
                sha256="c" * 64,
                original_sha256="d" * 64,
                thumb_sha256="e" * 64,
                kind=PhotoKind.DOORPLATE,
                dhash="0" * 16,
                taken=event(11),
                picked=True,
            ),
        ),
        "note": "家里有病人",
    }
    return VisitBody(**{**facts, **more})


def make_household() -> dict[str, Any]:
    return {
        "id": "0190bbbb-0000-7000-8000-000000000001",
        "number": "QS-0001",
        "status": "active",
        "category": "deep",
        "level": "national",
        "main_cause": "illness",
        "housing": "rented",
        "worker": {
            "name": "王秀英",
            "id_number": "990101********0046",
            "phone": "120****0001",
            "work_state": "unemployed",
            "masked": ["health", "illness"],
        },
        "members": [{"name": "王小雨", "relation": "child", "state": "student"}],
        "bank": {"number": "************2230"},
        "address": {
            "county": "青山县",
            "town": "城关镇",
            "village": "河西社区",
            "detail": "3 栋",
            "place": {"latitude": "29.500000", "longitude": "103.700000", "accuracy_m": 20},
        },
    }


def make_chain(**more: Any) -> ChainReport:
    facts: dict[str, Any] = {
        "verified": True,
        "hash_ok": True,
        "signature_ok": True,
        "prev_ok": True,
        "gaps": [],
        "seq": 7,
        "device_id": "0190cccc-0000-7000-8000-000000000001",
        "certificate_ok": True,
    }
    return ChainReport(**{**facts, **more})


def make_detail(row: VisitRow, body: VisitBody | None = None, **more: Any) -> VisitDetail:
    sealed_at = msgspec.to_builtins(event(36))
    inside = msgspec.to_builtins(body or make_body())
    head = RecordHead(
        v=1,
        id=row.id,
        type="visit",
        county="990101",
        device=new_id(),
        author=new_id(),
        seq=7,
        prev=GENESIS,
        event_time=sealed_at,
        body=inside,
    )
    far = {"km": "0.9"}
    facts: dict[str, Any] = {
        "row": row,
        "record": seal(head, lambda raw: b"s" * 64),
        "head": msgspec.to_builtins(head),
        "household": make_household(),
        "earliest": rfc(NOW - timedelta(hours=3)),
        "latest": rfc(NOW - timedelta(hours=1)),
        "checks": [
            Check(code="R8", outcome="pass", severity="block", message_id="rule.R8"),
            Check(
                code="R12",
                outcome="fail",
                severity="warn",
                message_id="rule.R12.far",
                params=far,
            ),
        ],
        "chain": make_chain(),
        "media": [
            MediaRef(sha256=digest(PICTURE), kind="scene", size=13, received=True, url="/x"),
            MediaRef(sha256=digest(THUMB), kind="thumb", size=15, received=True, url="/x"),
            MediaRef(sha256="c" * 64, kind="doorplate", size=None, received=False, url="/x"),
            MediaRef(sha256=digest(b"hand"), kind="signature", size=4, received=True, url="/x"),
        ],
    }
    return VisitDetail(**{**facts, **more})


def make_stray(number: int, **more: Any) -> QuarantineRow:
    facts: dict[str, Any] = {
        "id": f"0190dddd-0000-7000-8000-{number:012d}",
        "reason": "hash_mismatch",
        "detail": "sha256 differs",
        "claimed_id": f"0190ffff-0000-7000-8000-{number:012d}",
        "author_name": "李建国",
        "device_id": "0190dddd-0000-7000-8000-000000000003",
        "size": 1024 * number,
        "received_at": rfc(NOW),
    }
    return QuarantineRow(**{**facts, **more})


@dataclass
class MemoryOffice:
    """Answers like sync.office.Office; ``down`` is the code it fails with, ``asked`` what it was asked."""

    rows: list[VisitRow]
    details: dict[str, VisitDetail] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    reviews: list[tuple[str, str, str]] = field(default_factory=list)
    reveals: list[tuple[str, str, str, str]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    strays: list[QuarantineRow] = field(default_factory=list)
    settled: list[tuple[str, ...]] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    down: str = ""
    gate: asyncio.Event | None = None

    async def _come(self) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.down.startswith("network"):
            raise UnreachableError(self.down)
        if self.down:
            raise RefusedError(self.down)

    async def visits(self, *, after: str | None, limit: int, **wanted: Any) -> VisitPage:
        self.asked.append({"after": after, "limit": limit, **wanted})
        await self._come()
        fitting = [row for row in self.rows if _fits(row, wanted)]
        start = int(after or 0)
        end = start + limit
        return VisitPage(
            rows=fitting[start:end], next=str(end) if end < len(fitting) else None, total=len(fitting)
        )

    async def visit(self, visit_id: str) -> VisitDetail:
        await self._come()
        row = next((one for one in self.rows if one.id == visit_id), None)
        if row is None:
            raise RefusedError("not_found")
        return self.details.get(visit_id) or make_detail(row)

    async def media(self, sha256: str) -> bytes:
        await self._come()
        if sha256 not in self.files:
            raise RefusedError("media_incomplete")
        return self.files[sha256]

    async def review(self, visit_id: str, verdict: str, note: str = "") -> None:
        await self._come()
        self.reviews.append((visit_id, verdict, note))

    async def coverage(self) -> CoverageAnswer:
        await self._come()
        orgs = [
            ("青山县总工会", 100, 53, "county", COUNTY_ORG),
            ("城关镇", 60, 41, "town", new_id()),
            ("石桥镇", 40, 12, "town", new_id()),
            ("空乡", 0, 0, "town", new_id()),
            ("青山纺织厂", 30, 9, "enterprise", new_id()),
        ]
        rows = [
            Coverage(org_id=id_, org_name=name, active=active, reached=reached, org_type=kind)
            for name, active, reached, kind, id_ in orgs
        ]
        return CoverageAnswer(campaign_id=new_id(), rows=rows)

    async def reveal(self, visit_id: str, name: str, reason: str) -> str:
        await self._come()
        self.reveals.append(("visit", visit_id, name, reason))
        return "990101196803120046"

    async def reveal_household(self, household_id: str, name: str, reason: str) -> str:
        await self._come()
        self.reveals.append(("household", household_id, name, reason))
        return "serious" if name.endswith("health") else "990101196803120046"

    async def quarantine(self) -> QuarantinePage:
        await self._come()
        return QuarantinePage(rows=list(self.strays), total=len(self.strays))

    async def retry(self, item_id: str) -> Settled:
        await self._come()
        self.settled.append(("retry", item_id))
        if item_id in self.unreadable:
            return Settled(id=item_id, state="open", problem=self.unreadable[item_id], detail="line 1")
        return self._settle(item_id, "released")

    async def dismiss(self, item_id: str, reason: str) -> Settled:
        await self._come()
        self.settled.append(("dismiss", item_id, reason))
        return self._settle(item_id, "dismissed")

    def _settle(self, item_id: str, state: Literal["released", "dismissed"]) -> Settled:
        if all(one.id != item_id for one in self.strays):
            raise RefusedError("not_found")
        self.strays = [one for one in self.strays if one.id != item_id]
        return Settled(id=item_id, state=state)


def _fits(row: VisitRow, wanted: dict[str, Any]) -> bool:
    return (
        not (wanted["unreviewed"] and row.reviewed)
        and not (wanted["flagged"] and not row.flags)
        and wanted["town"] in ("", row.town)
        and wanted["author"] in ("", row.author_name)
        and wanted["text"] in row.household_name + row.household_number + row.author_name
    )


def make_services(office: MemoryOffice, folder: Path, me: Me = SUPERVISOR) -> Services:
    """Enough of the app for the office's screens: a store of its own that stays empty."""
    client = object()
    none: Any = None
    services = Services(
        platform=none,
        db=open_database(folder, bytes(32)),
        blobs=none,
        runner=SimpleNamespace(client=client),  # type: ignore[arg-type]
        identity=none,
        preferences=Preferences(),
        me=me,
    )
    services.desk = Desk(wire=office, client=client)  # type: ignore[arg-type]
    return services


def make_office(count: int, **more: Any) -> MemoryOffice:
    """``count`` visits, the first of them flagged."""
    rows = [make_row(n, flags=["R12"] if n == 1 else []) for n in range(1, count + 1)]
    files = {digest(PICTURE): PICTURE, digest(THUMB): THUMB, digest(b"hand"): b"hand"}
    return MemoryOffice(rows=rows, files=files, **more)
