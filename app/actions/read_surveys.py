"""The questionnaires this phone has sealed, as its lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from app.actions.read_sealed import SealedReader, SealedState
from app.store.tables import Doc
from domain.models.survey import SurveySubject


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
    state: SealedState | Literal["draft"]
    answered: int = 0
    photos: int = 0
    photos_sent: int = 0
    pictures_left: int = 0
    problem: str | None = None
    last_error: str | None = None
    attempts: int = 0
    bytes_total: int = 0
    bytes_sent: int = 0
    corrects: str | None = None


class SurveyReader(SealedReader[SurveyCard, _Head]):
    """The sealed questionnaires."""

    TYPE, HEAD = "survey", _Head

    def card(self, doc: Doc, head: _Head) -> SurveyCard:
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
            corrects=head.corrects,
            **self.way(doc, (file.sha256 for file in head.body.files)),
        )
