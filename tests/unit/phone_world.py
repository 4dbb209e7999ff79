"""A phone for the tests of everyday screens: a real encrypted store and session, a runner that only tells."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flet as ft
import msgspec
from fake_flet import FakeApp
from visit_world import (
    COUNTY,
    KEY,
    ORG,
    HandClock,
    MemoryBlobs,
    StubLocation,
    StubPlatform,
    make_household,
    make_world,
)

from app.actions.boot import Boot
from app.actions.preferences import Preferences
from app.actions.services import Services
from app.photos import Shelf
from app.platform.native.crypto import NativeCrypto
from app.store import open_database
from app.store.outbox import chain_head, mark_answered, mark_media, seal_and_queue
from app.store.tables import drafts, outbox
from app.views.shell.app import show
from domain.ids import new_id
from domain.models import Campaign, HouseholdFile
from sync.errors import WireError
from sync.identity import DeviceIdentity
from sync.plan import Policy
from sync.ports import Session, TimeAnchor
from sync.protocol.messages import Certificate, Change, Me, SignedTime
from sync.protocol.records import GENESIS
from sync.status import Status

__all__ = ["KEY", "Phone", "make_household", "make_phone", "shown"]

ANCHOR = TimeAnchor(SignedTime(server_time="2027-01-20T11:00:00.000Z", sig=""), "boot-1", 0, 1)


class TellingRunner:
    """Has a status like the real one; ``refuse`` is raised by the next enrolment."""

    def __init__(self) -> None:
        self.status = Status()
        self.kicks = self.let_go = 0
        self.policies: list[Policy] = []
        self.refuse: WireError | None = None
        self.asked: list[tuple[str, str]] = []
        self.enrols: Any = None
        self.line: Any = None

    def kick(self) -> None:
        self.kicks += 1

    def obey(self, policy: Policy) -> None:
        self.policies.append(policy)

    def photos_now(self) -> None:
        self.let_go += 1

    async def enrol(self, base_url: str, code: str, device_name: str) -> Me:
        self.asked.append((base_url, code))
        if self.refuse is not None:
            raise self.refuse
        return self.enrols(base_url)

    @property
    def client(self) -> Any:
        """As the real one before enrolment, unless a test gives a line."""
        if self.line is None:
            raise WireError("not_enrolled")
        return self.line

    async def stop(self) -> None:
        """Nothing runs."""


@dataclass
class Phone:
    services: Services
    runner: TellingRunner
    clock: HandClock
    campaign: Campaign
    me: Me
    cursor: int = 0
    restarts: list[bool] = field(default_factory=list)

    def enrol_here(self, base_url: str = "https://union.example") -> Me:
        """What the real runner does with the registry's answer."""
        identity = self.services.identity
        certificate = Certificate(
            device_id=identity.device_id,
            user_id=self.me.user_id,
            county=COUNTY,
            public_key="",
            issued_at="",
            sig="",
        )
        session = Session(base_url, identity.device_id, self.me, "", certificate)
        self.services.store.save_enrolment(session, ANCHOR, reset_feed=True)
        return self.me

    def feed(self, *files: HouseholdFile) -> None:
        """One page of the feed: the campaign and these households."""
        changes = [Change(kind="household", id=one.id, doc=msgspec.to_builtins(one)) for one in files]
        drive = Change(kind="campaign", id=self.campaign.id, doc=msgspec.to_builtins(self.campaign))
        self.cursor += 1
        self.services.store.apply_changes([drive, *changes], f"c{self.cursor}", ANCHOR)

    def draft(self, file: HouseholdFile) -> str:
        """A visit under way."""
        visit = new_id()
        drafts(self.services.db).put({"id": visit, "household": file.id})
        return visit

    def visit(self, file: HouseholdFile, result: str = "met", photos: int = 0, **more: Any) -> str:
        """Seal a visit, ``hours`` ago, with ``aid`` yuan; returns its id."""
        at = self.clock.moment - timedelta(hours=more.get("hours", 1))
        visit, head = more.get("id") or new_id(), chain_head(self.services.db)
        shas = [hashlib.sha256(f"{visit}{at}{n}".encode()).hexdigest() for n in range(photos)]
        time = {"device_time": at.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        record = {
            "id": visit,
            "type": "visit",
            "household": file.id,
            "campaign": self.campaign.id,
            "corrects": more.get("corrects"),
            "event_time": time,
            "prev": head.hash or GENESIS,
            "body": {
                "result": result,
                "started": time,
                "aid": [{"amount": more["aid"]}] if "aid" in more else [],
                "photos": [{"sha256": sha} for sha in shas],
                "next_step": more.get("next_step", ""),
                "changes": more.get("changes", []),
            },
        }
        text = json.dumps(record, ensure_ascii=False)
        document = {
            "id": visit,
            "hash": hashlib.sha256(text.encode()).hexdigest(),
            "sig": "",
            "text": text,
            "type": "visit",
            "seq": head.seq + 1,
            "made_at": time["device_time"],
            "household_id": file.id,
        }
        pictures = [{"sha256": sha, "kind": "photo", "size": 9, "blob": sha} for sha in shas]
        seal_and_queue(self.services.db, document, pictures)
        return visit

    def answered(self, visit: str, state: str, sent: int = 0, problem: str | None = None) -> None:
        """The registry answered; ``sent`` of its photos have arrived."""
        db = self.services.db
        entry = outbox(db).get(visit)
        assert entry is not None
        mark_answered(db, visit, entry["hash"], state, problem)
        for picture in db.table("media").search(lambda one: one["record_id"] == visit)[:sent]:
            mark_media(db, picture["sha256"], state="received")


def make_phone(folder: Path, *, enrolled: bool = True) -> Phone:
    """Ready to show; on 20 January 2027 at 19:30 local time."""
    drive = make_world(folder / "other").campaign
    crypto, clock, runner = NativeCrypto(), HandClock(), TellingRunner()
    blobs = MemoryBlobs()
    services = Services(
        platform=StubPlatform(crypto, blobs, StubLocation(), None, clock),  # type: ignore[arg-type]
        db=open_database(folder / "store", KEY),
        blobs=Shelf(blobs, crypto, KEY),
        runner=runner,  # type: ignore[arg-type]
        identity=DeviceIdentity.create(crypto),
        preferences=Preferences(),
        app_version="0.1.0",
    )
    me = Me(user_id=new_id(), name="李建国", role="cadre", org_id=ORG, org_name="云溪镇工会", county=COUNTY)
    phone = Phone(services, runner, clock, drive, me)
    runner.enrols = phone.enrol_here
    clock.moment = datetime(2027, 1, 20, 11, 30, tzinfo=UTC)

    async def restart() -> None:
        phone.restarts.append(True)

    services.restart = restart
    if enrolled:
        services.me, services.registry_url = phone.enrol_here(), "https://union.example"
        runner.status.update(phase="idle", online=True)
    return phone


def shown(phone: Phone, route: str = "/", **more: Any) -> FakeApp:
    """``async with shown(phone, "/records") as app``: the whole app on this phone."""

    async def retry() -> None:
        raise AssertionError("nothing to open again")

    boot = Boot(retry)
    boot.running(phone.services)

    def main(page: ft.Page) -> None:
        show(page, boot)

    return FakeApp(main, route=route, **more)
