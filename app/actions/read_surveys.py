"""The questionnaires this phone has sealed, as its lists show them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from app.store.tables import media, outbox, records
from domain.models.survey import SurveySubject

if TYPE_CHECKING:
    from app.store import NuanDB

logger = logging.getLogger("nuanfang")

SurveyState = Literal["draft", "kept", "sending", "received", "complete", "conflict", "quarantined"]


class _Time(msgspec.Struct):
    device_time: datetime


class _File(msgspec.Struct):
    sha256: str


class _Body(msgspec.Struct):
    form_id: str
    version: str
    started: _Time
    files: list[_File] = []


class _Head(msgspec.Struct):
    body: _Body
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class SurveyCard:
    """One questionnaire in a list. ``state`` "draft": under way, ``at`` is the last touch, else when it was
    begun. ``answered``: answers of a draft, with calculated ones. ``photos_sent`` of ``photos`` files are
    confirmed by the registry. ``problem`` and ``last_error`` are stable codes, as for visits."""

    id: str
    form_key: str
    form_id: str
    version: str
    title: str
    subject: SurveySubject
    household_id: str | None
    org_id: str | None
    subject_name: str
    visit_id: str | None
    at: datetime
    state: SurveyState
    answered: int = 0
    photos: int = 0
    photos_sent: int = 0
    pictures_left: int = 0
    problem: str | None = None
    last_error: str | None = None
    attempts: int = 0
    corrects: str | None = None


class SurveyReader:
    """Decodes each record's text once: sealed bytes never change."""

    def __init__(self, db: NuanDB) -> None:
        self._db = db
        self._heads: dict[str, _Head | None] = {}

    def all(self) -> list[SurveyCard]:
        """Every sealed questionnaire, the newest first."""
        return self._sorted(records(self._db).find("type", "survey"))

    def of_household(self, household_id: str) -> list[SurveyCard]:
        found = records(self._db).find("household_id", household_id)
        return self._sorted(doc for doc in found if doc["type"] == "survey")

    def get(self, record_id: str) -> SurveyCard | None:
        """One sealed questionnaire, or None."""
        doc = records(self._db).get(record_id)
        return None if doc is None or doc["type"] != "survey" else self._read(doc)

    def _sorted(self, documents: Iterable[dict[str, Any]]) -> list[SurveyCard]:
        found = [card for doc in documents if (card := self._read(doc)) is not None]
        return sorted(found, key=lambda card: card.at, reverse=True)

    def _head(self, doc: dict[str, Any]) -> _Head | None:
        if doc["id"] not in self._heads:
            try:
                self._heads[doc["id"]] = msgspec.json.decode(doc["text"], type=_Head)
            except msgspec.DecodeError:
                logger.exception("record %s does not decode", doc["id"])
                self._heads[doc["id"]] = None
        return self._heads[doc["id"]]

    def _read(self, doc: dict[str, Any]) -> SurveyCard | None:
        head = self._head(doc)
        if head is None:
            return None
        pictures = media(self._db).find("record_id", doc["id"])
        entry = outbox(self._db).get(doc["id"]) if doc["state"] in ("kept", "sending") else None
        files = {file.sha256 for file in head.body.files}
        sent = {one["sha256"] for one in pictures if one["state"] == "received"}
        return SurveyCard(
            id=doc["id"],
            form_key=doc["form_key"],
            form_id=head.body.form_id,
            version=head.body.version,
            title=doc["title"],
            subject=doc["subject"],
            household_id=doc["household_id"],
            org_id=doc["org_id"],
            subject_name=doc["subject_name"],
            visit_id=doc["visit_id"],
            at=head.body.started.device_time,
            state=doc["state"],
            photos=len(files),
            photos_sent=len(files & sent),
            pictures_left=sum(one["state"] != "received" for one in pictures),
            problem=problem_code(doc.get("problem")),
            last_error=(entry or {}).get("last_error"),
            attempts=(entry or {}).get("attempts", 0),
            corrects=head.corrects,
        )


def problem_code(problem: object) -> str | None:
    """The stored problem is a code, or problem JSON with one."""
    if isinstance(problem, dict):
        problem = problem.get("code")
    return str(problem) if problem else None
