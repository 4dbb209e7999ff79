"""What becomes of a filled questionnaire in the database's tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from domain.codes import Outcome, Severity
from domain.models import SurveyBody
from registry.service.intake_items import Item
from registry.service.intake_rules import Judged
from registry.service.surveys.attachments import files_of
from registry.service.surveys.reading import ANSWERS_INVALID, FORM_UNKNOWN, Reading
from registry.service.surveys.values import values_of

SURVEY = {
    "record_id": "text",
    "record_hash": "text",
    "form_id": "text",
    "version": "text",
    "xform_sha256": "text",
    "subject": "text",
    "household_id": "text",
    "org_id": "text",
    "visit_id": "text",
    "path": "text",
    "author_id": "text",
    "started_at": "timestamptz",
    "received_at": "timestamptz",
}
VALUE = {
    "record_id": "text",
    "path": "text",
    "row": "text",
    "place": "integer",
    "form_id": "text",
    "value": "text",
    "number": "numeric",
}


def refs(item: Item, body: SurveyBody) -> list[dict[str, Any]]:
    """The files it names."""
    known = {"record_id": item.id, "record_hash": item.hash, "size": None}
    return [known | {"sha256": file.sha256, "kind": file.kind} for file in files_of(body)]


def facts(one: Judged, body: SurveyBody, path: str, author: str, received_at: datetime) -> dict[str, Any]:
    """``path``: the subtree that may see it."""
    return {
        "record_id": one.item.id,
        "record_hash": one.item.hash,
        "form_id": body.form_id,
        "version": body.version.replace("\x00", ""),
        "xform_sha256": body.xform_sha256,
        "subject": body.subject,
        "household_id": body.household_id,
        "org_id": body.org_id,
        "visit_id": body.visit_id,
        "path": path,
        "author_id": author,
        "started_at": one.started_at,
        "received_at": received_at,
    }


def values(item: Item, body: SurveyBody, reading: Reading) -> list[dict[str, Any]]:
    """Nothing of an unknown form: nobody can say which of its answers are personal."""
    form = reading.form
    if form is None:
        return []
    known = {"record_id": item.id, "form_id": form.form_id}
    return [known | value._asdict() for value in values_of(form, reading.given)]


def checks(item: Item, reading: Reading, received_at: datetime) -> dict[str, Any]:
    """In the shape of RuleResult: the form's version, then each answer that does not fit."""
    if reading.form is None:
        results = [_check(FORM_UNKNOWN, Outcome.FAIL, f"office.flag.{FORM_UNKNOWN}", {})]
    else:
        results = [
            _check(ANSWERS_INVALID, Outcome.FAIL, f"forms.problem.{fault.code}", {"path": fault.path})
            for fault in reading.faults
        ] or [_check(ANSWERS_INVALID, Outcome.PASS, f"office.flag.{ANSWERS_INVALID}", {})]
    return {
        "record_id": item.id,
        "record_hash": item.hash,
        "evaluated_at": received_at,
        "results": msgspec.json.encode(results).decode(),
    }


def _check(code: str, outcome: Outcome, message: str, params: dict[str, str]) -> dict[str, Any]:
    return {
        "code": code,
        "outcome": outcome.value,
        "severity": Severity.WARN.value,
        "message_id": message,
        "params": params,
    }


def prints(item: Item, body: SurveyBody) -> list[dict[str, Any]]:
    """So that a visit elsewhere with the same photo is noticed (R12)."""
    return [
        {
            "sha256": file.sha256,
            "record_id": item.id,
            "household_id": body.household_id,
            "original_sha256": file.original_sha256,
            "dhash": file.dhash,
        }
        for file in body.files
        if body.household_id and file.original_sha256 and file.dhash
    ]
