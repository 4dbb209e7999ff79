"""What this phone has sealed, of one type of record, as lists show it: what it says and how far it got."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypedDict, TypeVar

import msgspec

from app.store.tables import Doc, media, outbox, records

if TYPE_CHECKING:
    from datetime import datetime

    from app.store import NuanDB

logger = logging.getLogger("nuanfang")

SealedState = Literal["kept", "sending", "received", "complete", "conflict", "quarantined"]


class Dated(Protocol):
    """A card of a list."""

    @property
    def at(self) -> datetime: ...


Card = TypeVar("Card", bound=Dated)
Head = TypeVar("Head")


class Way(TypedDict):
    """How far a record got. ``photos_sent`` of ``photos`` files are confirmed by the registry, and
    ``bytes_sent`` of the ``bytes_total`` of all its pictures, thumbnails and signatures too, have arrived;
    ``problem`` and ``last_error`` are stable codes."""

    state: SealedState
    photos: int
    photos_sent: int
    pictures_left: int
    bytes_total: int
    bytes_sent: int
    problem: str | None
    last_error: str | None
    attempts: int


class SealedReader(Generic[Card, Head]):
    """Decodes each record's text once: sealed bytes never change."""

    TYPE: ClassVar[str]
    HEAD: ClassVar[Any]

    def __init__(self, db: NuanDB) -> None:
        self._db = db
        self._heads: dict[str, Head | None] = {}

    def all(self) -> list[Card]:
        """Every sealed one, the newest first."""
        return self._sorted(records(self._db).find("type", self.TYPE))

    def of_household(self, household_id: str) -> list[Card]:
        """Those of one household, the newest first."""
        found = records(self._db).find("household_id", household_id)
        return self._sorted(doc for doc in found if doc["type"] == self.TYPE)

    def get(self, record_id: str) -> Card | None:
        """One of them, or None (also for another kind of record)."""
        doc = records(self._db).get(record_id)
        return None if doc is None or doc["type"] != self.TYPE else self._read(doc)

    def card(self, doc: Doc, head: Head) -> Card:
        """What a list shows of this record."""
        raise NotImplementedError

    def way(self, doc: Doc, files: Iterable[str]) -> Way:
        """How far it and the ``files`` it names got."""
        pictures = media(self._db).find("record_id", doc["id"])
        entry = outbox(self._db).get(doc["id"]) if doc["state"] in ("kept", "sending") else None
        named = set(files)
        sent = {one["sha256"] for one in pictures if one["state"] == "received"}
        return Way(
            state=doc["state"],
            photos=len(named),
            photos_sent=len(named & sent),
            pictures_left=sum(one["state"] != "received" for one in pictures),
            bytes_total=sum(one["size"] for one in pictures),
            bytes_sent=sum(one["size"] if one["state"] == "received" else one["offset"] for one in pictures),
            problem=_code(doc.get("problem")),
            last_error=(entry or {}).get("last_error"),
            attempts=(entry or {}).get("attempts", 0),
        )

    def _sorted(self, documents: Iterable[Doc]) -> list[Card]:
        found = [card for doc in documents if (card := self._read(doc)) is not None]
        return sorted(found, key=lambda card: card.at, reverse=True)

    def _read(self, doc: Doc) -> Card | None:
        head = self._head(doc)
        return None if head is None else self.card(doc, head)

    def _head(self, doc: Doc) -> Head | None:
        if doc["id"] not in self._heads:
            try:
                self._heads[doc["id"]] = msgspec.json.decode(doc["text"], type=self.HEAD)
            except msgspec.DecodeError:
                logger.exception("record %s does not decode", doc["id"])
                self._heads[doc["id"]] = None
        return self._heads[doc["id"]]


def _code(problem: object) -> str | None:
    """The stored problem is a code, or problem JSON with one."""
    if isinstance(problem, dict):
        problem = problem.get("code")
    return str(problem) if problem else None
