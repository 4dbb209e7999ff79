"""The visits this phone has sealed, as its lists and steps show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec

from app.actions.read_sealed import SealedReader, SealedState
from app.store.tables import Doc, records


class _Time(msgspec.Struct):
    device_time: datetime


class _Aid(msgspec.Struct):
    amount: Decimal = Decimal(0)


class SealedPhoto(msgspec.Struct):
    """What R12 compares, as domain.models.PhotoRef has it."""

    sha256: str
    original_sha256: str = ""
    dhash: str = ""


class _Change(msgspec.Struct):
    field: str
    after: str


class _Body(msgspec.Struct):
    result: str = ""
    started: _Time | None = None
    aid: list[_Aid] = []
    photos: list[SealedPhoto] = []
    changes: list[_Change] = []
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
    state: SealedState
    problem: str | None = None
    last_error: str | None = None
    attempts: int = 0
    bytes_total: int = 0
    bytes_sent: int = 0
    corrects: str | None = None
    changes: tuple[tuple[str, str], ...] = ()
    """(field, new value) of the file's facts that it corrects (S14)."""


class VisitReader(SealedReader[SealedVisit, _Head]):
    """The sealed visits."""

    TYPE, HEAD = "visit", _Head

    def pictures(self) -> Iterator[tuple[str, SealedPhoto]]:
        """Household and photo, of every visit to one (R12)."""
        for doc in records(self._db).find("type", self.TYPE):
            head = self._head(doc)
            if head is not None and head.household is not None:
                yield from ((head.household, photo) for photo in head.body.photos if photo.dhash)

    def card(self, doc: Doc, head: _Head) -> SealedVisit:
        return SealedVisit(
            id=doc["id"],
            household_id=head.household,
            campaign=head.campaign,
            result=head.body.result,
            at=(head.body.started or head.event_time).device_time,
            aid_total=sum((line.amount for line in head.body.aid), Decimal(0)),
            note=head.body.note,
            next_step=head.body.next_step,
            corrects=head.corrects,
            changes=tuple((one.field, one.after) for one in head.body.changes),
            **self.way(doc, (photo.sha256 for photo in head.body.photos)),
        )
