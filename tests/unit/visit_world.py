"""A small real world for visits: a real encrypted store, real keys, one campaign, two households."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from app.actions.preferences import Preferences
from app.actions.services import Bell, Services
from app.photos import Shelf
from app.platform.errors import PlatformError
from app.platform.native.crypto import NativeCrypto
from app.platform.native.pictures import PillowPictureCodec
from app.platform.ports import Fix
from app.store import NuanDB, open_database
from app.store.tables import Rows, campaign, households
from domain.codes import (
    Category,
    Cause,
    FileLevel,
    FileStatus,
    LeaderOrgan,
    MemberState,
    Relation,
    Role,
    WorkState,
)
from domain.identity import checksum
from domain.ids import new_id
from domain.models import (
    Address,
    BankAccount,
    Campaign,
    Delegation,
    DelegationMember,
    HouseholdFile,
    Member,
    Place,
    RuleSettings,
    User,
    Worker,
)
from sync.identity import DeviceIdentity
from sync.protocol.messages import Me

KEY = bytes(range(32))
COUNTY, ORG = new_id(), new_id()


def id_number(birth: str, order: str) -> str:
    """A sample person's number: region 99, right check character."""
    first = f"990101{birth}{order}"
    return first + checksum(first)


class HandClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.moment = datetime(2027, 1, 20, 11, 30, tzinfo=UTC)
        self.ns = 10**12

    def now(self) -> datetime:
        self.ns += 10**6
        return self.moment

    def monotonic_ns(self) -> int:
        return self.ns

    def boot_id(self) -> str:
        return "boot-1"

    def wait(self, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)
        self.ns += seconds * 10**9


class MemoryBlobs:
    """Blobs in memory that can be full."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.full = False

    async def put(self, name: str, data: bytes) -> None:
        if self.full:
            raise PlatformError("disk_full")
        self.files[name] = data

    async def get(self, name: str) -> bytes:
        if name not in self.files:
            raise PlatformError("blob_missing", name=name)
        return self.files[name]

    async def has(self, name: str) -> bool:
        return name in self.files

    async def delete(self, name: str) -> None:
        del self.files[name]

    async def names(self) -> list[str]:
        return sorted(self.files)


class StubLocation:
    """Answers with a fix, or raises the given code."""

    def __init__(self) -> None:
        self.code = ""
        self.calls = 0

    async def current(self, timeout_s: float = 20.0) -> Fix:
        self.calls += 1
        await asyncio.sleep(0)
        if self.code:
            raise PlatformError(self.code)
        return Fix(29.5001234, 103.7, 12.4, datetime(2027, 1, 20, 11, 30, tzinfo=UTC))


class StubRunner:
    def __init__(self) -> None:
        self.kicks = 0

    def kick(self) -> None:
        self.kicks += 1


@dataclass
class StubNetwork:
    """Tells what the test says."""

    costs: bool | None = False

    def metered(self) -> bool | None:
        return self.costs


@dataclass
class StubPlatform:
    """As much of a Platform as visits use."""

    crypto: NativeCrypto
    blobs: MemoryBlobs
    location: StubLocation
    pictures: Any
    clock: HandClock
    name: str = "test"
    connectivity: StubNetwork = field(default_factory=StubNetwork)


@dataclass
class World:
    folder: Path
    services: Services
    household: HouseholdFile
    other: HouseholdFile
    campaign: Campaign
    me: User
    colleague: User
    blobs: MemoryBlobs
    location: StubLocation
    clock: HandClock
    runner: StubRunner
    identity: DeviceIdentity
    notes: list[str] = field(default_factory=list)

    @property
    def db(self) -> NuanDB:
        db: NuanDB = self.services.db
        return db

    def reopen(self) -> None:
        """As after a kill: nothing but the disk is left."""
        self.services.db.close()
        db = open_database(self.folder, KEY)
        self.services = replace(self.services, db=db, bell=Bell(), draft_bell=Bell())

    def put_household(self, household: HouseholdFile) -> None:
        households(self.db).put(msgspec.to_builtins(household))


def make_household(number: str, name: str, **more: Any) -> HouseholdFile:
    worker = Worker(
        id=new_id(), name=name, id_number=id_number("19680312", "004"), work_state=WorkState.UNEMPLOYED
    )
    child = Member(
        id=new_id(),
        name="王小雨",
        id_number=id_number("20080901", "002"),
        relation=Relation.CHILD,
        state=MemberState.STUDENT,
    )
    bank = BankAccount(bank="农信社", branch="青山支行", number="6222020200112230", holder=name)
    place = Place(latitude="29.500000", longitude="103.700000", accuracy_m=20)
    facts: dict[str, Any] = {
        "id": new_id(),
        "number": number,
        "county_id": COUNTY,
        "org_id": ORG,
        "region": "990101",
        "level": FileLevel.NATIONAL,
        "status": FileStatus.ACTIVE,
        "category": Category.DEEP,
        "worker": worker,
        "members": (child,),
        "address": Address(county="青山县", town="城关镇", village="河西社区", detail="3 栋", place=place),
        "main_cause": Cause.ILLNESS,
        "bank": bank,
    }
    return HouseholdFile(**{**facts, **more})


def make_world(folder: Path, *, delegate: bool = False) -> World:
    """Everything a visit needs, on the disk at ``folder``."""
    crypto = NativeCrypto()
    db = open_database(folder, KEY)
    me = User(id=new_id(), org_id=ORG, name="李建国", roles=(Role.CADRE,))
    colleague = User(id=new_id(), org_id=ORG, name="张敏", roles=(Role.CADRE,))
    rules = RuleSettings(low_income_line=Decimal("900.00"), allow_sample_region=True)
    drive = Campaign(
        id=new_id(),
        code="2027",
        name="2027 年两节送温暖",
        org_id=ORG,
        region="990101",
        starts_on=date(2026, 11, 1),
        ends_on=date(2027, 3, 1),
        rules=rules,
    )
    household, other = make_household("QS-0001", "王秀英"), make_household("QS-0002", "赵大山")
    households(db).put_many([msgspec.to_builtins(household), msgspec.to_builtins(other)])
    campaign(db).put(msgspec.to_builtins(drive))
    Rows(db, "users").put_many([msgspec.to_builtins(me), msgspec.to_builtins(colleague)])
    delegation_id = _delegation(db, drive, me) if delegate else None
    clock, blobs, location, runner = HandClock(), MemoryBlobs(), StubLocation(), StubRunner()
    identity = DeviceIdentity.create(crypto)
    services = Services(
        platform=StubPlatform(crypto, blobs, location, PillowPictureCodec(), clock),  # type: ignore[arg-type]
        db=db,
        blobs=Shelf(blobs, crypto, KEY),
        preferences=Preferences(),
        runner=runner,
        identity=identity,
        me=Me(
            user_id=me.id,
            name=me.name,
            role="delegate" if delegate else "cadre",
            org_id=ORG,
            org_name="青山县总工会",
            county=COUNTY,
            delegation_id=delegation_id,
        ),
    )
    return World(
        folder, services, household, other, drive, me, colleague, blobs, location, clock, runner, identity
    )


def _delegation(db: NuanDB, drive: Campaign, me: User) -> str:
    leader = DelegationMember(name="陈主席", post="县总工会主席")
    team = Delegation(
        id=new_id(),
        campaign_id=drive.id,
        name="第一慰问团",
        leader=leader,
        leader_organ=LeaderOrgan.UNION,
        members=(DelegationMember(name=me.name, post="干事", user_id=me.id),),
        on_behalf_of="县委县政府",
    )
    Rows(db, "delegations").put(msgspec.to_builtins(team))
    return team.id
