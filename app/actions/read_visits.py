"""The visits this phone has sealed, as its lists and steps show them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from app.actions.read_surveys import problem_code
from app.store.tables import media, outbox, records

if TYPE_CHECKING:
    from app.store import NuanDB

logger = logging.getLogger("nuanfang")

VisitState = Literal["kept", "sending", "received", "complete", "conflict", "quarantined"]


class _Time(msgspec.Struct):
    device_time: datetime


class _Aid(msgspec.Struct):
    amount: Decimal = Decimal(0)


class _Photo(msgspec.Struct):
    sha256: str


class _Body(msgspec.Struct):
    result: str = ""
    started: _Time | None = None
    aid: list[_Aid] = []
    photos: list[_Photo] = []
    note: str = ""
    next_step: str = ""


class _Head(msgspec.Struct):
    event_time: _Time
    body: _Body
    household: str | None = None
    campaign: str | None = None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class SealedVisit:
    """One sealed visit: what it says (fixed) and how far it got (``state`` …). Amounts in yuan.

    ``photos_sent`` of ``photos``: confirmed by the registry. ``problem`` and ``last_error`` are stable codes.
    """

    id: str
    household_id: str | None
    campaign: str | None
    result: str
    at: datetime
    aid_total: Decimal
    note: str
    next_step: str
    photos: int
    photos_sent: int
    pictures_left: int
    state: VisitState
    problem: str | None = None
    last_error: str | None = None
    attempts: int = 0
    corrects: str | None = None


class VisitReader:
    """Decodes each record's text once: sealed bytes never change."""

    def __init__(self, db: NuanDB) -> None:
        self._db = db
        self._heads: dict[str, _Head | None] = {}

    def all(self) -> list[SealedVisit]:
        """Every sealed visit, the newest first."""
        return self._sorted(records(self._db).find("type", "visit"))

    def of_household(self, household_id: str) -> list[SealedVisit]:
        """Visits to one household, the newest first."""
        found = records(self._db).find("household_id", household_id)
        return self._sorted(doc for doc in found if doc["type"] == "visit")

    def get(self, record_id: str) -> SealedVisit | None:
        """One visit, or None (also for another kind of record)."""
        doc = records(self._db).get(record_id)
        return None if doc is None or doc["type"] != "visit" else self._read(doc)

    def _sorted(self, documents: Iterable[dict[str, Any]]) -> list[SealedVisit]:
        found = [visit for doc in documents if (visit := self._read(doc)) is not None]
        return sorted(found, key=lambda visit: visit.at, reverse=True)

    def _head(self, doc: dict[str, Any]) -> _Head | None:
        if doc["id"] not in self._heads:
            try:
                self._heads[doc["id"]] = msgspec.json.decode(doc["text"], type=_Head)
            except msgspec.DecodeError:
                logger.exception("record %s does not decode", doc["id"])
                self._heads[doc["id"]] = None
        return self._heads[doc["id"]]

    def _read(self, doc: dict[str, Any]) -> SealedVisit | None:
        head = self._head(doc)
        if head is None:
            return None
        pictures = media(self._db).find("record_id", doc["id"])
        entry = outbox(self._db).get(doc["id"]) if doc["state"] in ("kept", "sending") else None
        photos = {photo.sha256 for photo in head.body.photos}
        sent = {one["sha256"] for one in pictures if one["state"] == "received"}
        return SealedVisit(
            id=doc["id"],
            household_id=head.household,
            campaign=head.campaign,
            result=head.body.result,
            at=(head.body.started or head.event_time).device_time,
            aid_total=sum((line.amount for line in head.body.aid), Decimal(0)),
            note=head.body.note,
            next_step=head.body.next_step,
            photos=len(photos),
            photos_sent=len(photos & sent),
            pictures_left=sum(one["state"] != "received" for one in pictures),
            state=doc["state"],
            problem=problem_code(doc.get("problem")),
            last_error=(entry or {}).get("last_error"),
            attempts=(entry or {}).get("attempts", 0),
            corrects=head.corrects,
        )
