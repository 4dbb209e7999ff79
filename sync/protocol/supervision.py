"""Wire version 1, the supervisor's side: verdicts, reveals, the quarantine. See messages.py for the rest."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Verdict = Literal["pass", "doubt"]


class ReviewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/visits/{id}/review. The author's phone shows verdict and note. Answer: VisitRow."""

    verdict: Verdict
    note: Annotated[str, Meta(max_length=1000)] = ""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict that was given on a visit: by whom, when (RFC 3339 Z), and what was noted."""

    verdict: Verdict
    note: str
    name: str
    at: str


class RevealRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/reveal: one masked field, with a reason that goes into the audit trail.

    ``entity`` household: ``field`` such as ``worker.id_number``, ``members.0.phone``, ``bank.number``.
    ``entity`` visit: a field of the record's head such as ``body.aid.0.beneficiary.id_number``, or ``record``
    for the whole sealed text. ``entity`` survey: the path of an answer as ``AnswerLine.path`` has it, or
    ``record``. ``entity`` edit: ``before``, ``after`` or ``present`` of a correction.
    """

    entity: Literal["household", "visit", "survey", "edit"]
    id: str
    field: Annotated[str, Meta(min_length=1, max_length=200)]
    reason: Annotated[str, Meta(min_length=2, max_length=500)]


class RevealAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The field as it is; text whatever its type."""

    value: str


class QuarantineRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that could not be read; its exact bytes are kept in the registry."""

    id: str
    reason: str
    detail: str
    claimed_id: str
    author_name: str
    device_id: str
    size: int
    received_at: str


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/quarantine/{id}/retry and /dismiss. Still ``open``: ``problem`` says what is wrong."""

    id: str
    state: Literal["open", "released", "dismissed"]
    problem: str | None = None
    detail: str = ""


class DismissRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The reason goes into the audit trail; the bytes stay."""

    reason: Annotated[str, Meta(min_length=2, max_length=500)]


class QuarantinePage(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/quarantine, newest first."""

    rows: list[QuarantineRow]
    total: int
