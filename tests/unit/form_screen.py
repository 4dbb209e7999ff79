"""A phone with questionnaires on it, and hands for their screens in the fake client."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import flet as ft
import msgspec
from fake_flet import FakeApp
from phone_world import ANCHOR, Phone, make_phone
from visit_world import make_household

from app.actions.start_survey import start_survey
from app.actions.survey_draft import SurveyDraft
from app.actions.survey_drafts import need_survey
from domain.models import HouseholdFile
from sync.protocol.forms import FormDoc, FormFile, form_key
from sync.protocol.messages import Change


def publish(phone: Phone, source: str, form_id: str = "t", version: str = "1", **more: Any) -> str:
    """The office published this form and the phone has synced; returns its key."""
    fields = {
        "form_id": form_id,
        "version": version,
        "title": "测试表",
        "subject": "household",
        "xform": source,
        "xform_sha256": hashlib.sha256(source.encode()).hexdigest(),
        "languages": ["default"],
        "published_at": "2027-01-01T00:00:00.000Z",
        "questions": 3,
        **more,
    }
    doc = FormDoc(**fields)
    change = Change(kind="form", id=form_key(form_id, version), doc=msgspec.to_builtins(doc))
    phone.cursor += 1
    phone.services.store.apply_changes([change], f"c{phone.cursor}", ANCHOR)
    return form_key(form_id, version)


def picture(name: str, data: str = "aGVsbG8") -> FormFile:
    return FormFile(name=name, content_type="image/png", data=data)


def phone_with(folder: Path, source: str, **more: Any) -> tuple[Phone, HouseholdFile, str]:
    """A phone, one household on it, and the id of a questionnaire begun about it."""
    phone = make_phone(folder)
    file = make_household("QS-0001", "王秀英")
    phone.feed(file)
    key = publish(phone, source, **more)
    about = file.id if more.get("subject", "household") == "household" else None
    return phone, file, start_survey(phone.services, key, household=about)


def draft_of(phone: Phone, survey: str) -> SurveyDraft:
    """As it is on the disk."""
    return need_survey(phone.services, survey)


def by_id(app: FakeApp, identifier: str) -> ft.Semantics:
    """The part of the top view with this identifier."""
    found = [
        one for one in app.walk(app.top) if isinstance(one, ft.Semantics) and one.identifier == identifier
    ]
    known = sorted({str(one.identifier) for one in app.walk(app.top) if isinstance(one, ft.Semantics)})
    assert found, f"no {identifier}; there are {known}"
    return found[-1]


def ids(app: FakeApp) -> set[str]:
    """All identifiers of the top view."""
    return {
        str(one.identifier) for one in app.walk(app.top) if isinstance(one, ft.Semantics) and one.identifier
    }


async def press(app: FakeApp, identifier: str) -> None:
    """Tap whatever can be tapped under the identifier."""
    part = by_id(app, identifier)
    if part.on_tap is not None:
        await app.fire(part, "tap")
        return
    target = next(one for one in app.walk(part) if getattr(one, "on_click", None) is not None)
    await app.fire(target, "click")


async def onward(app: FakeApp) -> None:
    await press(app, "form-next")


async def write(app: FakeApp, path: str, text: str) -> None:
    """Type into the question's field, and leave it."""
    field = next(one for one in app.walk(by_id(app, f"q-{path}")) if isinstance(one, ft.TextField))
    await app.type(field, text)
    await app.fire(field, "blur")


def said(app: FakeApp) -> str:
    """All words of the top view and its dialogs, spans too."""
    spans = [
        span.text
        for one in app.walk(app.top)
        if isinstance(one, ft.Text)
        for span in (one.spans or [])
        if span.text
    ]
    return "\n".join([*(text for text in app.texts() if text), *spans])
