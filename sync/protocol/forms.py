"""Wire version 1, questionnaires: how a form reaches phones, and what an office asks about answers.

A form version never changes once it is published: ``xform_sha256`` is its identity.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from domain.models.survey import SurveySubject
from sync.protocol.messages import ChainReport, Check, MediaRef
from sync.protocol.records import Sealed

MAX_XLSX_BYTES = 2 * 1024 * 1024
FORM_PAGE_BYTES = 512 * 1024
"""A page of the feed ends once the forms in it hold this much, so that one page passes a village's line."""
MAX_FORM_FILES_BYTES = 1024 * 1024
"""Most bytes of all csv tables and pictures of one form together: phones keep them offline."""
HOUSEHOLDS_CSV = "households.csv"
"""A data set every phone has: columns name (the file's id), label, number, town, category, address."""
ORGS_CSV = "orgs.csv"
"""The same for organisations: name (id), label, type, code."""

FormState = Literal["draft", "published", "retired"]


class FormFile(msgspec.Struct, frozen=True, kw_only=True):
    """A csv table or a picture that the form names. ``data``: base64url without padding."""

    name: str
    content_type: str
    data: str


class FormDoc(msgspec.Struct, frozen=True, kw_only=True):
    """``Change.doc`` of kind "form"; ``Change.id`` is ``form_key(form_id, version)``. ``current``: offer it
    for new fillings; an older version comes with False and stays as long as the phone has use for it.
    ``roles``: who is offered it; empty means everybody."""

    form_id: str
    version: str
    title: str
    subject: SurveySubject
    xform: str
    xform_sha256: str
    languages: list[str]
    published_at: str
    current: bool = True
    in_visit: bool = False
    """Offered inside a visit to a household (S18)."""
    roles: list[str] = []
    questions: int = 0
    files: list[FormFile] = []


def form_key(form_id: str, version: str) -> str:
    """The id of a form version in the feed and in the phone's store."""
    return f"{form_id}@{version}"


class FormFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a spreadsheet, or a warning; the text is ``t(msgid, **params)``."""

    level: Literal["error", "warning"]
    msgid: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    params: dict[str, Any] = {}


class FormReport(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/forms with the .xlsx as body: what was found. ``stored``: kept as a draft (or it was there
    already, byte for byte); an upload with errors is not stored. ``missing``: files the form names and still
    needs (PUT /v1/forms/{form_id}/{version}/files/{name})."""

    ok: bool
    stored: bool
    findings: list[FormFinding]
    form_id: str = ""
    version: str = ""
    title: str = ""
    questions: int = 0
    languages: list[str] = []
    missing: list[str] = []


class PublishRequest(msgspec.Struct, frozen=True, kw_only=True):
    """POST /v1/forms/{form_id}/{version}/publish: from the next sync on phones have it; the version that was
    current before stays on phones for drafts begun with it."""

    subject: SurveySubject = "household"
    in_visit: bool = False
    roles: list[str] = []


class FormRow(msgspec.Struct, frozen=True, kw_only=True):
    """One form version in the office's list; ``answers``: accepted fillings the reader may see."""

    form_id: str
    version: str
    title: str
    state: FormState
    subject: SurveySubject
    in_visit: bool
    roles: list[str]
    questions: int
    languages: list[str]
    missing: list[str]
    uploaded_by: str
    uploaded_at: str
    published_at: str | None
    answers: int
    current: bool = False
    """The version that phones offer for new fillings."""


class FormsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/forms, newest version of each form first."""

    rows: list[FormRow]


class SurveyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One filling in a list. ``subject_name``: the household (masked as the role demands) or organisation."""

    id: str
    form_id: str
    version: str
    title: str
    subject: SurveySubject
    subject_id: str | None
    subject_name: str
    org_name: str
    author_name: str
    started_at: str | None
    received_at: str
    flags: list[str]
    visit_id: str | None = None
    replaced_by: str | None = None
    """The record that corrects this one; such a filling is in no chart and no spreadsheet."""


class SurveyPage(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/surveys?form_id=&version=&org=&household=&visit=&question=&value=&from=&to=&flagged=&replaced=
    &after=&limit=, newest first. ``question`` is a path without row numbers, ``value`` a choice or a whole
    short answer; ``from`` and ``to`` are days (YYYY-MM-DD, local) of the filling."""

    rows: list[SurveyRow]
    next: str | None
    total: int


class AnswerLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a filling as a person reads it, in the form's order. ``kind``: group, row or question;
    ``value``: as sealed; ``text``: with the choices' labels. A file's ``sha256`` leads to /v1/media."""

    kind: Literal["group", "row", "question"]
    depth: int
    path: str
    label: str
    type: str = ""
    value: str = ""
    text: str = ""
    sha256: str | None = None
    received: bool = False


class SurveyDetail(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/surveys/{id}. ``/v1/surveys/{id}/instance.xml`` gives the same as the form's XML instance."""

    row: SurveyRow
    record: Sealed
    lines: list[AnswerLine]
    languages: list[str]
    earliest: str | None
    latest: str
    checks: list[Check]
    chain: ChainReport
    media: list[MediaRef]


class QuestionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A question that can be filtered and charted; ``path`` without row numbers."""

    path: str
    label: str
    type: str
    group: str = ""
    filter: bool = True
    """Fillings can be listed by an answer; not by health, which may only be counted."""


class QuestionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/forms/{form_id}/questions?version=&language=: what can be filtered and charted, in order."""

    questions: list[QuestionInfo]
    languages: list[str]


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """One bar: a choice, or a class of numbers (``value`` "low..high")."""

    value: str
    label: str
    count: int


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """Of a numeric question; texts of decimals, never floats, at most four places."""

    count: int
    sum: str
    mean: str
    median: str
    min: str
    max: str


class QuestionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """GET /v1/forms/{form_id}/summary?question=&version=&org=&by=org: how a question was answered, in the
    whole subtree and per organisation below it. ``answered`` of ``asked`` fillings hold an answer."""

    question: QuestionInfo
    asked: int
    answered: int
    slices: list[Slice]
    numbers: Numbers | None = None
    by_org: list[OrgSlices] = []


class OrgSlices(msgspec.Struct, frozen=True, kw_only=True):
    org_id: str
    org_name: str
    answered: int
    slices: list[Slice]
    numbers: Numbers | None = None
