"""A household, a campaign and a lawful visit, from which each test changes one thing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from domain.codes import (
    AidForm,
    AidStatus,
    AidType,
    Category,
    Cause,
    FileLevel,
    FileStatus,
    FundSource,
    LeaderOrgan,
    MemberState,
    NeedKind,
    NeedSeverity,
    PhotoKind,
    Relation,
    Severity,
    SignerKind,
    VisitResult,
    VisitType,
    WorkState,
)
from domain.event_time import EventTime
from domain.identity import checksum, luhn_digit
from domain.ids import id_at
from domain.models import (
    Address,
    Aid,
    AidLine,
    BankAccount,
    Beneficiary,
    Campaign,
    Delegation,
    DelegationMember,
    HouseholdFile,
    Member,
    Need,
    PhotoRef,
    Place,
    Receipt,
    RuleSettings,
    Signature,
    VisitBody,
    Visitor,
    Worker,
)
from domain.receipt import lock
from domain.rules import VisitContext

DAY = date(2027, 1, 10)
MOMENT = datetime(2027, 1, 10, 11, 0, tzinfo=UTC)


def ident(number: int) -> str:
    return id_at(1_800_000_000_000, number)


def id_number(birth: str = "19700203", order: int = 12) -> str:
    first17 = f"990101{birth}{order:03d}"
    return first17 + checksum(first17)


def at(second: int, boot: str = "boot-1") -> EventTime:
    return EventTime(device_time=MOMENT, monotonic_ns=second * 10**9, boot_id=boot)


def sha(letter: str) -> str:
    return letter * 64


def account(holder: str = "王秀英", number: str = "") -> BankAccount:
    digits = "999912345678901234"
    return BankAccount(
        bank="青山农商行", branch="云溪支行", number=number or digits + luhn_digit(digits), holder=holder
    )


WORKER = Worker(
    id=ident(1),
    name="王秀英",
    id_number=id_number(),
    work_state=WorkState.UNEMPLOYED,
)
STUDENT = Member(
    id=ident(2),
    name="李想",
    id_number=id_number("20080910", 35),
    relation=Relation.CHILD,
    state=MemberState.STUDENT,
)
HOME = Place(latitude="39.090000", longitude="83.060000", accuracy_m=10)
HOUSEHOLD = HouseholdFile(
    id=ident(10),
    number="QS20230001",
    county_id=ident(90),
    org_id=ident(91),
    region="990101",
    level=FileLevel.NATIONAL,
    status=FileStatus.ACTIVE,
    category=Category.DEEP,
    worker=WORKER,
    members=(STUDENT,),
    address=Address(county="青山县", town="云溪镇", village="石板村", detail="3组44号", place=HOME),
    main_cause=Cause.ILLNESS,
)
RULES = RuleSettings(low_income_line=Decimal(700), allow_sample_region=True)
CAMPAIGN = Campaign(
    id=ident(20),
    code="2027-liangjie",
    name="两节送温暖",
    org_id=ident(90),
    region="990101",
    starts_on=date(2026, 12, 15),
    ends_on=date(2027, 2, 10),
    rules=RULES,
)
CADRE = Visitor(name="石璟", user_id=ident(30))
COLLEAGUE = Visitor(name="周平", user_id=ident(31))
DELEGATION = Delegation(
    id=ident(40),
    campaign_id=CAMPAIGN.id,
    name="第一慰问团",
    leader=DelegationMember(name="穆长河", post="县人大常委会副主任"),
    leader_organ=LeaderOrgan.PEOPLES_CONGRESS,
    members=(DelegationMember(name=CADRE.name, post="副主席", user_id=CADRE.user_id),),
)
RECIPIENT = Beneficiary(name=WORKER.name, id_number=WORKER.id_number, person_id=WORKER.id)
PUPIL = Beneficiary(
    name=STUDENT.name, id_number=STUDENT.id_number, person_id=STUDENT.id, relation=Relation.CHILD
)


def line(**changes: Any) -> AidLine:
    """A lawful bank transfer of 1000 yuan."""
    fields: dict[str, Any] = {
        "id": ident(50),
        "beneficiary": RECIPIENT,
        "type": AidType.LIVING,
        "form": AidForm.BANK,
        "source": FundSource.CENTRAL_FISCAL,
        "amount": Decimal(1000),
        "account": account(),
    }
    return AidLine(**{**fields, **changes})


def aid(**changes: Any) -> Aid:
    """The same, as an earlier line in the ledger of this campaign."""
    fields: dict[str, Any] = {
        "id": ident(60),
        "visit_id": ident(61),
        "campaign_id": CAMPAIGN.id,
        "beneficiary": RECIPIENT,
        "type": AidType.LIVING,
        "form": AidForm.BANK,
        "source": FundSource.CENTRAL_FISCAL,
        "amount": Decimal(1000),
        "status": AidStatus.SIGNED,
        "given_on": date(2027, 1, 4),
        "household_id": HOUSEHOLD.id,
    }
    return Aid(**{**fields, **changes})


def signature(kind: SignerKind, name: str, second: int, user_id: str | None = None) -> Signature:
    return Signature(signer=kind, name=name, image_sha256=sha("a"), signed=at(second), user_id=user_id)


SIGNATURES = (
    signature(SignerKind.RECIPIENT, WORKER.name, 200),
    signature(SignerKind.HANDLER, CADRE.name, 210, CADRE.user_id),
    signature(SignerKind.HANDLER, COLLEAGUE.name, 220, COLLEAGUE.user_id),
)


def receipt(lines: tuple[AidLine, ...], **changes: Any) -> Receipt:
    """What an honest phone makes of these lines, locked at second 100."""
    locked = lock(HOUSEHOLD.id, CAMPAIGN.id, lines)
    fields: dict[str, Any] = {
        "id": ident(70),
        "amount": locked.amount,
        "capitals": locked.capitals,
        "signed_hash": locked.signed_hash,
        "locked": at(100),
        "signatures": SIGNATURES,
    }
    return Receipt(**{**fields, **changes})


def photo(**changes: Any) -> PhotoRef:
    fields: dict[str, Any] = {
        "sha256": sha("b"),
        "original_sha256": sha("c"),
        "thumb_sha256": sha("d"),
        "kind": PhotoKind.SCENE,
        "dhash": "0f0f0f0f33335555",
        "taken": at(50),
    }
    return PhotoRef(**{**fields, **changes})


def visit(*lines: AidLine, **changes: Any) -> VisitBody:
    """A lawful home visit with these aid lines (or none)."""
    fields: dict[str, Any] = {
        "campaign_id": CAMPAIGN.id,
        "household_id": HOUSEHOLD.id,
        "visit_type": VisitType.HOME,
        "visitors": (CADRE, COLLEAGUE),
        "started": at(10),
        "ended": at(300),
        "result": VisitResult.MET,
        "place": HOME,
        "needs": (Need(kind=NeedKind.MEDICAL, severity=NeedSeverity.SERIOUS),),
        "aid": lines,
        "receipt": receipt(lines) if lines else None,
        "photos": (photo(),),
    }
    return VisitBody(**{**fields, **changes})


def context(body: VisitBody, **changes: Any) -> VisitContext:
    fields: dict[str, Any] = {"visit": body, "campaign": CAMPAIGN, "day": DAY, "household": HOUSEHOLD}
    return VisitContext(**{**fields, **changes})


def campaign_with(**settings: Any) -> Campaign:
    """The campaign with other rule settings."""
    return msgspec.structs.replace(CAMPAIGN, rules=msgspec.structs.replace(RULES, **settings))


def switched_off(code: str) -> Campaign:
    return campaign_with(severity={code: Severity.OFF})


def household_with(**changes: Any) -> HouseholdFile:
    return msgspec.structs.replace(HOUSEHOLD, **changes)
