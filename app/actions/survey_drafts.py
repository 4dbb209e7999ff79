"""Drafts of questionnaires in the store: find, list, write parts, delete (ADR 0007)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from app.actions.services import Services
from app.actions.survey_draft import SurveyDraft, head_of, part_id, put_together
from app.store.left import drop_left
from app.store.tables import survey_parts, surveys
from domain.errors import InputError

logger = logging.getLogger("nuanfang")

Parts = Mapping[tuple[str, str], Any]
"""(mark, path) → value; None removes."""


def all_surveys(services: Services) -> list[SurveyDraft]:
    """Questionnaires under way, the one touched last first."""
    return _sorted(services, surveys(services.db).all())


def surveys_about(services: Services, field: str, value: str | None) -> list[SurveyDraft]:
    """Those whose ``household``, ``org`` or ``visit_id`` is ``value``, the one touched last first."""
    return _sorted(services, (doc for doc in surveys(services.db).all() if doc.get(field) == value))


def find_survey(services: Services, survey_id: str) -> SurveyDraft | None:
    """The draft with this id, or None (sealed or discarded)."""
    head = surveys(services.db).get(survey_id)
    return None if head is None else _read(services, head)


def need_survey(services: Services, survey_id: str) -> SurveyDraft:
    """As find_survey; raises InputError("survey_missing")."""
    draft = find_survey(services, survey_id)
    if draft is None:
        raise InputError("survey_missing", id=survey_id)
    return draft


def insert_survey(services: Services, draft: SurveyDraft, parts: Parts) -> None:
    """Keep a new one in one write; raises StoreError("disk_full" …)."""
    with services.db.batch():
        surveys(services.db).put(head_of(draft))
        _put_parts(services, draft.id, parts)
    services.draft_bell.ring()


def write_parts(services: Services, survey_id: str, parts: Parts) -> None:
    """Change some parts in one write. Raises InputError("survey_missing"), StoreError: then nothing was."""
    with services.db.batch():
        if surveys(services.db).get(survey_id) is None:
            raise InputError("survey_missing", id=survey_id)
        _put_parts(services, survey_id, parts)
    services.draft_bell.ring()


def join_visit(services: Services, survey_id: str, visit_id: str) -> None:
    """Begun before the visit, gone on with during it. Raises InputError("survey_missing"), StoreError."""
    head = surveys(services.db).get(survey_id)
    if head is None:
        raise InputError("survey_missing", id=survey_id)
    surveys(services.db).put({**head, "visit_id": visit_id})
    services.draft_bell.ring()


def delete_survey(services: Services, survey_id: str) -> None:
    """Forget it and all its parts, in one write; inside a batch, in that one."""
    db = services.db
    with db.batch():
        survey_parts(db).delete(*(part["id"] for part in survey_parts(db).find("survey", survey_id)))
        surveys(db).delete(survey_id)
        drop_left(db)


def _put_parts(services: Services, survey_id: str, parts: Parts) -> None:
    rows = survey_parts(services.db)
    for (mark, path), value in parts.items():
        name = part_id(survey_id, mark, path)
        if value is None:
            rows.delete(name)
        else:
            rows.put({"id": name, "survey": survey_id, "value": msgspec.to_builtins(value)})


def _read(services: Services, head: dict[str, Any]) -> SurveyDraft:
    return put_together(head, survey_parts(services.db).find("survey", head["id"]))


def _sorted(services: Services, heads: Iterable[dict[str, Any]]) -> list[SurveyDraft]:
    found = []
    for head in heads:
        try:
            found.append(_read(services, head))
        except msgspec.ValidationError:  # one that does not decode must not hide the others
            logger.exception("survey %s does not decode", head.get("id"))
    return sorted(found, key=lambda draft: draft.changed_at, reverse=True)
