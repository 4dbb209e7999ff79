"""Which questionnaires to show where, and how far each is; plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.actions.forms_here import FormCard
from app.actions.read_surveys import SurveyCard
from domain.text import half_width

ORGS = 30
"""Organisations shown at first, and added by 再看."""

Standing = Literal["new", "draft", "sealed"]


@dataclass(frozen=True, slots=True)
class Offer:
    """One questionnaire and the newest filling of it here. ``draft``: its id, to go on with."""

    card: FormCard
    standing: Standing
    survey: SurveyCard | None = None

    @property
    def draft(self) -> str:
        return self.survey.id if self.survey is not None and self.standing == "draft" else ""


def offers(cards: Iterable[FormCard], surveys: Sequence[SurveyCard]) -> list[Offer]:
    """``surveys``: those about the same household or during the same visit, drafts first, newest first."""
    return [_offer(card, surveys) for card in cards]


def _offer(card: FormCard, surveys: Sequence[SurveyCard]) -> Offer:
    found = next((one for one in surveys if one.form_id == card.form_id), None)
    if found is None:
        return Offer(card, "new")
    return Offer(card, "draft" if found.state == "draft" else "sealed", found)


@dataclass(frozen=True, slots=True)
class OrgRow:
    """An organisation to choose. ``type``: the last part of ``code.org_type.…``."""

    id: str
    name: str
    type: str
    code: str


def org_rows(documents: Iterable[dict[str, Any]], query: str) -> list[OrgRow]:
    """By code; a query must be found in the name or the code, word by word."""
    words = half_width(query).lower().split()
    rows = [
        OrgRow(doc["id"], doc["name"], str(doc.get("type", "")), str(doc.get("code", "")))
        for doc in documents
    ]
    found = [row for row in rows if all(word in f"{row.name} {row.code}".lower() for word in words)]
    return sorted(found, key=lambda row: (row.code, row.name))
