"""Intake, fourth step: the batch and all that follows from it, in a few statements of one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import new_id
from domain.rules import OtherPhoto
from registry.db.bulk import CSV, Ask, fly, insertion
from registry.db.texts import printable
from registry.service.attachments import Attachment
from registry.service.intake_items import Item
from registry.service.intake_known import Facts
from registry.service.intake_rules import Judged
from registry.service.principal import Principal
from sync.protocol.canonical import sha256_hex

RECORD = {
    "id": "text",
    "hash": "text",
    "state": "text",
    "problem": "text",
    "device_id": "text",
    "author_id": "text",
    "seq": "bigint",
    "prev": "text",
    "type": "text",
    "campaign_id": "text",
    "household_id": "text",
    "corrects": "text",
    "path": "text",
    "industrial_path": "text",
    "town": "text",
    "home_name": "text",
    "home_number": "text",
    "received_at": "timestamptz",
    "earliest": "timestamptz",
    "latest": "timestamptz",
    "started_at": "timestamptz",
    "visit_type": "text",
    "result": "text",
    "aid_total": "numeric",
    "flags": CSV,
    "photos": "integer",
}
LONGEST_CAMPAIGN = 100
BODY = {"record_id": "text", "record_hash": "text", "campaign_id": "text", "sig": "text", "raw": "bytea"}
CHECK = {"record_id": "text", "record_hash": "text", "evaluated_at": "timestamptz", "results": "json"}
REF = {"sha256": "text", "record_id": "text", "record_hash": "text", "kind": "text", "size": "bigint"}
PRINT = {
    "sha256": "text",
    "record_id": "text",
    "household_id": "text",
    "original_sha256": "text",
    "dhash": "text",
}
AID = {
    "id": "text",
    "record_id": "text",
    "campaign_id": "text",
    "household_id": "text",
    "id_mac": "text",
    "source": "text",
    "amount": "numeric",
    "status": "text",
    "given_on": "date",
    "doc": "jsonb",
}
QUARANTINE = {
    "id": "text",
    "digest": "text",
    "device_id": "text",
    "user_id": "text",
    "claimed_id": "text",
    "claimed_hash": "text",
    "reason": "text",
    "detail": "text",
    "raw": "bytea",
    "received_at": "timestamptz",
}


async def write_records(
    connection: AsyncConnection,
    who: Principal,
    judged: Sequence[Judged],
    states: dict[str, tuple[str, str | None]],
    facts: Facts,
    received_at: datetime,
) -> set[tuple[str, str]]:
    """Write what is new; ``states``: hash → (state, problem). Returns the (id, hash) that really went in:
    another device may just have used the same id."""
    if not judged:
        return set()
    judged = sorted(judged, key=lambda one: one.item.id)  # everywhere: two batches never wait in a circle
    rows = [record_row(one, who, *states[one.item.hash], facts, received_at) for one in judged]
    bodies = [_body(one.item, row) for one, row in zip(judged, rows, strict=True)]
    suffix = "ON CONFLICT DO NOTHING RETURNING id, hash"
    written, _ = await fly(
        connection,
        insertion("records", who.county, RECORD, rows, suffix),
        insertion("record_bodies", who.county, BODY, bodies),
    )
    return {(row.id, row.hash) for row in written}


def details(who: Principal, judged: Sequence[Judged], received_at: datetime) -> list[Ask | None]:
    """Checks, files, photo prints and the ledger of accepted records.

    They went in a moment ago, in this transaction, so nothing of theirs can be there; each thing that a visit
    names twice is written once. ``ON CONFLICT`` would look into every index before, and write more.
    """
    county = who.county
    visits = [one for one in judged if one.item.visit is not None]
    refs = [_ref(one.item, file) for one in visits for file in one.item.files]
    prints = [_print(one.item, photo) for one in visits for photo in _once(one.prints)]
    aid = [_aid(line, mac) for one in visits for line, mac in one.aid]
    return [
        insertion("record_checks", county, CHECK, [_check(one, received_at) for one in visits], ""),
        insertion("media_refs", county, REF, refs, ""),
        insertion("photo_prints", county, PRINT, prints, ""),
        insertion("aid_lines", county, AID, aid, ""),
    ]


def _once(photos: Iterable[OtherPhoto]) -> Iterable[OtherPhoto]:
    return {photo.sha256: photo for photo in photos}.values()


def quarantined(who: Principal, items: Sequence[Item], received_at: datetime) -> Ask | None:
    """Keep the exact bytes and the reason; a resend of the same bytes changes nothing."""
    rows = [
        {
            "id": new_id(),
            "digest": sha256_hex(item.raw),
            "device_id": who.device_id,
            "user_id": who.user_id,
            "claimed_id": printable(item.id),
            "claimed_hash": printable(item.hash),
            "reason": item.problem,
            "detail": printable(item.detail),
            "raw": item.raw,
            "received_at": received_at,
        }
        for item in items
    ]
    return insertion("quarantine", who.county, QUARANTINE, rows)


def record_row(
    one: Judged, who: Principal, state: str, problem: str | None, facts: Facts, received_at: datetime
) -> dict[str, Any]:
    """The row of ``records``; ``flags`` joined by commas."""
    item, head, visit, about = one.item, one.item.head, one.item.visit, one.item.about
    assert head is not None
    household = about.household_id if about else head.household
    return {
        "id": item.id,
        "hash": item.hash,
        "state": state,
        "problem": problem,
        "device_id": who.device_id,
        "author_id": who.user_id,
        "seq": head.seq,
        "prev": head.prev,
        "type": head.type,
        "campaign_id": about.campaign_id if about else head.campaign,
        "household_id": household,
        "corrects": head.corrects,
        "path": _path(household, about.org_id if about else None, who, facts),
        **_home(household or "", facts),
        "received_at": received_at,
        "earliest": one.earliest,
        "latest": one.latest,
        "started_at": one.started_at,
        "visit_type": visit.visit_type.value if visit else "",
        "result": visit.result.value if visit else "",
        "aid_total": sum((line.amount for line in visit.aid), Decimal("0.00")) if visit else Decimal("0.00"),
        "flags": ",".join(one.flags),
        "photos": len(visit.photos) if visit else 0,
    }


def _body(item: Item, row: dict[str, Any]) -> dict[str, Any]:
    """What was signed. A campaign's name too long for a key is none."""
    assert item.sealed is not None
    campaign = row["campaign_id"] or ""
    return {
        "record_id": item.id,
        "record_hash": item.hash,
        "campaign_id": campaign if len(campaign) <= LONGEST_CAMPAIGN else "",
        "sig": item.sealed.sig,
        "raw": item.sealed.record.encode(),
    }


def _path(household: str | None, org: str | None, who: Principal, facts: Facts) -> str:
    """Who may see it: those above the household's union, the place visited, or else the author."""
    return facts.paths.get(household or "") or facts.org_paths.get(org or "") or who.path


def _home(household: str, facts: Facts) -> dict[str, Any]:
    """What a supervisor looks for a visit by; it follows the file (visits_follow)."""
    file = facts.households.get(household)
    return {
        "industrial_path": facts.industrial_paths.get(household),
        "town": file.address.town if file else None,
        "home_name": file.worker.name if file else None,
        "home_number": file.number if file else None,
    }


def _check(one: Judged, received_at: datetime) -> dict[str, Any]:
    return {
        "record_id": one.item.id,
        "record_hash": one.item.hash,
        "evaluated_at": received_at,
        "results": msgspec.json.encode(one.results).decode(),
    }


def _ref(item: Item, file: Attachment) -> dict[str, Any]:
    return {
        "sha256": file.sha256,
        "record_id": item.id,
        "record_hash": item.hash,
        "kind": file.kind,
        "size": None,
    }


def _print(item: Item, photo: OtherPhoto) -> dict[str, Any]:
    return {
        "sha256": photo.sha256,
        "record_id": item.id,
        "household_id": photo.household_id,
        "original_sha256": photo.original_sha256,
        "dhash": photo.dhash,
    }


def _aid(line: Any, mac: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "record_id": line.visit_id,
        "campaign_id": line.campaign_id,
        "household_id": line.household_id,
        "id_mac": mac,
        "source": line.source.value,
        "amount": line.amount,
        "status": line.status.value,
        "given_on": line.given_on,
        "doc": msgspec.json.encode(line).decode(),
    }
